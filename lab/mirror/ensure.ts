// Fills the cache: every part that is missing is made, one after another (a compiler uses all processors by itself).
// With everything there it reads one small file a part: no network, no process.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DebianSuite } from '../debian/suite.ts';
import { openSuite } from '../debian/suite.ts';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';
import { cachedEntry, defaultCacheDirectory, entryDirectory } from './cache.ts';
import type { EntryKey, Workplace } from './cache.ts';
import { debianParts } from './debian_parts.ts';
import type { Entry } from './entry.ts';
import { readEntry } from './entry.ts';
import { goParts } from './go_parts.ts';
import { imageParts } from './image_parts.ts';
import type { BuildContext, Part } from './part.ts';
import type { Architecture, Versions } from './versions.ts';
import { defaultVersions, hostArchitecture } from './versions.ts';

export interface Progress {
  /** Name and version of the part: `kubernetes 1.34.2`. */
  readonly part: string;
  readonly state: 'waiting' | 'working' | 'done';
  /** What is being done now, in a few words; where the part came from when done. */
  readonly note: string;
  /** Since this part was begun. */
  readonly elapsedMs: number;
}

export interface EnsureOptions {
  /** Differences from the default versions. */
  readonly versions?: Partial<Versions>;
  /** Names of parts; with what they need. All when absent. */
  readonly only?: readonly string[];
  readonly cacheDirectory?: string;
  /** Called at each change of what is being done; never when all is cached. */
  readonly progress?: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** All parts of the local source, each after those it needs. */
export async function listParts(versions: Versions, architecture: Architecture): Promise<Part[]> {
  return [
    ...debianParts(versions, architecture),
    ...(await goParts(versions, architecture)),
    ...imageParts(versions),
  ];
}

/** The entries of all parts asked for, made where missing; the first part that cannot be made ends it. */
export async function ensureBinaries(options: EnsureOptions = {}): Promise<Outcome<Entry[]>> {
  const architecture = hostArchitecture();
  const parts = await listParts({ ...defaultVersions, ...options.versions }, architecture);
  const wanted = options.only === undefined ? succeeded(parts) : selectParts(parts, options.only);
  return wanted.ok ? ensureParts(wanted.value, architecture, options) : wanted;
}

/** As `ensureBinaries`, for any list of parts. */
export async function ensureParts(
  parts: readonly Part[],
  architecture: Architecture,
  options: EnsureOptions,
): Promise<Outcome<Entry[]>> {
  const cache = options.cacheDirectory ?? defaultCacheDirectory();
  const suites = suiteStore(path.join(cache, `suites-${process.pid}`), options.signal);
  const entries: Entry[] = [];
  try {
    for (const part of parts) {
      const key = { ...part, architecture, recipe: [...part.recipe, ...needsOf(part, entries)] };
      const present = await readEntry(entryDirectory(cache, key));
      const entry =
        present === undefined
          ? await makeEntry(part, key, cache, entries, suites, options)
          : succeeded(present);
      if (!entry.ok) return entry;
      entries.push(entry.value);
    }
    return succeeded(entries);
  } finally {
    await suites.close();
  }
}

/** A part made of others is another one when they are: the names of their directories carry version and recipe. */
function needsOf(part: Part, entries: readonly Entry[]): string[] {
  return entries
    .filter((entry) => part.needs?.includes(entry.name) === true)
    .map((entry) => path.basename(entry.directory));
}

function selectParts(parts: readonly Part[], only: readonly string[]): Outcome<Part[]> {
  const unknown = only.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    const known = parts.map((part) => part.name).join(', ');
    return refused({ summary: `No part is named ${unknown.join(', ')}`, remedy: `there are ${known}` });
  }
  const names = new Set(only);
  // From the end, as each part stands after those it needs.
  for (const part of [...parts].reverse())
    if (names.has(part.name)) for (const need of part.needs ?? []) names.add(need);
  return succeeded(parts.filter((part) => names.has(part.name)));
}

async function makeEntry(
  part: Part,
  key: EntryKey,
  cache: string,
  done: readonly Entry[],
  suites: SuiteStore,
  options: EnsureOptions,
): Promise<Outcome<Entry>> {
  const begun = performance.now();
  const report = (state: Progress['state'], note: string): void =>
    options.progress?.({
      part: `${part.name} ${part.version}`,
      state,
      note,
      elapsedMs: performance.now() - begun,
    });
  const build = (place: Workplace): ReturnType<Part['build']> => {
    const context: BuildContext = {
      ...place,
      architecture: key.architecture,
      signal: options.signal,
      note: (text) => report('working', text),
      suite: suites.open,
      entryOf: (name) => {
        const entry = done.find((one) => one.name === name);
        if (entry === undefined) throw new Error(`Part ${part.name} does not say that it needs ${name}`);
        return entry;
      },
    };
    return part.build(context);
  };
  const made = await cachedEntry(cache, key, build, {
    signal: options.signal,
    onWait: () => report('waiting', 'another process is making it'),
  });
  if (made.ok) report('done', made.value.source);
  return made;
}

interface SuiteStore {
  readonly open: (name: string) => Promise<Outcome<DebianSuite>>;
  readonly close: () => Promise<void>;
}

/** Opens each Debian suite at most once; the package lists are removed at the end, as they are soon out of date. */
function suiteStore(directory: string, signal: AbortSignal | undefined): SuiteStore {
  const opened = new Map<string, Promise<Outcome<DebianSuite>>>();
  return {
    open: async (name) => {
      await mkdir(directory, { recursive: true });
      const known =
        opened.get(name) ?? openSuite({ suite: name, directory: path.join(directory, name), signal });
      opened.set(name, known);
      return known;
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}
