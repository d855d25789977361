// While a plan is done: each task's steps are held against it by what the host answers right before them.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { textOf } from '../../../engine/document/value.ts';
import type { ProbeKind, StepKind } from '../../../engine/module/contract.ts';
import { defineModule, type Module } from '../../../engine/module/define.ts';
import { str } from '../../../engine/module/kinds.ts';
import { probe, step } from '../../../engine/module/probe_identity.ts';
import { Random } from '../../support/random.ts';
import { foretold, guarded, inFolder } from '../../support/planned_play.ts';
import type { Played, PlayRequest } from '../../support/play_here.ts';
import { hosts, make, randomStart, rootWord } from '../../support/random_plays/both_runs.ts';
import { randomPlay } from '../../support/random_plays/file_tasks.ts';
import { playText } from '../../support/random_plays/play_text.ts';
import { describe } from '../../support/suite.ts';

const message = (played: Played, task: string): string =>
  textOf(played.result('one', task).values.get('msg') ?? null) ?? '';

const writes = `    - name: first
      copy: {content: one, dest: HERE/first}
    - name: second
      copy: {content: two, dest: HERE/second, mode: "0640"}
    - name: third
      file: {path: HERE/second, mode: "0600"}
`;

/** Calls `move` once, before the trip that writes `HERE/first`. */
function whenFirstIsWritten(folder: string, move: () => void): PlayRequest {
  let isMoved = false;
  const onTrip: NonNullable<PlayRequest['fake']>['onTrip'] = ({ scripts }) => {
    const isFirst = scripts.some(
      ({ script, stdin }) =>
        (stdin !== undefined || script.includes('mktemp')) && script.includes(`${folder}/first`),
    );
    if (isFirst && !isMoved) {
      isMoved = true;
      move();
    }
    return undefined;
  };
  return { fake: { onTrip } };
}

describe('cli/plan_guard', ({ test }) => {
  test('a file that changes while the plan is done fails its task before anything is done to it', () =>
    inFolder(writes, async (folder, file) => {
      const { plan } = await foretold(file);
      const move = (): void => writeFileSync(path.join(folder, 'second'), 'meanwhile');
      const { real } = await guarded(file, plan, whenFirstIsWritten(folder, move));
      assert.equal(real.lines, ['one first changed', 'one second failed']);
      const why = message(real, 'second');
      assert.match(why, 'Not as planned (play.yml:6): write ');
      assert.match(why, 'second (0640, 3 bytes): what it changes is no longer as it was');
      assert.is(readFileSync(path.join(folder, 'second'), 'utf8'), 'meanwhile');
    }));

  test('a task that finds its work done meanwhile is named at the end', () =>
    inFolder(writes, async (folder, file) => {
      const { plan } = await foretold(file);
      const move = (): void => writeFileSync(path.join(folder, 'second'), 'two', { mode: 0o640 });
      const { real, undone } = await guarded(file, plan, whenFirstIsWritten(folder, move));
      assert.equal(real.lines, ['one first changed', 'one second ok', 'one third changed']);
      assert.equal(undone, ['one: second (play.yml:6): it had nothing to do any more']);
    }));

  test('a playbook that changes after it was evaluated again fails the tasks that differ', () =>
    inFolder(writes, async (folder, file) => {
      const { plan } = await foretold(file);
      const text = readFileSync(file, 'utf8');
      for (const [from, to, why] of [
        ['content: two', 'content: four', 'it would do something else'],
        ['mode: "0640"', 'mode: "0640", owner: daemon', 'it would do something else'],
        [
          '      copy: {content: two',
          '      environment: {A: b}\n      copy: {content: two',
          'another user, address or environment',
        ],
        [
          'copy: {content: two, dest: HERE/second, mode: "0640"}',
          'command: "true"',
          'planned was write file on host, now it is command on host',
        ],
      ] as const) {
        writeFileSync(file, text.replace(from.replace('HERE', folder), to));
        rmSync(path.join(folder, 'first'), { force: true });
        const { real } = await guarded(file, plan);
        assert.equal(real.lines, ['one first changed', 'one second failed'], to);
        assert.match(message(real, 'second'), why);
      }
      writeFileSync(file, `${text}    - name: more\n      copy: {content: x, dest: ${folder}/more}\n`);
      rmSync(path.join(folder, 'first'));
      const { real } = await guarded(file, plan);
      assert.is(real.lines.at(-1), 'one more failed');
      assert.match(message(real, 'more'), 'Not as planned (play.yml:10): the plan has no write file here');
    }));

  test('a look that check mode left out is done, a change that it left out is not', () =>
    inFolder(
      `    - name: first
      copy: {content: one, dest: HERE/first}
    - name: waits
      wait_for: {path: HERE/first, timeout: 5}
      when: not ansible_check_mode
    - name: changes
      copy: {content: two, dest: HERE/second}
      when: not ansible_check_mode
`,
      async (_, file) => {
        const { plan } = await foretold(file);
        const { real } = await guarded(file, plan);
        assert.equal(real.lines, ['one first changed', 'one waits ok', 'one changes failed']);
        assert.match(message(real, 'changes'), 'the plan has no write file here');
      },
    ));

  test('a wait that the run does not need is none that is missing', () =>
    inFolder(
      `    - name: sets
      file: {path: HERE/one}
`,
      async (folder, file) => {
        const looked: ProbeKind<string, string> = {
          ...{ name: 'text', stability: 'stable', target: 'host' },
          ask: (at) => ({ script: `cat ${at} 2>/dev/null || :` }),
          parse: ({ stdout }) => stdout.toString('utf8').trim(),
        };
        const setKind: StepKind<string, void> = {
          ...{ name: 'set', target: 'host', describe: () => 'set', effects: [] },
          perform: (at) => ({ script: `echo set > ${at}.set` }),
        };
        const waitKind: StepKind<string, void> = {
          ...{ name: 'wait for it', target: 'host', readsOnly: true, describe: () => 'wait', effects: [] },
          perform: () => ({ script: ':' }),
        };
        const sets = defineModule({
          ...{ name: 'file', summary: 'Sets, and waits where it is not ready', params: { path: str() } },
          probes: ({ path: at }) => ({ is: probe(looked, `${at}.ready`) }),
          plan: ({ path: at }, { is }) => ({
            steps: [step(setKind, at), ...(is === 'ready' ? [] : [step(waitKind, at)])],
          }),
        });
        const mine: PlayRequest = { replaceModule: (one) => (one.name === 'file' ? sets : one) };
        const { plan } = await foretold(file, mine);
        writeFileSync(path.join(folder, 'one.ready'), 'ready');
        const { real } = await guarded(file, plan, mine);
        assert.equal(real.lines, ['one sets changed'], message(real, 'sets'));
      },
    ));

  test('an archive that an earlier task brings is unpacked, whatever is in it', () =>
    inFolder(
      `    - name: archive
      copy: {src: HERE/first.tar, dest: HERE/brought.tar, remote_src: true}
    - name: folder
      file: {path: HERE/out, state: directory}
    - name: unpacked
      unarchive: {src: HERE/brought.tar, dest: HERE/out, remote_src: true, owner: "${process.getuid?.() ?? 0}"}
    - name: linked
      file: {src: HERE/out/inside, dest: HERE/linked, state: link}
`,
      async (folder, file) => {
        writeFileSync(path.join(folder, 'inside'), 'in');
        assert.is(spawnSync('tar', ['-cf', 'first.tar', 'inside'], { cwd: folder }).status, 0);
        const { plan } = await foretold(file);
        const { real, undone } = await guarded(file, plan);
        assert.equal(
          real.lines,
          ['archive', 'folder', 'unpacked', 'linked'].map((name) => `one ${name} changed`),
          message(real, 'unpacked'),
        );
        assert.equal(undone, []);
        assert.is(readFileSync(path.join(folder, 'linked'), 'utf8'), 'in');
      },
    ));

  test('steps of a loop that became longer, and of a register that says otherwise, are refused', () =>
    inFolder(
      `    - name: look
      command: cat HERE/items
      changed_when: false
      check_mode: false
      register: items
    - name: each
      copy: {content: "{{ item }}", dest: "HERE/{{ item }}"}
      loop: "{{ items.stdout_lines }}"
    - name: joined
      copy: {content: "{{ items.stdout }}", dest: HERE/joined}
`,
      async (folder, file) => {
        writeFileSync(path.join(folder, 'items'), 'a\nb\n');
        const { plan } = await foretold(file);
        writeFileSync(path.join(folder, 'items'), 'a\nb\nc\n');
        const { real } = await guarded(file, plan);
        const items = real.events.filter((event) => event.type === 'item');
        assert.equal(
          items.map(({ result }) => result.status),
          ['changed', 'changed', 'failed'],
        );
        assert.match(
          textOf(items[2]?.result.values.get('msg') ?? null) ?? '',
          'the plan has no write file here',
        );
        rmSync(path.join(folder, 'a'));
        rmSync(path.join(folder, 'b'));
        writeFileSync(path.join(folder, 'items'), 'b\na\n');
        const other = await guarded(file, plan);
        assert.match(
          textOf(
            other.real.events.find((event) => event.type === 'item')?.result.values.get('msg') ?? null,
          ) ?? '',
          'it would do something else',
        );
      },
    ));

  test('what an unknown task finds to do may be done, and commands are held to their words', () =>
    inFolder(
      `    - name: make
      command: touch HERE/made
      args: {creates: HERE/made}
    - name: unknown
      copy: {content: x, dest: HERE/made}
`,
      async (_folder, file) => {
        const { plan } = await foretold(file);
        assert.equal(
          plan.tasks.map(({ status }) => status),
          ['changed', 'unknown'],
        );
        const text = readFileSync(file, 'utf8');
        writeFileSync(file, text.replace('touch', 'mkdir'));
        const other = await guarded(file, plan);
        assert.equal(other.real.lines, ['one make failed']);
        writeFileSync(file, text);
        const { real } = await guarded(file, plan);
        assert.equal(real.lines, ['one make changed', 'one unknown changed']);
      },
    ));

  test('a second attempt may find what the first one left', () =>
    inFolder(
      `    - name: until
      copy: {content: new, dest: HERE/file}
      register: made
      until: made is not changed
      delay: 0
      retries: 3
`,
      async (folder, file) => {
        const { plan } = await foretold(file);
        let trips = 0;
        const onTrip = (): undefined => {
          trips += 1;
          if (trips === 3) writeFileSync(path.join(folder, 'file'), 'other');
          return undefined;
        };
        const { real } = await guarded(file, plan, { fake: { onTrip } });
        assert.equal(real.lines, ['one until ok']);
      },
    ));

  test('a unit that is in another state, and a step that is done another way, are refused', () =>
    inFolder(`    - name: unit\n      file: {path: daemon, state: touch}\n`, async (_folder, file) => {
      const daemon = (isActive: boolean, script = 'true'): Module => {
        const state: ProbeKind<null, { readonly active: string }> = {
          name: 'state for a test',
          stability: 'volatile',
          target: 'host',
          ask: () => ({ script: `echo ${isActive}` }),
          parse: ({ stdout }) => ({ active: stdout.toString() }),
        };
        const start: StepKind<{ readonly unit: string }, void> = {
          name: 'start for a test',
          target: 'host',
          perform: () => ({ script }),
          describe: ({ unit }) => `start ${unit}`,
          effects: [{ probe: state, touches: () => true, predict: () => ({ active: 'started' }) }],
        };
        return defineModule({
          name: 'file',
          summary: 'Starts a unit',
          params: { path: str(), state: str() },
          probes: () => ({ unit: probe(state, null) }),
          plan: () => ({ steps: [step(start, { unit: 'daemon' })] }),
        });
      };
      const as = (module: Module): PlayRequest => ({
        replaceModule: (one) => (one.name === 'file' ? module : one),
      });
      const { plan } = await foretold(file, as(daemon(false)));
      assert.match(
        message((await guarded(file, plan, as(daemon(true)))).real, 'unit'),
        'start daemon: what it changes is no longer as it was',
      );
      assert.match(
        message((await guarded(file, plan, as(daemon(false, 'exit 0')))).real, 'unit'),
        'start daemon: it would do something else',
      );
      assert.equal((await guarded(file, plan, as(daemon(false)))).real.lines, ['one unit changed']);
    }));

  test('random plays: where nothing moves, no step is refused and nothing planned is left undone', async () => {
    const seeds = process.env['HARDWAY_SEED'];
    for (const seed of seeds === undefined
      ? Array.from({ length: 16 }, (_, at) => 4000 + at)
      : [Number(seeds)]) {
      const random = new Random(seed);
      const start = randomStart(random);
      const text = playText(randomPlay(random, rootWord, { tasks: 8, commands: seed % 2 === 0 ? 0 : 0.3 }));
      await inFolder('', async (folder, file) => {
        make(folder, start);
        writeFileSync(path.join(folder, 'text.j2'), 'host {{ inventory_hostname }}\none\n');
        writeFileSync(file, text.replaceAll('/HARDWAY-ROOT', folder));
        const request = { hosts: `${hosts.join(',')},` };
        const { plan, check } = await foretold(file, request);
        // Such a plan is not saved.
        if (check.lines.some((line) => line.endsWith('failed'))) return;
        const { real, undone } = await guarded(file, plan, request);
        const refused = real.events.flatMap((event) =>
          event.type === 'item' || event.type === 'result'
            ? [textOf(event.result.values.get('msg') ?? null) ?? ''].filter((one) =>
                one.includes('Not as planned'),
              )
            : [],
        );
        assert.equal(refused, [], `seed ${seed}\n${text}`);
        const isFailing = real.lines.some((line) => line.endsWith('failed'));
        if (!isFailing) assert.equal(undone, [], `seed ${seed}\n${text}`);
      });
    }
  });

  test('what is done in check mode as well stands in no plan, and what is only ever foretold is no part of it', () =>
    inFolder(
      `    - name: always
      command: echo said
      check_mode: false
      register: said
    - name: never
      copy: {content: x, dest: HERE/never}
      check_mode: true
    - name: told
      copy: {content: "{{ said.stdout }}", dest: HERE/never}
`,
      async (folder, file) => {
        const { plan } = await foretold(file);
        assert.equal(
          plan.tasks.map(({ task }) => task),
          ['told'],
        );
        const { real, undone } = await guarded(file, plan);
        assert.equal(real.lines, ['one always changed', 'one never changed', 'one told changed']);
        assert.equal(undone, []);
        assert.is(readFileSync(path.join(folder, 'never'), 'utf8'), 'said');
      },
    ));

  test('what is made of a secret that only the run makes is not held against the run', () =>
    inFolder(
      `    - name: secret
      pki: {kind: secret, dir: HERE, name: word}
    - name: uses
      copy: {content: "{{ lookup('file', 'HERE/word.secret') | b64encode }}", dest: HERE/used}
    - name: copies
      copy: {src: HERE/used, dest: HERE/copied, remote_src: true}
    - name: stands alone
      copy: {content: alone, dest: HERE/alone}
`,
      async (_folder, file) => {
        const { plan } = await foretold(file, { extraVars: ['ansible_connection=local'] });
        const { real } = await guarded(file, plan, { extraVars: ['ansible_connection=local'] });
        assert.equal(
          real.lines.map((line) => line.split(' ').at(-1)),
          ['changed', 'changed', 'changed', 'changed'],
          message(real, 'uses'),
        );
      },
    ));
});
