// A fetched role: which folder of the source it is, its files as Ansible sets them down, and what it depends on.
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import { isFile } from '../document/file_kind.ts';
import type { Sources } from '../document/source.ts';
import { bare, isDict, isList, textOf, type Value } from '../document/value.ts';
import { error, kindOfValue, valuePlace } from '../playbook/problem.ts';
import { refuse } from './refusal.ts';
import { isRoleName, type Request } from './request.ts';
import { readRoleList, readYamlFile } from './requirements_file.ts';
import { checkLinks, copyEntries, entriesOf, type Entry } from './tree.ts';
import { type Place, type Read, roleOfWord, roleRequest } from './words.ts';

/** Written by the installation itself; no part of what is compared. */
export const installNote = 'meta/.galaxy_install_info';

const metaMain = /^(?:(.*)\/)?meta\/main\.ya?ml$/;
/** Left out of a role that is a folder of this machine. */
const versionControl = ['.git', '.hg', '.svn', '.bzr', 'CVS'];

/** As Python's tarfile sets them down by its filter for data. */
function modeOf({ mode }: Entry): number {
  const kept = (mode & 0o755) | 0o600;
  return (mode & 0o100) === 0 ? kept & ~0o111 : kept;
}

/** The folder with meta/main.yml that stands highest. */
function roleFolder(entries: readonly Entry[]): string {
  const parents = entries.flatMap(({ name, type }) => {
    const found = type === 'file' ? metaMain.exec(name) : null;
    return found ? [found[1] ?? ''] : [];
  });
  const [first, ...others] = parents.toSorted((a, b) => a.length - b.length);
  if (first === undefined)
    refuse(
      'fetch-failed',
      'There is no role: no folder in it has a meta/main.yml',
      'A role that is installed needs one; it may be empty but for {}',
    );
  if (others.some((other) => first !== '' && !other.startsWith(`${first}/`)))
    refuse(
      'fetch-failed',
      `There are several roles: ${[first, ...others].join(', ')}`,
      'Name one by #/FOLDER behind the repository',
    );
  return first;
}

/** Copies the role of an unpacked source to `to`. */
export function stageRole(source: string, to: string): void {
  const all = entriesOf(
    source,
    (name) => versionControl.includes(path.basename(name)) || name.endsWith(installNote),
  );
  const folder = roleFolder(all);
  const root = folder === '' ? source : path.join(source, folder);
  const entries = folder === '' ? all : below(all, folder);
  checkLinks(entries);
  // Empty folders are not made, as in Ansible.
  copyEntries(
    root,
    to,
    entries.filter(({ type }) => type !== 'folder'),
    modeOf,
  );
}

function below(entries: readonly Entry[], folder: string): Entry[] {
  return entries.flatMap((entry): Entry[] =>
    entry.name.startsWith(`${folder}/`) ? [{ ...entry, name: entry.name.slice(folder.length + 1) }] : [],
  );
}

/**
 * A dependency of meta/main.yml. Names of roles that stand beside it, in folders of them too, and of roles in collections
 * are no matter of installing: what has a dot is.
 */
function dependency(item: Value, place: Place): Read | undefined {
  const word = textOf(bare(item));
  const text = (key: string): string | undefined =>
    isDict(item) ? textOf(bare(item.get(key) ?? null)) : undefined;
  const [src, scm, name] = [text('src'), text('scm'), text('role') ?? text('name')];
  const written = src ?? name ?? word ?? '';
  const isAddress = src !== undefined || scm !== undefined || /^\.|\+|:\/\//.test(written);
  const [first = ''] = written.split(',');
  if (!isAddress && (!isRoleName(first) || first.split('.').length !== 2)) return undefined;
  const [, before, address] = /^(\w+)\+(.*)$/.exec(written) ?? [];
  const parts = { src: address ?? written, scm: scm ?? before, name, version: text('version') };
  const read = word === undefined ? roleRequest(parts, place) : roleOfWord(word, place);
  const isName = 'request' in read && read.request.source.type === 'server';
  return isName && read.request.name?.split('.').length !== 2 ? undefined : read;
}

function metaFile(folder: string, name: string): string | undefined {
  const names = [`meta/${name}.yml`, `meta/${name}.yaml`];
  return names.find((one) => isFile(path.join(folder, one)));
}

export interface Dependencies {
  readonly requests: readonly Request[];
  readonly problems: readonly Diagnostic[];
}

/** What meta/main.yml and meta/requirements.yml of a staged role ask for. */
export function roleDependencies(folder: string, role: string, sources: Sources, place: Place): Dependencies {
  const requests: Request[] = [];
  const problems: Diagnostic[] = [];
  const main = metaFile(folder, 'main');
  const parsed =
    main === undefined
      ? undefined
      : readYamlFile(path.join(folder, main), sources, problems, path.join(role, main));
  const listed = parsed && isDict(parsed.value) ? bare(parsed.value.get('dependencies') ?? null) : null;
  if (parsed && listed !== null && !isList(listed))
    problems.push(
      error('wrong-type', `dependencies must be a list, not ${kindOfValue(listed)}`, parsed.start),
    );
  if (parsed && isList(listed))
    listed.forEach((item, index) => {
      const position = valuePlace(listed, index, parsed.start);
      const read = dependency(item, place);
      if (read && 'wrong' in read) problems.push(error('requirement', read.wrong, position, read.advice));
      else if (read) requests.push({ ...read.request, position });
    });
  const more = metaFile(folder, 'requirements');
  if (more !== undefined) {
    const read = readRoleList(path.join(folder, more), path.join(role, more), sources, place);
    requests.push(...read.requests);
    problems.push(...read.problems);
  }
  return { requests, problems };
}
