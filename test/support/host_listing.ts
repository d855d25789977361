// All files of a lab's host, listed from outside: through the root of its first process, so with every mount that the
// host sees, and without a command on the host that would leave traces of its own.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type BigIntStats } from 'node:fs';
import path from 'node:path';
import { findInit } from '../../lab/host_process.ts';
import { readRecord } from '../../lab/lab_record.ts';
import type { TestLab } from './lab.ts';

export interface ListedFile {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link' | 'socket' | 'pipe' | 'device';
  /** Octal, with the bits of setuid, setgid and sticky. */
  readonly mode: string;
  readonly owner: number;
  readonly group: number;
  readonly size: number;
  /** Nanoseconds. */
  readonly mtime: bigint;
  /** sha256 of a file, target of a link, numbers of a device, empty for all others. */
  readonly content: string;
}

/** Where the kernel answers instead of a disk, what is gone with the power, and logs. */
export const notListed = ['/proc', '/sys', '/dev', '/run', '/var/log'];

/** The folder on this machine that shows a running host's files as the host sees them. */
export async function hostRoot(lab: TestLab, hostName: string): Promise<string> {
  const record = await readRecord(lab.name);
  const host = record?.hosts.find(({ name }) => name === hostName);
  const init = record && host ? await findInit(record, host) : undefined;
  if (init === undefined) throw new Error(`lab ${lab.name} has no running host ${hostName}`);
  return `/proc/${init}/root`;
}

/** Every file below `root` but those in `without`, which are paths as the host has them. */
export function listFiles(root: string, without: readonly string[] = notListed): ListedFile[] {
  const files: ListedFile[] = [];
  const excluded = new Set(without);
  const walk = (folder: string): void => {
    for (const name of readdirSync(path.join(root, folder)).sort()) {
      const place = `${folder}/${name}`;
      if (excluded.has(place)) continue;
      const listed = listFile(root, place);
      if (listed === undefined) continue; // went away between two calls
      files.push(listed);
      if (listed.type === 'directory') walk(place);
    }
  };
  walk('');
  return files;
}

function listFile(root: string, place: string): ListedFile | undefined {
  const full = path.join(root, place);
  const seen = lstatSync(full, { bigint: true, throwIfNoEntry: false });
  if (seen === undefined) return undefined;
  const type = typeOf(seen);
  return {
    ...{ path: place, type, mode: (seen.mode & 0o7777n).toString(8).padStart(4, '0') },
    ...{ owner: Number(seen.uid), group: Number(seen.gid), mtime: seen.mtimeNs },
    // What a directory's size says is up to the file system that it stands on.
    size: type === 'directory' ? 0 : Number(seen.size),
    content: contentOf(full, type, seen),
  };
}

function typeOf(seen: BigIntStats): ListedFile['type'] {
  if (seen.isFile()) return 'file';
  if (seen.isDirectory()) return 'directory';
  if (seen.isSymbolicLink()) return 'link';
  if (seen.isSocket()) return 'socket';
  return seen.isFIFO() ? 'pipe' : 'device';
}

function contentOf(full: string, type: ListedFile['type'], seen: BigIntStats): string {
  if (type === 'link') return readlinkSync(full);
  if (type === 'device') return `${seen.rdev >> 8n}:${seen.rdev & 255n}`;
  return type === 'file' ? digestOf(full, seen) : '';
}

const digests = new Map<string, string>();

/**
 * The hosts of all labs share the files of one base image, so each of its files is read once: same inode, same content
 * as long as its time of change, which nobody can set, is the same.
 */
function digestOf(full: string, { ino, size, ctimeNs }: BigIntStats): string {
  const key = `${ino} ${size} ${ctimeNs}`;
  const known = digests.get(key);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(readFileSync(full)).digest('hex');
  digests.set(key, digest);
  return digest;
}

/** `path type mode owner:group size mtime content`, for people who read why two listings differ. */
export function listingLine(file: ListedFile): string {
  const { path: place, type, mode, owner, group, size, mtime, content } = file;
  return [place, type, mode, `${owner}:${group}`, size, mtime, content].join(' ');
}
