// Where a task's files are sought: the roles it stands in (nearest first), the folder of its own file, the play's folder.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Outcome } from '../document/diagnostic.ts';
import { chainOf, playOf } from '../playbook/inherit.ts';
import type { Node, Play } from '../playbook/model.ts';
import { Unknown } from '../document/value.ts';
import type { TemplateHost } from '../template/api.ts';
import type { HostView } from './host_view.ts';
import { UnknownReached } from '../template/failure.ts';

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

/** What lookups and filters of a task may use of the control machine. */
export function templateHostFor(
  node: Node | Play,
  decrypt: (text: Uint8Array) => Outcome<Uint8Array>,
): TemplateHost {
  return {
    find: (kind, name) => findFile(node, kind, name),
    searchPath: (kind) => searchFolders(node, kind),
    readFile: (file) => readFileSync(file),
    decrypt,
  };
}

/** Check mode: files that earlier steps would have made on the control machine are read as they will be. */
export function withPredictedFiles(
  real: TemplateHost,
  predicted: Pick<HostView, 'predictedFile'>,
): TemplateHost {
  return {
    ...real,
    find: (kind, name) => {
      const place = expandHome(name);
      const promised = path.isAbsolute(place) ? predicted.predictedFile(place) : undefined;
      if (promised !== undefined) return promised === 'gone' ? undefined : place;
      const found = real.find(kind, name);
      return found !== undefined && predicted.predictedFile(found) === 'gone' ? undefined : found;
    },
    readFile: (file) => {
      const promised = predicted.predictedFile(file);
      if (promised === 'gone') throw new Error(`ENOENT: no such file or directory, open '${file}'`);
      if (promised && 'unknown' in promised) throw new UnknownReached(new Unknown(promised.unknown));
      return promised ?? real.readFile(file);
    },
  };
}
