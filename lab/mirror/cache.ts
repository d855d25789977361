// The cache of built things: `DIR/NAME-VERSION-ARCH-RECIPE/`. An entry is built beside its place and renamed into it
// when complete, under a lock, so that a killed build leaves nothing that could be taken for an entry.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Outcome } from '../outcome.ts';
import { acquireLock } from '../lock.ts';
import { succeeded } from '../outcome.ts';
import type { Entry, EntryFile, Image } from './entry.ts';
import { entryRecord, readEntry } from './entry.ts';
import type { Architecture } from './versions.ts';

export interface EntryKey {
  readonly name: string;
  readonly version: string;
  readonly architecture: Architecture;
  /** All that decides the content besides the version: our sources and the revision of how we pack. */
  readonly recipe: readonly string[];
}

/** What a build leaves in its directory. */
export interface Product {
  readonly source: string;
  readonly files: readonly { readonly file: string; readonly paths: readonly string[] }[];
  readonly image?: Image;
}

export interface Workplace {
  /** To be filled with the product's files. */
  readonly directory: string;
  /** For everything else; removed afterwards. */
  readonly scratch: string;
}

export interface CacheOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: () => void;
}

/** `$XDG_CACHE_HOME/hardway/mirror` or `~/.cache/hardway/mirror`. */
export function defaultCacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return path.join(
    base === undefined || base === '' ? path.join(homedir(), '.cache') : base,
    'hardway',
    'mirror',
  );
}

export function entryDirectory(cache: string, key: EntryKey): string {
  const recipe = createHash('sha256').update(JSON.stringify(key.recipe)).digest('hex').slice(0, 8);
  return path.join(cache, `${key.name}-${key.version}-${key.architecture}-${recipe}`);
}

/** The entry, built by `build` when the cache does not have it. */
export async function cachedEntry(
  cache: string,
  key: EntryKey,
  build: (place: Workplace) => Promise<Outcome<Product>>,
  options: CacheOptions = {},
): Promise<Outcome<Entry>> {
  const directory = entryDirectory(cache, key);
  const present = await readEntry(directory);
  if (present !== undefined) return succeeded(present);
  const lock = await acquireLock(path.join(cache, 'locks', path.basename(directory)), options);
  if (!lock.ok) return lock;
  try {
    const meanwhile = await readEntry(directory);
    return meanwhile === undefined ? await buildEntry(directory, key, build) : succeeded(meanwhile);
  } finally {
    await lock.value.release();
  }
}

async function buildEntry(
  directory: string,
  key: EntryKey,
  build: (place: Workplace) => Promise<Outcome<Product>>,
): Promise<Outcome<Entry>> {
  const place = { directory: `${directory}.partial`, scratch: `${directory}.scratch` };
  // Both can be there from a build that was killed; the lock says that nobody works in them.
  await remove(place);
  await mkdir(place.directory, { recursive: true });
  await mkdir(place.scratch, { recursive: true });
  try {
    const built = await build(place);
    if (!built.ok) return built;
    const files = await Promise.all(built.value.files.map((one) => describeFile(place.directory, one)));
    const { name, version, architecture } = key;
    const record = { name, version, architecture, ...built.value, files };
    await writeFile(path.join(place.directory, entryRecord), `${JSON.stringify(record, null, 1)}\n`);
    await rm(directory, { recursive: true, force: true });
    await rename(place.directory, directory);
    return succeeded({ ...record, directory });
  } finally {
    await remove(place);
  }
}

async function describeFile(
  directory: string,
  { file, paths }: { readonly file: string; readonly paths: readonly string[] },
): Promise<EntryFile> {
  const absolute = path.join(directory, file);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(absolute)) hash.update(chunk as Buffer);
  return { file, sha256: hash.digest('hex'), size: (await stat(absolute)).size, paths };
}

async function remove(place: Workplace): Promise<void> {
  await rm(place.directory, { recursive: true, force: true });
  await rm(place.scratch, { recursive: true, force: true });
}
