// route_mode vpc: playbooks/routing.yml on paper hosts whose instances stand in a VPC of moto's; the API's nodes are the
// test's, all that concerns AWS is done.
import {
  AssociateRouteTableCommand,
  CreateRouteTableCommand,
  DescribeInstanceAttributeCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import * as assert from 'uvu/assert';
import { networkTasks } from '../support/aws_keep.ts';
import { notAllowed } from '../support/aws_policy.ts';
import { withEnvironment } from '../support/environment.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { siteOnPaper, type Paper, type PaperRequest } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

const real = ['ec2_instance_info', 'ec2_instance', 'ec2_route'];

describe(
  'route_mode vpc',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let client: EC2Client;
    let vpc: string;
    let subnets: readonly string[];
    let restore: () => void;
    const addresses = {
      'controller-0': '10.240.0.10',
      'worker-0': '10.240.0.20',
      'worker-1': '10.240.1.21',
      'worker-2': '10.240.1.22',
    };
    const ids = new Map<string, string>();

    async function makeInstance(name: string, address: string): Promise<void> {
      const { Instances = [] } = await client.send(
        new RunInstancesCommand({
          ImageId: 'ami-0a11debian12amd64',
          InstanceType: 't3.small',
          SubnetId: subnets[address.startsWith('10.240.0.') ? 0 : 1],
          PrivateIpAddress: address,
          MinCount: 1,
          MaxCount: 1,
        }),
      );
      ids.set(name, Instances[0]?.InstanceId ?? '');
    }

    /** `main: 10.200.0.0/24 worker-1`, of the tables of the VPC. */
    async function routes(): Promise<string[]> {
      const { RouteTables = [] } = await client.send(
        new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
      );
      const { NetworkInterfaces } = await import('@aws-sdk/client-ec2').then((sdk) =>
        client.send(new sdk.DescribeNetworkInterfacesCommand({})),
      );
      const cards = new Map(
        (NetworkInterfaces ?? []).map((one) => [one.NetworkInterfaceId, one.PrivateIpAddress]),
      );
      const names = new Map(Object.entries(addresses).map(([name, address]) => [address, name]));
      return RouteTables.flatMap(({ Associations = [], Routes = [] }) =>
        Routes.filter(({ GatewayId }) => GatewayId !== 'local').map((route) => {
          const table = Associations.some(({ Main }) => Main) ? 'main' : 'own';
          const to = names.get(cards.get(route.NetworkInterfaceId) ?? '') ?? route.GatewayId ?? '';
          return `${table}: ${route.DestinationCidrBlock ?? ''} ${to}`;
        }),
      ).sort();
    }

    async function route(more: Partial<PaperRequest> = {}): Promise<Paper> {
      aws.proxy.forget();
      const paper = await siteOnPaper({
        hosts: Object.fromEntries(
          Object.entries(addresses).map(([name, address]) => [name, { ansible_host: address, vpc_id: vpc }]),
        ),
        groups: { controller: ['controller-0'], worker: ['worker-0', 'worker-1'] },
        vars: { route_mode: 'vpc' },
        playbook: 'routing.yml',
        missing: ['/etc/hardway/routes-pods.batch'],
        real,
        ...more,
      });
      paper.remove();
      assert.equal(notAllowed(aws.proxy.calls), [], 'the policy allows it');
      return paper;
    }

    setup(async () => {
      aws = await useAws();
      restore = withEnvironment(aws.environment);
      ({ vpc, subnets } = await networkTasks(aws));
      client = new EC2Client({
        region: aws.region,
        endpoint: aws.proxy.url,
        credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
      });
      // The second subnet has a table of its own, and a route of somebody else in it.
      const { RouteTable } = await client.send(new CreateRouteTableCommand({ VpcId: vpc }));
      const table = { RouteTableId: RouteTable?.RouteTableId };
      await client.send(new AssociateRouteTableCommand({ ...table, SubnetId: subnets[1] }));
      for (const [name, address] of Object.entries(addresses)) await makeInstance(name, address);
    });
    teardown(async () => {
      client.destroy();
      restore();
      await aws.release();
    });

    const both = (...lines: readonly string[]): string[] =>
      ['main', 'own'].flatMap((table) => lines.map((line) => `${table}: ${line}`)).sort();

    test('check mode writes nothing', async () => {
      const paper = await route({ checkMode: true });
      assert.equal(paper.failures, []);
      assert.equal(aws.proxy.writes, []);
    });

    test('each worker’s range leads to its interface in the table of every subnet with hosts, and workers may forward (S3-05, S3-06, S3-12, S3-25)', async () => {
      const paper = await route();
      assert.equal(paper.failures, []);
      assert.equal(await routes(), both('10.200.0.0/24 worker-1', '10.200.1.0/24 worker-0'));
      const checks: string[] = [];
      for (const [name, InstanceId] of ids) {
        const asked = { InstanceId, Attribute: 'sourceDestCheck' } as const;
        const { SourceDestCheck } = await client.send(new DescribeInstanceAttributeCommand(asked));
        checks.push(`${name} ${String(SourceDestCheck?.Value)}`);
      }
      // worker-2 is no node.
      assert.equal(checks, ['controller-0 true', 'worker-0 false', 'worker-1 false', 'worker-2 true']);
    });

    test('a second run asks and changes nothing', async () => {
      const paper = await route();
      assert.equal(paper.failures, []);
      assert.equal(aws.proxy.writes, []);
      assert.ok(aws.proxy.calls.length >= 3, String(aws.proxy.calls.length));
    });

    test('hosts get no route, keep their masquerade rule, and lose routes that they had', async () => {
      const paper = await route();
      assert.equal(paper.of('worker-0', 'route'), []);
      assert.match(
        paper.file('worker-0', '/etc/systemd/system/pod-masquerade.service'),
        '-A POSTROUTING -s 10.200.0.0/16 ! -d 10.200.0.0/16 -j MASQUERADE',
      );
      const changed = await route({ missing: [] });
      assert.equal(
        changed.of('controller-0', 'route').map(({ words }) => words('routes', 'purge')),
        ['[] true'],
      );
      assert.equal(
        changed.of('worker-0', 'file').map(({ words }) => words('path', 'state')),
        ['/etc/systemd/system/hardway-routes.service absent', '/etc/hardway/routes-pods.batch absent'],
      );
    });

    test('ranges that moved and a new worker are followed', async () => {
      const groups = { controller: ['controller-0'], worker: ['worker-1', 'worker-0', 'worker-2'] };
      const paper = await route({ groups });
      assert.equal(paper.failures, []);
      assert.equal(
        await routes(),
        both('10.200.0.0/24 worker-2', '10.200.1.0/24 worker-0', '10.200.2.0/24 worker-1'),
      );
      assert.equal(
        aws.proxy.writes.filter((action) => action !== 'CreateTags'),
        ['ModifyInstanceAttribute', ...['main', 'own'].flatMap(() => ['ReplaceRoute', 'CreateRoute'])],
      );
    });

    test('the routes of a worker that left go, and no others (S1-46)', async () => {
      const { RouteTables = [] } = await client.send(
        new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
      );
      const sdk = await import('@aws-sdk/client-ec2');
      const { InternetGateway } = await client.send(new sdk.CreateInternetGatewayCommand({}));
      const gateway = InternetGateway?.InternetGatewayId ?? '';
      await client.send(new sdk.AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
      for (const { RouteTableId } of RouteTables)
        await client.send(
          new sdk.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway }),
        );
      const paper = await route();
      assert.equal(paper.failures, []);
      assert.equal(
        await routes(),
        both(`0.0.0.0/0 ${gateway}`, '10.200.0.0/24 worker-1', '10.200.1.0/24 worker-0'),
      );
    });

    test('a node that reports and is no instance of the VPC is told, and nothing is changed', async () => {
      const hosts = {
        'controller-0': { ansible_host: addresses['controller-0'], vpc_id: vpc },
        'worker-0': { ansible_host: '192.168.5.20' },
      };
      const groups = { controller: ['controller-0'], worker: ['worker-0'] };
      const vars = { route_mode: 'vpc', networking_gone_wait_seconds: 0 };
      const stranger = await route({ hosts, groups, vars });
      assert.match(
        stranger.failures.join().replaceAll(/\s+/g, ' '),
        /No instance of vpc-\w+ has the address of 192\.168\.5\.20, and the node is alive/,
      );
      assert.equal(stranger.of('worker-0', 'k8s_node'), []);
      assert.equal(aws.proxy.writes, []);
    });

    test('a silent node whose instance is gone leaves the cluster, and its routes go', async () => {
      const here = { vpc_id: vpc };
      const hosts = {
        'controller-0': { ansible_host: addresses['controller-0'], ...here },
        'worker-0': { ansible_host: addresses['worker-0'], ...here },
        'worker-9': { ansible_host: '10.240.0.99', ...here },
      };
      const groups = { controller: ['controller-0'], worker: ['worker-9', 'worker-0'] };
      const paper = await route({ hosts, groups, silent: ['worker-9'] });
      assert.equal(paper.failures, []);
      const removed = paper.tasks
        .filter(({ module, words }) => module === 'k8s_node' && words('state') === 'absent')
        .map(({ words }) => words('name'));
      assert.equal(removed, ['worker-9']);
      assert.equal(
        (await routes()).filter((line) => line.includes('10.200.')),
        ['main: 10.200.0.0/24 worker-0'],
        'none is left in the table of a subnet without hosts',
      );
    });

    test('without the id of its VPC a cluster is told to give one', async () => {
      const unknown = await route({
        hosts: { 'controller-0': {}, 'worker-0': {} },
        groups: { controller: ['controller-0'], worker: ['worker-0'] },
      });
      assert.match(unknown.failures.join(), 'networking_vpc_id does not say in which');
    });
  },
  { unless: whyNoAws() },
);
