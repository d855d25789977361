// Where a file named by import_tasks or include_tasks is sought.
import path from 'node:path';
import { isFile } from '../document/file_kind.ts';
import { playOf, roleAround } from './inherit.ts';
import type { Node, Play } from './model.ts';

export interface SoughtFile {
  readonly found: string | undefined;
  readonly tried: readonly string[];
  readonly folders: readonly string[];
}

/**
 * `name` as written in `file` by a task below `parent`: beside that file first, then beside the files that led to it,
 * in the role's tasks (a handler: handlers, then tasks), in the role, beside the playbook.
 */
export function findTaskFile(
  name: string,
  file: string,
  parent: Node | Play,
  isHandler: boolean,
): SoughtFile {
  if (path.isAbsolute(name)) return sought(name, []);
  const role = roleAround(parent)?.role.path;
  const folders = [path.dirname(file), ...foldersAround(parent)];
  if (role !== undefined)
    folders.push(...(isHandler ? [path.join(role, 'handlers')] : []), path.join(role, 'tasks'), role);
  const playFolder = path.dirname(playOf(parent).file);
  folders.push(playFolder, path.join(playFolder, isHandler ? 'handlers' : 'tasks'));
  return sought(name, folders);
}

function sought(name: string, folders: readonly string[]): SoughtFile {
  const tried = path.isAbsolute(name)
    ? [name]
    : [...new Set(folders.map((folder) => path.join(folder, name)))];
  return { found: tried.find(isFile), tried, folders };
}

/** Folders of the includes around a node, as far as the role (or play) in which it stands. */
function foldersAround(node: Node | Play): string[] {
  const folders: string[] = [];
  for (let current = node; current.kind !== 'play' && current.kind !== 'role'; current = current.parent)
    folders.push(path.dirname(current.position.file));
  return folders;
}
