import * as assert from 'uvu/assert';
import type { PlanContext } from '../../engine/module/contract.ts';
import { overlay } from '../../engine/module/picture.ts';
import { seenContent } from '../../engine/module/seen_files.ts';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { route } from '../../modules/route.ts';
import {
  changeRoutes,
  normalDestination,
  parseRoutes,
  routesKind,
  routesOf,
} from '../../modules/shared/routes.ts';
import { describe } from '../support/suite.ts';

const nothing = { found: 'nothing' };

describe('modules/route (S1-39..41, S1-47, SK-18)', ({ test }) => {
  const pods = {
    name: 'pods',
    routes: [{ dest: '10.200.1.0/24', via: '10.0.0.2' }],
    metric: 1,
    purge: true,
    persist: true,
  };
  const there = { dest: '10.200.1.0/24', via: '10.0.0.2', dev: 'eth0', metric: 1 };
  const line = 'route replace 10.200.1.0/24 via 10.0.0.2 metric 1 proto 173 table main\n';
  checkModule(
    route,
    [
      {
        name: 'leaves a route that is there',
        params: pods,
        seen: { routes: [there], file: seenContent(line) },
      },
      {
        name: 'adds a route and keeps it for the next boot',
        params: pods,
        seen: { routes: [], file: nothing },
        steps: [
          'route 10.200.1.0/24 via 10.0.0.2 metric 1',
          `write /etc/hardway/routes-pods.batch (0644, ${line.length} bytes)`,
        ],
      },
      {
        name: 'removes a route of ours that is no longer wanted',
        params: pods,
        seen: { routes: [there, { ...there, dest: '10.200.9.0/24' }], file: seenContent(line) },
        steps: ['remove route 10.200.9.0/24 via 10.0.0.2 dev eth0 metric 1'],
      },
      {
        name: 'moves a route to another gateway',
        params: pods,
        seen: { routes: [{ ...there, via: '10.0.0.9' }], file: seenContent(line) },
        steps: [
          'remove route 10.200.1.0/24 via 10.0.0.9 dev eth0 metric 1; route 10.200.1.0/24 via 10.0.0.2 metric 1',
        ],
      },
      {
        name: 'removes a single route and its line, and no other',
        params: { name: 'pods', dest: '10.200.1.0/24', state: 'absent', persist: true },
        seen: {
          routes: [there, { ...there, dest: '10.200.2.0/24' }],
          file: seenContent(`${line}route replace 10.200.2.0/24 via 10.0.0.2 proto 173 table main\n`),
        },
        steps: [
          'remove route 10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1',
          'write /etc/hardway/routes-pods.batch (0644, 62 bytes)',
        ],
      },
      {
        name: 'leaves a route by another gateway than the one to be removed',
        params: { name: 'pods', dest: '10.200.1.0/24', via: '10.0.0.9', state: 'absent' },
        seen: { routes: [there] },
      },
      {
        name: 'adds one route to those that others named, in the kernel and in the file',
        params: { name: 'pods', dest: '10.9.0.0/16', dev: 'eth1', table: 'main', persist: true },
        seen: { routes: [there], file: seenContent(line) },
        steps: [
          'route 10.9.0.0/16 dev eth1',
          `write /etc/hardway/routes-pods.batch (0644, ${line.length + 56} bytes)`,
        ],
        result: {
          before: ['10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1'],
          after: ['10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1', '10.9.0.0/16 dev eth1'],
        },
      },
      {
        name: 'replaces the line of a route that moves',
        params: { name: 'pods', dest: '10.200.1.0/24', via: '10.0.0.7', metric: 1, persist: true },
        seen: { routes: [there], file: seenContent(`# ours\n${line}`) },
        steps: [
          'route 10.200.1.0/24 via 10.0.0.7 metric 1',
          `write /etc/hardway/routes-pods.batch (0644, ${line.length + 7} bytes)`,
        ],
      },
      {
        name: 'writes an empty file where no route is wanted, as a unit loads it',
        params: { ...pods, routes: [] },
        seen: { routes: [], file: nothing },
        steps: ['write /etc/hardway/routes-pods.batch (0644, 0 bytes)'],
      },
      {
        name: 'keeps routes of IPv4 only, and says so',
        params: { dest: 'fd00::/64', via: 'fe80::1' },
        seen: { routes: [] },
        fail: 'fd00::/64 via fe80::1: only routes of IPv4 are kept',
      },
      ...(
        [
          [
            { dest: 'banana', via: '10.0.0.2' },
            'banana is no network or address of IPv4, such as 10.200.1.0/24',
          ],
          [
            { dest: '10.77.5.1/16', via: '10.0.0.2' },
            '10.77.5.1/16 has host bits: its network is 10.77.0.0/16',
          ],
          [{ dest: '10.77.0.0/16', via: 'gate' }, 'via gate is no address of IPv4'],
          [{ dest: '10.77.0.0/16' }, '10.77.0.0/16 leads nowhere: say via, dev or both'],
          [
            {
              routes: [
                { dest: '10.77.0.0/16', via: '10.0.0.2', metric: 1 },
                { dest: '10.77.0.0/16', via: '10.0.0.3' },
              ],
              metric: 1,
            },
            '10.77.0.0/16 via 10.0.0.2 metric 1 and 10.77.0.0/16 via 10.0.0.3 metric 1 cannot both stand: the kernel keeps one route for a destination and a metric',
          ],
        ] as const
      ).map(([params, fail]) => ({
        name: `refuses what the kernel would not keep: ${fail}`,
        params,
        seen: { routes: [] },
        fail,
      })),
      {
        name: 'takes a route that is named twice as one',
        params: {
          routes: [{ dest: '10.77.0.0/16', via: '10.0.0.2' }],
          dest: '10.77.0.0/16',
          via: '10.0.0.2',
        },
        seen: { routes: [] },
        steps: ['route 10.77.0.0/16 via 10.0.0.2'],
      },
      {
        name: 'removes all when none is wanted',
        params: { ...pods, routes: [] },
        seen: { routes: [there], file: seenContent(line) },
        steps: [
          'remove route 10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1',
          'write /etc/hardway/routes-pods.batch (0644, 0 bytes)',
        ],
      },
    ],
    test,
  );
  checkParser(
    routesKind,
    { protocol: 173, table: 'main' },
    [
      {
        name: 'reads what the kernel lists',
        output: '10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1 \n10.9.9.9 via 10.0.0.3 dev eth0 \n',
        seen: [there, { dest: '10.9.9.9/32', via: '10.0.0.3', dev: 'eth0', metric: undefined }],
      },
      {
        name: 'takes a table that does not exist as empty',
        output: '',
        rc: 2,
        stderr: 'Error: ipv4: FIB table does not exist.',
        seen: [],
      },
    ],
    test,
  );
  test('a diff holds every route with our mark, before and after', () => {
    const params = {
      name: 'pods',
      dest: '10.9.0.0/16',
      dev: 'eth1',
      protocol: 173,
      table: 'main',
      routes: [],
    };
    const wish = { ...params, via: undefined, metric: undefined, state: 'present', purge: false } as const;
    const plan = route.plan({ ...wish, persist: false, file: undefined }, { routes: [there] }, {
      user: 'root',
    } as PlanContext);
    const before = '10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1\n';
    assert.equal(plan.differences, [
      { header: 'routes pods', before, after: `${before}10.9.0.0/16 dev eth1\n` },
    ]);
  });
  test('check mode: routes of another mark or table are as they were', () => {
    const question = { protocol: 173, table: 'main' };
    const change = changeRoutes({
      ...question,
      add: [{ dest: '10.9.0.0/16', dev: 'eth1' }],
      remove: [there],
    });
    assert.equal(overlay(routesOf(question), [there], [change]), [{ dest: '10.9.0.0/16', dev: 'eth1' }]);
    assert.equal(overlay(routesOf({ ...question, table: '7' }), [there], [change]), [there]);
  });
  test('destinations are told in one form', () => {
    assert.is(normalDestination('0.0.0.0/0'), 'default');
    assert.equal(parseRoutes('nonsense\n'), []);
  });
});
