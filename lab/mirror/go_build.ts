// Builds static Linux programs from Go modules that are fetched by name with the Go toolchain.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from '../outcome.ts';
import { refused, succeeded } from '../outcome.ts';
import { tryProgram } from '../try_program.ts';
import type { BuildContext } from './part.ts';

const remedy = 'install Go 1.21 or later (it fetches the newer toolchain that a module asks for by itself)';

export interface GoWish {
  /** Folder of our main package and its sub-packages, beside this file. */
  readonly folder: string;
  /** The go.mod text; requirements that it lacks are added by `go mod tidy`. */
  readonly moduleFile: string;
  readonly linkerFlags?: string;
}

/** Our Go sources: beside this file, or below the package's folder when this runs as part of a bundle. */
function sourceFolder(folder: string): string {
  const beside = path.join(import.meta.dirname, folder);
  if (existsSync(beside)) return beside;
  let parent = path.dirname(import.meta.dirname);
  while (!existsSync(path.join(parent, 'lab', 'mirror', folder))) {
    if (parent === path.dirname(parent))
      throw new Error(`Folder lab/mirror/${folder} is not in this package`);
    parent = path.dirname(parent);
  }
  return path.join(parent, 'lab', 'mirror', folder);
}

/** All our Go sources of `folder`, for the recipe of a part. */
export async function goSources(folder: string): Promise<string[]> {
  const root = sourceFolder(folder);
  const names = await readdir(root, { recursive: true });
  const files = names.filter((name) => name.endsWith('.go')).sort();
  return Promise.all(files.map((name) => readFile(path.join(root, name), 'utf8')));
}

/** The directory in which the toolchain keeps the module's sources, downloaded when absent. */
export async function downloadModule(
  module: string,
  version: string,
  context: BuildContext,
): Promise<Outcome<string>> {
  context.note(`downloading Go module ${module}`);
  const result = await twice(context, () =>
    tryProgram(['go', 'mod', 'download', '-json', `${module}@v${version}`], {
      cwd: context.scratch,
      env: { GOFLAGS: '-mod=mod', GOWORK: 'off' },
      signal: context.signal,
      remedy,
    }),
  );
  if (!result.ok) return result;
  const answer = JSON.parse(result.value) as { Dir?: string; Error?: string };
  return answer.Dir === undefined
    ? refused({ summary: `Go module ${module} v${version} cannot be had`, output: answer.Error ?? '' })
    : succeeded(answer.Dir);
}

/** Builds every main package of the folder into `context.directory`, each named as its package's folder. */
export async function buildGo(wish: GoWish, context: BuildContext): Promise<Outcome<string>> {
  const work = path.join(context.scratch, wish.folder);
  await mkdir(work, { recursive: true });
  await cp(sourceFolder(wish.folder), work, { recursive: true });
  await writeFile(path.join(work, 'go.mod'), wish.moduleFile);
  const go = (args: readonly string[], onLine: (line: string) => void): Promise<Outcome<string>> =>
    tryProgram(['go', ...args], {
      niceness: 10,
      cwd: work,
      env: {
        CGO_ENABLED: '0',
        GOOS: 'linux',
        GOARCH: context.architecture,
        GOWORK: 'off',
        GOFLAGS: '-mod=mod',
      },
      signal: context.signal,
      onLine,
      remedy,
    });
  context.note('resolving Go modules');
  const tidied = await twice(context, () =>
    go(['mod', 'tidy'], (line) => {
      const module = /^go: downloading (\S+) (\S+)/.exec(line)?.[1];
      if (module !== undefined) context.note(`downloading Go module ${module}`);
    }),
  );
  if (!tidied.ok) return tidied;
  let compiled = 0;
  context.note('compiling');
  // With -v the toolchain names each package that it compiles, on standard error.
  const args = ['build', '-v', '-trimpath', '-buildvcs=false', `-ldflags=-s -w ${wish.linkerFlags ?? ''}`];
  const built = await go([...args, '-o', `${context.directory}/`, './...'], (line) => {
    if (/^\S+$/.test(line)) context.note(`compiling, ${++compiled} packages so far`);
  });
  if (!built.ok) return built;
  return go(['env', 'GOVERSION'], () => undefined);
}

/** Hundreds of downloads, which the toolchain does not try again by itself; those that were done stay in its cache. */
async function twice(context: BuildContext, work: () => Promise<Outcome<string>>): Promise<Outcome<string>> {
  const first = await work();
  return first.ok || context.signal?.aborted === true ? first : work();
}
