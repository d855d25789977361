// hardway galaxy role list, collection list and role remove, told as ansible-galaxy tells them.
import path from 'node:path';
import { isDirectory } from '../../document/file_kind.ts';
import { dict } from '../../document/value.ts';
import { collectionsRoot } from '../../galaxy/collection_folder.ts';
import { collectionIn, collectionsIn, type Installed, roleIn, rolesIn } from '../../galaxy/installed.ts';
import { removeFolder } from '../../galaxy/place.ts';
import { isRoleName } from '../../galaxy/request.ts';
import { yamlOf } from '../data_text.ts';
import { exitCodes } from '../exit_codes.ts';

export interface Listed {
  readonly code: number;
  readonly text: string;
  readonly warnings: readonly string[];
}

const unusable = 'None of the paths is a folder: name one by -p';

function roleLine({ name, version }: Installed): string {
  return `- ${name}, ${version ?? '(unknown version)'}\n`;
}

/** Folders that were named and are not there. One of the usual places may be missing. */
function missing(folders: readonly string[]): string[] {
  return folders.filter((one) => !isDirectory(one)).map((one) => `The path ${one} is no folder`);
}

export function listRoles(folders: readonly string[], name?: string): Listed {
  const there = folders.filter(isDirectory);
  if (there.length === 0)
    return { code: exitCodes.badChoice, text: '', warnings: [...missing(folders), unusable] };
  if (name === undefined) {
    const text = there.map((folder) => `# ${folder}\n${rolesIn(folder).map(roleLine).join('')}`).join('');
    return { code: exitCodes.success, text, warnings: missing(folders) };
  }
  const found = there.map((folder) => roleIn(folder, name)).find((one) => one !== undefined);
  if (!found) return { code: exitCodes.success, text: '', warnings: [`The role ${name} was not found`] };
  return {
    code: exitCodes.success,
    text: `# ${path.dirname(found.folder)}\n${roleLine(found)}`,
    warnings: [],
  };
}

export type ListForm = 'human' | 'yaml' | 'json';

function table(folder: string, found: readonly Installed[], widths: readonly [number, number]): string {
  const [wide, narrow] = widths;
  const row = (name: string, version: string): string => `${name.padEnd(wide)} ${version.padEnd(narrow)}\n`;
  const rows = found.map(({ name, version }) => row(name, version ?? '*')).join('');
  return `\n# ${folder}\n${row('Collection', 'Version')}${'-'.repeat(wide)} ${'-'.repeat(narrow)}\n${rows}`;
}

type Found = readonly [root: string, installed: readonly Installed[]];

/** On one line, with a space behind commas and colons, as Python writes it. */
function jsonLine(found: readonly Found[]): string {
  const text = (value: string): string => JSON.stringify(value);
  const shown = ({ name, version = '*' }: Installed): string =>
    `${text(name)}: {${text('version')}: ${text(version)}}`;
  return `{${found.map(([root, all]) => `${text(root)}: {${all.map(shown).join(', ')}}`).join(', ')}}\n`;
}

function yamlText(found: readonly Found[]): string {
  const shown = ({ name, version = '*' }: Installed) => [name, dict({ version })] as const;
  return yamlOf(
    dict(Object.fromEntries(found.map(([root, all]) => [root, dict(Object.fromEntries(all.map(shown)))]))),
  );
}

function tables(found: readonly Found[]): string {
  const all = found.flatMap(([, each]) => each);
  const widths = [
    Math.max(10, ...all.map(({ name }) => name.length)),
    Math.max(7, ...all.map(({ version = '*' }) => version.length)),
  ] as const;
  return found.map(([root, each]) => table(root, each, widths)).join('');
}

export function listCollections(folders: readonly string[], form: ListForm, name?: string): Listed {
  if (!folders.some(isDirectory)) return { code: exitCodes.badChoice, text: '', warnings: [unusable] };
  const found = folders
    .map(collectionsRoot)
    .map((root): Found => {
      const one = name === undefined ? undefined : collectionIn(root, name);
      return [root, name === undefined ? collectionsIn(root) : one ? [one] : []];
    })
    .filter(([, all]) => all.length > 0);
  const write = { human: tables, json: jsonLine, yaml: yamlText }[form];
  return { code: exitCodes.success, text: write(found), warnings: [] };
}

/** Only what is a role goes: a folder without meta/main.yml stays. */
export function removeRoles(folders: readonly string[], names: readonly string[]): Listed {
  const lines = names.map((name) => {
    const found = isRoleName(name)
      ? folders.map((folder) => roleIn(folder, name)).find((one) => one)
      : undefined;
    if (!found) return `- ${name} is not installed, skipping.\n`;
    removeFolder(found.folder);
    return `- successfully removed ${name}\n`;
  });
  return { code: exitCodes.success, text: lines.join(''), warnings: [] };
}
