// From a request to files that are ready to be put in their place: fetched, looked through and summed up.
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Sources } from '../document/source.ts';
import { unpack } from './archive.ts';
import { collectionsBelow, holdsCollection } from './collection_folder.ts';
import type { CollectionInfo } from './collection_manifest.ts';
import { stageArchive, stageFolder } from './collection_source.ts';
import { download } from './download.ts';
import { archiveCommit, checkOut, type Clone, clone } from './git.ts';
import { installedSum } from './installed.ts';
import { refuse } from './refusal.ts';
import { isCollectionName, type Request } from './request.ts';
import { roleDependencies, stageRole } from './role_source.ts';
import type { Staged } from './staged.ts';
import { fileSum } from './tree.ts';
import { meetsRange } from './version_range.ts';
import { collectionOfWord, type Place } from './words.ts';

/** What the lock pins of a request. */
export interface Pins {
  readonly commit?: string;
  readonly archiveSum?: string;
}

export interface Fetching {
  /** An empty folder for this request alone. */
  readonly folder: string;
  readonly pins: Pins;
  readonly seconds: number;
  readonly sources: Sources;
  readonly problems: Diagnostic[];
  /** Where paths in dependencies are sought. */
  readonly place: Place;
}

interface Raw {
  /** Files as they came. */
  readonly folder: string;
  readonly form: 'archive' | 'folder';
  readonly commit?: string;
  readonly archiveSum?: string;
  /** Of a repository: nothing is taken from outside of it. */
  readonly root?: string;
}

/** A folder of a repository may be a link of it. */
function stayInside(root: string, folder: string): void {
  const [whole, part] = [realpathSync(root), realpathSync(folder)];
  if (part !== whole && !part.startsWith(`${whole}/`))
    refuse('unsafe-content', `${path.relative(root, folder)} of the repository leads out of it`);
}

async function archiveOf(file: string, { folder, pins }: Fetching): Promise<Raw> {
  const archiveSum = fileSum(file);
  if (pins.archiveSum !== undefined && pins.archiveSum !== archiveSum)
    refuse(
      'lock',
      'The archive is not the one that the lock names',
      `Its sha256 is ${archiveSum}, and was ${pins.archiveSum}. If that is wanted, renew the lock by --update`,
    );
  const unpacked = path.join(folder, 'unpacked');
  await unpack(file, unpacked);
  return { folder: unpacked, form: 'archive', archiveSum };
}

async function ofGit(kind: Request['kind'], cloned: Clone, subfolder: string, folder: string): Promise<Raw> {
  const { commit } = cloned;
  if (kind === 'role') {
    const [file, unpacked] = [path.join(folder, 'archive.tar'), path.join(folder, 'unpacked')];
    await archiveCommit(cloned, subfolder, file);
    await unpack(file, unpacked);
    return { folder: unpacked, form: 'archive', commit };
  }
  const root = await checkOut(cloned);
  const found = path.join(root, subfolder);
  if (!existsSync(found)) refuse('fetch-failed', `The repository has no folder ${subfolder}`);
  stayInside(root, found);
  return { folder: found, form: 'folder', commit, root };
}

async function raw(request: Request, fetching: Fetching): Promise<Raw> {
  const { source, kind } = request;
  const { folder, pins, seconds } = fetching;
  if (source.type === 'git')
    return ofGit(
      kind,
      await clone(source.address, pins.commit ?? request.version, folder),
      source.subfolder,
      folder,
    );
  if (source.type === 'download') {
    const file = path.join(folder, 'download');
    await download(source.address, file, seconds);
    return archiveOf(file, fetching);
  }
  if (source.type === 'file') return archiveOf(source.path, fetching);
  if (source.type === 'server') return refuse('requirement', 'No Galaxy server is asked');
  return { folder: source.path, form: 'folder' };
}

type Sums = Pick<Staged, 'commit' | 'archiveSum'>;

function stagedRole(
  request: Request,
  found: Raw,
  sums: Sums,
  { folder, sources, problems, place }: Fetching,
): Staged {
  const staged = path.join(folder, 'staged');
  stageRole(found.folder, staged);
  const { name = '', version = '' } = request;
  const read = roleDependencies(staged, request.name ?? '', sources, place);
  problems.push(...read.problems);
  const dependencies = read.requests.map((one): Request => ({ ...one, by: name }));
  return {
    kind: 'role',
    name,
    request,
    version,
    folder: staged,
    sum: installedSum(staged),
    ...sums,
    dependencies,
  };
}

/** Dependencies by name stay names: they may be installed already. */
export function collectionDependencies(
  { namespace, name, dependencies }: Pick<CollectionInfo, 'namespace' | 'name' | 'dependencies'>,
  place: Place,
): { readonly requests: readonly Request[]; readonly wrong: readonly string[] } {
  const reads = Object.entries(dependencies).map(([word, range]) => collectionOfWord(word, place, range));
  const requests = reads.flatMap((read) =>
    'wrong' in read ? [] : [{ ...read.request, by: `${namespace}.${name}` }],
  );
  return { requests, wrong: reads.flatMap((read) => ('wrong' in read ? [read.wrong] : [])) };
}

function stagedCollection(
  request: Request,
  found: Raw,
  sums: Sums,
  fetching: Fetching,
  folder: string,
): Staged {
  const { sources, problems, place } = fetching;
  const staged = path.join(fetching.folder, `staged-${path.basename(folder)}`);
  const info =
    found.form === 'archive' ? stageArchive(folder, staged) : stageFolder(folder, staged, sources, problems);
  const name = `${info.namespace}.${info.name}`;
  if (request.name !== undefined && isCollectionName(request.name) && request.name !== name)
    refuse('requirement', `${request.shown} holds ${name}, and ${request.name} was asked for`);
  checkVersion(request, info);
  const { requests, wrong } = collectionDependencies(info, place);
  for (const what of wrong)
    problems.push({
      code: 'requirement',
      severity: 'error',
      summary: `${name} depends on what cannot be read: ${what}`,
    });
  const sum = installedSum(staged);
  return {
    kind: 'collection',
    name,
    request,
    version: info.version,
    folder: staged,
    sum,
    ...sums,
    dependencies: requests,
  };
}

/** Of a repository the version is a commit; of all else it is what the collection says. */
function checkVersion({ source, version, shown }: Request, info: CollectionInfo): void {
  if (version === undefined || source.type === 'git') return;
  if (meetsRange(info.version, version) === false)
    refuse('requirement', `${shown} holds version ${info.version}, and ${version} was asked for`);
}

/** A role is one; a source of collections may hold several. */
export async function fetchRequest(request: Request, fetching: Fetching): Promise<readonly Staged[]> {
  mkdirSync(fetching.folder, { recursive: true });
  const found = await raw(request, fetching);
  const sums: Sums = {
    ...(found.commit === undefined ? {} : { commit: found.commit }),
    ...(found.archiveSum === undefined ? {} : { archiveSum: found.archiveSum }),
  };
  if (request.kind === 'role') return [stagedRole(request, found, sums, fetching)];
  const isOne = found.form === 'archive' || holdsCollection(found.folder);
  const folders = isOne ? [found.folder] : collectionsBelow(found.folder);
  if (folders.length === 0)
    refuse(
      'fetch-failed',
      `${request.shown} holds no collection`,
      'A collection has a galaxy.yml or a MANIFEST.json, itself or in its folders',
    );
  if (found.root !== undefined) for (const folder of folders) stayInside(found.root, folder);
  return folders.map((folder) => stagedCollection(request, found, sums, fetching, folder));
}
