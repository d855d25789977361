import * as assert from 'uvu/assert';
import { keep, makeVpc } from '../support/aws_keep.ts';
import { ec2Error } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_subnet',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let vpc: string;
    const subnet = (words: string, options = {}) =>
      keep(aws, 'ec2_subnet', `vpc_id: ${vpc}, ${words}`, options);
    setup(async () => {
      aws = await useAws();
      vpc = await makeVpc(aws, '10.240.0.0/16');
    });
    teardown(() => aws.release());

    test('a range that AWS makes nothing of is told before anything is sent, in check mode too', async () => {
      for (const [module, words, why] of [
        ['ec2_vpc', 'name: wide, cidr_block: 10.0.0.0/8', '10.0.0.0/8 is too wide'],
        ['ec2_vpc', 'name: second, cidr_block: [10.9.0.0/16, 10.10.0.0/15]', '10.10.0.0/15 is too wide'],
        ['ec2_subnet', 'vpc_id: vpc-1, cidr: 10.240.0.0/29', '10.240.0.0/29 is too narrow'],
      ] as const) {
        const refused = await keep(aws, module, words, { check: true });
        assert.is(refused.message, `${why}: ranges of VPCs and subnets are of /16 to /28`);
        assert.equal(refused.writes, []);
      }
    });

    test('check mode foretells a subnet in a VPC that the same run makes, with no write', async () => {
      const foretold = await keep(
        aws,
        'amazon.aws.ec2_vpc_subnet',
        'vpc_id: "{{ net.vpc.id }}", cidr: 10.9.1.0/24',
        {
          check: true,
          before: [['ec2_vpc', 'name: later, cidr_block: 10.9.0.0/16', 'net']],
        },
      );
      assert.is(foretold.status, 'changed');
      assert.is(foretold.again, 'ok');
      assert.is(foretold.value('subnet.available_ip_address_count'), 251);
      assert.equal(foretold.writes, []);
    });

    test('a subnet is made in its zone with public addresses and tags, and found again', async () => {
      const made = await subnet(
        'cidr: 10.240.0.0/24, az: eu-west-1a, map_public: true, tags: { Name: nodes, role: node }',
      );
      assert.is(made.status, 'changed');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['CreateSubnet', 'ModifySubnetAttribute']);
      assert.is(made.value('subnet.availability_zone'), 'eu-west-1a');
      assert.is(made.value('subnet.map_public_ip_on_launch'), true);
      assert.equal(made.value('subnet.tags'), { Name: 'nodes', role: 'node' });
    });

    test('--diff shows what changes, and only that is changed', async () => {
      const changed = await subnet('cidr: 10.240.0.0/24, tags: { Name: nodes, role: worker }', {
        diff: true,
      });
      assert.equal(changed.writes, ['ModifySubnetAttribute', 'CreateTags']);
      const { before, after } = changed.difference;
      assert.match(before, '"map_public_ip_on_launch": true');
      assert.match(after, '"map_public_ip_on_launch": false');
      assert.match(after, '"role": "worker"');
      assert.is(changed.again, 'ok');
    });

    test('host bits of a range are told and not sent', async () => {
      const same = await subnet('cidr: 10.240.0.7/24');
      assert.is(same.status, 'ok');
      assert.equal(same.warnings, ['10.240.0.7/24 has host bits: 10.240.0.0/24 is meant']);
    });

    test('another zone and a text that is no range are refused with a sentence', async () => {
      const moved = await subnet('cidr: 10.240.0.0/24, az: eu-west-1b');
      assert.match(moved.message, /is in eu-west-1a and cannot move to eu-west-1b/);
      const wrong = await subnet('cidr: 10.240.0.0/33');
      assert.match(wrong.message, '10.240.0.0/33 is no range of IPv4');
    });

    test('a lost reply, and a subnet that AWS does not show at once, make no twin', async () => {
      aws.proxy.fault((call, count) => {
        if (call.action === 'CreateSubnet' && count === 1) return 'lose';
        if (call.action !== 'DescribeSubnets' || count !== 3) return undefined;
        return ec2Error('InvalidSubnetID.NotFound', 'The subnet ID does not exist');
      });
      const made = await subnet('cidr: 10.240.1.0/24');
      aws.proxy.heal();
      assert.is(made.message, '');
      assert.is(made.status, 'changed');
      assert.equal(made.writes, ['CreateSubnet']);
      assert.is(made.again, 'ok');
    });

    test('a subnet that somebody else made meanwhile is taken', async () => {
      const made = await subnet('cidr: 10.240.2.0/24');
      const id = made.value('subnet.id');
      aws.proxy.fault((call, count) =>
        call.action === 'DescribeSubnets' && count === 1
          ? (reply) => ({ ...reply, body: reply.body.replaceAll('10.240.2.0/24', '10.240.99.0/24') })
          : undefined,
      );
      const raced = await subnet('cidr: 10.240.2.0/24');
      aws.proxy.heal();
      assert.is(raced.status, 'changed');
      assert.is(raced.value('subnet.id'), id);
    });

    test('a subnet in use is waited for, and refused when the time is over', async () => {
      const used = ec2Error('DependencyViolation', 'The subnet has dependencies and cannot be deleted.');
      aws.proxy.fault((call, count) => (call.action === 'DeleteSubnet' && count === 1 ? used : undefined));
      const gone = await subnet('cidr: 10.240.2.0/24, state: absent');
      aws.proxy.heal();
      assert.is(gone.status, 'changed');
      assert.equal(gone.writes, ['DeleteSubnet', 'DeleteSubnet']);
      aws.proxy.fault((call) => (call.action === 'DeleteSubnet' ? used : undefined));
      const kept = await subnet('cidr: 10.240.1.0/24, state: absent, wait_timeout: 0');
      aws.proxy.heal();
      assert.match(kept.message, /DependencyViolation: The subnet has dependencies/);
    });

    test('absent twice changes nothing the second time, and check mode deletes nothing', async () => {
      const foretold = await subnet('cidr: 10.240.1.0/24, state: absent', { check: true });
      assert.is(foretold.status, 'changed');
      assert.equal(foretold.writes, []);
      assert.is((await subnet('cidr: 10.240.1.0/24, state: absent')).status, 'changed');
      assert.is((await subnet('cidr: 10.240.1.0/24, state: absent')).status, 'ok');
    });
  },
  { unless: whyNoAws() },
);
