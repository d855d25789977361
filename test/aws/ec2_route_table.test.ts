import * as assert from 'uvu/assert';
import { keep, makeVpc, type KeepOptions } from '../support/aws_keep.ts';
import { ec2Error } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { describe } from '../support/suite.ts';

describe(
  'ec2_route_table',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    let vpc: string;
    let gateway: string;
    let blue: string;
    const table = (words: string, options: KeepOptions = {}) =>
      keep(aws, 'ec2_route_table', `vpc_id: ${vpc}, ${words}`, options);
    const interfaceIn = async (cidr: string): Promise<string> => {
      const subnet = await keep(aws, 'ec2_subnet', `vpc_id: ${vpc}, cidr: ${cidr}`);
      const id = String(subnet.value('subnet.id'));
      const made = await keep(aws, 'ec2_eni', `subnet_id: ${id}, name: of-${cidr}`);
      return String(made.value('interface.id'));
    };
    setup(async () => {
      aws = await useAws();
      vpc = await makeVpc(aws, '10.240.0.0/16');
      const igw = await keep(aws, 'ec2_igw', `vpc_id: ${vpc}`);
      gateway = String(igw.value('gateway_id'));
      const subnet = 'az: eu-west-1a, tags: ';
      await keep(aws, 'ec2_subnet', `vpc_id: ${vpc}, cidr: 10.240.0.0/24, ${subnet} { Name: red }`);
      const made = await keep(
        aws,
        'ec2_subnet',
        `vpc_id: ${vpc}, cidr: 10.240.1.0/24, ${subnet} { Name: blue }`,
      );
      blue = String(made.value('subnet.id'));
    });
    teardown(() => aws.release());

    test('check mode foretells all of a new VPC: its gateway, subnets, tables and their ties', async () => {
      const foretold = await keep(
        aws,
        'ec2_route_table',
        'vpc_id: "{{ net.vpc.id }}", lookup: main, routes: [{ dest: 0.0.0.0/0, gateway_id: igw }], subnets: [one]',
        {
          check: true,
          before: [
            ['ec2_vpc', 'name: later, cidr_block: 10.9.0.0/16', 'net'],
            ['ec2_igw', 'vpc_id: "{{ net.vpc.id }}"', 'gate'],
            ['ec2_subnet', 'vpc_id: "{{ net.vpc.id }}", cidr: 10.9.0.0/24, tags: { Name: one }', 'sub'],
          ],
        },
      );
      assert.is(foretold.message, '');
      assert.is(foretold.status, 'changed');
      assert.is(foretold.again, 'ok');
      assert.equal(foretold.writes, []);
      assert.is(foretold.value('route_table.main'), true);
      assert.equal(foretold.value('route_table.routes.0.targets'), [
        'internet gateway made-by-this-run:vpc made-by-this-run:later',
      ]);
    });

    test('a table is made with its route and subnets, by name, range and id, and found again', async () => {
      const made = await table(
        'tags: { Name: public }, routes: [{ dest: default, gateway_id: igw }], subnets: [red, 10.240.1.0/24]',
      );
      assert.is(made.status, 'changed');
      assert.is(made.again, 'ok');
      assert.equal(made.writes, [
        'CreateRouteTable',
        'CreateRoute',
        'AssociateRouteTable',
        'AssociateRouteTable',
      ]);
      assert.equal(made.value('route_table.routes.1'), {
        dest: '0.0.0.0/0',
        targets: [gateway],
        state: 'active',
        origin: 'CreateRoute',
      });
      const same = await keep(
        aws,
        'amazon.aws.ec2_vpc_route_table',
        `vpc_id: ${vpc}, tags: { Name: public }, subnets: [red, ${blue}]`,
      );
      assert.is(same.status, 'ok');
    });

    test('a subnet leaves its table for another in one call, and the first sees it gone', async () => {
      const taken = await table('tags: { Name: private }, subnets: [blue]');
      assert.equal(taken.writes, ['CreateRouteTable', 'ReplaceRouteTableAssociation']);
      assert.is(taken.again, 'ok');
      const left = await table('tags: { Name: public }, subnets: [red]');
      assert.is(left.status, 'ok');
    });

    test('a route whose target changed is replaced; others go by purge, the local one never', async () => {
      const one = await interfaceIn('10.240.2.0/24');
      const two = await interfaceIn('10.240.3.0/24');
      const words = (id: string): string =>
        `tags: { Name: private }, routes: [{ dest: 10.200.1.9/24, interface_id: ${id} }]`;
      assert.equal((await table(words(one))).writes, ['CreateRoute']);
      const replaced = await table(words(two), { diff: true });
      assert.equal(replaced.writes, ['ReplaceRoute']);
      assert.is(replaced.again, 'ok');
      assert.match(replaced.difference.after, two);
      const purged = await table('tags: { Name: private }, routes: []');
      assert.equal(purged.writes, ['DeleteRoute']);
      assert.is(purged.value('route_table.routes.length'), 1);
      assert.is(purged.value('route_table.routes.0.dest'), '10.240.0.0/16');
    });

    test('routes stay where purge_routes is off, or none are named', async () => {
      const words = 'tags: { Name: public }, purge_routes: false, routes: []';
      assert.is((await table(words)).status, 'ok');
      assert.is((await table('tags: { Name: public }')).status, 'ok');
    });

    test('a blackhole is replaced', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'DescribeRouteTables' && count === 1
          ? (reply) => {
              const [before = '', after = ''] = reply.body.split(`<gatewayId>${gateway}</gatewayId>`);
              const broken = after.replace('<state>active</state>', '<state>blackhole</state>');
              return { ...reply, body: `${before}<gatewayId>${gateway}</gatewayId>${broken}` };
            }
          : undefined,
      );
      const healed = await table('tags: { Name: public }, routes: [{ dest: 0.0.0.0/0, gateway_id: igw }]');
      aws.proxy.heal();
      assert.equal(healed.writes, ['ReplaceRoute']);
      assert.is(healed.again, 'ok');
    });

    test('a route that somebody else made meanwhile is replaced, one that is gone is made', async () => {
      aws.proxy.fault((call, count) => {
        if (count !== 1) return undefined;
        if (call.action === 'CreateRoute')
          return ec2Error('RouteAlreadyExists', 'The route identified by 10.8.0.0/16 already exists.');
        if (call.action === 'ReplaceRoute')
          return ec2Error('InvalidParameterValue', 'There is no route defined for 10.8.0.0/16');
        return undefined;
      });
      const made = await table(
        'tags: { Name: public }, purge_routes: false, routes: [{ dest: 10.8.0.0/16, gateway_id: igw }]',
      );
      aws.proxy.heal();
      assert.is(made.status, 'failed');
      assert.equal(made.writes, ['CreateRoute', 'ReplaceRoute']);
      const again = await table(
        'tags: { Name: public }, purge_routes: false, routes: [{ dest: 10.8.0.0/16, gateway_id: igw }]',
      );
      assert.equal(again.writes, ['CreateRoute']);
      assert.is(again.again, 'ok');
    });

    test('the main table keeps routes, and does not go', async () => {
      const kept = await table('lookup: main, routes: [{ dest: 10.7.0.0/16, gateway_id: igw }]');
      assert.equal(kept.writes, ['CreateRoute']);
      assert.is(kept.value('route_table.main'), true);
      assert.match((await table('lookup: main, state: absent')).message, /is the main table of vpc-/);
    });

    test('wishes that cannot be met are told before anything is sent', async () => {
      const messages = [];
      for (const words of [
        'routes: [{ dest: 10.0.0.0/33, gateway_id: igw }]',
        'routes: [{ dest: 10.0.0.0/8 }]',
        'routes: [{ dest: 10.0.0.0/8, gateway_id: igw }, { dest: 10.1.0.0/8, nat_gateway_id: nat-1 }]',
        'subnets: [green]',
      ]) {
        const refused = await table(`tags: { Name: public }, ${words}`);
        assert.equal(refused.writes, []);
        messages.push(refused.message);
      }
      assert.equal(messages, [
        '10.0.0.0/33 is no range of addresses, such as 10.0.0.0/24',
        'The route to 10.0.0.0/8 needs one target: gateway_id, instance_id, interface_id …',
        `There are two routes to 10.0.0.0/8: by ${gateway} and by nat-1`,
        `There is no subnet green in ${vpc}`,
      ]);
    });

    test('a lost reply of CreateRouteTable makes no twin', async () => {
      aws.proxy.fault((call, count) =>
        call.action === 'CreateRouteTable' && count === 1 ? 'lose' : undefined,
      );
      const made = await table('tags: { Name: lost }');
      aws.proxy.heal();
      assert.equal(made.writes, ['CreateRouteTable']);
      assert.is(made.again, 'ok');
    });

    test('absent gives its subnets back first, and is content the second time', async () => {
      const gone = await table('tags: { Name: private }, state: absent');
      assert.equal(gone.writes, ['DisassociateRouteTable', 'DeleteRouteTable']);
      assert.is(gone.again, 'ok');
    });

    test('routes of an owner stand beside those of the table, and only he purges them', async () => {
      const one = await interfaceIn('10.240.4.0/24');
      const routes = (words: string, options: KeepOptions = {}) =>
        keep(aws, 'ec2_route', `vpc_id: ${vpc}, name: public, owner: pods, ${words}`, options);
      const two = `{ dest: 10.200.0.0/24, interface_id: ${one} }, { dest: 10.200.1.0/24, interface_id: ${one} }`;
      const foretold = await routes(`routes: [${two}]`, { check: true });
      assert.equal(foretold.writes, []);
      assert.equal(foretold.value('owned'), ['10.200.0.0/24', '10.200.1.0/24']);
      const made = await routes(`routes: [${two}]`);
      assert.equal(made.writes, ['CreateTags', 'CreateRoute', 'CreateRoute']);
      assert.is(made.again, 'ok');
      const other = await table(
        'tags: { Name: public }, routes: [{ dest: 0.0.0.0/0, gateway_id: igw }], subnets: [red]',
      );
      assert.equal(other.writes, ['DeleteRoute']);
      assert.is(other.again, 'ok');
      const less = await routes(`purge: true, routes: [{ dest: 10.200.1.0/24, interface_id: ${one} }]`);
      assert.equal(less.writes, ['DeleteRoute', 'CreateTags']);
      assert.is(less.again, 'ok');
      assert.equal(less.value('owned'), ['10.200.1.0/24']);
      const none = await routes(`state: absent, routes: [{ dest: 10.200.1.0/24 }]`);
      assert.equal(none.writes, ['DeleteRoute', 'DeleteTags']);
      assert.is(none.again, 'ok');
    });

    test('what a killed run noted and did not set is no hindrance to purge', async () => {
      const one = await interfaceIn('10.240.5.0/24');
      const routes = (words: string) => keep(aws, 'ec2_route', `vpc_id: ${vpc}, owner: pods, ${words}`);
      aws.proxy.fault((call) =>
        call.action === 'CreateRoute' ? ec2Error('InternalError', 'killed here') : undefined,
      );
      const killed = await routes(`routes: [{ dest: 10.200.7.0/24, interface_id: ${one} }]`);
      aws.proxy.heal();
      assert.is(killed.status, 'failed');
      const purged = await routes(`purge: true, routes: [{ dest: 10.200.8.0/24, interface_id: ${one} }]`);
      assert.is(purged.again, 'ok');
      assert.equal(purged.value('owned'), ['10.200.8.0/24']);
      const local = await routes(`routes: [{ dest: 10.240.0.0/16, interface_id: ${one} }]`);
      assert.match(local.message, 'The route to 10.240.0.0/16 is AWS’s own (local) and cannot be changed');
    });
  },
  { unless: whyNoAws() },
);
