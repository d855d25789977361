// Plays, roles and tasks made by hand, for tests of variables.
import { dict, type Dict, type Position, type Value } from '../../../engine/document/value.ts';
import type {
  Block,
  ImportedWith,
  Keywords,
  Node,
  Parent,
  Play,
  RoleUse,
  Task,
} from '../../../engine/playbook/model.ts';

const position: Position = { file: '/book/site.yml', line: 1, column: 1 };

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

export function keywordsOf(values: Readonly<Record<string, Value>>): Keywords {
  return new Map(Object.entries(values).map(([name, value]) => [name, { value, position }]));
}

export function makePlay(
  keywords: Readonly<Record<string, Value>> = {},
  file = position.file,
  importedWith: readonly ImportedWith[] = [],
): Mutable<Play> {
  return {
    kind: 'play',
    name: 'a play',
    position,
    file,
    keywords: keywordsOf(keywords),
    hosts: { value: 'all', position },
    roles: [],
    preTasks: [],
    tasks: [],
    postTasks: [],
    handlers: [],
    importedWith,
  };
}

export interface RoleParts {
  readonly name?: string;
  readonly defaults?: Dict;
  readonly vars?: Dict;
  readonly params?: Dict;
  readonly keywords?: Readonly<Record<string, Value>>;
  readonly isPublic?: boolean;
}

export function makeRole(parent: Parent, parts: RoleParts = {}): Mutable<RoleUse> {
  const name = parts.name ?? 'role';
  return {
    kind: 'role',
    role: {
      name,
      fullName: name,
      path: `/book/roles/${name}`,
      defaults: parts.defaults ?? dict({}),
      vars: parts.vars ?? dict({}),
      allowDuplicates: false,
      argumentSpecs: undefined,
      collections: [],
    },
    position,
    keywords: keywordsOf(parts.keywords ?? {}),
    params: parts.params ?? dict({}),
    parent,
    dependencies: [],
    tasks: [],
    handlers: [],
    tasksFrom: 'main',
    public: parts.isPublic ?? true,
    allowDuplicates: false,
    identity: name,
    validates: false,
  };
}

export function makeTask(
  parent: Parent,
  keywords: Readonly<Record<string, Value>> = {},
  module = 'debug',
): Task {
  return {
    kind: 'task',
    id: 'task',
    name: undefined,
    position,
    action: { written: module, module, position, args: dict({}), freeForm: undefined },
    keywords: keywordsOf(keywords),
    loop: undefined,
    parent,
    isHandler: false,
  };
}

export function makeBlock(
  parent: Parent,
  keywords: Readonly<Record<string, Value>> = {},
  block: readonly Node[] = [],
): Block {
  return {
    kind: 'block',
    name: undefined,
    position,
    keywords: keywordsOf(keywords),
    parent,
    block,
    rescue: [],
    always: [],
    implicit: false,
  };
}
