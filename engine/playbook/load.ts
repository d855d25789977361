// A playbook file to typed plays. Problems are collected in `loading`; what can be read is read.
import path from 'node:path';
import { type Dict, isDict, isList, textOf, type Value } from '../document/value.ts';
import { collectionAround, playbookOfCollection } from './collection_playbook.ts';
import { type Entry, readEntry, reportUnknownKeywords, takeKeyword, namesIn } from './entry.ts';
import { splitArguments } from './key_values.ts';
import { keywords } from './keywords.ts';
import type { Loading } from './loading.ts';
import type { ImportedWith, Located, Node, Play, RoleUse } from './model.ts';
import { textsOf } from './inherit.ts';
import { readerFor, readNodes } from './nodes.ts';
import { error, keyPlace, kindOfValue, valuePlace, isMisspelt } from './problem.ts';
import { collectionRoots } from './role_search.ts';
import { readRoleList } from './role_use.ts';
import { evaluateStatically } from './static_scope.ts';

/** Reads a playbook and all that it imports. `file` is named on the command line. */
export function loadPlaybook(file: string, loading: Loading): Play[] {
  const absolute = path.resolve(file);
  return readPlaybook(
    absolute,
    { value: absolute, position: { file: absolute, line: 1, column: 1 } },
    [],
    loading,
  );
}

function readPlaybook(
  file: string,
  named: Located,
  importedWith: readonly ImportedWith[],
  loading: Loading,
): Play[] {
  if (loading.isImporting(file)) {
    loading.report(error('recursion', `Playbook ${file} imports itself`, named.position));
    return [];
  }
  const read = loading.readYaml(file, named.position);
  if (!read) return [];
  const { value, start } = read;
  if (!isList(value) || value.length === 0) {
    const found = isList(value) ? 'an empty list' : kindOfValue(value);
    loading.report(error('wrong-type', `A playbook must be a list of plays, not ${found}`, start));
    return [];
  }
  return loading.importing(file, () =>
    value.flatMap((item, index) =>
      readEntryOf(file, { value: item, position: valuePlace(value, index, start) }, importedWith, loading),
    ),
  );
}

function readEntryOf(
  file: string,
  { value, position }: Located,
  importedWith: readonly ImportedWith[],
  loading: Loading,
): Play[] {
  if (!isDict(value)) {
    loading.report(error('wrong-type', `A play must be a dict, not ${kindOfValue(value)}`, position));
    return [];
  }
  const importKey = [
    'import_playbook',
    'ansible.builtin.import_playbook',
    'ansible.legacy.import_playbook',
  ].find((key) => value.has(key));
  if (importKey !== undefined)
    return importPlaybook(
      file,
      importKey,
      { dict: value, located: { value, position } },
      importedWith,
      loading,
    );
  const includeKey = ['include', 'ansible.builtin.include'].find((key) => value.has(key));
  if (includeKey !== undefined && !value.has('hosts')) {
    loading.report(
      error(
        'unknown-keyword',
        `${includeKey} among plays is no more: ansible-core 2.16 removed it`,
        keyPlace(value, includeKey, position),
        'import_playbook takes its place',
      ),
    );
    return [];
  }
  return [readPlay(file, value, { value, position }, importedWith, loading)];
}

function importPlaybook(
  file: string,
  key: string,
  { dict, located }: { readonly dict: Dict; readonly located: Located },
  importedWith: readonly ImportedWith[],
  loading: Loading,
): Play[] {
  const entry = readEntry(dict, located.position, keywords.import_playbook, loading);
  reportUnknownKeywords(
    { ...entry, others: entry.others.filter(({ name }) => name !== key) },
    'import_playbook',
    loading,
  );
  const named: Located = { value: dict.get(key) ?? null, position: valuePlace(dict, key, located.position) };
  const scope = emptyPlay(file, located, importedWith);
  const evaluated = evaluateStatically(named.value, scope, loading);
  const text = evaluated.ok ? textOf(evaluated.value) : undefined;
  const words = splitArguments(text ?? '');
  const name = words.ok ? words.value[0]?.trim() : undefined;
  if (name === undefined) {
    const reason = evaluated.ok ? `found ${kindOfValue(evaluated.value)}` : evaluated.problem.summary;
    loading.report(error('wrong-type', 'import_playbook names no file', named.position, reason));
    return [];
  }
  takeKeyword(entry, 'import_playbook');
  const own: ImportedWith = { keywords: entry.keywords, position: located.position };
  const sought =
    playbookOfCollection(name, collectionRoots(path.dirname(file), loading)) ??
    path.resolve(path.dirname(file), name);
  return readPlaybook(sought, named, [...importedWith, own], loading);
}

type Building = Play & {
  roles: RoleUse[];
  preTasks: Node[];
  tasks: Node[];
  postTasks: Node[];
  handlers: Node[];
};

function emptyPlay(file: string, located: Located, importedWith: readonly ImportedWith[]): Building {
  return {
    kind: 'play',
    name: '',
    position: located.position,
    file,
    keywords: new Map(),
    hosts: { value: null, position: located.position },
    roles: [],
    preTasks: [],
    tasks: [],
    postTasks: [],
    handlers: [],
    importedWith,
  };
}

function readPlay(
  file: string,
  dict: Dict,
  located: Located,
  importedWith: readonly ImportedWith[],
  loading: Loading,
): Play {
  const entry = readEntry(dict, located.position, keywords.play, loading);
  reportUnknownKeywords(entry, 'play', loading);
  const hosts = readHosts(entry, loading);
  const lists = (['roles', 'pre_tasks', 'tasks', 'post_tasks', 'handlers'] as const).map((name) => ({
    name,
    located: takeKeyword(entry, name),
  }));
  const name = takeKeyword(entry, 'name');
  renameUser(entry, loading);
  const collection = collectionAround(file, collectionRoots(path.dirname(file), loading));
  const play: Building = {
    ...emptyPlay(file, located, importedWith),
    ...(collection === undefined ? {} : { collection }),
    name: (name && textOf(name.value)) ?? textsOf(hosts.value).join(','),
    keywords: entry.keywords,
    hosts,
  };
  for (const { name: list, located: found } of lists) {
    if (!found) continue;
    if (list === 'roles') play.roles.push(...readRoleList(found, play, readerFor(loading), loading));
    else play[listNames[list]].push(...readNodes(found, play, list === 'handlers', loading));
  }
  return play;
}

const listNames = {
  pre_tasks: 'preTasks',
  tasks: 'tasks',
  post_tasks: 'postTasks',
  handlers: 'handlers',
} as const;

function readHosts(entry: Entry, loading: Loading): Located {
  const hosts = takeKeyword(entry, 'hosts');
  if (hosts && !isEmpty(hosts.value)) return hosts;
  const others = entry.others.map(({ name }) => name);
  const isMeant = ['hosts', 'import_playbook'].some((name) => isMisspelt(name, others, namesIn('play')));
  if (hosts || !isMeant)
    loading.report(
      hosts
        ? error('wrong-type', 'hosts is empty', hosts.position, 'Name a host, a group or a pattern')
        : error('missing-keyword', 'Play names no hosts', entry.position, 'Give it hosts: PATTERN'),
    );
  return hosts ?? { value: null, position: entry.position };
}

function isEmpty(value: Value): boolean {
  return value === null || textOf(value) === '' || (isList(value) && value.length === 0);
}

/** `user` is the old name of `remote_user`. */
function renameUser(entry: Entry, loading: Loading): void {
  const user = takeKeyword(entry, 'user');
  if (!user) return;
  if (entry.keywords.has('remote_user')) {
    const position = entry.keyPositions.get('user') ?? user.position;
    loading.report(error('conflicting-keywords', 'Play has both user and remote_user', position));
  } else entry.keywords.set('remote_user', user);
}
