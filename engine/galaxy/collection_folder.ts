// Folders that hold collections, as sources and where they are installed.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isDirectory } from '../document/file_kind.ts';

export const manifestName = 'MANIFEST.json';
export const filesName = 'FILES.json';
export const sourceName = 'galaxy.yml';

export function holdsCollection(folder: string): boolean {
  return [manifestName, sourceName].some((name) => existsSync(path.join(folder, name)));
}

/** Its folders that hold one each, by name. */
export function collectionsBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name))
    .filter((one) => isDirectory(one) && holdsCollection(one));
}

/** As Ansible: the path is one of collections_path, or the `ansible_collections` in it. */
export function collectionsRoot(folder: string): string {
  return path.basename(folder) === 'ansible_collections' ? folder : path.join(folder, 'ansible_collections');
}
