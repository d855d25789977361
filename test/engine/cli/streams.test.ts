// What stands on stdin and where stdout goes, of the command as a process of its own.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';

const main = path.resolve(import.meta.dirname, '../../../engine/main.ts');

describe('the streams of the command', ({ test, setup, teardown }) => {
  let folder = '';
  let playbook = '';
  let mark = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-streams-'));
    [playbook, mark] = [path.join(folder, 'play.yml'), path.join(folder, 'mark')];
    const tasks = `[{debug: {msg: hello}}, {copy: {content: done, dest: ${mark}}}]`;
    writeFileSync(
      playbook,
      `- {hosts: localhost, gather_facts: false, connection: local, tasks: ${tasks}}\n`,
    );
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  function run(argv: readonly string[], input: string, stdout: 'pipe' | number = 'pipe') {
    return spawnSync(process.execPath, ['--import', 'tsx', main, 'playbook', playbook, ...argv], {
      input,
      stdio: ['pipe', stdout, 'pipe'],
      encoding: 'utf8',
    });
  }

  test('a full disk loses lines and no task; it is told in a sentence', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = run(['--detailed-exitcode'], '', full);
    closeSync(full);
    assert.match(stderr, /^hardway: a part of the output could not be written and is lost: ENOSPC.*\n$/);
    assert.is(status, 3);
    assert.is(run([], '').stdout.includes('changed=0'), true);
  });

  test('a full disk is told, and no success, of a command that writes all at once', () => {
    const commands = [
      ['doc', '--list'],
      ['inventory', '-i', 'one,', '--list'],
      ['config', 'list'],
      ['version'],
    ];
    for (const words of commands) {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...words], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      closeSync(full);
      assert.match(stderr, 'a part of the output could not be written and is lost: ENOSPC', words.join(' '));
      assert.is(status, 1, words.join(' '));
    }
  });

  test('-k and -K without a terminal read a line of stdin each, and say when there is none', () => {
    const { status, stderr } = run(['-k', '-K'], 'first\n');
    assert.is(status, 0);
    assert.is(
      stderr,
      'BECOME password [defaults to SSH password]: nobody answers: there is no terminal, and stdin is empty\n',
    );
    assert.is(run(['-k', '-K'], 'first\nsecond').stderr, '');
  });
});
