// What is never asked early, what an early question may take, and when early answers are dropped (docs/ask-ahead.md).
// Each test here fails for one of the faults in test/support/ahead_faults.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { RunEvent } from '../../../engine/run/events.ts';
import { play, type Played, type PlayRequest } from '../../support/play_here.ts';
import { textOf } from '../../../engine/document/value.ts';
import { toData } from '../../../engine/module/data.ts';
import { describe } from '../../support/suite.ts';

describe('run/ahead: what is dropped and what is left alone', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-drops-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  const run = (tasks: readonly string[], request: PlayRequest = {}): Promise<Played> =>
    play(
      `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.map((one) => `    - ${one}\n`).join('')}`,
      request,
    );
  const look = (name: string, more = ''): string =>
    `{name: ${name}, stat: {path: "${folder}/${name}"}${more}}`;
  const exists = (played: Played, task: string): unknown =>
    (toData(played.result('one', task).values.get('stat') ?? null) as { exists: boolean }).exists;
  /** Somebody makes a file at the moment of an event. */
  const makes = (name: string, when: (event: RunEvent) => boolean) => (event: RunEvent) => {
    if (when(event)) writeFileSync(path.join(folder, name), '');
  };
  const begins = (task: string) => (event: RunEvent) =>
    event.type === 'host-start' && event.task.name === task;

  test('a pause drops what is known', async () => {
    const tasks = [look('p0'), '{name: waits, pause: {seconds: 0}}', look('p1')];
    const played = await run(tasks, { onEvent: makes('p1', begins('waits')) });
    assert.is(exists(played, 'p1'), true);
  });

  test('a lookup that runs a program or keeps a password drops what is known of this machine', async () => {
    const connections = makeConnections();
    const local = { connections, extraVars: ['ansible_connection=local'] };
    for (const [name, lookup] of [
      ['l1', `lookup('pipe', 'touch ${folder}/l1')`],
      ['l2', `lookup('password', '${folder}/l2')`],
    ] as const) {
      const tasks = [look('l0'), `{name: works, debug: {msg: "{{ ${lookup} }}"}}`, look(name)];
      assert.is(exists(await run(tasks, local), name), true);
    }
    await connections.closeAll();
  });

  test('a retry of until asks anew', async () => {
    const tasks = [look('u1', ', register: r, until: r.stat.exists, retries: 3, delay: 0'), look('u1')];
    const played = await run(tasks, { onEvent: makes('u1', ({ type }) => type === 'retry') });
    assert.is(exists(played, 'u1'), true);
    assert.is(toData(played.result('one', 'u1').values.get('failed') ?? false), false);
  });

  test('hosts that take turns (throttle) see what the one before them did', async () => {
    const tasks = [look('t0'), look('t1', ', throttle: 1')];
    const played = await run(tasks, { onEvent: makes('t1', begins('t1')) });
    assert.is(exists(played, 't1'), true);
    assert.is(played.fake.trips[0]?.ahead.length, 0);
  });

  test('a command drops what is known of the other hosts too, and delegated work does', async () => {
    for (const work of [
      `{name: work, command: "touch ${folder}/c1", when: inventory_hostname == "two"}`,
      `{name: work, copy: {content: x, dest: "${folder}/c1"}, delegate_to: two, when: inventory_hostname == "two"}`,
    ]) {
      rmSync(path.join(folder, 'c1'), { force: true });
      const played = await run([look('c0'), work, look('c1')], { hosts: 'one,two,', options: { forks: 1 } });
      assert.is(exists(played, 'c1'), true);
    }
  });

  test('a step drops what is known of its host, by whatever user it is done', async () => {
    const played = await run([
      look('s0'),
      `{name: work, copy: {content: x, dest: "${folder}/s1"}, become: true, become_user: other}`,
      look('s1'),
    ]);
    assert.is(exists(played, 's1'), true);
  });

  test('answers are those of one user and one environment', async () => {
    const played = await run([look('e0'), look('e1', ', become: true, become_user: other'), look('e1')]);
    assert.equal(
      played.fake.trips.map(({ user }) => user),
      ['root', 'other'],
    );
    const bin = path.join(folder, 'bin');
    const other = await run([
      look('e2', `, register: r`),
      look('e2', `, environment: {PATH: "${bin}"}, ignore_errors: true`),
    ]);
    assert.is(other.result('one', 'e2').status, 'failed');
  });

  test('volatile questions are asked in their turn', async () => {
    const { fake } = await run([
      look('v0'),
      '{systemd: {name: none.service}, ignore_errors: true}',
      look('v1'),
    ]);
    const early = fake.trips.flatMap(({ ahead }) => ahead.map(({ script }) => script));
    assert.ok(early.length > 0);
    assert.is(
      early.some((script) => script.includes('systemctl')),
      false,
    );
  });

  test('nothing is asked early while a background job may run', async () => {
    const { fake } = await run([`{command: "true", async: 60, poll: 0}`, look('b1'), look('b2'), look('b3')]);
    assert.equal(
      fake.trips.map(({ ahead }) => ahead.length),
      fake.trips.map(() => 0),
    );
  });

  test('an early question has five seconds and 256 KiB', async () => {
    const { fake } = await run([
      look('l0'),
      look('l1'),
      `{slurp: {src: "${folder}/l2"}, ignore_errors: true}`,
    ]);
    const early = fake.trips.flatMap(({ ahead }) => ahead);
    assert.ok(early.length >= 2);
    for (const { timeoutSeconds, maxOutputBytes, shares } of early) {
      assert.is(timeoutSeconds, 5);
      assert.is(maxOutputBytes, 256 * 1024);
      assert.is(shares, 'looks');
    }
  });

  test('one that prints more is passed over, and asked whole in its turn', async () => {
    writeFileSync(path.join(folder, 'big'), 'x'.repeat(300 * 1024));
    const { fake, result, events } = await run([look('g0'), `{name: big, slurp: {src: "${folder}/big"}}`]);
    assert.is(fake.trips.length, 2);
    assert.is(textOf(result('one', 'big').values.get('content') ?? null)?.length, 409600);
    assert.equal(
      events.filter(({ type }) => type === 'warning'),
      [],
    );
  });

  test('one that fails is dropped in silence, and told of in its turn as it would be alone', async () => {
    const tasks = [
      look('f0'),
      `{name: fails, user: {name: "no:such"}, ignore_errors: true}`,
      `{name: none, slurp: {src: "${folder}/f1"}, ignore_errors: true}`,
      look('f2'),
    ];
    const told = ({ events }: Played): string[] =>
      events
        .filter(({ type }) => type !== 'run-end')
        .map((event) =>
          'result' in event
            ? `${event.task.name} ${event.result.status} ${event.result.message}`
            : event.type,
        );
    assert.equal(told(await run(tasks)), told(await run(tasks, { options: { askAhead: false } })));
  });

  test('after one that outlasts its time its host is no longer asked ahead', async () => {
    const tasks = [...['o0', 'o1', 'o2'].map((name) => look(name)), '{command: "true"}', look('o3')];
    const { fake, result } = await run(tasks, { fake: { outlasts: ({ script }) => script.includes('o2') } });
    assert.equal(
      fake.trips.map(({ ahead }) => ahead.length),
      [2, 0, 0, 0],
    );
    assert.is(result('one', 'o2').status, 'ok');
    assert.is(result('one', 'o3').status, 'ok');
  });
});
