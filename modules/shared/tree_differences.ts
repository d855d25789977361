// What `--diff` shows of a folder that is copied: each file that comes or changes, by its content.
import type { Content } from '../../engine/module/content.ts';
import type { Difference, Probe } from '../../engine/module/contract.ts';
import { content, type FileContent } from '../../engine/module/vocabulary/content.ts';
import type { ControlEntry } from '../../engine/module/vocabulary/control_files.ts';
import type { Listing, ListingEntry } from '../../engine/module/vocabulary/listing.ts';
import { joinPath } from '../../engine/module/vocabulary/paths.ts';
import { fileDifference } from './put_file.ts';

/** More files than these, and larger ones, are told by the steps alone. */
const maxFiles = 200;
const maxBytes = 262_144;

/** Contents by the file's path below the folder. */
export interface TreeContents {
  readonly [name: `old ${string}` | `new ${string}`]: FileContent;
}

export interface CopiedFile {
  readonly name: string;
  readonly sha256: string | undefined;
  readonly size: number;
  /** Where it is a file of the control machine. */
  readonly content?: Content;
}

export function filesSent(entries: readonly ControlEntry[]): CopiedFile[] {
  return entries.flatMap((entry) =>
    entry.type === 'file'
      ? [{ name: entry.name, sha256: entry.content.sha256, size: entry.content.size, content: entry.content }]
      : [],
  );
}

export function filesThere(entries: readonly ListingEntry[]): CopiedFile[] {
  return entries.flatMap(({ name, file }) =>
    file.type === 'file' ? [{ name, sha256: file.digest, size: file.size }] : [],
  );
}

function changedOf(files: readonly CopiedFile[], tree: Listing, force: boolean): CopiedFile[] {
  const there = new Map(tree.entries.map(({ name, file }) => [name, file]));
  const changed = files.filter(({ name, sha256, size }) => {
    const at = there.get(name);
    return size <= maxBytes && (at === undefined || (force && at.digest !== sha256 && at.size <= maxBytes));
  });
  return changed.length > maxFiles ? [] : changed;
}

export interface Copied {
  readonly files: readonly CopiedFile[];
  readonly tree: Listing;
  readonly root: string;
  readonly force: boolean;
  /** The folder on the host that is copied. */
  readonly from?: string;
}

export function askContents({ files, tree, root, force, from }: Copied): {
  readonly [name: `old ${string}` | `new ${string}`]: Probe<FileContent>;
} {
  const asked: { [name: `old ${string}` | `new ${string}`]: Probe<FileContent> } = {};
  for (const { name } of changedOf(files, tree, force)) {
    asked[`old ${name}`] = content(joinPath(root, name));
    if (from !== undefined) asked[`new ${name}`] = content(joinPath(from, name));
  }
  return asked;
}

export function treeDifferences({ files, tree, root, force }: Copied, seen: TreeContents): Difference[] {
  return changedOf(files, tree, force).flatMap((file) => {
    const copied = seen[`new ${file.name}`];
    const after = file.content ?? (copied?.found === 'file' ? copied.content : undefined);
    return after ? fileDifference(joinPath(root, file.name), seen[`old ${file.name}`], after) : [];
  });
}
