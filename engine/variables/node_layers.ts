// The variables that plays, roles, blocks and tasks give, as dicts from highest to lowest. Computed once a node.
import { type Dict, isDict, isList, type Value } from '../document/value.ts';
import { chainOf } from '../playbook/inherit.ts';
import type { Block, Keywords, Node, Play, RoleUse, Task } from '../playbook/model.ts';

export type Layers = readonly Dict[];

/** What stands around a task, by level of precedence. */
export interface NodeLayers {
  /** `vars` of the dynamic includes that the node was loaded by, nearest first. */
  readonly includeParams: Layers;
  /** Parameters given beside a role's name, the innermost role first. */
  readonly roleParams: Layers;
  /** `vars` of the task and of the blocks and includes around it, nearest first. */
  readonly taskVars: Layers;
  /** Variables of the role the node is in: of its use, its vars files, its dependencies, the roles that use it. */
  readonly roleVars: Layers;
  readonly roleDefaults: Layers;
  /** Roles around the node, innermost first. */
  readonly roles: readonly RoleUse[];
}

/** The dicts of a `vars` keyword, highest first: a dict, or an old-style list of dicts. */
export function varsOf(keywords: Keywords): Layers {
  const value: Value | undefined = keywords.get('vars')?.value;
  if (value === undefined) return [];
  if (isDict(value)) return [value];
  return isList(value) ? value.filter((item) => isDict(item)).toReversed() : [];
}

const cache = new WeakMap<Node, NodeLayers>();

export function layersOf(node: Node): NodeLayers {
  const known = cache.get(node);
  if (known) return known;
  const chain = [...chainOf(node)].filter((each): each is Node => each.kind !== 'play');
  const roles = chain.filter((each): each is RoleUse => each.kind === 'role');
  const inside = chain.filter((each): each is Task | Block => each.kind !== 'role');
  const includes = inside.filter((each): each is Task => each.kind === 'task' && isInclude(each));
  const role = roles[0];
  const made: NodeLayers = {
    includeParams: includes.flatMap((each) => varsOf(each.keywords)),
    roleParams: roles.map((use) => use.params).filter((params) => params.size > 0),
    taskVars: inside.flatMap((each) => varsOf(each.keywords)),
    roleVars: role
      ? withoutEmpty([...varsOf(role.keywords), ...exportedVars(role), ...inheritedVars(roles.slice(1))])
      : [],
    roleDefaults: role
      ? withoutEmpty([...roles.map((use) => use.role.defaults), ...dependencyDefaults(role)])
      : [],
    roles,
  };
  cache.set(node, made);
  return made;
}

function isInclude({ action }: Task): boolean {
  return action.module === 'include_tasks' || action.module === 'include_role';
}

function withoutEmpty(layers: readonly Dict[]): Dict[] {
  return layers.filter((vars) => vars.size > 0);
}

/** A role's vars files, then those of its dependencies, the last one first. */
function exportedVars(use: RoleUse): Dict[] {
  return [use.role.vars, ...use.dependencies.toReversed().flatMap(exportedVars)];
}

function inheritedVars(users: readonly RoleUse[]): Dict[] {
  return users.flatMap((use) => [use.role.vars, ...varsOf(use.keywords)]);
}

function dependencyDefaults(use: RoleUse): Dict[] {
  return use.dependencies.toReversed().flatMap((each) => [each.role.defaults, ...dependencyDefaults(each)]);
}

/** What every task of a play sees of its roles: vars files and defaults of each, the last role first. */
export function sharedRoleLayers(roles: readonly RoleUse[]): {
  readonly vars: Layers;
  readonly defaults: Layers;
} {
  const lastFirst = roles.toReversed();
  return {
    vars: withoutEmpty(lastFirst.flatMap(exportedVars)),
    defaults: withoutEmpty(lastFirst.flatMap((use) => [use.role.defaults, ...dependencyDefaults(use)])),
  };
}

/** Variables of the play itself; those given to import_playbook go before its own, the outermost first. */
export function playVars(play: Play): Layers {
  return [...play.importedWith.flatMap(({ keywords }) => varsOf(keywords)), ...varsOf(play.keywords)];
}

/** The roles whose variables all of the play sees: those of `roles:`, then imported ones, in their order. */
export function publicRoles(play: Play): RoleUse[] {
  const lists = [play.preTasks, play.tasks, play.postTasks, play.handlers];
  return [...play.roles, ...lists.flat().flatMap(publicBelow)];
}

/** Roles that a node imports statically. */
export function publicBelow(node: Node): RoleUse[] {
  if (node.kind === 'task') return [];
  if (node.kind === 'block') return [...node.block, ...node.rescue, ...node.always].flatMap(publicBelow);
  return [...(node.public ? [node] : []), ...node.tasks.flatMap(publicBelow)];
}

/** Whether a role is used because another one depends on it. */
/** Whether the play has it by its own name: what others depend on, or what was only guessed at, it has not. */
export function joinsPlay(use: RoleUse): boolean {
  return use.isGuess !== true && !isDependency(use);
}

export function isDependency(use: RoleUse): boolean {
  return use.parent.kind === 'role' && use.parent.dependencies.includes(use);
}
