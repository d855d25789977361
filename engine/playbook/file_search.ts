// Where a task's files are sought: the roles it stands in (nearest first), the folder of its own file, the play's folder.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { chainOf, playOf } from './inherit.ts';
import type { Node, Play } from './model.ts';

export type FileKind = 'files' | 'templates' | 'vars' | 'tasks';

/** All folders, nearest first, without repetition. */
export function searchFolders(node: Node | Play, kind: FileKind): string[] {
  const folders: string[] = [];
  for (const at of chainOf(node))
    if (at.kind === 'role') folders.push(path.join(at.role.path, kind), at.role.path);
  for (const at of chainOf(node)) {
    const folder = path.dirname(at.position.file);
    if (at.kind === 'task' || at.kind === 'block') folders.push(path.join(folder, kind), folder);
  }
  const base = path.dirname(playOf(node).file);
  folders.push(path.join(base, kind), base);
  return [...new Set(folders)];
}

export function expandHome(name: string): string {
  return name === '~' || name.startsWith('~/') ? path.join(homedir(), name.slice(1)) : name;
}

export function findFile(node: Node | Play, kind: FileKind, name: string): string | undefined {
  const wanted = expandHome(name);
  if (path.isAbsolute(wanted)) return existsSync(wanted) ? wanted : undefined;
  return searchFolders(node, kind)
    .map((folder) => path.join(folder, wanted))
    .find((file) => existsSync(file));
}
