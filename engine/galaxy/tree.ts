// Trees of files: what stands in one, in an order that is the same everywhere, and one sum for all of it.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { refuse } from './refusal.ts';

export interface Entry {
  /** From the root of the tree, with slashes. */
  readonly name: string;
  readonly type: 'file' | 'folder' | 'link';
  /** Permissions of a file. */
  readonly mode: number;
  /** Where a link leads. */
  readonly target: string;
}

export interface TreeLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** Far above any role or collection, far below what fills a disk. */
export const treeLimits: TreeLimits = { entries: 100_000, bytes: 1 << 30 };

export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function fileSum(file: string): string {
  const sum = createHash('sha256');
  const bytes = Buffer.alloc(1 << 16);
  const opened = openSync(file, 'r');
  try {
    for (let length = 1; length > 0;) {
      length = readSync(opened, bytes);
      sum.update(bytes.subarray(0, length));
    }
  } finally {
    closeSync(opened);
  }
  return sum.digest('hex');
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** All entries below a folder, sorted by the bytes of their names. `skips` leaves out an entry and what is below it. */
export function entriesOf(
  root: string,
  skips: (name: string, isFolder: boolean) => boolean = () => false,
): Entry[] {
  const entries: Entry[] = [];
  const walk = (folder: string): void => {
    for (const base of readdirSync(path.join(root, folder))) {
      const name = folder === '' ? base : `${folder}/${base}`;
      const stats = lstatSync(path.join(root, name));
      if (skips(name, stats.isDirectory())) continue;
      const type = stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'folder' : 'file';
      if (type === 'file' && !stats.isFile())
        refuse('unsafe-content', `${name} is neither file, folder nor link`, 'Take it out of the source');
      const target = type === 'link' ? readlinkSync(path.join(root, name)) : '';
      entries.push({ name, type, mode: stats.mode & 0o7777, target });
      if (entries.length > treeLimits.entries)
        refuse('unsafe-content', `${root} holds more than ${treeLimits.entries} files`);
      if (type === 'folder') walk(name);
    }
  };
  walk('');
  return entries.sort((a, b) => byBytes(a.name, b.name));
}

/**
 * Refuses a link that may lead out of its tree. As no entry stands behind a link, `..` at the front goes up real folders;
 * behind another part it may go up from where a link leads, so it is not taken there.
 */
export function checkLink(name: string, target: string): void {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const further = parts.findIndex((part) => part !== '..');
  const [up, rest] = further < 0 ? [parts.length, []] : [further, parts.slice(further)];
  const depth = name.split('/').length - 1;
  if (target === '' || target.startsWith('/') || up > depth || rest.includes('..'))
    refuse(
      'unsafe-content',
      `The link ${name} leads to ${target}, which may be outside of what is installed`,
      'Nothing of it was installed',
    );
}

/** Every link of a tree. */
export function checkLinks(entries: readonly Entry[]): void {
  for (const { name, type, target } of entries) if (type === 'link') checkLink(name, target);
}

/**
 * One sum of names, kinds, permissions and contents. Per entry, sorted by name: `KIND MODE SUM NAME` and NUL, where KIND is
 * file, folder or link, MODE is octal (0 but for files) and SUM is that of the content or of the link's target.
 */
export function treeSum(root: string, skips?: (name: string) => boolean): string {
  const sum = createHash('sha256');
  for (const { name, type, mode, target } of entriesOf(root, skips)) {
    const shownMode = type === 'file' ? mode.toString(8) : '0';
    const own = type === 'file' ? fileSum(path.join(root, name)) : type === 'link' ? sha256(target) : '-';
    sum.update(`${type} ${shownMode} ${own} ${name}\0`);
  }
  return sum.digest('hex');
}

/** Copies entries into an empty folder that it makes; folders are 0755, the modes of files as `modeOf` says. */
export function copyEntries(
  from: string,
  to: string,
  entries: readonly Entry[],
  modeOf: (entry: Entry) => number,
): void {
  const makeFolder = (folder: string): void => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  };
  makeFolder(to);
  for (const entry of entries) {
    const target = path.join(to, entry.name);
    if (entry.type === 'folder') makeFolder(target);
    else {
      mkdirSync(path.dirname(target), { recursive: true });
      if (entry.type === 'link') symlinkSync(entry.target, target);
      else {
        copyFileSync(path.join(from, entry.name), target);
        chmodSync(target, modeOf(entry));
      }
    }
  }
}
