import * as assert from 'uvu/assert';
import { freeSlot, placeHosts, placeSubnets } from '../../lab/addresses.ts';
import { parseTopology } from '../../lab/topology.ts';
import { readTopology } from '../../lab/topology_file.ts';
import { topologyOf } from '../support/lab.ts';
import { describe } from '../support/suite.ts';

function problemsOf(data: unknown): readonly string[] {
  const result = parseTopology(data);
  return result.ok ? [] : result.problems;
}

const gateway = {
  subnets: { public: null, private: { gateway: 'gate-1' } },
  hosts: {
    'gate-1': { subnets: ['public', 'private'] },
    'inner-1': { subnets: ['private'], number: 20 },
    'inner-2': { subnets: ['private'] },
  },
};

describe('a topology', ({ test }) => {
  test('needs no more than names', () => {
    const { hosts, subnets } = topologyOf({ hosts: { one: null } });
    assert.equal(subnets, [{ name: 'public' }]);
    assert.equal(hosts[0], {
      name: 'one',
      subnets: ['public'],
      groups: [],
      containers: false,
      userland: 'gnu',
      vars: {},
    });
  });

  test('tells all its problems at once', () => {
    const problems = problemsOf({
      subnets: { public: { cidr: '10.0.0.0/8' }, private: { gateway: 'nobody' } },
      hosts: { 'Bad Name': null, one: { subnets: ['mars'], userland: 'win', number: 300, grops: [] } },
    });
    for (const part of ['10.0.0.0/8', 'nobody', 'Bad Name', 'mars', 'userland', 'number', 'grops']) {
      assert.ok(
        problems.some((problem) => problem.includes(part)),
        part,
      );
    }
  });

  test('is refused without hosts, as a list, and with a fifth subnet', () => {
    assert.is(problemsOf({}).length, 1);
    assert.ok(problemsOf([]).length > 0);
    const subnets = { a: null, b: null, c: null, d: null, e: null };
    assert.match(problemsOf({ subnets, hosts: { one: null } })[0] ?? '', 'at most 4');
  });

  test('is refused when two hosts have one number, or a name is one of the inventory’s own', () => {
    const subnets = { public: null, other: null };
    const hosts = {
      a: { number: 20 },
      b: { number: 20 },
      c: { number: 20, subnets: ['other'] },
      all: null,
      d: { groups: ['all', 'web'] },
    };
    assert.equal(problemsOf({ subnets, hosts }), [
      'host all: an inventory means something else by all',
      'host d: groups: an inventory means something else by all',
      'host b: number 20 is the one of host a',
    ]);
  });

  test('is refused when a gateway stands behind a gateway', () => {
    const subnets = { public: null, inner: { gateway: 'g1' }, deep: { gateway: 'g2' } };
    const hosts = { g1: { subnets: ['public', 'inner'] }, g2: { subnets: ['inner', 'deep'] } };
    assert.match(problemsOf({ subnets, hosts })[0] ?? '', 'subnet deep');
  });

  test('of each name that comes with hardway is right', async () => {
    for (const name of ['plain', 'seven', 'cluster']) assert.ok((await readTopology(name)).ok, name);
  });

  test('that is not there, or not YAML, is told as a problem', async () => {
    const missing = await readTopology('nowhere');
    assert.ok(!missing.ok && missing.problems[0]?.includes('plain, seven, cluster or variants'));
  });
});

describe('the places of a lab', ({ test }) => {
  const topology = topologyOf(gateway);
  const subnets = placeSubnets(topology, 3);
  const hosts = placeHosts(topology, subnets, 3);

  test('follow from its slot', () => {
    assert.equal(
      subnets.map(({ bridge, prefix }) => [bridge, prefix]),
      [
        ['hw3s0', '10.97.12'],
        ['hw3s1', '10.97.13'],
      ],
    );
    assert.equal(placeHosts(topology, subnets, 3), hosts);
  });

  test('give the gateway .1 of the private subnet, and private hosts the way through it', () => {
    assert.equal(
      hosts.map((host) => [host.name, host.legs.map((leg) => leg.address).join(' '), host.jump]),
      [
        ['gate-1', '10.97.12.11 10.97.13.1', undefined],
        ['inner-1', '10.97.13.20', 'gate-1'],
        ['inner-2', '10.97.13.11', 'gate-1'],
      ],
    );
    assert.is(hosts[1]?.defaultRoute, '10.97.13.1');
  });

  test('keep names of interfaces within the fifteen characters of the kernel', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`host-${index}`, null]));
    const crowd = topologyOf({ hosts: many });
    const placed = placeHosts(crowd, placeSubnets(crowd, 63), 63);
    assert.ok(placed.every((host) => `vb-${host.machine}`.length <= 15));
    assert.is(new Set(placed.map((host) => host.legs[0]?.address)).size, 200);
    assert.ok(hosts.every((host) => host.legs.every((leg) => (leg.outer ?? '').length <= 15)));
  });

  test('are free of other labs and of addresses that the machine has', () => {
    assert.is(freeSlot(new Set([0, 2]), ['10.97.5', '192.168.1']), 3);
    assert.is(freeSlot(new Set(Array.from({ length: 64 }, (_, slot) => slot)), []), undefined);
  });
});
