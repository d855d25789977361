// Small things in a temporary cache, made by the same code as the real ones.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cachedEntry } from '../../../lab/mirror/cache.ts';
import type { Entry } from '../../../lab/mirror/entry.ts';
import { writeImage } from '../../../lab/mirror/image.ts';

const directories: string[] = [];
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A temporary directory, removed when the process ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'hardway-mirror-'));
  directories.push(directory);
  return directory;
}

/** An entry of one file that is served under `paths`. */
export async function fileEntry(
  cache: string,
  name: string,
  content: string,
  paths: readonly string[],
): Promise<Entry> {
  const key = { name, version: '1.2.3', architecture: 'amd64', recipe: [content] } as const;
  const made = await cachedEntry(cache, key, async ({ directory }) => {
    await writeFile(path.join(directory, name), content, { mode: 0o755 });
    return { ok: true, value: { source: 'a test', files: [{ file: name, paths }] } };
  });
  assert.ok(made.ok);
  return made.value;
}

/** An entry with an image of one file. */
export async function imageEntry(cache: string, names: readonly string[]): Promise<Entry> {
  const key = { name: 'image', version: '1', architecture: 'amd64', recipe: names } as const;
  const made = await cachedEntry(cache, key, async ({ directory, scratch }) => {
    const image = await writeImage(
      {
        names,
        architecture: 'amd64',
        entrypoint: ['/bin/hello'],
        content: [{ type: 'file', name: 'bin/hello', mode: 0o755, from: Buffer.from('hello') }],
      },
      directory,
      'image.tar',
      scratch,
    );
    const files = [{ file: 'image.tar', paths: ['images/image.tar'] }];
    return { ok: true, value: { source: 'a test', files, image } };
  });
  assert.ok(made.ok);
  return made.value;
}
