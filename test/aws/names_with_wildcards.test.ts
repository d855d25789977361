// AWS takes `*` and `?` in the value of a filter for any text: a name that holds one is another thing's name as well.
import * as assert from 'uvu/assert';
import { fits, literal } from '../../modules/shared/aws_api.ts';
import { newVpc, vpcs } from '../../modules/shared/ec2_vpcs.ts';
import { keep, makeVpc, networkTasks } from '../support/aws_keep.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe('the literal of a name', ({ test }) => {
  const vpc = (Name: string) => newVpc('10.0.0.0/16', 'default', { Name }, 'vpc-1');
  const isFound = (name: string, filter: string): boolean =>
    fits(vpcs.type, vpc(name), { 'tag:Name': [filter] });

  test('it fits itself, whatever it holds, and no other name', () => {
    for (const name of [
      'web',
      '*',
      'w*b?',
      String.raw`a\b`,
      String.raw`a\*`,
      'a.b',
      '[ab]',
      '(',
      'é😀?',
      'a\nb',
    ])
      assert.ok(isFound(name, literal(name)), name);
    assert.not(isFound('web', literal('w*')));
    assert.not(isFound('web', literal('we?')));
    assert.not(isFound('ab', literal(String.raw`a\b`)));
    assert.not(isFound('axb', literal('a.b')));
  });

  test('a filter of a playbook has its wildcards', () => {
    assert.ok(isFound('web', 'w*'));
    assert.ok(isFound('w😀b', 'w?b'));
    assert.ok(isFound('w*', String.raw`w\*`));
    assert.not(isFound('web', String.raw`w\*`));
    assert.ok(isFound('end\\', 'end\\'));
  });
});

const image = 'image_id: ami-0a11debian12amd64, instance_type: t3.small';

describe(
  'names with wildcards in them',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let subnet: string;
    setup(async () => {
      aws = await useAws();
      ({ subnet } = await networkTasks(aws));
    });
    teardown(() => aws.release());

    test('a VPC is not taken for another whose name fits, and is not removed in its place', async () => {
      const other = await makeVpc(aws, '10.90.0.0/16', 'web-1');
      const wish = "name: 'web*', cidr_block: 10.90.0.0/16";
      const made = await keep(aws, 'ec2_vpc', wish, { show: 'kept.vpc.id' });
      assert.equal([made.message, made.status, made.again], ['', 'changed', 'ok']);
      assert.is.not(made.shown, other);
      const found = await keep(aws, 'ec2_vpc_info', "name: 'web*'", {
        show: "kept.vpcs | map(attribute='id') | join",
      });
      assert.is(found.shown, made.shown);
      assert.is((await keep(aws, 'ec2_vpc', `${wish}, state: absent`)).status, 'changed');
      assert.is((await keep(aws, 'ec2_vpc', `${wish}, state: absent`)).status, 'ok');
      const kept = await keep(aws, 'ec2_vpc_info', 'name: web-1', { show: 'kept.vpcs[0].id' });
      assert.is(kept.shown, other);
    });

    test('instances are not taken for others whose name or tag fits, nor for targets', async () => {
      const of = (words: string): string => `${words}, ${image}, vpc_subnet_id: ${subnet}`;
      const ids = "kept.instance_ids | join(' ')";
      const other = await keep(aws, 'ec2_instance', of('name: db-1, tags: { role: dbx }'), { show: ids });
      const one = await keep(aws, 'ec2_instance', of("name: 'db*', tags: { role: 'db?' }"), { show: ids });
      assert.equal([one.message, one.status, one.again], ['', 'changed', 'ok']);
      assert.is.not(one.shown, other.shown);
      const named = await keep(aws, 'ec2_instance', of("names: ['db*']"), { show: ids });
      assert.equal([named.status, named.shown], ['ok', one.shown]);
      const tagged = await keep(aws, 'ec2_instance', of("tags: { role: 'db?' }, exact_count: 1"), {
        show: ids,
      });
      assert.equal([tagged.status, tagged.shown], ['ok', one.shown]);
      const counted = await keep(aws, 'ec2_instance', of("name: 'db*%d', exact_count: 1"), { show: ids });
      assert.equal([counted.status, counted.again], ['changed', 'ok']);
      const found = await keep(aws, 'aws_tagged_info', "tags: { role: 'db?' }", {
        show: "kept.things | map(attribute='id') | select('match', 'i-') | join(' ')",
      });
      assert.is(found.shown, one.shown);
      const targets = await keep(
        aws,
        'elb_target_group',
        `name: db, protocol: tcp, port: 1, vpc_id: ${String(one.value('instances.0.vpc_id'))}, targets_by_tag: { role: 'db?' }`,
        { show: "kept.targets | map(attribute='id') | join(' ')" },
      );
      assert.equal([targets.message, targets.shown], ['', one.shown]);
    });
  },
  { unless: whyNoAws() },
);
