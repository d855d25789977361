// Where roles are found on disk.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expandHome } from './file_search.ts';
import { isFullName } from './names.ts';
import { isDirectory } from '../document/file_kind.ts';
import type { Loading } from './loading.ts';

export interface FoundRole {
  readonly name: string;
  readonly fullName: string;
  readonly path: string;
  /** `namespace.collection` when it came from one. */
  readonly collection: string | undefined;
}

export interface RoleSearch {
  readonly found: FoundRole | undefined;
  /** Folders that were searched. */
  readonly tried: readonly string[];
  /** Names of the roles in these folders, for the nearest right name. */
  names(): string[];
}

export interface RolePlaces {
  /** Folder of the playbook. */
  readonly playbookFolder: string;
  readonly collections: readonly string[];
  /** Folder in which the role stands that depends on the one sought. */
  readonly beside: string | undefined;
}

/**
 * ansible-core's order: collections (of a full name, or those searched), `roles` beside the playbook, roles_path, the
 * folder of the depending role, the playbook's folder; then, of our own accord, `roles` beside a folder of playbooks,
 * and last the name as a path of its own, from the folder in which the command was called.
 */
export function findRole(name: string, places: RolePlaces, loading: Loading): RoleSearch {
  const folders = [
    path.join(places.playbookFolder, 'roles'),
    ...(loading.options.rolesPath ?? []),
    ...(places.beside === undefined ? [] : [places.beside]),
    places.playbookFolder,
    path.resolve(places.playbookFolder, '../roles'),
  ];
  const fromCollection = findInCollections(name, places, loading);
  const found = fromCollection ?? findInFolders(name, folders);
  return {
    found,
    tried: isFullName(name)
      ? collectionRoots(places.playbookFolder, loading).map((root) => path.join(root, 'ansible_collections'))
      : folders,
    names: () => folders.filter((folder) => folder !== places.playbookFolder).flatMap(foldersIn),
  };
}

/** As in ansible-core a role is called as it was asked for (`web/nginx`), but by its last name where the name is a path. */
function findInFolders(name: string, folders: readonly string[]): FoundRole | undefined {
  const found = folders.map((folder) => path.resolve(folder, name)).find(isDirectory);
  if (found !== undefined) return { name, fullName: name, path: found, collection: undefined };
  const own = path.resolve(expandHome(name));
  if (!isDirectory(own)) return undefined;
  const last = path.basename(own);
  return { name: last, fullName: last, path: own, collection: undefined };
}

/** Folders that may hold `ansible_collections`. */
export function collectionRoots(playbookFolder: string, loading: Loading): readonly string[] {
  return [path.join(playbookFolder, 'collections'), ...(loading.options.collectionsPath ?? [])];
}

function findInCollections(name: string, places: RolePlaces, loading: Loading): FoundRole | undefined {
  const parts = name.split('.');
  const asked = isFullName(name)
    ? [{ collection: parts.slice(0, 2).join('.'), short: parts.slice(2).join('.') }]
    : places.collections.map((collection) => ({ collection, short: name }));
  for (const { collection, short } of asked)
    for (const root of collectionRoots(places.playbookFolder, loading)) {
      const folder = path.join(
        root,
        'ansible_collections',
        ...collection.split('.'),
        'roles',
        ...short.split('.'),
      );
      // A role in a folder below roles/ goes by its last name.
      const last = path.basename(folder);
      if (isDirectory(folder))
        return { name: last, fullName: `${collection}.${last}`, path: folder, collection };
    }
  return undefined;
}

function foldersIn(folder: string): string[] {
  if (!isDirectory(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => entry.name);
}
