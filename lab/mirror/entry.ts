// One thing in the cache: a directory named by what it holds, with the record `entry.json` of its files and checksums.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Architecture } from './versions.ts';

export interface Entry {
  readonly name: string;
  readonly version: string;
  readonly architecture: Architecture;
  /** Where its content comes from: packages with versions, or Go modules. */
  readonly source: string;
  readonly directory: string;
  readonly files: readonly EntryFile[];
  readonly image?: Image;
}

export interface EntryFile {
  /** Name in the entry's directory. */
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
  /** Paths that the mirror serves it under, without a leading slash; the first is the one to name to a user. */
  readonly paths: readonly string[];
}

/** A container image in an OCI archive; its blobs lie in the archive uncompressed, so the registry reads them there. */
export interface Image {
  readonly archive: string;
  /** Full names: `docker.io/library/nginx:latest`. */
  readonly names: readonly string[];
  readonly manifest: string;
  readonly blobs: readonly Blob[];
}

export interface Blob {
  /** `sha256:HEX`. */
  readonly digest: string;
  readonly mediaType: string;
  readonly offset: number;
  readonly size: number;
}

export const entryRecord = 'entry.json';

/** The record of a finished entry, or undefined: an entry exists as a whole or not at all. */
export async function readEntry(directory: string): Promise<Entry | undefined> {
  const text = await readFile(path.join(directory, entryRecord), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // Written by writeEntry of this program only, and the directory's name carries the recipe it was made by.
  return { ...(JSON.parse(text) as Omit<Entry, 'directory'>), directory };
}
