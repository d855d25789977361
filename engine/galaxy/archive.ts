// Unpacks a tar archive, plain or by gzip, into an empty folder. What could reach out of the folder or fill the disk is
// refused, and then nothing of the archive is used.
import {
  chmodSync,
  closeSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import { isRefusal, reasonOf, refuse } from './refusal.ts';
import { checkLink, treeLimits, type TreeLimits } from './tree.ts';

const regular = ['File', 'OldFile', 'ContiguousFile'];

function firstBytes(file: string): string {
  const bytes = Buffer.alloc(6);
  const opened = openSync(file, 'r');
  const length = readSync(opened, bytes, 0, bytes.length, 0);
  closeSync(opened);
  return bytes.subarray(0, length).toString('latin1');
}

/** The bytes of the tar inside. */
function tarOf(file: string): Readable {
  const head = firstBytes(file);
  const packer = head.startsWith('BZh') ? 'bzip2' : head.startsWith('\u00fd7zXZ') ? 'xz' : undefined;
  if (packer !== undefined)
    refuse('fetch-failed', `${file} is packed by ${packer}`, 'Taken are plain tar and gzip');
  const stream = createReadStream(file);
  if (!head.startsWith('\u001f\u008b')) return stream;
  return pipeline(stream, createGunzip(), () => undefined);
}

/** A name inside of the folder, without dots; undefined for the folder itself. */
function safeName(written: string): string | undefined {
  const parts = written.split('/').filter((part) => part !== '' && part !== '.');
  const isUnsafe = written.startsWith('/') || parts.includes('..') || written.includes('\0');
  if (isUnsafe)
    refuse(
      'unsafe-content',
      `The archive has a file outside of its folder: ${written}`,
      'Nothing of it was installed',
    );
  if (written.length > 4096) refuse('unsafe-content', 'The archive has a name longer than 4096 characters');
  return parts.length === 0 ? undefined : parts.join('/');
}

class Unpacking {
  readonly #root: string;
  readonly #limits: TreeLimits;
  readonly #seen = new Map<string, 'file' | 'folder' | 'link'>();
  /** Made last, so that no file is written through one. */
  readonly #links: [name: string, target: string][] = [];
  #bytes = 0;
  #declared = 0;

  constructor(root: string, limits: TreeLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes) this.#tooLarge();
  }

  /** Of what is to be written: a second name writes the file again. */
  #declare(bytes: number): void {
    this.#declared += bytes;
    if (this.#declared > this.#limits.bytes) this.#tooLarge();
  }

  #tooLarge(): never {
    return refuse('unsafe-content', `The archive unpacks to more than ${this.#limits.bytes >> 20} MiB`);
  }

  take(entry: ReadEntry): void {
    const name = safeName(entry.path);
    if (name === undefined) {
      entry.resume();
      return;
    }
    const type = this.#typeOf(entry, name);
    const before = this.#seen.get(name);
    if (before !== undefined && (before !== type || type !== 'folder'))
      refuse('unsafe-content', `${name} stands twice in the archive`);
    if (this.#seen.size >= this.#limits.entries)
      refuse('unsafe-content', `The archive has more than ${this.#limits.entries} files`);
    this.#declare(entry.size);
    this.#seen.set(name, type);
    const place = path.join(this.#root, name);
    if (type === 'link') {
      checkLink(name, entry.linkpath ?? '');
      this.#links.push([name, entry.linkpath ?? '']);
      entry.resume();
      return;
    }
    mkdirSync(type === 'folder' ? place : path.dirname(place), { recursive: true });
    if (entry.type === 'Link') this.#again(name, entry);
    else if (type === 'file') this.#write(place, entry);
    else entry.resume();
  }

  #typeOf({ type }: ReadEntry, name: string): 'file' | 'folder' | 'link' {
    if (regular.includes(type) || type === 'Link') return 'file';
    if (type === 'Directory' || type === 'GNUDumpDir') return 'folder';
    if (type === 'SymbolicLink') return 'link';
    return refuse(
      'unsafe-content',
      `${name} is a ${type}`,
      'Files, folders and links are taken from an archive',
    );
  }

  #write(place: string, entry: ReadEntry): void {
    const opened = openSync(place, 'wx');
    entry.on('data', (chunk: Buffer) => writeSync(opened, chunk));
    entry.on('end', () => {
      closeSync(opened);
      chmodSync(place, (entry.mode ?? 0o644) & 0o777);
    });
  }

  /** A second name of a file that came before becomes a file of its own. */
  #again(name: string, entry: ReadEntry): void {
    const first = safeName(entry.linkpath ?? '');
    if (first === undefined || this.#seen.get(first) !== 'file')
      refuse('unsafe-content', `${name} is a link to ${entry.linkpath ?? ''}, which is no file before it`);
    this.#declare(statSync(path.join(this.#root, first)).size);
    copyFileSync(path.join(this.#root, first), path.join(this.#root, name));
    entry.resume();
  }

  finish(): void {
    if (this.#seen.size === 0) refuse('fetch-failed', 'The archive is empty, or no tar archive');
    for (const [name] of this.#links) {
      const place = path.join(this.#root, name);
      if (existsSync(place)) refuse('unsafe-content', `The archive has files behind the link ${name}`);
      mkdirSync(path.dirname(place), { recursive: true });
    }
    for (const [name, target] of this.#links) symlinkSync(target, path.join(this.#root, name));
  }
}

/** Feeds a tar to the parser until its end, or until something is wrong with it: what that is. */
async function feed(file: string, unpacking: Unpacking): Promise<unknown> {
  const wrong: unknown[] = [];
  const take = (entry: ReadEntry): void => {
    try {
      if (wrong.length === 0) unpacking.take(entry);
    } catch (error) {
      wrong.push(error);
    }
  };
  const parser = new Parser({ strict: true, onReadEntry: take });
  parser.on('ignoredEntry', take);
  parser.on('error', (error: unknown) => wrong.push(error));
  const ended = new Promise<void>((resolve) => parser.once('end', resolve));
  const stream = tarOf(file);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      unpacking.count(chunk.length);
      parser.write(chunk);
      if (wrong.length > 0) return wrong[0];
    }
  } catch (error) {
    return error;
  } finally {
    stream.destroy();
  }
  parser.end();
  if (wrong.length === 0) await ended;
  return wrong[0];
}

export async function unpack(file: string, into: string, limits: TreeLimits = treeLimits): Promise<void> {
  mkdirSync(into, { recursive: true });
  const unpacking = new Unpacking(into, limits);
  const wrong = await feed(file, unpacking);
  if (isRefusal(wrong)) throw wrong;
  if (wrong !== undefined) refuse('fetch-failed', `${file} is no whole tar archive`, reasonOf(wrong));
  unpacking.finish();
}
