// Check mode sees what earlier tasks would have done, on hosts and on the control machine, and never waits for it.
import { existsSync, linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Control, ProbeFailure, ProbeKind, Step, StepKind } from '../../../engine/module/contract.ts';
import { answers, defineModule, done } from '../../../engine/module/define.ts';
import { toData } from '../../../engine/module/data.ts';
import { executeModule } from '../../../engine/run/execute_module.ts';
import type { Execution } from '../../../engine/run/execution.ts';
import { HostView } from '../../../engine/run/host_view.ts';
import { jsonLines } from '../../../engine/report/json_lines.ts';
import { describe } from '../../support/suite.ts';
import { play, type Played } from '../../support/play_here.ts';

function check(tasks: string, ...extraVars: string[]): Promise<Played> {
  const indented = tasks.trim().replaceAll(/^/gm, '    ');
  return play(`- hosts: all\n  gather_facts: false\n  tasks:\n${indented}\n`, {
    extraVars,
    options: { checkMode: true },
  });
}

const nowhere = path.join(tmpdir(), 'hardway-check-mode-test-is-never-written');

const answerKind: ProbeKind<{ readonly real: string | ProbeFailure }, string> = {
  name: 'an answer',
  stability: 'volatile',
  target: 'control',
  answer: ({ real }) => Promise.resolve(real),
};
const doubt: StepKind<{ readonly possible: readonly unknown[] }, void> = {
  name: 'bring doubt',
  target: 'control',
  act: () => Promise.reject(new Error('check mode does nothing')),
  describe: () => 'bring doubt',
  effects: [
    {
      probe: answerKind,
      touches: () => true,
      predict: ({ possible }) => ({ uncertain: possible, waitsFor: 'doubt' }),
    },
  ],
};

/** A module that asks one question and acts on its answer, after a step that may have left any of these answers. */
function executeIn(
  real: string | ProbeFailure,
  possible: readonly unknown[],
  isPredicted = true,
): Promise<Execution> {
  const module = defineModule({
    name: 'asks',
    summary: 'Ask',
    params: {},
    seen: answers<{ it: string }>(),
    probes: (_, seen) => (seen.it === undefined ? { it: { kind: answerKind, args: { real } } } : done),
    plan: (_, { it }) => {
      if (it === 'bad') return { steps: [], fail: 'it is bad' };
      return { steps: it === 'old' ? [{ kind: doubt, args: { possible: [] } }] : [] };
    },
    result: (_, { it }) => ({ it }),
  });
  const controlView = new HostView();
  if (possible.length > 0) {
    const step: Step = { kind: doubt, args: { possible } };
    controlView.predict({ possible: [[step]], waitsFor: 'doubt' });
  }
  return executeModule({
    module,
    params: {},
    context: {
      checkMode: true,
      diff: false,
      verbosity: 0,
      isPlanned: false,
      capabilities: new Set(),
      user: 'root',
      home: '/root',
      hostName: 'one',
      secretParameters: new Set(),
    },
    view: new HostView(),
    controlView,
    connect: () => Promise.reject(new Error('no host is needed')),
    shell: { run: () => Promise.reject(new Error('no host is needed')) },
    control: {} as Control,
    environment: {},
    signal: new AbortController().signal,
    isPredicted: () => isPredicted,
  });
}

describe('run/check_mode', ({ test }) => {
  test('the name of a temporary file is unknown, and so is what is done with it', async () => {
    const { lines } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: make, tempfile: {state: file}, register: made}
    - {name: use, copy: {content: x, dest: "{{ made.path }}"}}
`,
      { options: { checkMode: true } },
    );
    assert.equal(lines, ['one make changed', 'one use unknown']);
  });

  test('a task in check mode of a real run tells later ones nothing: they meet the host as it is', async () => {
    const { lines } = await play(`
- hosts: all
  gather_facts: false
  connection: local
  tasks:
    - {name: would, file: {path: ${nowhere}, state: directory}, check_mode: true}
    - {name: is, stat: {path: ${nowhere}}, register: it}
    - {name: told, assert: {that: not it.stat.exists}}
    - {name: would again, file: {path: ${nowhere}, state: directory}, check_mode: true}
`);
    assert.equal(lines, ['one would changed', 'one is ok', 'one told ok', 'one would again changed']);
  });

  test('a file predicted on the control machine is copied and looked up as it will be', async () => {
    const { lines, said } = await check(
      `
- {name: made, copy: {content: hello, dest: "${nowhere}-made.txt"}}
- {name: sent, copy: {src: "${nowhere}-made.txt", dest: "${nowhere}-sent.txt"}}
- {name: told, debug: {msg: "{{ lookup('file', '${nowhere}-made.txt') }}"}}
`,
      'ansible_connection=local',
    );
    assert.equal(lines, ['one made changed', 'one sent changed', 'one told ok']);
    assert.equal(said, ['hello']);
    assert.not(existsSync(`${nowhere}-made.txt`));
  });

  test('a file that nobody made or predicts fails, and is unknown once something was predicted', async () => {
    const { lines } = await check(`
- {name: nothing before, copy: {src: missing.txt, dest: "${nowhere}"}, ignore_errors: true}
- {name: made, copy: {content: hello, dest: "${nowhere}-made.txt"}}
- {name: something before, copy: {src: missing.txt, dest: "${nowhere}"}, ignore_errors: true}
`);
    assert.equal(lines, ['one nothing before failed', 'one made changed', 'one something before unknown']);
  });

  test('owner and mode of a file with several names are foretold under each of them', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-names-'));
    try {
      writeFileSync(path.join(folder, 'a'), 'x', { mode: 0o644 });
      linkSync(path.join(folder, 'a'), path.join(folder, 'b'));
      writeFileSync(path.join(folder, 'c'), 'x', { mode: 0o644 });
      const mode = (name: string): string => `file: {path: ${folder}/${name}, mode: "0600"}`;
      const { lines, said } = await check(`
- {name: first, ${mode('a')}}
- {name: second, ${mode('b')}}
- {name: other, ${mode('c')}}
- {name: made, file: {path: ${folder}/d, src: ${folder}/c, state: hard}}
- {name: same, ${mode('d')}}
- {name: back, file: {path: ${folder}/d, mode: "0644"}}
- {name: looks, stat: {path: ${folder}/c}, register: r}
- {name: lists, find: {paths: ${folder}, patterns: b}, register: f}
- {name: told, debug: {msg: "{{ r.stat.mode }} {{ f.files[0].mode }}"}}
`);
      assert.equal(
        lines.slice(0, 6).map((line) => line.replace('one ', '')),
        ['first changed', 'second ok', 'other changed', 'made changed', 'same ok', 'back changed'],
      );
      assert.equal(said, ['0644 0600']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a hard link is known by what it holds, and leaves all else of the host as it is', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-names-'));
    try {
      const { lines, said } = await check(`
- {name: file, copy: {content: "text", dest: ${folder}/a}}
- {name: link, file: {path: ${folder}/b, src: ${folder}/a, state: hard}}
- {name: looks, stat: {path: ${folder}/b}, register: r}
- {name: reads, slurp: {path: ${folder}/b}, register: s}
- {name: told, debug: {msg: "{{ r.stat.checksum[:7] }} {{ r.stat.nlink }} {{ s.content | b64decode }}"}}
- {name: same, copy: {content: "text", dest: ${folder}/b}}
- {name: user, user: {name: root}}
- {name: group, group: {name: root}}
- {name: database, getent: {database: group, key: root}}
`);
      assert.equal(
        lines.map((line) => line.replace('one ', '')),
        [
          ...['file changed', 'link changed', 'looks ok', 'reads ok', 'told ok', 'same ok'],
          ...['user ok', 'group ok', 'database ok'],
        ],
      );
      assert.equal(said, ['372ea08 2 text']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('until does not wait for what only a real run brings', async () => {
    const { lines, events } = await check(`
- {name: command, command: "true", register: r, until: r.rc == 0, retries: 9, delay: 1000, changed_when: false}
- {name: made, copy: {content: hello, dest: "${nowhere}-made.txt"}}
- {name: looks, stat: {path: "${nowhere}-other"}, register: s, until: s.stat.exists, retries: 9, delay: 1000}
`);
    assert.equal(lines, ['one command ok', 'one made changed', 'one looks unknown']);
    assert.is(events.filter(({ type }) => type === 'retry').length, 0);
  });

  test('a template that needs an unknown value makes its task unknown', async () => {
    const { result } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
    - {name: command, command: "true", register: r}
    - {name: rendered, template: {src: a.j2, dest: "${nowhere}"}}
`,
      { files: { 'a.j2': '{{ r.stdout }}\n' }, options: { checkMode: true } },
    );
    assert.is(result('one', 'rendered').status, 'unknown');
  });

  test('answers that are not there yet are unknown only when something was predicted', async () => {
    const notYet = { failed: 'no API', notYet: true };
    assert.is((await executeIn(notYet, [], false)).end, 'failed');
    const told = await executeIn(notYet, []);
    assert.equal(told.end === 'unknown' && told.waitsFor, 'no API');
  });

  test('worlds that agree on the change but not on the result leave the result unknown', async () => {
    const same = await executeIn('x', ['new', 'newer']);
    assert.is(same.end, 'predicted');
    assert.equal(same.end === 'predicted' && [same.changed, same.unknownNames], [false, ['it']]);
    assert.is((await executeIn('x', ['old', 'new'])).end, 'unknown');
  });

  test('a prediction presumes that earlier tasks did what they are for: a failing world is passed over', async () => {
    const told = await executeIn('x', ['bad', 'old']);
    assert.equal(told.end === 'done' && told.changed, true);
    assert.is((await executeIn('x', ['bad', 'bad'])).end, 'failed');
  });

  test('--diff shows the whole change of a file that an earlier task would make, and hides what is secret', async () => {
    const { events } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
    - {name: made, copy: {content: "one\\ntwo\\n", dest: "${nowhere}-made.txt"}}
    - {name: edited, lineinfile: {path: "${nowhere}-made.txt", line: three}}
    - {name: secret, copy: {content: "word", dest: "${nowhere}-secret.txt"}, no_log: true}
`,
      { options: { checkMode: true, diff: true } },
    );
    const written: string[] = [];
    const report = jsonLines((text) => written.push(text));
    for (const event of events) report.take(event);
    await report.close();
    const diffs = written.flatMap(
      (line) => (JSON.parse(line) as { readonly result?: { readonly diff?: string[] } }).result?.diff ?? [],
    );
    assert.equal(
      diffs.map((text) => text.split('\n').slice(2)),
      [
        ['@@ -0,0 +1,2 @@', '+one', '+two'],
        ['@@ -1,2 +1,3 @@', ' one', ' two', '+three'],
      ],
    );
    assert.not.match(written.join(''), '"word"');
  });
});

describe('run/check_amid_run: a task with check_mode: true in a run that does things', ({ test }) => {
  test('later tasks see what is there, not what it foretold', async () => {
    const place = `${nowhere}-real`;
    const { lines } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
    - {name: asked, copy: {content: hello, dest: "${place}.txt"}, check_mode: true, register: c}
    - {name: done, copy: {content: hello, dest: "${place}.txt"}, when: c is changed}
    - {name: folder asked, file: {path: "${place}.d", state: directory}, check_mode: true}
    - {name: folder done, file: {path: "${place}.d", state: directory}}
    - {name: within, copy: {content: x, dest: "${place}.d/f"}}
    - {name: command asked, command: "false", check_mode: true}
    - {name: after it, stat: {path: "${place}.txt"}, register: s, failed_when: not s.stat.exists}
    - {name: removed, file: {path: "{{ item }}", state: absent}, loop: ["${place}.txt", "${place}.d"]}
`,
    );
    assert.equal(lines, [
      'one asked changed',
      'one done changed',
      'one folder asked changed',
      'one folder done changed',
      'one within changed',
      'one command asked skipped',
      'one after it ok',
      'one removed changed',
    ]);
  });

  test('a command is skipped with the values of one that said nothing; its guards let it change', async () => {
    const { result } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
    - {name: plain, command: echo hi, check_mode: true}
    - {name: guarded, shell: echo hi, args: {creates: "${nowhere}"}, check_mode: true}
`,
    );
    const values = (name: string): unknown => toData(result('one', name).values);
    const common = {
      ...{ rc: 0, stdout: '', stderr: '', stdout_lines: [], stderr_lines: [], failed: false },
      ...{ start: null, end: null, delta: null, msg: 'Command would have run if not in check mode' },
    };
    assert.equal(values('plain'), {
      ...common,
      ...{ cmd: ['echo', 'hi'], changed: false, skipped: true },
    });
    assert.equal(values('guarded'), { ...common, cmd: 'echo hi', changed: true });
    assert.is(result('one', 'plain').status, 'skipped');
    assert.is(result('one', 'guarded').status, 'changed');
  });

  test('what only looks or waits is skipped as well, and never told as failed', async () => {
    const { result } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
    - {name: waited, wait_for: {path: "${nowhere}", timeout: 1}, check_mode: true}
    - {name: asked, uri: {url: "http://127.0.0.1:1/", creates: "${nowhere}"}, check_mode: true}
`,
    );
    assert.equal([result('one', 'waited').status, result('one', 'asked').status], ['skipped', 'skipped']);
  });

  test('a host that nobody reaches is told so, also by a task that asks it nothing', async () => {
    const connections = makeConnections();
    const { result } = await play(
      `- hosts: one
  gather_facts: false
  tasks:
    - {name: only here, command: touch ${nowhere}, delegate_to: localhost}
    - {name: there, command: touch ${nowhere}}
`,
      {
        connections,
        extraVars: ['ansible_host=127.0.0.1', 'ansible_port=1'],
        options: { checkMode: true },
      },
    );
    await connections.closeAll();
    const [here, there] = [result('one', 'only here'), result('one', 'there')];
    assert.equal([here.status, there.status], ['changed', 'unreachable']);
    assert.match(there.message ?? '', /127\.0\.0\.1 port 1 refuses connections/);
  });
});
