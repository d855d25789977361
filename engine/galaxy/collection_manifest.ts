// MANIFEST.json and FILES.json of a collection: read, verified against the files, and made from a galaxy.yml.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDirectory } from '../document/file_kind.ts';
import { filesName, manifestName } from './collection_folder.ts';
import { refuse } from './refusal.ts';
import { isCollectionName } from './request.ts';
import { type Entry, fileSum, sha256 } from './tree.ts';

/** What a collection says of itself. */
export interface CollectionInfo {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** By name, or by the address of a repository: a range, or a version of the repository. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** All of it, as it goes into a manifest. */
  readonly all: Readonly<Record<string, unknown>>;
}

export interface ListedFile {
  readonly name: string;
  readonly ftype: 'file' | 'dir';
  readonly chksum_type: 'sha256' | null;
  readonly chksum_sha256: string | null;
  readonly format: 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file))
    refuse(
      'fetch-failed',
      `The collection has no ${path.basename(file)}`,
      'It is not built: name a folder with a galaxy.yml, or build it first',
    );
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    data = undefined;
  }
  if (!isRecord(data)) refuse('fetch-failed', `${path.basename(file)} of the collection is not JSON`);
  return data;
}

/** Checked: name and version as text, dependencies by text. */
export function collectionInfo(all: Readonly<Record<string, unknown>>, of: string): CollectionInfo {
  const { namespace, name, version, dependencies } = all;
  if (typeof namespace !== 'string' || typeof name !== 'string' || !isCollectionName(`${namespace}.${name}`))
    return refuse(
      'fetch-failed',
      `${of} names no collection`,
      'namespace and name are words of letters, digits and _',
    );
  const shownVersion = typeof version === 'string' && version !== '' ? version : '*';
  if (!/^[\w.+*-]+$/.test(shownVersion)) return refuse('fetch-failed', `${of} tells no version`);
  const given = isRecord(dependencies) ? dependencies : {};
  const texts = Object.entries(given).map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : '*',
  ]);
  return {
    ...{ namespace, name, all, dependencies: Object.fromEntries(texts) },
    version: shownVersion,
  };
}

export function readManifest(folder: string): CollectionInfo {
  const { collection_info: info } = readJson(path.join(folder, manifestName));
  if (!isRecord(info)) return refuse('fetch-failed', `${manifestName} has no collection_info`);
  return collectionInfo(info, manifestName);
}

/**
 * What FILES.json lists, each file found to have its sum. A link has that of what it leads to. The list itself has the sum
 * that the manifest tells.
 */
export function verifiedFiles(folder: string): readonly string[] {
  const { file_manifest_file: listFile } = readJson(path.join(folder, manifestName));
  const list = path.join(folder, filesName);
  const { files } = readJson(list);
  const wanted = isRecord(listFile) ? listFile['chksum_sha256'] : undefined;
  if (typeof wanted !== 'string' || fileSum(list) !== wanted)
    refuse(
      'fetch-failed',
      `${filesName} has not the sum that ${manifestName} tells`,
      'The collection was changed after it was built',
    );
  if (!Array.isArray(files)) return refuse('fetch-failed', `${filesName} lists no files`);
  return files.flatMap((item: unknown) => {
    const { name, ftype, chksum_sha256: sum } = isRecord(item) ? item : {};
    if (typeof name !== 'string' || name === '.') return [];
    const place = path.join(folder, name);
    const isInside = place.startsWith(`${folder}/`);
    if (!isInside || !existsSync(place))
      refuse('fetch-failed', `${name} is listed in ${filesName} and not there`);
    if (ftype === 'file' && (isDirectory(place) || fileSum(place) !== sum))
      refuse(
        'fetch-failed',
        `${name} has not the sum that ${filesName} tells`,
        'The collection was changed after it was built',
      );
    return [path.normalize(name).replace(/\/$/, '')];
  });
}

/** As Python's json writes it. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const format = 1;

/** The two files for the entries of a collection in a folder. */
export function builtManifests(
  folder: string,
  entries: readonly Entry[],
  { all }: CollectionInfo,
): { readonly manifest: string; readonly files: string } {
  const listed = entries.map(({ name, type }): ListedFile => {
    const place = path.join(folder, name);
    const isFolder = type === 'folder' || isDirectory(place);
    const sum = isFolder ? null : fileSum(place);
    return {
      name,
      ftype: isFolder ? 'dir' : 'file',
      chksum_type: sum === null ? null : 'sha256',
      chksum_sha256: sum,
      format,
    };
  });
  const root: ListedFile = { name: '.', ftype: 'dir', chksum_type: null, chksum_sha256: null, format };
  const files = jsonText({ files: [root, ...listed], format });
  const { namespace, name, version, authors, readme, tags, description, license, dependencies } = all;
  const { license_file: licenseFile, repository, documentation, homepage, issues } = all;
  const info = {
    ...{ namespace, name, version, authors, readme, tags, description, license },
    license_file: licenseFile === '' ? null : licenseFile,
    ...{ dependencies, repository, documentation, homepage, issues },
  };
  const listFile = {
    name: filesName,
    ftype: 'file',
    chksum_type: 'sha256',
    chksum_sha256: sha256(files),
    format,
  };
  return { manifest: jsonText({ collection_info: info, file_manifest_file: listFile, format }), files };
}
