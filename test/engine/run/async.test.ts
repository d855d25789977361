// `async` and `poll`: any module in the background, asked for by its job id.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { toData } from '../../../engine/module/data.ts';
import type { TaskResult } from '../../../engine/run/events.ts';
import { runHardway } from '../../support/hardway.ts';
import { play, type Played, type PlayRequest } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

function tasks(text: string, request: PlayRequest = {}): Promise<Played> {
  const indented = text.trim().replaceAll(/^/gm, '    ');
  return play(`- hosts: all\n  gather_facts: false\n  tasks:\n${indented}\n`, request);
}

function value({ values }: TaskResult, name: string): unknown {
  return toData(values.get(name) ?? null);
}

const status = `
- name: status
  async_status: {jid: "{{ job.ansible_job_id }}"}
  register: s
  until: s is finished
  retries: 100
  delay: 0
`;

describe('run/async', ({ test, setup, teardown }) => {
  let folder: string;
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-async-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('poll 0 gives a job id at once; async_status tells the end, and cleanup forgets it', async () => {
    const { result } = await tasks(`
- {name: begun, command: echo hi, async: 20, poll: 0, register: job}
${status.trim()}
- {name: cleanup, async_status: {jid: "{{ job.ansible_job_id }}", mode: cleanup}}
- {name: gone, async_status: {jid: "{{ job.ansible_job_id }}"}, ignore_errors: true}
`);
    const begun = result('one', 'begun');
    assert.match(value(begun, 'ansible_job_id') as string, /^j\d+\.\d+$/);
    assert.equal(
      ['started', 'finished', 'changed'].map((name) => value(begun, name)),
      [1, 0, true],
    );
    assert.is(value(begun, 'results_file'), `/jobs/${value(begun, 'ansible_job_id') as string}`);
    const ended = result('one', 'status');
    assert.equal(
      ['stdout', 'rc', 'finished', 'ansible_job_id', 'attempts'].map((name) => value(ended, name)),
      ['hi', 0, 1, value(begun, 'ansible_job_id'), 1],
    );
    assert.is(ended.status, 'changed');
    assert.is(value(result('one', 'cleanup'), 'erased'), value(begun, 'results_file'));
    assert.is(result('one', 'gone').message, 'could not find job');
    assert.is(value(result('one', 'gone'), 'finished'), 1);
  });

  test('poll waits for the end, which is the result; a failure is a failure', async () => {
    const { result } = await tasks(`
- {name: good, command: echo ho, async: 20, poll: 1}
- {name: bad, command: "false", async: 20, poll: 1, ignore_errors: true}
`);
    assert.equal(
      ['stdout', 'finished'].map((name) => value(result('one', 'good'), name)),
      ['ho', 1],
    );
    assert.is(result('one', 'good').status, 'changed');
    assert.equal(
      ['rc', 'finished'].map((name) => value(result('one', 'bad'), name)),
      [1, 1],
    );
    assert.is(result('one', 'bad').status, 'failed');
  });

  test('every module goes into the background: several steps, content, none, both machines', async () => {
    const { result, lines } = await tasks(
      `
- {name: file, file: {path: "${folder}/a/b", state: directory, mode: "0700"}, async: 20, poll: 1}
- {name: copy, copy: {content: "c", dest: "${folder}/a/c"}, async: 20, poll: 1}
- {name: template, template: {src: t.j2, dest: "${folder}/a/t"}, async: 20, poll: 1}
- {name: script, script: s.sh, async: 20, poll: 1}
- {name: again, copy: {content: "c", dest: "${folder}/a/c"}, async: 20, poll: 1}
- {name: missing, copy: {src: nowhere, dest: "${folder}/a/c"}, async: 20, poll: 1, ignore_errors: true}
`,
      { files: { 't.j2': 't {{ inventory_hostname }}', 's.sh': 'echo from a script\n' } },
    );
    assert.equal(lines, [
      'one file changed',
      'one copy changed',
      'one template changed',
      'one script changed',
      'one again ok',
      'one missing failed',
    ]);
    assert.is(readFileSync(path.join(folder, 'a/t'), 'utf8'), 't one');
    assert.is(value(result('one', 'script'), 'stdout'), 'from a script\n');
    assert.is(value(result('one', 'again'), 'finished'), 1);
  });

  test('a loop begins a job for each item, and a second loop waits for them', async () => {
    const { result } = await tasks(`
- {name: begun, command: "echo {{ item }}", loop: [a, b, c], async: 20, poll: 0, register: jobs}
- name: ended
  async_status: {jid: "{{ item.ansible_job_id }}"}
  loop: "{{ jobs.results }}"
  register: s
  until: s is finished
  retries: 100
  delay: 0
`);
    const ended = value(result('one', 'ended'), 'results') as readonly { stdout: string }[];
    assert.equal(
      ended.map(({ stdout }) => stdout),
      ['a', 'b', 'c'],
    );
  });

  test('check mode starts no job, so how one stands is unknown', async () => {
    const touched = path.join(folder, 'touched');
    const text = `
- {name: begun, file: {path: ${touched}, state: touch}, async: 20, poll: 0, register: job}
${status.trim()}
- {name: right, file: {path: ${folder}, state: directory}, loop: [1], async: 20, poll: 0, register: jobs}
- name: each
  async_status: {jid: "{{ item.ansible_job_id }}"}
  loop: "{{ jobs.results }}"
  register: stands
  until: stands.finished
- {name: later, debug: {msg: "{{ s.finished }}"}}
`;
    const { result } = await tasks(text, { options: { checkMode: true } });
    const names = ['begun', 'status', 'right', 'each', 'later'];
    assert.equal(
      names.map((name) => result('one', name).status),
      ['changed', 'unknown', 'ok', 'unknown', 'unknown'],
    );
    assert.is(existsSync(touched), false);
  });

  test('what changes the run itself is refused, as Ansible refuses it', async () => {
    const { result } = await tasks('- {name: t, debug: {msg: x}, async: 5, poll: 0, ignore_errors: true}');
    assert.is(result('one', 't').message, 'This action (debug) does not support async.');
  });

  test('a host that is gone for a while is asked again until it answers (S0-48)', async () => {
    let asked = 0;
    const { result } = await tasks('- {name: t, command: echo here, async: 20, poll: 1}', {
      fake: {
        onPoll: () => {
          asked += 1;
          return asked < 4 ? { stage: 'lost', message: 'gone', outcomeUnknown: true } : undefined;
        },
      },
    });
    assert.is(asked, 4);
    assert.is(value(result('one', 't'), 'stdout'), 'here');
  });

  test('a job of another run is known by what its host kept', async () => {
    const playbook = path.join(folder, 'play.yml');
    const write = (text: string): void =>
      writeFileSync(playbook, `- hosts: all\n  gather_facts: false\n  tasks:\n${text}`);
    write(`  - {name: long, shell: "echo first; sleep 0.3; exit 3", async: 60, poll: 0, register: job}
  - {copy: {content: "{{ job.ansible_job_id }}", dest: "${folder}/id"}}
`);
    const first = await runHardway('playbook', '-i', 'one,', '-c', 'local', playbook);
    assert.is(first.code, 0, first.stdout);
    assert.match(first.stdout, 'left running in the background: long on one');
    const id = readFileSync(path.join(folder, 'id'), 'utf8');
    write(`  - {async_status: {jid: "${id}"}, register: s, until: s is finished, retries: 100, delay: 0.1, ignore_errors: true}
  - {debug: {msg: "rc={{ s.rc }} {{ s.stdout }} {{ s is failed }}"}}
  - {async_status: {jid: "${id}", mode: cleanup}}
`);
    const second = await runHardway('playbook', '-i', 'one,', '-c', 'local', playbook);
    assert.is(second.code, 0, second.stdout);
    assert.match(second.stdout, 'rc=3 first True');
    assert.not(existsSync(path.join(homedir(), '.hardway_async', id)));
  });

  test('the time limit ends all processes; a job that needs us keeps no other task waiting and is waited for', async () => {
    const playbook = path.join(folder, 'play.yml');
    const kept = (): string[] => {
      const place = path.join(homedir(), '.hardway_async');
      return existsSync(place) ? readdirSync(place).toSorted() : [];
    };
    const before = kept();
    writeFileSync(
      path.join(folder, 'slow.sh'),
      `while [ ! -e ${folder}/go ]; do sleep 0.1; done; touch ${folder}/went\n`,
    );
    writeFileSync(
      playbook,
      `- hosts: all
  gather_facts: false
  tasks:
  - name: late
    shell: "echo $$ > ${folder}/pid; sleep 1000 & wait"
    async: 1
    poll: 1
    ignore_errors: true
  - {name: slow, script: slow.sh, async: 60, poll: 0}
  - {name: go, command: "touch ${folder}/go"}
`,
    );
    const { code, stdout } = await runHardway('playbook', '-i', 'one,', '-c', 'local', playbook);
    assert.is(code, 0, stdout);
    assert.match(stdout, 'async task did not complete within the requested time - 1s');
    assert.match(stdout, 'waiting for the background task slow on one');
    assert.ok(existsSync(path.join(folder, 'went')));
    const pid = readFileSync(path.join(folder, 'pid'), 'utf8').trim();
    // Killed at once, but reaped by whoever adopted it.
    while (existsSync(`/proc/${pid}`)) await sleep(50);
    assert.equal(kept(), before);
  });
});
