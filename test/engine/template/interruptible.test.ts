// Patterns that never come to an end, in a process that is asked to stop.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { interruptible } from '../../../engine/template/python/interruptible.ts';
import { describe } from '../../support/suite.ts';

const main = path.resolve(import.meta.dirname, '../../../engine/main.ts');

/** Sends SIGINT when the task has begun, and again until the run says that it heard it; tells how it ended. */
async function stopped(folder: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const argv = ['--import', 'tsx', main, 'playbook', '-i', 'one,', path.join(folder, 'play.yml')];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let pressing: NodeJS.Timeout | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Interrupted')) clearInterval(pressing);
      else if (output.includes('TASK [stuck]')) pressing ??= setInterval(() => child.kill('SIGINT'), 1000);
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(pressing);
  return { code, output };
}

describe('template/interruptible', ({ test }) => {
  for (const [what, text] of Object.entries({
    'a test': `that: "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' is match('(a+)+$')"`,
    'a filter': `that: "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | regex_findall('(a+)+$')"`,
  }))
    test(`Ctrl-C ends a run whose pattern in ${what} never ends`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'hardway-stuck-'));
      try {
        const play = `- hosts: all\n  gather_facts: false\n  tasks:\n    - {name: stuck, assert: {${text}}}\n    - {name: never, debug: {msg: x}}\n`;
        writeFileSync(path.join(folder, 'play.yml'), play);
        const { code, output } = await stopped(folder);
        assert.is(code, 130, output);
        assert.not.match(output, 'TASK [never]');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });

  test('what ends by itself gives its value or its error, and leaves nothing behind', () => {
    assert.is(
      interruptible('a+b+', () => 7),
      7,
    );
    assert.throws(
      () =>
        interruptible('a+b+', () => {
          throw new RangeError('own');
        }),
      (problem: unknown) => problem instanceof RangeError && problem.message === 'own',
    );
    assert.equal(
      Object.getOwnPropertySymbols(globalThis).filter((symbol) => symbol.description?.includes('hardway')),
      [],
    );
  });
});
