// Playbooks inside collections: named in full (`acme.tools.site`), and what their plays find there by short names.
import path from 'node:path';
import { isFile } from '../document/file_kind.ts';
import { isFullName } from './names.ts';

/** The file of a playbook that is named in full; undefined when no collection below the roots has it. */
export function playbookOfCollection(name: string, roots: readonly string[]): string | undefined {
  if (!isFullName(name)) return undefined;
  const [namespace = '', collection = '', ...rest] = name.split('.');
  for (const root of roots) {
    const folder = path.join(root, 'ansible_collections', namespace, collection, 'playbooks');
    const found = ['', '.yml', '.yaml', '.json']
      .map((ending) => `${path.join(folder, ...rest)}${ending}`)
      .find(isFile);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The collection in which a playbook stands, where it is one of those that are searched. */
export function collectionAround(file: string, roots: readonly string[]): string | undefined {
  for (const root of roots) {
    const [namespace, collection, folder, ...rest] = path
      .relative(path.join(root, 'ansible_collections'), file)
      .split(path.sep);
    if (namespace !== '..' && folder === 'playbooks' && rest.length > 0) return `${namespace}.${collection}`;
  }
  return undefined;
}
