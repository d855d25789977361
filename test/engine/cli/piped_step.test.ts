// `--step` with its answers on a pipe, as a script gives them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { hardwayWords } from '../../support/pseudo_terminal.ts';
import { describe } from '../../support/suite.ts';

interface Stepped {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('--step on a pipe', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-step-'));
    const tasks = ['one', 'two', 'three'].map((word) => `{name: ${word}, debug: {msg: "${word} is done"}}`);
    const play = `hosts: all, gather_facts: false, connection: local, tasks: [${tasks.join(', ')}]`;
    writeFileSync(path.join(folder, 'play.yml'), `- {${play}}\n- {${play}}\n`);
    writeFileSync(path.join(folder, 'free.yml'), `- {strategy: free, ${play}}\n`);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  /** With `interruptAt` the pipe stays open, and Ctrl-C comes once this was told. */
  function stepped(words: readonly string[], answers: string, interruptAt?: string): Promise<Stepped> {
    const [program = '', ...argv] = hardwayWords('playbook', ...words, '--step');
    const child = spawn(program, argv, { cwd: folder });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (interruptAt !== undefined && stdout.includes(interruptAt)) child.kill('SIGINT');
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.write(answers);
    if (interruptAt === undefined) child.stdin.end();
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  }

  const done = (stdout: string): string[] => stdout.match(/\w+(?= is done)/g) ?? [];

  test('y and n choose tasks, anything else is no, and c goes on without asking', async () => {
    const { code, stdout, stderr } = await stepped(['play.yml', '-i', 'a,'], 'y\nn\n\nYES\r\nContinue\n');
    assert.equal([code, done(stdout)], [0, ['one', 'one', 'two', 'three']]);
    assert.match(stderr, 'Perform task: two (N)o/(y)es/(c)ontinue: n\n');
  });

  test('the last answer needs no line end; where answers end, the run ends, and no play after it begins', async () => {
    const { code, stdout, stderr } = await stepped(['play.yml', '-i', 'a,'], 'n\ny');
    assert.equal([code, done(stdout), stdout.split('PLAY [').length - 1], [2, ['two'], 1]);
    assert.match(stdout, 'warning[not-asked]: --step got no answer: the run ends before three');
    assert.match(stdout, /a +: ok=1 /);
    assert.match(stderr, 'Perform task: three (N)o/(y)es/(c)ontinue: nobody answers');
  });

  test('with strategy free each host asks, one after another, and c is for all', async () => {
    const { code, stdout, stderr } = await stepped(['free.yml', '-i', 'a,b,'], 'y\nn\nc\n');
    assert.is(code, 0);
    assert.is(stderr.split('Perform task').length - 1, 3);
    assert.is(done(stdout).length, 5);
  });

  test('Ctrl-C is heard while an answer is waited for', async () => {
    const { code, stdout } = await stepped(['play.yml', '-i', 'a,'], 'y\n', 'one is done');
    assert.equal([code, done(stdout)], [130, ['one']]);
    assert.not.match(stdout, 'got no answer');
  });
});
