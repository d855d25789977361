import * as assert from 'uvu/assert';
import { describe } from '../support/suite.ts';
import { keep, makeVpc, runInstance } from '../support/aws_keep.ts';
import { ec2Error, queryError, type Reply } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';

describe(
  'aws_tagged_info, ec2_vpc_info, ec2_instance_info',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let vpc: string;
    let subnet: string;
    setup(async () => {
      aws = await useAws();
      vpc = await makeVpc(aws, '10.70.0.0/16', 'mine');
      const words = `vpc_id: ${vpc}, cidr: 10.70.1.0/24, tags: { owner: me, Name: a }`;
      subnet = String((await keep(aws, 'ec2_subnet', words)).value('subnet.id'));
    });
    teardown(() => aws.release());

    test('what carries all of the tags is told with its kind, and nothing else', async () => {
      const found = await keep(aws, 'aws_tagged_info', 'tags: { owner: me, Name: a }');
      assert.equal(
        [found.status, found.value('things.0.kind'), found.value('things.1')],
        ['ok', 'subnet', undefined],
      );
      const none = await keep(aws, 'aws_tagged_info', 'tags: { owner: you }');
      assert.equal(none.value('things'), []);
      assert.equal(none.writes, []);
    });

    test('launch templates, roles that instances take on and their profiles are among them', async () => {
      const trust = `{ Version: '2012-10-17', Statement: [{ Effect: Allow, Principal: { Service: ec2.amazonaws.com }, Action: 'sts:AssumeRole' }] }`;
      const tags = 'tags: { owner: them }';
      await keep(aws, 'iam_role', `name: node, assume_role_policy_document: ${trust}, ${tags}`);
      const template = `name: node, image_id: ami-0b11focal, ${tags}`;
      assert.is((await keep(aws, 'ec2_launch_template', template)).message, '');
      const found = await keep(aws, 'aws_tagged_info', tags, {
        show: "kept.things | map(attribute='kind') | sort | join(' ')",
      });
      assert.is(found.shown, 'iam-role instance-profile launch-template');
    });

    test('what went between being listed and being read is not there, and takes nothing else with it', async () => {
      const group = `name: tg, protocol: tcp, port: 1, vpc_id: ${vpc}, tags: { owner: tg }`;
      await keep(aws, 'elb_target_group', group);
      await keep(aws, 'elb_target_group', group.replace('name: tg', 'name: tg2'));
      const gone: Readonly<Record<string, Reply>> = {
        DescribeVpcAttribute: ec2Error('InvalidVpcID.NotFound', 'The vpc does not exist'),
        GetRole: queryError('NoSuchEntity', 'The role cannot be found', 404),
        GetInstanceProfile: queryError('NoSuchEntity', 'The profile cannot be found', 404),
        DescribeTargetGroupAttributes: queryError(
          'TargetGroupNotFound',
          'One or more target groups not found',
        ),
      };
      aws.proxy.fault(({ action }) => gone[action]);
      // Of several one went: AWS names none of the others either.
      aws.proxy.fault(({ action, parameters }) =>
        action === 'DescribeTags' && parameters.has('ResourceArns.member.2')
          ? queryError('TargetGroupNotFound', 'One or more target groups not found')
          : undefined,
      );
      const roles = await keep(aws, 'aws_tagged_info', 'tags: { owner: them }', {
        show: "kept.things | map(attribute='kind') | join(' ')",
      });
      const groups = await keep(aws, 'aws_tagged_info', 'tags: { owner: tg }', {
        show: 'kept.things | length',
      });
      const vpcs = await keep(aws, 'ec2_vpc_info', 'name: mine');
      const read = await keep(aws, 'elb_target_group', 'name: tg, state: absent');
      aws.proxy.heal();
      assert.equal([roles.message, roles.shown], ['', 'launch-template']);
      assert.equal([groups.message, groups.shown], ['', '2']);
      assert.equal([vpcs.message, vpcs.value('vpcs')], ['', []]);
      assert.equal([read.message, read.writes], ['', []]);
    });

    test('a question for no tag is refused', async () => {
      assert.is((await keep(aws, 'aws_tagged_info', 'tags: {}')).message, 'Name a tag to look for');
    });

    test('VPCs are found by name, id or filter', async () => {
      for (const way of ['name: mine', `vpc_ids: [${vpc}]`, 'filters: { cidr: 10.70.0.0/16 }'])
        assert.equal((await keep(aws, 'ec2_vpc_info', way)).value('vpcs.0.id'), vpc, way);
      assert.equal((await keep(aws, 'ec2_vpc_info', 'name: other')).value('vpcs'), []);
    });

    test('instances are found by id or filter, and a filter that is none of AWS’s is told', async () => {
      const id = await runInstance(aws, subnet);
      for (const way of [
        `instance_ids: [${id}]`,
        `filters: { vpc-id: ${vpc}, instance-state-name: [pending, running] }`,
      ]) {
        const found = await keep(aws, 'ec2_instance_info', way);
        assert.equal([found.status, found.value('instances.0.instance_id'), found.writes], ['ok', id, []]);
      }
      const none = await keep(aws, 'ec2_instance_info', 'filters: { private-ip-address: 10.70.1.250 }');
      assert.equal(none.value('instances'), []);
      const wrong = await keep(aws, 'ec2_instance_info', 'filters: { colour: red }');
      assert.is(wrong.message, 'ec2_instance_info cannot use the filter colour');
    });
  },
  { unless: whyNoAws() },
);
