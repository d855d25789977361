// A user's own modules: the files of a `modules/` folder beside the playbook, in JavaScript or TypeScript.
// They import 'hardway', which is this program's library wherever the folder stands.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Position } from '../document/value.ts';
import type { Module } from '../module/define.ts';
import { expandHome } from '../playbook/file_search.ts';
import type { Given } from './option_table.ts';

export interface OwnModules {
  readonly modules: readonly Module[];
  readonly problems: readonly Diagnostic[];
}

const extensions = new Set(['.ts', '.mts', '.js', '.mjs']);
const prepared = new Set<string>();

/** Where this program's own copy of esbuild stands, which turns TypeScript into JavaScript; undefined without one. */
function esbuildPlace(): string | undefined {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve('esbuild')).href;
  } catch {
    return undefined;
  }
}

/**
 * Hooks for the files of one folder: they are ES modules whatever package.json says, TypeScript is stripped of its
 * types, and `import … from 'hardway'` finds the library although no package of that name is installed near them.
 */
function prepareFolder(folder: string): void {
  if (prepared.has(folder)) return;
  prepared.add(folder);
  const own = import.meta.url.endsWith('.ts') ? '../library.ts' : './library.js';
  const places = {
    library: new URL(own, import.meta.url).href,
    folder: `${pathToFileURL(folder).href}/`,
    esbuild: esbuildPlace(),
  };
  const hooks = `import { readFile } from 'node:fs/promises';
    import * as node from 'node:module';
    const places = ${JSON.stringify(places)};
    export async function resolve(specifier, context, next) {
      if (specifier === 'hardway') return next(places.library, context);
      if (specifier.startsWith(places.folder)) return { url: specifier, format: 'module', shortCircuit: true };
      return next(specifier, context);
    }
    async function plain(text, url) {
      if (!/\\.m?ts$/.test(url)) return text;
      if (places.esbuild) {
        const { default: esbuild } = await import(places.esbuild);
        return (await esbuild.transform(text, { loader: 'ts', format: 'esm', sourcefile: url, sourcemap: 'inline' })).code;
      }
      if (node.stripTypeScriptTypes) return node.stripTypeScriptTypes(text);
      throw new Error('TypeScript needs esbuild or Node 22.13; JavaScript needs neither');
    }
    export async function load(url, context, next) {
      if (!url.startsWith(places.folder)) return next(url, context);
      const source = await plain(await readFile(new URL(url), 'utf8'), url);
      return { format: 'module', source, shortCircuit: true };
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, import.meta.url);
}

function isModule(candidate: unknown): candidate is Module {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    'name' in candidate &&
    'params' in candidate &&
    'plan' in candidate &&
    typeof candidate.plan === 'function'
  );
}

/** Its own properties may be those of a class: nothing is copied. */
function standingIn(file: string, module: Module): Module {
  return Object.create(module, { file: { value: file, enumerable: true } }) as Module;
}

function problem(file: string, summary: string, detail: string): Diagnostic {
  return { code: 'no-module', severity: 'error', summary, detail, position: { file, line: 1, column: 1 } };
}

/** What is wrong and, when the text cannot be read as a program, where: as esbuild tells it, else as Node does. */
function loadFailure(
  file: string,
  error: unknown,
): { readonly detail: string; readonly position?: Position } {
  if (!(error instanceof Error)) return { detail: String(error) };
  const told = /^(file:\/\/\S+?):(\d+):(\d+): ERROR: (.*)$/m.exec(error.message);
  if (told) {
    const [, url = '', line, column, detail = ''] = told;
    const position = { file: fileURLToPath(url), line: Number(line), column: Number(column) + 1 };
    return { detail, position };
  }
  const position = error instanceof SyntaxError ? placeBySyntaxCheck(file) : undefined;
  return { detail: error.message, ...(position ? { position } : {}) };
}

/** The error that `import` gives does not say where; a process that only checks the text does. */
function placeBySyntaxCheck(file: string): Position | undefined {
  if (/\.m?ts$/.test(file)) return undefined;
  const argv = ['--check', '--input-type=module', '-'];
  const input = readFileSync(file);
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stderr } = spawnSync(process.execPath, argv, { input, env, encoding: 'utf8' });
  const shown = /^\[stdin\]:(\d+)\n.*\n(\s*)\^/.exec(stderr);
  return shown ? { file, line: Number(shown[1]), column: (shown[2] ?? '').length + 1 } : undefined;
}

/** The modules that hardway brings along: nobody's own, though a command may be called in the folder above them. */
const bundled = path.resolve(
  import.meta.dirname,
  import.meta.url.endsWith('.ts') ? '../../modules' : '../modules',
);

export async function loadOwnModules(folder: string): Promise<OwnModules> {
  if (!existsSync(folder) || path.resolve(folder) === bundled) return { modules: [], problems: [] };
  const files = readdirSync(folder)
    .filter(
      (name) => extensions.has(path.extname(name)) && !name.endsWith('.d.ts') && !name.includes('.test.'),
    )
    .sort()
    .map((name) => path.join(folder, name));
  if (files.length === 0) return { modules: [], problems: [] };
  prepareFolder(path.resolve(folder));
  // Their failures are told at the lines that were written.
  if (files.some((file) => /\.m?ts$/.test(file))) process.setSourceMapsEnabled(true);
  const modules: Module[] = [];
  const problems: Diagnostic[] = [];
  for (const file of files) {
    try {
      const exported = Object.values(
        (await import(pathToFileURL(path.resolve(file)).href)) as Record<string, unknown>,
      );
      const found = exported.filter(isModule);
      if (found.length === 0)
        problems.push(problem(file, 'No module is exported', 'Export what defineModule gives'));
      modules.push(...found.map((module) => standingIn(path.resolve(file), module)));
    } catch (error) {
      const { detail, position } = loadFailure(file, error);
      const told = problem(file, 'The module cannot be loaded', detail);
      problems.push(position ? { ...told, position } : told);
    }
  }
  return { modules, problems };
}

function noFolder(folder: string): Diagnostic {
  return { code: 'file-not-found', severity: 'warning', summary: `--module-path ${folder} is no folder` };
}

/** Those of `modules/` beside the playbook, and of the folders that `--module-path` names; the last of a name counts. */
export async function allOwnModules(given: Given, folder: string): Promise<OwnModules> {
  const named = given
    .all('module-path')
    .flatMap((text) => text.split(':'))
    .filter((one) => one !== '')
    .map(expandHome);
  const modules: Module[] = [];
  const problems: Diagnostic[] = [];
  for (const one of [path.join(folder, 'modules'), ...named.toReversed()]) {
    const own = await loadOwnModules(path.resolve(one));
    modules.push(...own.modules);
    problems.push(...own.problems);
  }
  return { modules, problems: [...named.filter((one) => !existsSync(one)).map(noFolder), ...problems] };
}
