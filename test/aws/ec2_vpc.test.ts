import * as assert from 'uvu/assert';
import { describe } from '../support/suite.ts';
import { play, type Played } from '../support/play_here.ts';
import { keep as keepOnce } from '../support/aws_keep.ts';
import { ec2Error } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';

describe(
  'ec2_vpc',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    const keep = (parameters: string, options: { checkMode?: boolean } = {}): Promise<Played> => {
      aws.proxy.forget();
      const task = `{ ${parameters}, ${aws.parameters} }`;
      return play(
        `- hosts: one
  gather_facts: false
  tasks:
    - name: keep
      ec2_vpc: ${task}
      register: kept
    - name: look again
      amazon.aws.ec2_vpc_net: ${task}
      check_mode: true
      register: again
    - debug: msg="{{ kept.vpc.id | default('none') }} {{ again is changed }}"`,
        { options: { checkMode: options.checkMode ?? false } },
      );
    };
    setup(async () => {
      aws = await useAws();
    });
    teardown(() => aws.release());

    test('makes a VPC that is not there, with its attributes and tags, and finds it again', async () => {
      const wish = 'name: kube, cidr_block: [10.200.0.0/16, 10.32.0.0/16], tags: { stage: dev, size: 3 }';
      const made = await keep(wish);
      assert.is(made.result('one', 'keep').status, 'changed');
      assert.match(made.said[0] ?? '', /^vpc-\w+ False$/);
      assert.equal(aws.proxy.writes, ['CreateVpc', 'ModifyVpcAttribute', 'AssociateVpcCidrBlock']);
      const again = await keep(wish);
      assert.is(again.result('one', 'keep').status, 'ok');
      assert.is(again.said[0], made.said[0]);
      assert.equal(aws.proxy.writes, []);
    });

    test('a range with host bits is that of its network, as AWS keeps it', async () => {
      const wish = 'name: bits, cidr_block: [10.79.3.4/16, 10.80.1.1/16]';
      const made = await keep(wish);
      assert.match(made.said[0] ?? '', /^vpc-\w+ False$/);
      assert.equal(
        aws.proxy.calls
          .filter(({ action }) => /^(?:CreateVpc|AssociateVpcCidrBlock)$/.test(action))
          .map(({ parameters }) => parameters.get('CidrBlock')),
        ['10.79.0.0/16', '10.80.0.0/16'],
      );
      const again = await keep(wish);
      assert.equal([again.said[0], aws.proxy.writes], [made.said[0], []]);
    });

    test('a change of tags and attributes is told by check mode with no write, then made', async () => {
      const wish =
        'name: kube, cidr_block: 10.200.0.0/16, dns_hostnames: false, tags: { stage: prod }, purge_cidrs: true';
      const foretold = await keep(wish, { checkMode: true });
      assert.is(foretold.result('one', 'keep').status, 'changed');
      assert.match(foretold.said[0] ?? '', /False$/);
      assert.equal(aws.proxy.writes, []);
      const made = await keep(wish);
      assert.is(made.result('one', 'keep').status, 'changed');
      assert.match(made.said[0] ?? '', /False$/);
      assert.equal(aws.proxy.writes, [
        'ModifyVpcAttribute',
        'DisassociateVpcCidrBlock',
        'DeleteTags',
        'CreateTags',
      ]);
    });

    test('check mode foretells a VPC that is not there, and later tasks see it', async () => {
      const foretold = await keep('name: other, cidr_block: 10.99.0.0/16', { checkMode: true });
      assert.equal(foretold.said, ['vpc made-by-this-run:other False']);
      assert.equal(aws.proxy.writes, []);
    });

    test('check mode tells that one which something stands in cannot be removed, unless it goes before', async () => {
      const wish = 'name: full, cidr_block: 10.91.0.0/16';
      const made = await keepOnce(aws, 'ec2_vpc', wish, { show: 'kept.vpc.id' });
      const id = made.shown;
      const of = (module: string, words: string) => [module, `vpc_id: ${id}, ${words}`, 'it'] as const;
      const things = [
        of('ec2_subnet', 'cidr: 10.91.1.0/24, tags: { Name: nodes }'),
        of('ec2_igw', 'tags: { Name: way-out }'),
        of('ec2_route_table', 'tags: { Name: own }'),
        of('ec2_security_group', 'name: hosts, description: Hosts'),
      ];
      const kinds = [/: subnet subnet-\w+ \(nodes\)/, /: internet gateway igw-\w+ \(way-out\)/];
      kinds.push(/: route table rtb-\w+ \(own\)/, /: security group sg-\w+ \(hosts\)/);
      const absent = `${wish}, state: absent`;
      for (const [index, thing] of things.entries()) {
        await keepOnce(aws, 'ec2_vpc', wish, { before: [thing] });
        const refused = await keepOnce(aws, 'ec2_vpc', absent, { check: true });
        assert.match(refused.message, `VPC ${id} is in use`);
        assert.match(refused.message, kinds[index] ?? /none/);
        assert.equal(refused.writes, []);
        const gone = [thing[0], `${thing[1]}, state: absent`, 'it'] as const;
        const foretold = await keepOnce(aws, 'ec2_vpc', absent, { check: true, before: [gone] });
        assert.equal([foretold.message, foretold.status, foretold.writes], ['', 'changed', []]);
        await keepOnce(aws, 'ec2_vpc', wish, { before: [gone] });
      }
      const empty = await keepOnce(aws, 'ec2_vpc', absent, { check: true });
      assert.equal([empty.message, empty.status], ['', 'changed']);
    });

    test('is removed when it is to be absent, and only then', async () => {
      const gone = await keep('name: kube, cidr_block: 10.200.0.0/16, state: absent');
      assert.is(gone.result('one', 'keep').status, 'changed');
      assert.equal(aws.proxy.writes, ['DeleteVpc']);
      const again = await keep('name: kube, cidr_block: 10.200.0.0/16, state: absent');
      assert.is(again.result('one', 'keep').status, 'ok');
    });

    test('a lost reply of CreateVpc makes no twin', async () => {
      aws.proxy.fault((call, count) => (call.action === 'CreateVpc' && count === 1 ? 'lose' : undefined));
      const made = await keep('name: lost, cidr_block: 10.98.0.0/16');
      aws.proxy.heal();
      assert.is(made.result('one', 'keep').status, 'changed');
      assert.equal(
        aws.proxy.writes.filter((one) => one === 'CreateVpc'),
        ['CreateVpc'],
      );
    });

    test('a limit of rate is waited out', async () => {
      aws.proxy.fault((_call, count) =>
        count % 3 === 1 ? ec2Error('RequestLimitExceeded', 'slow down', 503) : undefined,
      );
      const made = await keep('name: slow, cidr_block: 10.97.0.0/16');
      aws.proxy.heal();
      assert.is(made.result('one', 'keep').status, 'changed');
    });

    test('DHCP options are set where they are named, and --diff shows it (S1-01, S3-14)', async () => {
      const { EC2Client, CreateDhcpOptionsCommand } = await import('@aws-sdk/client-ec2');
      const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
      const client = new EC2Client({ region: aws.region, endpoint: aws.proxy.url, credentials });
      const DhcpConfigurations = [{ Key: 'domain-name', Values: ['kube.example'] }];
      const options = await client.send(new CreateDhcpOptionsCommand({ DhcpConfigurations }));
      client.destroy();
      const id = options.DhcpOptions?.DhcpOptionsId ?? '';
      const set = await keepOnce(
        aws,
        'ec2_vpc',
        `name: slow, cidr_block: 10.97.0.0/16, dhcp_opts_id: ${id}`,
        {
          diff: true,
        },
      );
      assert.equal(set.writes, ['AssociateDhcpOptions']);
      assert.is(set.again, 'ok');
      assert.is(set.value('vpc.dhcp_options_id'), id);
      assert.match(set.difference.after, `"dhcp_options_id": "${id}"`);
    });

    test('a VPC that AWS does not show at once, and then as pending, is waited for', async () => {
      aws.proxy.fault((call, count) => {
        if (call.action !== 'DescribeVpcs') return undefined;
        if (count === 3) return ec2Error('InvalidVpcID.NotFound', 'The vpc ID does not exist');
        if (count !== 4) return undefined;
        return (reply) => ({ ...reply, body: reply.body.replaceAll('>available<', '>pending<') });
      });
      const made = await keepOnce(aws, 'ec2_vpc', 'name: late, cidr_block: 10.95.0.0/16');
      aws.proxy.heal();
      assert.is(made.status, 'changed');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, ['CreateVpc', 'ModifyVpcAttribute']);
    });

    test('a further range is associated once, although its reply is lost, and waited for', async () => {
      let seen = '';
      aws.proxy.fault((call, count) => {
        if (call.action === 'AssociateVpcCidrBlock' && count === 1) return 'lose';
        if (call.action !== 'DescribeVpcs') return undefined;
        return (reply) => {
          seen = reply.body;
          const isHeld = count === 3;
          return isHeld ? { ...reply, body: seen.replaceAll('>associated<', '>associating<') } : reply;
        };
      });
      const made = await keepOnce(aws, 'ec2_vpc', 'name: late, cidr_block: [10.95.0.0/16, 10.33.0.0/16]');
      aws.proxy.heal();
      assert.equal(made.writes, ['AssociateVpcCidrBlock']);
      assert.is(made.again, 'ok');
      assert.is(seen.match(/<cidrBlock>10\.33\.0\.0\/16<\/cidrBlock>/g)?.length, 1);
    });

    test('a refusal names the action and what to do', async () => {
      aws.proxy.fault((call) =>
        call.action === 'CreateVpc'
          ? ec2Error('UnauthorizedOperation', 'You are not authorized.', 403)
          : undefined,
      );
      const refused = await keep('name: refused, cidr_block: 10.96.0.0/16');
      aws.proxy.heal();
      const result = refused.result('one', 'keep');
      assert.is(result.status, 'failed');
      assert.match(
        result.status === 'failed' ? (result.message ?? '') : '',
        `AWS does not allow ec2:CreateVpc in eu-west-1: You are not authorized. Add to the caller's IAM policy: { "Effect": "Allow", "Action": "ec2:CreateVpc", "Resource": "*" }`,
      );
    });
  },
  { unless: whyNoAws() },
);
