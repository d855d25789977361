// What a node takes from those around it. The chain is task -> block -> ... -> role use -> ... -> play. A dynamic
// include hands its variables on, but its other keywords are its own: what it loads inherits from where it stands.
import { isList, positionOf, textOf, type Value } from '../document/value.ts';
import type { Block, Located, Node, Play, RoleUse } from './model.ts';

/** The node and all around it, nearest first. The last one is the play. */
export function* chainOf(node: Node | Play): Generator<Node | Play> {
  let current: Node | Play = node;
  while (current.kind !== 'play') {
    yield current;
    current = current.parent;
  }
  yield current;
}

/** As `chainOf`, without the includes that the node was loaded by: those whose keywords it inherits. */
export function* inheritedFrom(node: Node | Play): Generator<Node | Play> {
  for (const each of chainOf(node)) if (each === node || each.kind !== 'task') yield each;
}

export function playOf(node: Node | Play): Play {
  let current: Node | Play = node;
  while (current.kind !== 'play') current = current.parent;
  return current;
}

/** The innermost role that the node is part of; a role use is not part of itself. */
export function roleOf(node: Node | Play): RoleUse | undefined {
  return node.kind === 'play' ? undefined : roleAround(node.parent);
}

/** The innermost role of what stands directly in `parent`. */
export function roleAround(parent: Node | Play): RoleUse | undefined {
  let current: Node | Play = parent;
  while (current.kind !== 'play') {
    if (current.kind === 'role') return current;
    current = current.parent;
  }
  return undefined;
}

/** Keywords of which only the node's own value counts. */
const ownOnly = new Set([
  'name',
  'vars',
  'args',
  'async',
  'poll',
  'changed_when',
  'failed_when',
  'until',
  'retries',
  'delay',
  'loop_control',
  'register',
  'listen',
]);

/** The keyword's value nearest to the node; undefined when nobody sets it. */
export function effectiveKeyword(node: Node | Play, name: string): Located | undefined {
  if (ownOnly.has(name)) return node.keywords.get(name);
  for (const each of inheritedFrom(node)) {
    const found = each.keywords.get(name);
    if (found && found.value !== null) return found;
  }
  return undefined;
}

/** All values of a keyword that adds up, outermost first. */
function joinedKeyword(node: Node | Play, name: string): Located[] {
  const found: Located[] = [];
  let play: Play | undefined;
  for (const each of inheritedFrom(node)) {
    const located = each.keywords.get(name);
    if (located && located.value !== null) found.unshift(located);
    if (each.kind === 'play') play = each;
  }
  const imported = play?.importedWith.flatMap(({ keywords }) => keywords.get(name) ?? []) ?? [];
  return [...imported, ...found];
}

/** A list's items, each with its place; one value as a list of it. */
export function itemsOf({ value, position }: Located): Located[] {
  if (!isList(value)) return [{ value, position }];
  return value.map((item, index) => ({ value: item, position: positionOf(value, index) ?? position }));
}

/** Conditions that must all hold, in the order in which they are asked: outermost first. */
export function conditionsOf(node: Node | Play): readonly Located[] {
  return joinedKeyword(node, 'when').flatMap(itemsOf);
}

/** Dicts (or templates of dicts) of `environment`, outermost first; a later one goes before an earlier one. */
export function environmentOf(node: Node | Play): readonly Located[] {
  return joinedKeyword(node, 'environment').flatMap(itemsOf);
}

/** Dicts of `module_defaults`, outermost first; a later one goes before an earlier one. */
export function moduleDefaultsOf(node: Node | Play): readonly Located[] {
  return joinedKeyword(node, 'module_defaults').flatMap(itemsOf);
}

/** Tags of the node and all around it as written; a template among them is not evaluated. */
export function tagsOf(node: Node | Play): readonly Located[] {
  return joinedKeyword(node, 'tags').flatMap(itemsOf).flatMap(splitTags);
}

/** `a, b` is two tags; a comma inside template braces separates nothing. */
function splitTags({ value, position }: Located): Located[] {
  const text = textOf(value);
  if (text === undefined) return [{ value, position }];
  return text
    .split(/,(?![^{}]*\}\})/)
    .map((tag): Located => ({ value: tag.trim(), position }))
    .filter((tag) => tag.value !== '');
}

/** Collections in which short names are sought. A role does not take them from the play that uses it. */
export function collectionsOf(node: Node | Play): readonly string[] {
  for (const each of inheritedFrom(node)) {
    const found = each.keywords.get('collections');
    if (found) return withOwn(playOf(node), textsOf(found.value));
    if (each.kind === 'role') return each.role.collections;
  }
  return withOwn(playOf(node), []);
}

/** The collection that the playbook is in goes before those that it names. */
function withOwn({ collection }: Play, named: readonly string[]): readonly string[] {
  return collection === undefined || named.includes(collection) ? named : [collection, ...named];
}

export function textsOf(value: Value): string[] {
  const items = isList(value) ? value : [value];
  return items.map((item) => textOf(item)).filter((text): text is string => text !== undefined);
}

/** The lists of nodes that stand directly in a node, in the order in which they run. */
export function childrenOf(node: Node | Play): readonly (readonly Node[])[] {
  switch (node.kind) {
    case 'play':
      return [node.preTasks, node.roles, node.tasks, node.postTasks];
    case 'role':
      return [node.dependencies, node.tasks];
    case 'block':
      return blockLists(node);
    case 'task':
      return [];
  }
}

function blockLists(block: Block): readonly (readonly Node[])[] {
  return [block.block, block.rescue, block.always];
}
