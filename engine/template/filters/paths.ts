// Paths and files on the control machine.
import { homedir } from 'node:os';
import path from 'node:path';
import { type Value, bare, tuple } from '../../document/value.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import { text } from '../python/printing.ts';
import { localFiles } from '../local_files.ts';
import { iterate } from '../python/sequence.ts';
import { globFiles } from '../lookups/glob.ts';

/** os.path.dirname(): everything before the last slash. */
export function dirname(source: string): string {
  const head = source.slice(0, source.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

export function basename(source: string): string {
  return source.slice(source.lastIndexOf('/') + 1);
}

/** os.path.splitext(): a leading dot belongs to the name. */
export function splitExtension(source: string): [string, string] {
  const name = basename(source);
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || /^\.+$/.test(name.slice(0, dot + 1))) return [source, ''];
  return [source.slice(0, source.length - (name.length - dot)), name.slice(dot)];
}

export function expandUser(source: string): string {
  return /^~(?=\/|$)/.test(source) ? (process.env['HOME'] ?? homedir()) + source.slice(1) : source;
}

function expandVariables(source: string): string {
  return source.replace(
    /\$(?:\{([^}]+)\}|(\w+))/g,
    (whole, braced: string | undefined, bareName: string | undefined) =>
      process.env[braced ?? bareName ?? ''] ?? whole,
  );
}

/** os.path.join(): a part that starts with a slash starts anew. */
export function joinPaths(parts: readonly string[]): string {
  let joined = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (part.startsWith('/')) joined = part;
    else joined += joined === '' || joined.endsWith('/') ? part : `/${part}`;
  }
  return joined;
}

function normalPath(source: string): string {
  const normal = path.posix.normalize(source);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

function commonPath(items: readonly Value[]): string {
  const split = items.map((entry) => text(entry).split('/'));
  const [first = []] = split;
  let length = 0;
  while (length < first.length && split.every((parts) => parts[length] === first[length])) length += 1;
  const common = first.slice(0, length).join('/');
  return common === '' && (first[0] ?? 'x') === '' ? '/' : common;
}

const onText = (change: (source: string) => Value): Filter => ({
  parameters: 'value',
  run: (args) => change(args.text('value')),
});

export const pathFilters: Table<Filter> = {
  basename: onText(basename),
  dirname: onText(dirname),
  splitext: onText((source) => tuple(splitExtension(source))),
  expanduser: onText(expandUser),
  expandvars: onText(expandVariables),
  realpath: {
    parameters: 'value',
    run: (args, { context }) => (context.host.files ?? localFiles).realPath(args.text('value')),
  },
  normpath: onText(normalPath),
  relpath: {
    parameters: 'value start',
    run: (args) => path.relative(args.text('start', '.'), args.text('value')) || '.',
  },
  path_join: {
    parameters: 'value',
    run: (args) => {
      const value = bare(args.value('value'));
      return typeof value === 'string' ? value : joinPaths(iterate(value).map(text));
    },
  },
  commonpath: { parameters: 'value', run: (args) => commonPath(args.list('value')) },
  fileglob: {
    parameters: 'value',
    run: (args, tools) => {
      tools.impure('fileglob');
      return globFiles(args.text('value'), tools.context.host.files ?? localFiles);
    },
  },
  win_basename: onText((source) => source.split(/[\\/]/).at(-1) ?? ''),
  win_dirname: onText((source) => {
    const [, drive = '', rest = ''] = /^([A-Za-z]:)?([^]*)$/.exec(source) ?? [];
    const head = rest.slice(0, Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\')) + 1);
    return drive + (/^[\\/]*$/.test(head) ? head : head.replace(/[\\/]+$/, ''));
  }),
  win_splitdrive: onText((source) => {
    const drive = /^[A-Za-z]:/.exec(source)?.[0] ?? '';
    return tuple([drive, source.slice(drive.length)]);
  }),
};
