// infra.yml and destroy.yml with the shapes that the repository brings, on an empty account.
import path from 'node:path';
import {
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';
import * as assert from 'uvu/assert';
import { runPlaybookCommand, type Ran } from '../support/hardway.ts';
import { type AwsOperator, useAwsOperator } from '../support/aws_operator.ts';
import { whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { timed } from '../support/cluster.ts';
import { accessOf, checkFiles, checkSessions } from './access_files.ts';
import { shapes, type Standing } from './infra_shapes.ts';
import { allowedActions, policy } from '../support/aws_policy.ts';
import { policyExtras } from './policy_extras.ts';

const playbooks = path.resolve(import.meta.dirname, '../../playbooks');

/** Calls that make a thing, by the task that foretells it; the main route table and the group of a VPC are AWS's own. */
const makers: Readonly<Record<string, string>> = {
  VPC: 'CreateVpc',
  'Internet gateway': 'CreateInternetGateway',
  Subnets: 'CreateSubnet',
  'Security groups': 'CreateSecurityGroup',
  'IAM roles with instance profiles': 'CreateRole',
  'Target groups': 'CreateTargetGroup',
  'Key pair of the operator': 'ImportKeyPair',
  Instances: 'RunInstances',
  'Elastic addresses': 'AllocateAddress',
  'Launch templates': 'CreateLaunchTemplate',
  'Auto Scaling groups': 'CreateAutoScalingGroup',
  Balancers: 'CreateLoadBalancer',
};

/** Of all that changed, or would: `task`, or `task: item` in loops. */
function changes(ran: Ran): string[] {
  const names = new Map<unknown, string>();
  for (const { type, task } of ran.events) if (type === 'task-start' && task) names.set(task.id, task.name);
  const looped = new Set<unknown>();
  const changed = ran.events.flatMap(({ type, task, label, result }) => {
    if (result?.status !== 'changed') return [];
    // An item names its task by the id alone, and comes before the result of the whole loop.
    if (type === 'item') {
      looped.add(task);
      return [`${names.get(task) ?? ''}: ${label ?? ''}`];
    }
    return type === 'result' && !looped.has(task?.id) ? [task?.name ?? ''] : [];
  });
  return changed.sort();
}

/** How many of each are foretold, by the call that makes one. */
function foretoldCalls(ran: Ran): Readonly<Record<string, number>> {
  const tasks = changes(ran).map((line) => line.replace(/: .*/, ''));
  return counted(
    Object.entries(makers).map(([task, action]) => [action, tasks.filter((one) => one === task)]),
  );
}

function madeCalls({ proxy: { calls } }: TestAws): Readonly<Record<string, number>> {
  return counted(
    Object.values(makers).map((action) => [action, calls.filter((call) => call.action === action)]),
  );
}

/** Words of groups and rules that AWS does not take, and moto does. */
function wordsRefused({ proxy: { calls } }: TestAws): string[] {
  return calls
    .flatMap(({ action, parameters }) => (/SecurityGroup/.test(action) ? [...parameters] : []))
    .filter(([name]) => /Description$/.test(name))
    .map(([, words]) => words)
    .filter((words) => !/^[a-zA-Z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/.test(words));
}

function counted(
  found: readonly (readonly [string, readonly unknown[]])[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(found.map(([name, all]) => [name, all.length]));
}

function troubles(ran: Ran): string {
  return ran.events
    .filter(({ result }) => ['failed', 'unknown'].includes(result?.status ?? ''))
    .map(({ task, result }) => `${task?.name ?? ''}: ${result?.message ?? result?.waits_for ?? ''}`)
    .concat(ran.stderr)
    .join('\n');
}

/** What a shape must have made, by the calls of a client of the test's own; lines that read like the guides' tables. */
async function whatStands(aws: TestAws): Promise<Standing> {
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const client = new EC2Client({ region: aws.region, endpoint: aws.proxy.url, credentials });
  const mine = { Filters: [{ Name: 'tag-key', Values: ['hardway'] }] };
  const { Vpcs: vpcs = [] } = await client.send(new DescribeVpcsCommand(mine));
  const { Subnets: subnets = [] } = await client.send(new DescribeSubnetsCommand(mine));
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: vpcs.map(({ VpcId = '' }) => VpcId) }] };
  const { RouteTables: tables = [] } = await client.send(new DescribeRouteTablesCommand(inVpc));
  const { SecurityGroups: groups = [] } = await client.send(new DescribeSecurityGroupsCommand(mine));
  const { Reservations: made = [] } = await client.send(new DescribeInstancesCommand(inVpc));
  client.destroy();
  const tag = (tags: readonly Tag[] | undefined, key = 'Name'): string =>
    tags?.find(({ Key }) => Key === key)?.Value ?? '';
  const instances = made.flatMap(({ Instances = [] }) => Instances);
  const isOfHost = (range: string): boolean =>
    instances.some(({ PublicIpAddress }) => `${PublicIpAddress ?? ''}/32` === range);
  const nameOf = (interfaceId: string | undefined): string =>
    tag(
      instances.find(({ NetworkInterfaces = [] }) =>
        NetworkInterfaces.some(({ NetworkInterfaceId }) => NetworkInterfaceId === interfaceId),
      )?.Tags,
    );
  return {
    networks: [
      ...vpcs.flatMap(({ CidrBlockAssociationSet = [] }) =>
        CidrBlockAssociationSet.map(({ CidrBlock = '' }) => CidrBlock),
      ),
      ...subnets.map(({ CidrBlock = '', AvailabilityZone = '' }) => `${CidrBlock} ${AvailabilityZone}`),
    ].sort(),
    hosts: instances
      .map(({ Tags, PrivateIpAddress = '', InstanceType = '', SourceDestCheck, PublicIpAddress }) =>
        [
          ...[tag(Tags), PrivateIpAddress, InstanceType],
          ...(SourceDestCheck === false ? ['forwards'] : []),
          ...(PublicIpAddress === undefined ? [] : ['public']),
        ].join(' '),
      )
      .sort(),
    routes: tables
      .flatMap(({ Routes = [], Tags, Associations = [] }) =>
        Routes.filter(({ GatewayId }) => GatewayId !== 'local').map((route) => {
          const table = Associations.some(({ Main }) => Main) ? 'main' : tag(Tags);
          const to = route.GatewayId?.startsWith('igw-') ? 'internet' : nameOf(route.NetworkInterfaceId);
          return `${table}: ${route.DestinationCidrBlock ?? ''} ${to}`;
        }),
      )
      .sort(),
    rules: groups
      .flatMap(({ GroupName = '', IpPermissions = [] }) =>
        IpPermissions.flatMap(
          ({ IpProtocol = '', FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] }) => {
            const ports = IpProtocol === '-1' ? '' : ` ${FromPort ?? ''}-${ToPort ?? ''}`;
            const others = UserIdGroupPairs.map(({ GroupId = '' }) =>
              groups.find((one) => one.GroupId === GroupId),
            );
            const from = [
              ...IpRanges.map(({ CidrIp = '' }) => (isOfHost(CidrIp) ? 'public' : CidrIp)),
              ...others.map((one) => one?.GroupName ?? ''),
            ];
            return from.map((source) => `${GroupName}: ${IpProtocol}${ports} ${source}`);
          },
        ),
      )
      .sort(),
  };
}

/** Rows of the guides that networks, hosts, routes and rules of a shape show. */
const rowsOf: Readonly<Record<string, string>> = {
  scaling: 'S0-01, S0-02, S0-06, S0-08, S0-09',
  nine: 'S1-01..05, S1-07, S1-08',
  small: 'S3-03, S3-05..07, S3-14, S3-15, S3-18, S3-26',
  private: 'S4-01..07, S4-14, S4-17, S4-47',
};

/** All that was asked of AWS, as IAM names it. */
const asked = new Set<string>();

for (const [shape, wanted] of Object.entries(shapes))
  describe(
    `infra.yml with playbooks/aws/${shape}.yml`,
    ({ test, setup, teardown }) => {
      let aws: TestAws;
      let folder: string;
      let foretold: Ran;
      let operator: AwsOperator;
      const note = (): void => {
        for (const { service, action } of aws.proxy.calls) asked.add(`${service}:${action}`);
      };
      const keep = (playbook: string, ...argv: readonly string[]): Promise<Ran> => {
        note();
        aws.proxy.forget();
        return runPlaybookCommand(
          path.join(playbooks, playbook),
          ...['-e', `@${path.join(playbooks, 'aws', `${shape}.yml`)}`],
          ...['-e', 'control_cidr=203.0.113.7/32', '-e', `infra_dir=${folder}`, ...argv],
        );
      };
      setup(async () => {
        operator = await useAwsOperator();
        ({ aws, folder } = operator);
      });
      teardown(async () => {
        note();
        await operator.release();
      });

      test('check mode on an empty account foretells all of it and writes nothing', async () => {
        foretold = await keep('infra.yml', '--check');
        assert.is(foretold.code, 0, troubles(foretold));
        assert.is(foretold.recap['localhost']?.['unknown'] ?? 0, 0, troubles(foretold));
        const actions = [...new Set(aws.proxy.calls.map(({ action }) => action))];
        assert.ok(actions.length > 4);
        assert.equal(
          actions.filter((action) => !/^(?:Describe|Get|List)/.test(action)),
          [],
        );
      });

      test(`the run makes just what was foretold (S3-01, S4-44, ${rowsOf[shape] ?? ''})`, async () => {
        const made = await timed(`${shape}.yml made`, () => keep('infra.yml'));
        assert.is(made.code, 0, troubles(made));
        assert.equal(changes(made), changes(foretold));
        assert.equal(madeCalls(aws), foretoldCalls(foretold));
        assert.equal(wordsRefused(aws), []);
        const stands = await whatStands(aws);
        // Hosts of Auto Scaling groups get any address of their subnets.
        const hosts = stands.hosts.map((line) => (shape === 'scaling' ? line.replace(/ 10\.\S+/, '') : line));
        assert.equal({ ...stands, hosts }, wanted);
      });

      test('the second run changes nothing', async () => {
        const again = await keep('infra.yml');
        assert.is(again.code, 0, troubles(again));
        assert.equal(changes(again), []);
        assert.equal(aws.proxy.writes, []);
      });

      test('access.yml writes files by which ssh, our own reader and the inventory find each host (S1-11, S1-12)', async () => {
        const foreseen = await keep('access.yml', '--check');
        assert.is(foreseen.code, 0, troubles(foreseen));
        const ran = await keep('access.yml');
        assert.is(ran.code, 0, troubles(ran));
        assert.equal(changes(ran), changes(foreseen));
        assert.equal(aws.proxy.writes, []);
        checkFiles(shape, folder, await accessOf(folder));
        const again = await keep('access.yml');
        assert.equal([again.code, changes(again)], [0, []], troubles(again));
        if (shape !== 'scaling') return;
        // S0-16
        const sessions = await keep('access.yml', '-e', 'access_by=ssm');
        assert.is(sessions.code, 0, troubles(sessions));
        checkSessions(folder, await accessOf(folder));
      });

      test('destroy.yml leaves nothing, and has nothing to do a second time (S0-52, S3-27, S4-42)', async () => {
        const gone = await timed(`${shape}.yml gone`, () => keep('destroy.yml'));
        assert.is(gone.code, 0, troubles(gone));
        const again = await keep('destroy.yml');
        assert.is(again.code, 0, troubles(again));
        assert.equal(aws.proxy.writes, []);
      });
    },
    { unless: whyNoAws() },
  );

describe(
  'playbooks/aws/iam_policy.json',
  ({ test }) => {
    test('allows just what was asked of AWS above, and what moto cannot show', () => {
      const extras = Object.values(policyExtras).flat();
      assert.equal(
        extras.filter((action) => asked.has(action)),
        [],
        'is no extra',
      );
      assert.equal([...allowedActions].sort(), [...asked, ...extras].sort());
    });

    test('is one that AWS takes: each action once, no wildcard, below 6144 characters', () => {
      assert.is(new Set(allowedActions).size, allowedActions.length);
      assert.ok(allowedActions.every((action) => /^[a-z0-9]+:[A-Z]\w+$/.test(action)));
      assert.ok(JSON.stringify(policy).length < 6144);
    });
  },
  { unless: whyNoAws() },
);
