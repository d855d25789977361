// community.general.filetree: every file, folder and link below a folder, as `with_filetree` copies them.
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { Dict, Value } from '../../document/value.ts';
import { Float } from '../../document/value.ts';
import type { Lookup, Options, Table, Tools } from '../interpreter/tools.ts';
import { text } from '../python/printing.ts';
import { compileRegex } from '../python/regex.ts';
import { locate } from './files.ts';
import { termText } from './lists.ts';

function entryOf(root: string, relative: string): Dict | undefined {
  const place = path.join(root, relative);
  const info = lstatSync(place);
  const state = info.isDirectory()
    ? 'directory'
    : info.isSymbolicLink()
      ? 'link'
      : info.isFile()
        ? 'file'
        : undefined;
  if (state === undefined) return undefined;
  return new Map<string, Value>([
    ['root', root.endsWith('/') ? root : `${root}/`],
    ['path', relative],
    ['state', state],
    ['src', state === 'link' ? readlinkSync(place) : place],
    ['mode', `0${(info.mode & 0o7777).toString(8)}`],
    ['uid', info.uid],
    ['gid', info.gid],
    ['size', info.size],
    ['mtime', new Float(info.mtimeMs / 1000)],
    ['ctime', new Float(info.ctimeMs / 1000)],
  ]);
}

function walk(root: string, folder: string): string[] {
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const here = entries.map((entry) => path.join(folder, entry.name));
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => walk(root, path.join(folder, entry.name)));
  return [...here, ...below];
}

function fileTree(terms: readonly Value[], options: Options, tools: Tools): Value[] {
  const exclude = options.get('exclude');
  const pattern = exclude === undefined ? undefined : compileRegex(text(exclude));
  const seen = new Set<string>();
  return terms.flatMap((term) => {
    const root = locate('files', termText(term, 'filetree').replace(/\/$/, ''), tools, 'filetree');
    tools.context.host.files?.settled(root);
    return walk(root, '').flatMap((relative) => {
      if (seen.has(relative) || pattern?.search(relative)) return [];
      seen.add(relative);
      const entry = entryOf(root, relative);
      return entry ? [entry] : [];
    });
  });
}

export const treeLookups: Table<Lookup> = {
  filetree: { run: fileTree, impure: true },
};
