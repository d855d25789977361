// What `hardway inventory` tells: variables of hosts and groups, and the lists made of them.
import { type Dict, dict, isDict, isList, type Key, type Value } from '../document/value.ts';
import type { Group, Host } from '../inventory/model.ts';
import { pythonText } from '../module/python_text.ts';
import type { Play } from '../playbook/model.ts';
import type { Assembly } from './assemble.ts';

/** Variables of the inventory alone: no play takes part. */
const noPlay: Play = {
  kind: 'play',
  name: '',
  position: { file: '', line: 1, column: 1 },
  file: '',
  keywords: new Map(),
  hosts: { value: 'all', position: { file: '', line: 1, column: 1 } },
  roles: [],
  preTasks: [],
  tasks: [],
  postTasks: [],
  handlers: [],
  importedWith: [],
};

const magic = new Set(
  (
    'inventory_hostname inventory_hostname_short inventory_file inventory_dir group_names groups hostvars omit vars ' +
    'playbook_dir role_name role_path role_names environment play_hosts'
  ).split(' '),
);

function isMagic(name: string): boolean {
  const own =
    /^ansible_(version|run_tags|skip_tags|verbosity|forks|diff_mode|check_mode|limit|config_file|facts|local|search_path|inventory_sources|playbook_python|play_\w+|role_\w+|parent_role_\w+|dependent_role_names|collection_name)$/;
  return magic.has(name) || own.test(name);
}

function isNotMagic([name]: readonly [unknown, Value]): boolean {
  return !isMagic(String(name));
}

/** All that a host has, its groups' variables with it. */
export function hostVariables({ variables, inventory }: Assembly, host: Host): Dict {
  const scope = variables.scope({ play: noPlay, host });
  const names = new Set<string>([...host.vars.keys()].map(String));
  for (const group of inventory.groupsOf(host)) for (const name of group.vars.keys()) names.add(String(name));
  for (const name of scope.names()) names.add(name);
  const values: Dict = new Map();
  for (const name of [...names].filter((one) => !isMagic(one)).sort()) {
    const value = scope.get(name);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

function groupVariables({ variables }: Assembly, group: Group): Dict {
  const own = variables.groupVariables(group);
  return group.priority === 1 ? own : own.set('ansible_group_priority', group.priority);
}

export interface Listing {
  readonly assembly: Assembly;
  readonly isShown: (host: Host) => boolean;
  /** Each variable where it is set, instead of with every host that has it. */
  readonly isExport: boolean;
}

function varsOfHost({ assembly, isExport }: Listing, host: Host): Dict {
  return isExport
    ? new Map<Key, Value>([...assembly.variables.hostVariables(host)].filter(isNotMagic))
    : hostVariables(assembly, host);
}

/** Entries that hold something. */
function entry(parts: Readonly<Record<string, Value>>): Dict {
  const isEmpty = (value: Value): boolean =>
    (isDict(value) && value.size === 0) || (isList(value) && value.length === 0);
  return dict(Object.fromEntries(Object.entries(parts).filter(([, value]) => !isEmpty(value))));
}

function ownVars({ assembly, isExport }: Listing, group: Group): Dict {
  return isExport ? groupVariables(assembly, group) : new Map<Key, Value>();
}

/** As inventory scripts give it: groups side by side, all variables of hosts in `_meta`. */
export function flatListing(listing: Listing): Dict {
  const { inventory } = listing.assembly;
  const hosts = [...inventory.hosts.values()].filter((host) => !host.implicit && listing.isShown(host));
  const variables: Dict = new Map(
    hosts
      .map((host): [string, Dict] => [host.name, varsOfHost(listing, host)])
      .filter(([, vars]) => vars.size > 0),
  );
  const groups = [...inventory.groups.values()].map((group): [string, Dict] => [
    group.name,
    entry({
      children: [...group.children].map(({ name }) => name),
      hosts: group.name === 'all' ? [] : [...group.hosts].filter(listing.isShown).map(({ name }) => name),
      vars: ownVars(listing, group),
    }),
  ]);
  return new Map<string, Value>([
    ['_meta', dict({ hostvars: variables })],
    ...groups.filter(([, group]) => group.size > 0),
  ]);
}

/** As an inventory in YAML: groups in each other, a host's variables where it comes first. */
export function nestedListing(listing: Listing): Dict {
  const told = new Set<Host>();
  const toldGroups = new Set<Group>();
  const describe = (group: Group): Dict => {
    const children: Dict = new Map();
    for (const child of group.children) {
      const inner: Dict = toldGroups.has(child) ? new Map([[child.name, new Map()]]) : describe(child);
      for (const [name, value] of inner) children.set(name, value);
      toldGroups.add(child);
    }
    const hosts: Dict = new Map();
    for (const host of group.name === 'all' ? [] : [...group.hosts].filter(listing.isShown)) {
      hosts.set(host.name, told.has(host) ? new Map() : varsOfHost(listing, host));
      told.add(host);
    }
    const inside = entry({ children, hosts, vars: ownVars(listing, group) });
    return inside.size === 0 ? new Map<Key, Value>() : dict({ [group.name]: inside });
  };
  const all = listing.assembly.inventory.groups.get('all');
  return all ? describe(all) : new Map<Key, Value>();
}

export function graphLines(
  assembly: Assembly,
  group: Group,
  how: { readonly withVars: boolean; readonly isShown: (host: Host) => boolean },
  depth = 0,
): string[] {
  const indent = depth === 0 ? '' : `${'  |'.repeat(depth)}--`;
  const inner = `${'  |'.repeat(depth + 1)}--`;
  const lines = [`${indent}@${group.name}:`];
  for (const child of group.children) lines.push(...graphLines(assembly, child, how, depth + 1));
  for (const host of group.name === 'all' ? [] : [...group.hosts].filter(how.isShown)) {
    lines.push(`${inner}${host.name}`);
    if (how.withVars) lines.push(...variableLines(hostVariables(assembly, host), depth + 2));
  }
  if (how.withVars) lines.push(...variableLines(groupVariables(assembly, group), depth + 1));
  return lines;
}

function variableLines(variables: Dict, depth: number): string[] {
  const named = [...variables].map(([name, value]): [string, Value] => [String(name), value]);
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, value]) => `${'  |'.repeat(depth)}--{${name} = ${pythonText(value)}}`);
}
