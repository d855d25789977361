// A role put to use: found on disk, its dependencies, tasks and handlers read for this use.
import path from 'node:path';
import {
  bare,
  type Dict,
  isDict,
  isList,
  type Position,
  setPosition,
  textOf,
  type Value,
} from '../document/value.ts';
import { readEntry } from './entry.ts';
import { chainOf, collectionsOf, playOf } from './inherit.ts';
import { keywords } from './keywords.ts';
import type { Loading } from './loading.ts';
import type { Keywords, Located, Node, Parent, Role, RoleUse } from './model.ts';
import { error, kindOfValue, suggestion, valuePlace, isMisspelt } from './problem.ts';
import { readRole, type RoleFrom, rolePartFile } from './role_files.ts';
import { findRole } from './role_search.ts';
import { evaluateStatically } from './static_scope.ts';

export interface RoleRequest {
  readonly name: Located;
  readonly position: Position;
  readonly parent: Parent;
  readonly keywords: Keywords;
  readonly params: Dict;
  readonly from: RoleFrom;
  readonly public: boolean;
  /** Undefined: as the role's metadata say. */
  readonly allowDuplicates: boolean | undefined;
  readonly validates: boolean;
  /** For a dependency: the role that asks for it. */
  readonly dependant?: RoleUse;
}

/** Reads a list of tasks below a parent; given by the caller because tasks may use roles in turn. */
export type ReadNodes = (list: Located, parent: Parent, isHandler: boolean) => Node[];

type Building = RoleUse & { dependencies: RoleUse[]; tasks: Node[]; handlers: Node[] };

/** Finds and reads a role; undefined when it cannot be found, which is reported. */
export function useRole(request: RoleRequest, readNodes: ReadNodes, loading: Loading): RoleUse | undefined {
  const name = roleName(request, loading);
  if (name === undefined) return undefined;
  const dependant = request.dependant;
  const search = findRole(
    name,
    {
      playbookFolder: path.dirname(playOf(request.parent).file),
      collections: dependant ? dependant.role.collections : collectionsOf(request.parent),
      beside: dependant && path.dirname(dependant.role.path),
    },
    loading,
  );
  if (!search.found) {
    const detail = suggestion(name, search.names(), `Searched in ${search.tried.join(', ')}`);
    loading.report(error('unknown-role', `Role ${name} is not found`, request.name.position, detail));
    return undefined;
  }
  const { role, dependencies, metaStart } = readRole(search.found, request.from, request.position, loading);
  const tasksFrom = request.from.tasks?.name ?? 'main';
  if (isRepeating(role.path, tasksFrom, request)) {
    const detail = 'Among the roles that led here it stands already';
    loading.report(error('recursion', `Role ${name} uses itself`, request.name.position, detail));
    return undefined;
  }
  const use: Building = {
    kind: 'role',
    role,
    position: request.position,
    keywords: request.keywords,
    params: request.params,
    parent: request.parent,
    dependencies: [],
    tasks: [],
    handlers: [],
    tasksFrom,
    public: request.public,
    allowDuplicates: request.allowDuplicates ?? role.allowDuplicates,
    identity: identityOf(role, request),
    validates: request.validates,
    isGuess: loading.isGuessing,
  };
  use.dependencies.push(
    ...readRoleList({ value: dependencies, position: metaStart }, use, readNodes, loading, use),
  );
  for (const part of ['tasks', 'handlers'] as const) {
    const file = rolePartFile(role, part, request.from[part], request.position, loading);
    if (file)
      use[part].push(...readNodes({ value: file.value, position: file.start }, use, part === 'handlers'));
  }
  return use;
}

function roleName(request: RoleRequest, loading: Loading): string | undefined {
  const { value, position } = request.name;
  const evaluated = evaluateStatically(value, request.parent, loading);
  const text = evaluated.ok ? textOf(evaluated.value) : undefined;
  if (text !== undefined) return text;
  const reason = evaluated.ok ? `It yields ${kindOfValue(evaluated.value)}` : evaluated.problem.summary;
  loading.report(
    error(
      'template-undefined',
      'The name of a role is not known before the run',
      position,
      `${reason}. Facts and inventory variables are not known yet: use include_role`,
    ),
  );
  return undefined;
}

/** Whether a static use of the role stands inside one of its own. What is loaded in the run may recur and end. */
function isRepeating(folder: string, tasksFrom: string, request: RoleRequest): boolean {
  for (const each of chainOf(request.parent)) {
    if (each.kind === 'task') return false;
    if (each.kind !== 'role' || each.role.path !== folder) continue;
    if (request.dependant || each.tasksFrom === tasksFrom) return true;
  }
  return false;
}

/** Entries of `roles:` or of a role's `dependencies:`. */
export function readRoleList(
  { value, position }: Located,
  parent: Parent,
  readNodes: ReadNodes,
  loading: Loading,
  dependant?: RoleUse,
): RoleUse[] {
  if (value === null) return [];
  if (!isList(value)) {
    loading.report(error('wrong-type', `roles must be a list, not ${kindOfValue(value)}`, position));
    return [];
  }
  return value.flatMap((item, index) => {
    const request = readRoleEntry(
      { value: item, position: valuePlace(value, index, position) },
      parent,
      loading,
    );
    const full = request && dependant ? { ...request, dependant } : request;
    return (full && useRole(full, readNodes, loading)) ?? [];
  });
}

function readRoleEntry(item: Located, parent: Parent, loading: Loading): RoleRequest | undefined {
  const { value, position } = item;
  const common = { position, parent, from: {}, public: true, allowDuplicates: undefined, validates: true };
  if (!isDict(value)) {
    const name = entryName(item, loading);
    return name && { ...common, name, keywords: new Map(), params: new Map() };
  }
  const entry = readEntry(value, position, keywords.role, loading);
  const key = ['role', 'name', 'src'].find((each) => value.has(each));
  if (key === undefined) {
    const others = entry.others.map(({ name }) => name);
    const isMeant = isMisspelt('role', others, keywords.role.keys());
    const detail = isMeant ? `Did you mean role?` : 'Give it role: NAME';
    loading.report(error('missing-keyword', 'Entry names no role', position, detail));
    return undefined;
  }
  const named: Located = { value: value.get(key) ?? null, position: valuePlace(value, key, position) };
  const name = entryName(key === 'src' ? { ...named, value: sourceName(named.value) } : named, loading);
  for (const each of ['role', 'name']) entry.keywords.delete(each);
  const params: Dict = new Map();
  for (const { name: each, located, keyPosition } of entry.others) {
    params.set(each, located.value);
    setPosition(params, each, located.position, keyPosition);
  }
  return name && { ...common, name, keywords: entry.keywords, params };
}

function entryName({ value, position }: Located, loading: Loading): Located | undefined {
  const inner = bare(value);
  const text = typeof inner === 'number' ? String(inner) : textOf(value);
  if (text !== undefined && text !== '' && !text.includes(',')) return { value: text, position };
  loading.report(
    error(
      'wrong-type',
      `A role is named by text, not ${text === undefined ? kindOfValue(value) : `"${text}"`}`,
      position,
    ),
  );
  return undefined;
}

/** `git+https://host/path/name.git,v1` as a requirement names it: the role is called `name`. */
function sourceName(source: Value): Value {
  const text = textOf(source);
  if (text === undefined) return source;
  const [place = '', , name] = text.split(',');
  return name ?? path.basename(place).replace(/\.(?:git|tar\.gz)$/, '');
}

function identityOf({ fullName, path: folder }: Role, request: RoleRequest): string {
  const parts = ['when', 'tags', 'vars'].map((name) => request.keywords.get(name)?.value ?? null);
  const from = Object.entries(request.from).map(([part, file]) => `${part}=${file.name}`);
  return JSON.stringify([fullName, folder, plain(request.params), parts.map(plain), from.sort()]);
}

function plain(value: Value): unknown {
  const inner = bare(value);
  if (isList(inner)) return inner.map(plain);
  if (isDict(inner)) return [...inner].map(([key, item]) => [String(key), plain(item)]);
  return typeof inner === 'bigint' ? `${inner}n` : inner;
}
