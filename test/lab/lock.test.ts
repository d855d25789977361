import * as assert from 'uvu/assert';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, withLock } from '../../lab/lock.ts';
import { describeProblem } from '../../lab/outcome.ts';
import { labPlaces } from '../../lab/places.ts';
import { lockStart } from '../../lab/start_lock.ts';
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

    test('that is not waited for is refused while another holds it, and had afterwards', async () => {
      const file = join(folder, 'held');
      const held = await acquireLock(file);
      assert.ok(held.ok);
      const refused = await acquireLock(file, { waits: false });
      assert.not(refused.ok);
      await held.value.release();
      const free = await acquireLock(file, { waits: false });
      assert.ok(free.ok);
      await free.value.release();
    });

    test('on the start of a lab names the process that builds it, and goes with the lab', async () => {
      const name = `start-${process.pid}`;
      const first = await lockStart(name);
      assert.ok(first.ok);
      const second = await lockStart(name);
      assert.is(
        second.ok ? '' : describeProblem(second.problem),
        `Lab ${name} is being built already, by process ${process.pid}; wait until that ends, or give this one another --name`,
      );
      await first.value.release();
      await rm(labPlaces(name).folder, { recursive: true });
    });

    test('on a clone lets one npm start in, and tells the next at once', async () => {
      const clone = join(folder, 'clone');
      await mkdir(clone);
      const once = join(import.meta.dirname, '../../bin/once.mjs');
      const code = `const { onlyOnce } = await import(${JSON.stringify(once)});
        await onlyOnce(${JSON.stringify(clone)});`;
      const node = [process.execPath, '--input-type=module', '-e'] as const;
      const inner = JSON.stringify([...node.slice(1), code]);
      // The second one runs while the first holds the clone; both end by themselves.
      const ended = await runProgram([
        ...node,
        `${code}
        const { spawnSync } = await import('node:child_process');
        const second = spawnSync(process.execPath, ${inner}, { encoding: 'utf8' });
        console.log(second.status, second.stderr.trim());`,
      ]);
      assert.is(
        ended.stdout.trim(),
        '1 Another npm start is under way in this folder: wait until it ends, or stop it by Ctrl-C.',
      );
      assert.is((await runProgram([...node, code])).code, 0);
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
