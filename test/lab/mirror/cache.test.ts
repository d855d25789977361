import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Product, Workplace } from '../../../lab/mirror/cache.ts';
import { cachedEntry, entryDirectory } from '../../../lab/mirror/cache.ts';
import { acquireLock } from '../../../lab/lock.ts';
import type { Outcome } from '../../../lab/outcome.ts';
import { describe } from '../../support/suite.ts';
import { temporaryDirectory } from './fake_entry.ts';

const key = { name: 'thing', version: '1.0', architecture: 'amd64', recipe: ['1'] } as const;

function fill({ directory }: Workplace): Promise<Outcome<Product>> {
  writeFileSync(path.join(directory, 'thing'), 'content');
  return Promise.resolve({
    ok: true,
    value: { source: 'a test', files: [{ file: 'thing', paths: ['a/thing'] }] },
  });
}

describe('cachedEntry', ({ test }) => {
  test('builds once and then gives the entry without building', async () => {
    const cache = temporaryDirectory();
    let builds = 0;
    const build = (place: Workplace): Promise<Outcome<Product>> => {
      builds += 1;
      return fill(place);
    };
    const first = await cachedEntry(cache, key, build);
    const second = await cachedEntry(cache, key, build);
    assert.equal(builds, 1);
    assert.ok(first.ok && second.ok);
    assert.deepEqual(second.value, first.value);
    assert.deepEqual(first.value.files, [
      {
        file: 'thing',
        sha256: 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73',
        size: 7,
        paths: ['a/thing'],
      },
    ]);
  });

  test('another version or another recipe is another entry', async () => {
    const cache = temporaryDirectory();
    await cachedEntry(cache, key, fill);
    await cachedEntry(cache, { ...key, version: '2.0' }, fill);
    await cachedEntry(cache, { ...key, recipe: ['2'] }, fill);
    assert.equal(readdirSync(cache).filter((name) => name.startsWith('thing-')).length, 3);
  });

  test('a build that fails leaves nothing, and the next one is tried afresh', async () => {
    const cache = temporaryDirectory();
    const failed = await cachedEntry(cache, key, ({ directory }) => {
      writeFileSync(path.join(directory, 'half'), '');
      return Promise.resolve({ ok: false, problem: { summary: 'broken' } });
    });
    assert.deepEqual(failed, { ok: false, problem: { summary: 'broken' } });
    assert.deepEqual(readdirSync(cache), ['locks']);
    assert.ok((await cachedEntry(cache, key, fill)).ok);
  });

  test('what a killed build left is removed and never taken for an entry', async () => {
    const cache = temporaryDirectory();
    const directory = entryDirectory(cache, key);
    for (const left of [directory, `${directory}.partial`, `${directory}.scratch`]) {
      mkdirSync(left);
      writeFileSync(path.join(left, 'half'), '');
    }
    const made = await cachedEntry(cache, key, fill);
    assert.ok(made.ok);
    assert.deepEqual(readdirSync(directory).sort(), ['entry.json', 'thing']);
    assert.deepEqual(readdirSync(cache).sort(), ['locks', path.basename(directory)].sort());
  });

  test('of two builders at once one builds and the other waits for it', async () => {
    const cache = temporaryDirectory();
    let builds = 0;
    const waited: string[] = [];
    const build = async (place: Workplace): Promise<Outcome<Product>> => {
      builds += 1;
      await sleep(600);
      return fill(place);
    };
    const both = await Promise.all(
      ['a', 'b'].map((name) => cachedEntry(cache, key, build, { onWait: () => waited.push(name) })),
    );
    assert.equal(builds, 1);
    assert.equal(waited.length, 1);
    assert.ok(both.every((one) => one.ok));
  });
});

describe('acquireLock', ({ test }) => {
  test('is free again when its holder was killed', async () => {
    const directory = temporaryDirectory();
    const file = path.join(directory, 'lock');
    const source = path.resolve(import.meta.dirname, '../../../lab/lock.ts');
    const script = `
      import { acquireLock } from ${JSON.stringify(source)};
      import { writeFileSync } from 'node:fs';
      await acquireLock(${JSON.stringify(file)});
      writeFileSync(${JSON.stringify(path.join(directory, 'held'))}, '');
      setInterval(() => undefined, 1000);`;
    const program = path.join(directory, 'hold.mts');
    writeFileSync(program, script);
    const holder = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program], {
      stdio: 'ignore',
    });
    while (!existsSync(path.join(directory, 'held'))) {
      assert.equal(holder.exitCode, null, 'the holder ended');
      await sleep(20);
    }
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    const lock = await acquireLock(file);
    assert.ok(lock.ok);
    await lock.value.release();
    assert.equal(readFileSync(file, 'utf8'), '');
  });

  test('waiting for it ends with the abort signal', async () => {
    const file = path.join(temporaryDirectory(), 'lock');
    const held = await acquireLock(file);
    assert.ok(held.ok);
    const abort = new AbortController();
    const waiting = await acquireLock(file, { signal: abort.signal, onWait: () => abort.abort() });
    assert.ok(!waiting.ok);
    await held.value.release();
  });
});
