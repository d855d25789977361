// A role's files: defaults, vars, meta, and which file its tasks and handlers stand in.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  bare,
  type Dict,
  isDict,
  isList,
  keyPositionOf,
  type List,
  type Position,
  positionOf,
  setPosition,
} from '../document/value.ts';
import { reportUnknownKeyword } from './entry.ts';
import { textsOf } from './inherit.ts';
import { keywords } from './keywords.ts';
import { isDirectory, isFile } from '../document/file_kind.ts';
import type { Loading, YamlFile } from './loading.ts';
import type { Role } from './model.ts';
import { error, keyPlace, kindOfValue, suggestion, valuePlace, warning } from './problem.ts';
import type { FoundRole } from './role_search.ts';
import { specProblems } from './spec_problems.ts';

/** The name of an alternative file, as `tasks_from` gives it. */
export interface NamedFile {
  readonly name: string;
  readonly position: Position;
}

export type RolePart = 'tasks' | 'handlers' | 'vars' | 'defaults';
export type RoleFrom = Partial<Record<RolePart, NamedFile>>;

export interface RoleContents {
  readonly role: Role;
  /** Entries of meta/main.yml `dependencies`. */
  readonly dependencies: List;
  readonly metaStart: Position;
}

const extensions = ['.yml', '.yaml', '.json'];

/** The file (or folder, for variables) of a part: `main` with an extension, or the one that `from` names. */
function partPath(
  folder: string,
  part: string,
  from: NamedFile | undefined,
  mayBeFolder: boolean,
): string | undefined {
  const base = path.join(folder, part, from?.name ?? 'main');
  const endings = from ? ['', ...extensions] : [...extensions, ''];
  return endings
    .map((ending) => base + ending)
    .find((candidate) => isFile(candidate) || (mayBeFolder && isDirectory(candidate)));
}

/** The file of the role's tasks or handlers; undefined when it has none. */
export function rolePartFile(
  role: Role,
  part: 'tasks' | 'handlers',
  from: NamedFile | undefined,
  neededAt: Position,
  loading: Loading,
): YamlFile | undefined {
  const file = partPath(role.path, part, from, false);
  if (file !== undefined) return loading.readYaml(file, neededAt);
  if (from) reportMissing(role.name, role.path, part, from, loading);
  return undefined;
}

function reportMissing(name: string, folder: string, part: string, from: NamedFile, loading: Loading): void {
  const present = isDirectory(path.join(folder, part)) ? readdirSync(path.join(folder, part)) : [];
  const stems = present.map((file) => file.replace(/\.(?:ya?ml|json)$/, ''));
  const detail = suggestion(from.name, stems, `Looked for it in ${path.join(folder, part)}`);
  loading.report(
    error('file-not-found', `Role ${name} has no ${part} file ${from.name}`, from.position, detail),
  );
}

/** Reads what all uses of a role share. Kept in `loading` by path and by the variable files chosen. */
export function readRole(
  found: FoundRole,
  from: RoleFrom,
  neededAt: Position,
  loading: Loading,
): RoleContents {
  const meta = readMeta(found, neededAt, loading);
  const key = [found.fullName, found.path, from.vars?.name, from.defaults?.name].join('\0');
  let role = loading.roles.get(key);
  if (!role) {
    const problemsBefore = loading.problemCount;
    const collections = meta.dict ? textsOf(meta.dict.get('collections') ?? []) : [];
    role = {
      name: found.name,
      fullName: found.fullName,
      path: found.path,
      defaults: readVariables(found, 'defaults', from.defaults, neededAt, loading),
      vars: readVariables(found, 'vars', from.vars, neededAt, loading),
      allowDuplicates: bare(meta.dict?.get('allow_duplicates') ?? false) === true,
      argumentSpecs: readArgumentSpecs(found, meta.dict, neededAt, loading),
      collections: [...(found.collection === undefined ? [] : [found.collection]), ...collections],
    };
    // A role with a mistake is read anew, so that a later use tells of it again.
    if (loading.problemCount === problemsBefore && !loading.isGuessing) loading.roles.set(key, role);
  }
  return { role, dependencies: meta.dependencies, metaStart: meta.start };
}

function readVariables(
  found: FoundRole,
  part: 'defaults' | 'vars',
  from: NamedFile | undefined,
  neededAt: Position,
  loading: Loading,
): Dict {
  const place = partPath(found.path, part, from, true);
  if (place === undefined) {
    if (from) reportMissing(found.name, found.path, part, from, loading);
    return new Map();
  }
  const files = isDirectory(place) ? variableFiles(place) : [place];
  const dicts = files.map((file) => variablesOf(file, neededAt, loading));
  const [only] = dicts;
  return only && dicts.length === 1 ? only : joinDicts(dicts);
}

/** Files of `defaults/main/`, by name, folders inside included; hidden files and backups are not meant. */
function variableFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !entry.name.endsWith('~'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = path.join(folder, entry.name);
      if (isDirectory(inside)) return variableFiles(inside);
      const extension = path.extname(entry.name);
      return extension === '' || extensions.includes(extension) ? [inside] : [];
    });
}

/** The variables of a YAML file: a dict, or nothing. */
export function variablesOf(file: string, neededAt: Position, loading: Loading): Dict {
  const read = loading.readYaml(file, neededAt);
  if (!read || read.value === null) return new Map();
  if (isDict(read.value)) return read.value;
  loading.report(
    error('wrong-type', `File of variables must hold a dict, not ${kindOfValue(read.value)}`, read.start),
  );
  return new Map();
}

function joinDicts(dicts: readonly Dict[]): Dict {
  const joined: Dict = new Map();
  for (const dict of dicts)
    for (const [key, value] of dict) {
      joined.set(key, value);
      const position = positionOf(dict, key);
      if (position) setPosition(joined, key, position, keyPositionOf(dict, key));
    }
  return joined;
}

interface Meta {
  readonly dict: Dict | undefined;
  readonly dependencies: List;
  readonly start: Position;
}

function readMeta(found: FoundRole, neededAt: Position, loading: Loading): Meta {
  const file = partPath(found.path, 'meta', undefined, false);
  const read = file === undefined ? undefined : loading.readYaml(file, neededAt);
  const none: Meta = { dict: undefined, dependencies: [], start: read?.start ?? neededAt };
  if (!read || read.value === null) return none;
  if (!isDict(read.value)) {
    loading.report(
      error('wrong-type', `Role metadata must be a dict, not ${kindOfValue(read.value)}`, read.start),
    );
    return none;
  }
  checkMetaKeys(read.value, read.start, loading);
  const dependencies = read.value.get('dependencies') ?? [];
  if (isList(dependencies)) return { dict: read.value, dependencies, start: read.start };
  const position = valuePlace(read.value, 'dependencies', read.start);
  loading.report(
    error('wrong-type', `dependencies must be a list, not ${kindOfValue(dependencies)}`, position),
  );
  return { dict: read.value, dependencies: [], start: read.start };
}

function checkMetaKeys(meta: Dict, start: Position, loading: Loading): void {
  for (const key of meta.keys()) {
    const name = String(key);
    if (!keywords.meta.has(name)) reportUnknownKeyword(name, 'meta', keyPlace(meta, key, start), loading);
  }
}

/** meta/argument_specs.yml goes before `argument_specs` of meta/main.yml; they are not joined. */
function readArgumentSpecs(
  found: FoundRole,
  meta: Dict | undefined,
  neededAt: Position,
  loading: Loading,
): Dict | undefined {
  const file = extensions
    .map((ending) => path.join(found.path, 'meta', `argument_specs${ending}`))
    .find(isFile);
  const read = file === undefined ? undefined : loading.readYaml(file, neededAt);
  if (read && !isDict(read.value) && read.value !== null)
    loading.report(
      error('wrong-type', `Argument specs must be a dict, not ${kindOfValue(read.value)}`, read.start),
    );
  const source = read && isDict(read.value) ? read.value : read ? undefined : meta;
  const specs = source?.get('argument_specs');
  if (source && specs !== undefined)
    for (const problem of specProblems(specs, valuePlace(source, 'argument_specs', read?.start ?? neededAt)))
      loading.report(problem);
  else if (read && source)
    loading.report(
      warning(
        'wrong-type',
        'File holds no argument_specs',
        read.start,
        'Write argument_specs: above the entry points',
      ),
    );
  return specs !== undefined && isDict(specs) ? specs : undefined;
}
