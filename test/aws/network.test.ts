import * as assert from 'uvu/assert';
import { ec2Error, type Fault } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { play } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

const vpc = 'vpc_id: "{{ net.vpc.id }}"';
const network: readonly (readonly [module: string, parameters: string, register: string])[] = [
  ['ec2_vpc', 'name: kube, cidr_block: [10.240.0.0/16, 10.32.0.0/16]', 'net'],
  [
    'ec2_subnet',
    `${vpc}, cidr: 10.240.0.0/24, az: eu-west-1a, map_public: true, tags: { Name: nodes }`,
    'sub',
  ],
  ['ec2_igw', `${vpc}, tags: { Name: kube }`, 'gate'],
  [
    'ec2_route_table',
    `${vpc}, tags: { Name: public }, routes: [{ dest: default, gateway_id: igw }], subnets: [nodes]`,
    'table',
  ],
  [
    'ec2_security_group',
    `${vpc}, name: nodes, description: nodes, rules: [{ ports: [22, 6443], cidr_ip: 192.0.2.0/24 }, { proto: all, group_name: nodes }]`,
    'group',
  ],
  [
    'ec2_eni',
    'subnet_id: "{{ sub.subnet.id }}", private_ip_address: 10.240.0.10, name: gateway, security_groups: [nodes], source_dest_check: false',
    'card',
  ],
  [
    'ec2_route',
    `${vpc}, name: public, owner: pods, purge: true, routes: [{ dest: 10.200.0.0/24, interface_id: "{{ card.interface.id }}" }]`,
    'pods',
  ],
  ['ec2_eip', 'name: gateway, device_id: "{{ card.interface.id }}"', 'ip'],
];

/** What the tasks before it tell is asked again by their names. */
const removal: readonly (readonly [module: string, parameters: string])[] = [
  ['ec2_eip', 'name: gateway, release_on_disassociation: true, state: absent'],
  ['ec2_eni', 'subnet_id: "{{ sub.subnet.id }}", name: gateway, state: absent'],
  ['ec2_route_table', `${vpc}, tags: { Name: public }, state: absent`],
  ['ec2_security_group', `${vpc}, name: nodes, state: absent`],
  ['ec2_igw', `${vpc}, state: absent`],
  ['ec2_subnet', `${vpc}, cidr: 10.240.0.0/24, state: absent`],
  ['ec2_vpc', 'name: kube, cidr_block: 10.240.0.0/16, state: absent'],
];

interface Ran {
  /** `ec2_vpc changed`, by task. */
  readonly lines: readonly string[];
  readonly writes: readonly string[];
}

async function run(
  aws: TestAws,
  tasks: readonly (readonly [module: string, parameters: string, register?: string])[],
  checkMode = false,
): Promise<Ran> {
  aws.proxy.forget();
  const text = tasks.map(
    ([module, parameters, register = 'it']) =>
      `    - { name: ${module}, ${module}: { ${parameters}, ${aws.parameters} }, register: ${register} }\n`,
  );
  const { lines } = await play(`- hosts: one\n  gather_facts: false\n  tasks:\n${text.join('')}`, {
    options: { checkMode },
  });
  return { lines: lines.map((line) => line.replace('one ', '')), writes: [...aws.proxy.writes] };
}

/** How many of each kind the account has, besides those that AWS gives to every account and VPC. */
async function things(aws: TestAws): Promise<Readonly<Record<string, number>>> {
  const sdk = await import('@aws-sdk/client-ec2');
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const client = new sdk.EC2Client({ region: aws.region, endpoint: aws.proxy.url, credentials });
  const vpcs = (await client.send(new sdk.DescribeVpcsCommand({}))).Vpcs ?? [];
  const ours = vpcs.filter(({ IsDefault }) => IsDefault !== true).map(({ VpcId = '' }) => VpcId);
  const Filters = [{ Name: 'vpc-id', Values: [...ours, 'vpc-none'] }];
  const subnets = await client.send(new sdk.DescribeSubnetsCommand({ Filters }));
  const gateways = await client.send(new sdk.DescribeInternetGatewaysCommand({}));
  const tables = await client.send(new sdk.DescribeRouteTablesCommand({ Filters }));
  const groups = await client.send(new sdk.DescribeSecurityGroupsCommand({ Filters }));
  const cards = await client.send(new sdk.DescribeNetworkInterfacesCommand({ Filters }));
  const addresses = await client.send(new sdk.DescribeAddressesCommand({}));
  client.destroy();
  return {
    vpcs: ours.length,
    subnets: subnets.Subnets?.length ?? 0,
    gateways: gateways.InternetGateways?.length ?? 0,
    tables: (tables.RouteTables?.length ?? 0) - ours.length,
    groups: (groups.SecurityGroups?.length ?? 0) - ours.length,
    cards: cards.NetworkInterfaces?.length ?? 0,
    addresses: addresses.Addresses?.length ?? 0,
  };
}

const one = { vpcs: 1, subnets: 1, gateways: 1, tables: 1, groups: 1, cards: 1, addresses: 1 };
const none = { vpcs: 0, subnets: 0, gateways: 0, tables: 0, groups: 0, cards: 0, addresses: 0 };
const all = (status: string): string[] => network.map(([module]) => `${module} ${status}`);

/** The run ends within a certain write: it is done, its reply is lost, and nothing is asked or done after it. */
function killedAt(last: number): Fault {
  let writes = 0;
  return ({ action }) => {
    if (writes >= last) return ec2Error('UnauthorizedOperation', 'killed', 403);
    if (action.startsWith('Describe')) return undefined;
    writes += 1;
    return writes === last ? 'lose' : undefined;
  };
}

describe(
  'a network of EC2',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    setup(async () => {
      aws = await useAws();
    });
    teardown(() => aws.release());

    test('check mode on an empty account foretells all that the run then makes, with no write', async () => {
      const foretold = await run(aws, network, true);
      assert.equal(foretold.lines, all('changed'));
      assert.equal(foretold.writes, []);
      assert.equal(await things(aws), none);
      const made = await run(aws, network);
      assert.equal(made.lines, all('changed'));
      assert.equal(await things(aws), one);
    });

    test('the second run changes nothing, while every third call is refused for its rate', async () => {
      let calls = 0;
      aws.proxy.fault(() => {
        calls += 1;
        return calls % 3 === 0 ? ec2Error('RequestLimitExceeded', 'slow down', 503) : undefined;
      });
      const again = await run(aws, network);
      aws.proxy.heal();
      assert.equal(again.lines, all('ok'));
      assert.equal(again.writes, []);
    });

    test('check mode foretells its removal, and after it nothing is left', async () => {
      const before = network.slice(0, 2);
      const foretold = await run(aws, [...before, ...removal], true);
      assert.equal(foretold.lines, [
        'ec2_vpc ok',
        'ec2_subnet ok',
        ...removal.map(([name]) => `${name} changed`),
      ]);
      assert.equal(foretold.writes, []);
      const gone = await run(aws, [...before, ...removal]);
      assert.equal(gone.lines, foretold.lines);
      assert.equal(await things(aws), none);
    });

    test('a run in which each kind of change loses its first reply makes everything once', async () => {
      aws.proxy.fault(({ action }, count) =>
        count === 1 && !action.startsWith('Describe') ? 'lose' : undefined,
      );
      const made = await run(aws, network);
      aws.proxy.heal();
      assert.equal(made.lines, all('changed'));
      assert.equal(await things(aws), one);
      assert.equal((await run(aws, network, true)).lines, all('ok'));
      await run(aws, [...network.slice(0, 2), ...removal]);
    });

    test('killed at any write and started again, a run makes no twin and leaves nothing half-made', async () => {
      const { writes } = await run(aws, network);
      assert.is(writes.length, 20);
      await aws.release();
      for (let last = 1; last <= writes.length; last += 1) {
        aws = await useAws();
        aws.proxy.fault(killedAt(last));
        const killed = await run(aws, network);
        aws.proxy.heal();
        const name = `killed at ${last}, ${writes[last - 1] ?? ''}`;
        assert.match(killed.lines.at(-1) ?? '', / failed$/, name);
        const again = await run(aws, network);
        assert.is(again.lines.filter((line) => / (?:ok|changed)$/.test(line)).length, network.length, name);
        assert.equal(await things(aws), one, name);
        assert.equal((await run(aws, network, true)).lines, all('ok'), name);
        if (last < writes.length) await aws.release();
      }
    });
  },
  { unless: whyNoAws() },
);
