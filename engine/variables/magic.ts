// Variables that the engine itself gives: who the host is, which groups there are, what play and role are running.
import path from 'node:path';
import { LazyDict } from '../document/lazy_dict.ts';
import { outsideText } from '../document/outside.ts';
import { Unknown, type Value } from '../document/value.ts';
import { isAddress } from '../inventory/address.ts';
import type { Host, Inventory } from '../inventory/model.ts';
import { chainOf, environmentOf, playOf, roleOf } from '../playbook/inherit.ts';
import type { Node, Play, RoleUse } from '../playbook/model.ts';
import { isFullName } from '../playbook/names.ts';
import { omit } from '../template/omit.ts';
import type { PlayState } from './model.ts';
import { isDependency } from './node_layers.ts';

/** What magic variables are computed from. */
export interface MagicContext {
  readonly inventory: Inventory;
  readonly host: Host;
  readonly play: Play | undefined;
  readonly node: Node | undefined;
  readonly state: PlayState | undefined;
  readonly playbookFolder: string | undefined;
  /** Values that hold for the whole run: ansible_version, ansible_run_tags ... */
  readonly fixed: ReadonlyMap<string, Value>;
  readonly groupNames: () => Value;
  readonly hostvars: () => Value;
  /** The roles of the play so far, without those that others depend on. */
  readonly roles: () => readonly RoleUse[];
}

type Give = (context: MagicContext) => Value | undefined;

const givers: ReadonlyMap<string, Give> = new Map<string, Give>([
  ['inventory_hostname', ({ host }) => outsideText(host.name)],
  [
    'inventory_hostname_short',
    ({ host }) => outsideText(isAddress(host.name) ? host.name : (host.name.split('.')[0] ?? '')),
  ],
  ['group_names', groupNamesOf],
  ['groups', ({ groupNames, state }) => state?.membership?.groups() ?? groupNames()],
  ['hostvars', ({ hostvars }) => hostvars()],
  ['omit', () => omit],
  ['playbook_dir', ({ playbookFolder }) => playbookFolder],
  ['ansible_check_mode', ({ state }) => state?.checkMode],
  ['ansible_diff_mode', ({ state }) => state?.diffMode],
  ['ansible_play_name', ({ play }) => play?.name],
  ['ansible_play_hosts_all', ({ state }) => listed(state?.allHosts)],
  ['ansible_play_hosts', ({ state }) => listed(state?.activeHosts)],
  ['ansible_play_batch', ({ state }) => listed(state?.batch)],
  ['play_hosts', ({ state }) => listed(state?.batch)],
  ['role_name', ({ node }) => innermost(node)?.role.name],
  ['ansible_role_name', ({ node }) => innermost(node)?.role.fullName],
  ['role_path', ({ node }) => innermost(node)?.role.path],
  ['ansible_collection_name', ({ node }) => collectionOf(innermost(node))],
  ['ansible_parent_role_names', ({ node }) => parents(node)?.map((use) => use.role.fullName)],
  ['ansible_parent_role_paths', ({ node }) => parents(node)?.map((use) => use.role.path)],
  ['ansible_play_role_names', ({ play, roles }) => play && namesOf(roles())],
  ['role_names', ({ play, roles }) => play && namesOf(roles())],
  ['ansible_dependent_role_names', ({ play, roles }) => play && unique(namesOf(dependencies(roles())))],
  [
    'ansible_role_names',
    ({ play, roles }) => play && unique(namesOf([...roles(), ...dependencies(roles())])),
  ],
  [
    'environment',
    ({ node, play }) => (node ?? play) && environmentOf(node ?? (play as Play)).map(({ value }) => value),
  ],
  ['ansible_search_path', searchPath],
]);

/** Lists made from names of a play's state, once each. */
const lists = new WeakMap<readonly string[], Value>();

function listed(names: readonly string[] | undefined): Value | undefined {
  if (!names) return undefined;
  const known = lists.get(names);
  if (known !== undefined) return known;
  const made: Value = names.map(outsideText);
  lists.set(names, made);
  return made;
}

function groupNamesOf({ inventory, host, state }: MagicContext): Value {
  const waitsFor = state?.membership?.waitsFor(host);
  if (waitsFor !== undefined) return new Unknown(waitsFor);
  const names = inventory.groupsOf(host).map((group) => group.name);
  return names
    .filter((name) => name !== 'all')
    .sort()
    .map(outsideText);
}

function innermost(node: Node | undefined): RoleUse | undefined {
  return node?.kind === 'role' ? node : node && roleOf(node);
}

/** Null in a role that is of no collection. */
function collectionOf(use: RoleUse | undefined): Value | undefined {
  if (!use) return undefined;
  const name = use.role.fullName;
  return isFullName(name) ? name.split('.').slice(0, 2).join('.') : null;
}

/** The roles whose tasks include or import the role of the node, the nearest first; undefined when there is none. */
function parents(node: Node | undefined): RoleUse[] | undefined {
  if (!node) return undefined;
  const around = [...chainOf(node)].filter((each): each is RoleUse => each.kind === 'role');
  const above = around.slice(1).filter((_, index) => !isDependency(around[index] as RoleUse));
  return above.length > 0 ? above : undefined;
}

function dependencies(uses: readonly RoleUse[]): RoleUse[] {
  return uses.flatMap((use) => [...dependencies(use.dependencies), ...use.dependencies]);
}

function namesOf(uses: readonly RoleUse[]): string[] {
  return uses.map((use) => use.role.fullName);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function searchPath({ node, playbookFolder }: MagicContext): Value | undefined {
  if (!node) return undefined;
  const roles = [...chainOf(node)].filter((each): each is RoleUse => each.kind === 'role');
  const folders = [...roles.map((use) => use.role.path), path.dirname(node.position.file)];
  return unique([...folders, playbookFolder ?? path.dirname(playOf(node).file)]);
}

/** The value of a magic variable; undefined when the name is none or has no value here. */
export function magicValue(name: string, context: MagicContext): Value | undefined {
  const given = givers.get(name)?.(context);
  return given === undefined ? context.fixed.get(name) : given;
}

export function magicNames(context: MagicContext): string[] {
  return [...givers.keys(), ...context.fixed.keys()];
}

/** `groups`: hosts by group name, looked up when asked for. */
export function groupsDict(inventory: Inventory): LazyDict {
  return new LazyDict({
    get: (key) => {
      const group = inventory.groups.get(String(key));
      return group && inventory.hostsOf(group).map((host) => outsideText(host.name));
    },
    has: (key) => inventory.groups.has(String(key)),
    keys: () => inventory.groups.keys(),
  });
}
