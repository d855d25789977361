// Ctrl-C at a terminal goes to every program of the command: one that a lookup waits for ends by it, and its task fails.
// The run has to hear of it before it goes on.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { hardwayWords } from '../../support/pseudo_terminal.ts';
import { describe } from '../../support/suite.ts';

const slow = `{{ lookup('pipe', 'echo $$ >begun; exec sleep 60') }}`;

const plays: Readonly<Record<string, string>> = {
  'a task with a rescue': `
    - block: [{debug: {msg: "${slow}"}}]
      rescue: [{debug: {msg: went on}}]
      always: [{debug: {msg: went on}}]
    - debug: {msg: went on}`,
  'a task whose failure is ignored': `
    - {debug: {msg: "${slow}"}, ignore_errors: true}
    - debug: {msg: went on}`,
  'items of a loop': `
    - {debug: {msg: "${slow}"}, loop: [1, 2, 3], ignore_errors: true}
    - debug: {msg: went on}`,
  'the list of a loop': `
    - {debug: {msg: x}, loop: "{{ [lookup('pipe', 'echo $$ >begun; exec sleep 60')] }}", ignore_errors: true}
    - debug: {msg: went on}`,
};

describe('Ctrl-C while a lookup waits for its program', ({ test }) => {
  for (const [place, tasks] of Object.entries(plays))
    test(`ends the run: in ${place}`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'hardway-lookup-'));
      try {
        const play = `- hosts: localhost\n  gather_facts: false\n  tasks:${tasks}\n`;
        writeFileSync(path.join(folder, 'play.yml'), play);
        const [program = '', ...argv] = hardwayWords('playbook', 'play.yml');
        const child = spawn(program, argv, { cwd: folder });
        let said = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
        const ended = new Promise((resolve) => child.on('close', resolve));
        const begun = path.join(folder, 'begun');
        const pid = (): number => (existsSync(begun) ? Number(readFileSync(begun, 'utf8')) : 0);
        while (pid() === 0 && child.exitCode === null) await sleep(20);
        await sleep(100);
        child.kill('SIGINT');
        assert.ok(pid() > 1, said);
        process.kill(pid(), 'SIGINT');
        assert.is(await ended, 130, said);
        assert.match(said, 'was ended by SIGINT');
        assert.match(said, 'Interrupted');
        assert.not.match(said, 'went on');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
});
