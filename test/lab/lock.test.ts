import * as assert from 'uvu/assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../lab/lock.ts';
import { runProgram } from '../../lab/run_program.ts';
import { describe } from '../support/suite.ts';

describe(
  'a lock',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hardway-lock-'));
    });
    teardown(() => rm(folder, { recursive: true, force: true }));

    test('lets one in at a time, and gives what the work gives', async () => {
      let inside = 0;
      let most = 0;
      const work = async (): Promise<number> => {
        inside += 1;
        most = Math.max(most, inside);
        await sleep(5);
        inside -= 1;
        return most;
      };
      const results = await Promise.all(Array.from({ length: 5 }, () => withLock(join(folder, 'one'), work)));
      assert.equal(results, [1, 1, 1, 1, 1]);
    });

    test('is free again when the work throws', async () => {
      const file = join(folder, 'two');
      await withLock(file, () => Promise.reject(new Error('broken'))).then(
        () => assert.unreachable(),
        (error: unknown) => assert.match(String(error), 'broken'),
      );
      assert.is(await withLock(file, () => Promise.resolve('next')), 'next');
    });

    test('is free again when its process is killed', async () => {
      const file = join(folder, 'three');
      const module = join(import.meta.dirname, '../../lab/lock.ts');
      const code = `const { withLock } = await import(${JSON.stringify(module)});
        await withLock(${JSON.stringify(file)}, async () => process.kill(process.pid, 'SIGKILL'));`;
      const ended = await runProgram([
        process.execPath,
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        code,
      ]);
      assert.is(ended.code, null);
      assert.is(await withLock(file, () => Promise.resolve('next')), 'next');
    });
  },
  { unless: process.platform === 'linux' ? undefined : 'flock is a program of Linux' },
);
