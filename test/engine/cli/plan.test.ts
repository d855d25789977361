// Saved plans and the exit code for pending changes, by the command as a process.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { runProgram, type Finished } from '../../../lab/run_program.ts';
import { describe } from '../../support/suite.ts';

const main = path.resolve(import.meta.dirname, '../../../engine/main.ts');
const tsx = import.meta.resolve('tsx');

const playbook = `- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: write
      copy: {content: "told by {{ word }}", dest: "{{ playbook_dir }}/made.txt", mode: "0600"}
    - name: look
      command: cat made.txt
      changed_when: false
    - name: change
      lineinfile: {path: "{{ playbook_dir }}/kept.txt", line: two}
`;

describe('cli/plan', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-plan-'));
    writeFileSync(path.join(folder, 'play.yml'), playbook);
    writeFileSync(path.join(folder, 'kept.txt'), 'one\n');
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  const hardway = (...argv: readonly string[]): Promise<Finished> =>
    runProgram([process.execPath, '--import', tsx, main, ...argv], { cwd: folder });
  const word = ['-e', 'word=aVerySecretWord'];

  test('a plan is saved for its owner alone, without contents, and the code says that changes are pending', async () => {
    const ran = await hardway('playbook', 'play.yml', ...word, '--plan', 'plan.json', '--detailed-exitcode');
    assert.is(ran.code, 3, ran.stdout + ran.stderr);
    const file = path.join(folder, 'plan.json');
    assert.is(statSync(file).mode & 0o777, 0o600);
    const text = readFileSync(file, 'utf8');
    assert.not.match(text, /aVerySecretWord|told by/);
    const plan = JSON.parse(text) as {
      readonly version: number;
      readonly tasks: readonly {
        readonly task: string;
        readonly place: string;
        readonly status: string;
        readonly steps: readonly { readonly kind: string }[];
      }[];
    };
    assert.is(plan.version, 2);
    assert.equal(
      plan.tasks.map(({ task, place, status, steps }) => [
        task,
        place,
        status,
        ...steps.map(({ kind }) => kind),
      ]),
      [
        ['write', 'play.yml:5', 'changed', 'write file'],
        ['look', 'play.yml:7', 'ok', 'command'],
        ['change', 'play.yml:10', 'changed', 'write file'],
      ],
    );
    assert.not(existsSync(path.join(folder, 'made.txt')));
  });

  test('where something moved, apply names it and does nothing', async () => {
    writeFileSync(path.join(folder, 'kept.txt'), 'other\n');
    const ran = await hardway('apply', 'plan.json', ...word);
    assert.is(ran.code, 1, ran.stdout + ran.stderr);
    assert.match(
      ran.stderr,
      'moved: localhost: change (play.yml:10): what write file changes is no longer as it was',
    );
    assert.not.match(ran.stderr, 'localhost: write');
    assert.not(existsSync(path.join(folder, 'made.txt')));
    writeFileSync(path.join(folder, 'kept.txt'), 'one\n');
  });

  test('another value of a variable is another step, and variables left out are asked for', async () => {
    const other = await hardway('apply', 'plan.json', '-e', 'word=other');
    assert.is(other.code, 1);
    assert.match(other.stderr, 'moved: localhost: write (play.yml:5): write file would do something else');
    const without = await hardway('apply', 'plan.json');
    assert.is(without.code, 2);
    assert.match(without.stderr, 'made with 1 --extra-vars');
  });

  test('apply does what was planned, after which nothing is pending', async () => {
    const ran = await hardway('apply', 'plan.json', ...word);
    assert.is(ran.code, 0, ran.stdout + ran.stderr);
    assert.is(readFileSync(path.join(folder, 'made.txt'), 'utf8'), 'told by aVerySecretWord');
    assert.is(readFileSync(path.join(folder, 'kept.txt'), 'utf8'), 'one\ntwo\n');
    const again = await hardway('playbook', 'play.yml', ...word, '--check', '--detailed-exitcode');
    assert.is(again.code, 0, again.stdout + again.stderr);
  });
});
