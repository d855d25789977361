// Lookups over files and commands of the control machine.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { textOfBytes } from '../../document/byte_text.ts';
import { type Value, bare, isDict, KeptText } from '../../document/value.ts';
import { isVaultText } from '../../document/vault.ts';
import type { TemplateSettings } from '../api.ts';
import { Failure, fail } from '../failure.ts';
import { expandUser } from '../filters/paths.ts';
import type { Lookup, Options, Table, Tools } from '../interpreter/tools.ts';
import { localFiles } from '../local_files.ts';
import { isTruthy } from '../python/compare.ts';
import { text } from '../python/printing.ts';
import { templateFileVariables } from '../template_file_variables.ts';
import { globFiles } from './glob.ts';
import { termText } from './lists.ts';

export function flag(options: Options, name: string, fallback: boolean): boolean {
  const value = options.get(name);
  return value === undefined ? fallback : isTruthy(value);
}

/** The path of a file by the task's search path; fails when it is nowhere. */
export function locate(kind: 'files' | 'templates', name: string, tools: Tools, lookup: string): string {
  const found = tools.context.host.find(kind, expandUser(name));
  if (found !== undefined) return found;
  const tried = tools.context.host.searchPath(kind).join(', ');
  throw new Failure('file-not-found', `lookup ${lookup}: file not found: ${name}`, `Searched in: ${tried}`);
}

const decoder = new TextDecoder();

/** A file's bytes, decrypted when it is a vault. */
export function readPlain(
  place: string,
  tools: Tools,
): { readonly bytes: Uint8Array; readonly isSecret: boolean } {
  const bytes = tools.context.host.readFile(place);
  if (!isVaultText(bytes)) return { bytes, isSecret: false };
  const opened = tools.context.host.decrypt(bytes);
  if (!opened.ok)
    throw new Failure(opened.problem.code, `${place}: ${opened.problem.summary}`, opened.problem.detail);
  tools.context.onSecret?.(decoder.decode(opened.value), 'read');
  return { bytes: opened.value, isSecret: true };
}

function file(terms: readonly Value[], options: Options, tools: Tools): Value[] {
  return terms.map((term) => {
    const { bytes, isSecret } = readPlain(locate('files', termText(term, 'file'), tools, 'file'), tools);
    let content = textOfBytes(bytes);
    if (flag(options, 'lstrip', false)) content = content.trimStart();
    if (flag(options, 'rstrip', true)) content = content.trimEnd();
    return isSecret ? new KeptText(content, { secret: true }) : content;
  });
}

/** A delimiter given by an option, as a setting of its own. */
function delimiter(options: Options, option: string, setting: keyof TemplateSettings): TemplateSettings {
  const value = options.get(option);
  return value === undefined ? {} : { [setting]: text(value) };
}

function template(terms: readonly Value[], options: Options, tools: Tools): Value[] {
  const settings: TemplateSettings = {
    trimBlocks: flag(options, 'trim_blocks', true),
    lstripBlocks: flag(options, 'lstrip_blocks', false),
    ...delimiter(options, 'variable_start_string', 'variableStart'),
    ...delimiter(options, 'variable_end_string', 'variableEnd'),
    ...delimiter(options, 'comment_start_string', 'commentStart'),
    ...delimiter(options, 'comment_end_string', 'commentEnd'),
  };
  return terms.map((term) => {
    const name = termText(term, 'template');
    const place = locate('templates', name, tools, 'template');
    const { bytes } = readPlain(place, tools);
    const variables = templateFileVariables({ name, place });
    const own = bare(options.get('template_vars') ?? null);
    if (isDict(own)) for (const [key, value] of own) variables.set(String(key), tools.resolve(value));
    const isNative = flag(options, 'convert_data', true);
    const result = tools.render(textOfBytes(bytes), settings, variables, isNative, place);
    // Text that is not to be converted must not be converted by the expression around it either.
    return !isNative && typeof result === 'string' ? new KeptText(result, {}) : result;
  });
}

/** Runs a program and gives its output without the line ends at its end. */
function run(program: string, args: readonly string[], what: string): string {
  try {
    const output = execFileSync(program, args, {
      encoding: 'utf8',
      maxBuffer: 256 << 20,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return output;
  } catch (problem) {
    const { status, signal, stderr } = problem as {
      status?: number | null;
      signal?: string;
      stderr?: string;
    };
    const said = stderr?.trim().split('\n').at(-1) ?? '';
    return fail(
      `lookup ${what} ${signal ? `was ended by ${signal}` : `returned ${String(status ?? 'no exit code')}`}`,
      said === '' ? undefined : said,
    );
  }
}

function pipe(terms: readonly Value[], _options: Options, tools: Tools): Value[] {
  tools.context.host.files?.settled();
  return terms.map((term) => run('/bin/sh', ['-c', termText(term, 'pipe')], `pipe(${text(term)})`).trimEnd());
}

function lines(terms: readonly Value[], _options: Options, tools: Tools): Value[] {
  tools.context.host.files?.settled();
  return terms.flatMap((term) => {
    const output = run('/bin/sh', ['-c', termText(term, 'lines')], `lines(${text(term)})`).replace(/\n$/, '');
    return output === '' ? [] : output.split('\n');
  });
}

function fileGlob(terms: readonly Value[], _options: Options, tools: Tools): Value[] {
  const files = tools.context.host.files ?? localFiles;
  return terms.flatMap((term) => {
    const pattern = expandUser(termText(term, 'fileglob'));
    if (path.isAbsolute(pattern)) return globFiles(pattern, files).sort();
    for (const folder of tools.context.host.searchPath('files')) {
      const found = globFiles(path.join(folder, pattern), files);
      if (found.length > 0) return found.sort();
    }
    return [];
  });
}

interface Candidates {
  readonly files: readonly string[];
  readonly skips: boolean;
}

function names(value: Value | undefined): string[] {
  const inner = bare(value ?? null);
  if (inner === null) return [];
  if (Array.isArray(inner)) return inner.flatMap((entry) => names(entry));
  return text(inner)
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function candidatesOf(files: readonly string[], paths: readonly string[]): string[] {
  return paths.length === 0
    ? [...files]
    : paths.flatMap((folder) => files.map((name) => path.join(folder, name)));
}

function firstFoundTerms(terms: readonly Value[], options: Options): Candidates {
  let skips = flag(options, 'skip', false);
  const optionFiles = names(options.get('files'));
  const optionPaths = names(options.get('paths'));
  const files = terms.flatMap((term): string[] => {
    const inner = bare(term);
    if (isDict(inner)) {
      skips ||= isTruthy(inner.get('skip') ?? false);
      return candidatesOf(names(inner.get('files')), names(inner.get('paths')));
    }
    if (Array.isArray(inner)) {
      const nested = firstFoundTerms(inner, new Map());
      skips ||= nested.skips;
      return [...nested.files];
    }
    return candidatesOf([text(inner)], optionPaths);
  });
  return { files: [...files, ...candidatesOf(optionFiles, optionPaths)], skips };
}

function firstFound(terms: readonly Value[], options: Options, tools: Tools): Value[] {
  const { files, skips } = firstFoundTerms(terms, options);
  const kinds = ['files', 'templates', 'vars', 'tasks'] as const;
  for (const name of files)
    for (const kind of kinds) {
      const found = tools.context.host.find(kind, expandUser(name));
      if (found !== undefined) return [found];
    }
  if (skips) return [];
  throw new Failure('file-not-found', 'lookup first_found: no file was found', `Tried: ${files.join(', ')}`);
}

function unvault(terms: readonly Value[], _options: Options, tools: Tools): Value[] {
  return terms.map((term) => {
    const { bytes, isSecret } = readPlain(
      locate('files', termText(term, 'unvault'), tools, 'unvault'),
      tools,
    );
    const content = textOfBytes(bytes);
    return isSecret ? new KeptText(content, { secret: true }) : content;
  });
}

export const fileLookups: Table<Lookup> = {
  file: { run: file, impure: true },
  template: { run: template, impure: true },
  pipe: { run: pipe, impure: true },
  lines: { run: lines, impure: true },
  fileglob: { run: fileGlob, impure: true },
  first_found: { run: firstFound, impure: true },
  unvault: { run: unvault, impure: true },
};
