// What is installed: roles and collections in their folders, and whether they are as they were installed.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isDirectory, isFile } from '../document/file_kind.ts';
import { Sources } from '../document/source.ts';
import { bare, isDict, textOf } from '../document/value.ts';
import { pythonStr } from '../document/python_text.ts';
import { filesName, manifestName, sourceName } from './collection_folder.ts';
import { readManifest, verifiedFiles } from './collection_manifest.ts';
import { isRefusal } from './refusal.ts';
import { isCollectionName, isRoleName, type Kind } from './request.ts';
import { readYamlFile } from './requirements_file.ts';
import { installNote } from './role_source.ts';
import { entriesOf, treeSum } from './tree.ts';

export interface Installed {
  readonly name: string;
  readonly folder: string;
  /** Undefined when nothing tells it. */
  readonly version: string | undefined;
}

/** Python leaves these beside what it loads, and the installation its note. */
function isLeftOut(name: string): boolean {
  return name === installNote || name.endsWith('.pyc') || path.basename(name) === '__pycache__';
}

export function installedSum(folder: string): string {
  return treeSum(folder, isLeftOut);
}

function yamlTexts(file: string): ReadonlyMap<string, string> {
  const parsed = isFile(file) ? readYamlFile(file, new Sources(), []) : undefined;
  const entries = parsed && isDict(parsed.value) ? [...parsed.value] : [];
  return new Map(
    entries.flatMap(([key, value]): [string, string][] => {
      const inner = bare(value);
      return inner === null ? [] : [[String(key), textOf(inner) ?? pythonStr(inner)]];
    }),
  );
}

function hasMeta(folder: string): boolean {
  return ['main.yml', 'main.yaml'].some((name) => existsSync(path.join(folder, 'meta', name)));
}

export function roleIn(root: string, name: string): Installed | undefined {
  const folder = path.join(root, name);
  if (!hasMeta(folder)) return undefined;
  const version = yamlTexts(path.join(folder, installNote)).get('version');
  return { name, folder, version: version === '' ? undefined : version };
}

export function rolesIn(root: string): readonly Installed[] {
  return namesIn(root)
    .filter(isRoleName)
    .flatMap((name) => roleIn(root, name) ?? []);
}

function namesIn(folder: string): string[] {
  return isDirectory(folder) ? readdirSync(folder).sort() : [];
}

/** In a folder that holds namespaces. */
export function collectionIn(root: string, name: string): Installed | undefined {
  const folder = path.join(root, ...name.split('.'));
  if (!isDirectory(folder)) return undefined;
  const source = path.join(folder, sourceName);
  if (!existsSync(path.join(folder, manifestName)))
    return { name, folder, version: yamlTexts(source).get('version') };
  try {
    return { name, folder, version: readManifest(folder).version };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { name, folder, version: undefined };
  }
}

export function collectionsIn(root: string): readonly Installed[] {
  return namesIn(root)
    .flatMap((namespace) => namesIn(path.join(root, namespace)).map((name) => `${namespace}.${name}`))
    .filter(isCollectionName)
    .flatMap((name) => collectionIn(root, name) ?? []);
}

/** Whether nobody changed it since it was installed, as far as that is known. */
export function isUntouched(kind: Kind, folder: string): boolean {
  if (kind === 'role')
    return yamlTexts(path.join(folder, installNote)).get('sha256') === installedSum(folder);
  try {
    const listed = new Set([manifestName, filesName, ...verifiedFiles(folder)]);
    return entriesOf(folder, isLeftOut).every(({ name }) => listed.has(name));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

/** The note that Ansible leaves in a role, with the sum of its files. */
export function noteText(version: string | undefined, sum: string): string {
  const date = new Date().toUTCString();
  return `install_date: ${JSON.stringify(date)}\nsha256: ${sum}\nversion: ${JSON.stringify(version ?? '')}\n`;
}
