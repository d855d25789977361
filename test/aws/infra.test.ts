// infra.yml and destroy.yml with the shapes that the repository brings, on an empty account.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';
import { shapes, type Standing } from './infra_shapes.ts';

const playbooks = path.resolve(import.meta.dirname, '../../playbooks');

/** `task item status` of all that changed, or would. */
function changes(ran: Ran): string[] {
  return ran.events
    .filter(({ type, result }) => ['result', 'item'].includes(type) && result?.status === 'changed')
    .map(({ type, task }) => `${type} ${task?.name ?? ''}`)
    .sort();
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
              ...IpRanges.map(({ CidrIp = '' }) => CidrIp),
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

for (const [shape, wanted] of Object.entries(shapes))
  describe(
    `infra.yml with playbooks/aws/${shape}.yml`,
    ({ test, setup, teardown }) => {
      let aws: TestAws;
      let folder: string;
      let foretold: Ran;
      const before: Record<string, string | undefined> = {};
      const keep = (playbook: string, ...argv: readonly string[]): Promise<Ran> => {
        aws.proxy.forget();
        return runPlaybookCommand(
          path.join(playbooks, playbook),
          ...['-e', `@${path.join(playbooks, 'aws', `${shape}.yml`)}`],
          ...['-e', 'control_cidr=203.0.113.7/32', '-e', `infra_dir=${folder}`, ...argv],
        );
      };
      setup(async () => {
        aws = await useAws();
        folder = mkdtempSync(path.join(tmpdir(), 'hardway-infra-'));
        for (const [name, value] of Object.entries(aws.environment)) {
          before[name] = process.env[name];
          process.env[name] = value;
        }
      });
      teardown(async () => {
        for (const [name, value] of Object.entries(before))
          if (value === undefined) Reflect.deleteProperty(process.env, name);
          else process.env[name] = value;
        rmSync(folder, { recursive: true, force: true });
        await aws.release();
      });

      test('check mode on an empty account foretells all of it and writes nothing', async () => {
        foretold = await keep('infra.yml', '--check');
        assert.is(foretold.code, 0, troubles(foretold));
        assert.is(foretold.recap['localhost']?.['unknown'] ?? 0, 0, troubles(foretold));
        assert.equal(aws.proxy.writes, []);
      });

      test(`the run makes just what was foretold (S3-01, S4-44, ${rowsOf[shape] ?? ''})`, async () => {
        const made = await keep('infra.yml');
        assert.is(made.code, 0, troubles(made));
        assert.equal(changes(made), changes(foretold));
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

      test('destroy.yml leaves nothing, and has nothing to do a second time (S0-52, S3-27)', async () => {
        const gone = await keep('destroy.yml');
        assert.is(gone.code, 0, troubles(gone));
        const again = await keep('destroy.yml');
        assert.is(again.code, 0, troubles(again));
        assert.equal(aws.proxy.writes, []);
      });
    },
    { unless: whyNoAws() },
  );
