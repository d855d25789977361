// The hosts and groups of a run. Questions about the graph are answered from caches that a change empties, so that
// loading n hosts costs n steps and asking costs what is asked.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, failure, type Outcome, success } from '../document/diagnostic.ts';
import { noteKey } from '../document/outside_text.ts';
import { type Dict, type Key, keyPositionOf, positionOf, setPosition } from '../document/value.ts';
import type { Group, Host, Inventory } from './model.ts';
import {
  type Doubted,
  localNames,
  matchesNothing,
  matchInDoubt,
  matchParts,
  splitPattern,
} from './pattern.ts';

function newGroup(name: string): Group {
  return {
    name,
    vars: new Map(),
    hosts: new Set(),
    children: new Set(),
    parents: new Set(),
    priority: 1,
  };
}

interface OwnHost extends Host {
  vars: Dict;
}

export class InventoryTable implements Inventory {
  readonly sources: string[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly all = newGroup('all');
  readonly ungrouped = newGroup('ungrouped');
  readonly hosts = new Map<string, OwnHost>();
  readonly groups = new Map<string, Group>([
    ['all', this.all],
    ['ungrouped', this.ungrouped],
  ]);
  /** Groups that an inventory itself put below `all`; the others are there because they have no parent. */
  readonly #writtenBelowAll = new Set<Group>();
  #local: Host | undefined;
  /** What was added while running (add_host, group_by): done again when the sources are read again. */
  readonly #added: (() => void)[] = [];
  #isSettled = false;
  #depths = new Map<Group, number>();
  #members = new Map<Group, readonly Host[]>();
  #chains = new Map<string, readonly Group[]>();

  constructor() {
    this.all.children.add(this.ungrouped);
    this.ungrouped.parents.add(this.all);
  }

  addHost(name: string, vars?: Dict): Host {
    noteKey(name);
    this.#note(() => this.addHost(name, vars));
    let host = this.hosts.get(name);
    if (!host) {
      host = { name, vars: new Map(), groups: new Set([this.ungrouped]), implicit: false };
      this.hosts.set(name, host);
      this.ungrouped.hosts.add(host);
      this.#members.clear();
      if (localNames.has(name)) this.#local ??= host;
    }
    for (const [key, value] of vars ?? []) host.vars.set(key, value);
    return host;
  }

  /** Adds the hosts of one entry of a source, with the source that named them first. */
  addHosts(
    names: readonly string[],
    group: string | undefined,
    vars: Dict | undefined,
    source: string,
  ): void {
    for (const name of names) {
      if (!this.hosts.has(name)) {
        const host = this.addHost(name);
        host.vars.set('inventory_file', source);
        host.vars.set('inventory_dir', path.dirname(source));
      }
      const host = this.addHost(name, vars);
      if (vars) copyPositions(vars, host.vars);
      if (group !== undefined) this.addHostToGroup(name, group);
    }
  }

  /** As `addHosts` with the variables of one host, which are the table's own from then on: there may be many of them. */
  addHostWith(name: string, vars: Dict, source: string): void {
    this.addHosts([name], undefined, undefined, source);
    const host = this.hosts.get(name);
    if (!host) return;
    for (const [key, value] of host.vars) if (!vars.has(key)) vars.set(key, value);
    copyPositions(host.vars, vars, (key) => positionOf(vars, key) === undefined);
    host.vars = vars;
  }

  addGroup(name: string): Group {
    noteKey(name);
    const known = this.groups.get(name);
    if (known) return known;
    const group = newGroup(name);
    this.groups.set(name, group);
    this.#link(this.all, group);
    return group;
  }

  addHostToGroup(hostName: string, groupName: string): void {
    this.#note(() => {
      if (this.findHost(hostName)) this.addHostToGroup(hostName, groupName);
    });
    const made = this.#local?.name === hostName ? this.#local : undefined;
    const host = this.hosts.get(hostName) ?? made ?? this.addHost(hostName);
    const group = this.addGroup(groupName);
    if (group === this.all || group === this.ungrouped || group.hosts.has(host)) return;
    group.hosts.add(host);
    host.groups.add(group);
    // A host of any other group is not ungrouped.
    if (host.groups.delete(this.ungrouped)) this.ungrouped.hosts.delete(host);
    this.#members.clear();
  }

  addChildGroup(parentName: string, childName: string): Outcome<null> {
    this.#note(() => void this.addChildGroup(parentName, childName));
    const parent = this.addGroup(parentName);
    const child = this.addGroup(childName);
    if (parent === child || ancestorsOf(parent).has(child))
      return failure({
        code: 'recursion',
        severity: 'error',
        summary: `Group ${childName} would be below itself`,
        detail: `${parentName} is ${parent === child ? 'the same group' : `a child of ${childName}`} already`,
      });
    if (parent === this.all) this.#writtenBelowAll.add(child);
    else if (!this.#writtenBelowAll.has(child)) {
      this.all.children.delete(child);
      child.parents.delete(this.all);
    }
    this.#link(parent, child);
    return success(null);
  }

  /** Puts the groups below `all` in Ansible's order: those written there first, then those without a parent. */
  settle(): void {
    const implied = [...this.all.children].filter(
      (group) => !this.#writtenBelowAll.has(group) && group !== this.ungrouped,
    );
    this.all.children.clear();
    for (const group of [this.ungrouped, ...this.#writtenBelowAll, ...implied]) this.all.children.add(group);
    this.#forgetGraph();
    this.#isSettled = true;
  }

  #note(again: () => void): void {
    if (this.#isSettled) this.#added.push(again);
  }

  /** Has what `fresh` has, and what was added while running. Hosts and groups that stay are the same objects, for all who hold them. */
  replaceBy(fresh: InventoryTable): void {
    const hosts = new Map([...fresh.hosts].map(([name, host]) => [host, this.hosts.get(name) ?? host]));
    const own = new Map([...this.groups, ['all', this.all], ['ungrouped', this.ungrouped]]);
    const groups = new Map([...fresh.groups].map(([name, group]) => [group, own.get(name) ?? group]));
    const all = <T extends Group | Host>(from: ReadonlySet<T>, to: ReadonlyMap<T, T>): T[] =>
      [...from].map((one) => to.get(one) ?? one);
    for (const [from, to] of hosts) {
      refill(to.groups, all(from.groups, groups));
      refillDict(to.vars, from.vars);
    }
    for (const [from, to] of groups) {
      refill(to.hosts, all(from.hosts, hosts));
      refill(to.children, all(from.children, groups));
      refill(to.parents, all(from.parents, groups));
      refillDict(to.vars, from.vars);
      to.priority = from.priority;
    }
    refillDict(this.hosts, new Map([...hosts.values()].map((host) => [host.name, host])));
    refillDict(this.groups, new Map([...groups.values()].map((group) => [group.name, group])));
    refill(this.#writtenBelowAll, all(fresh.#writtenBelowAll, groups));
    this.sources.splice(0, this.sources.length, ...fresh.sources);
    this.#local = [...this.hosts.values()].find(({ name }) => localNames.has(name)) ?? this.#local;
    this.#forgetGraph();
    for (const again of this.#added.splice(0)) again();
  }

  #link(parent: Group, child: Group): void {
    parent.children.add(child);
    child.parents.add(parent);
    this.#forgetGraph();
  }

  #forgetGraph(): void {
    this.#depths.clear();
    this.#members.clear();
    this.#chains.clear();
  }

  findHost(name: string): Host | undefined {
    const host = this.hosts.get(name);
    if (host || !localNames.has(name)) return host;
    this.#local ??= {
      name,
      vars: new Map([['ansible_connection', 'local']]),
      groups: new Set(),
      implicit: true,
    };
    return this.#local;
  }

  hostsOf(group: Group): readonly Host[] {
    const known = this.#members.get(group);
    if (known) return known;
    const hosts = new Set<Host>();
    // Breadth first: hosts of the group itself before those of its children.
    const queue = new Set([group]);
    for (const next of queue) {
      for (const host of next.hosts) if (!(group === this.all && host.implicit)) hosts.add(host);
      for (const child of next.children) queue.add(child);
    }
    const members = [...hosts];
    this.#members.set(group, members);
    return members;
  }

  groupsOf(host: Host): readonly Group[] {
    // Hosts of the same groups share one list, and most hosts do.
    const key = [...host.groups].map((group) => group.name).join('\n');
    const known = this.#chains.get(key);
    if (known) return known;
    const groups = new Set<Group>([this.all]);
    for (const group of host.groups) {
      groups.add(group);
      for (const ancestor of ancestorsOf(group)) groups.add(ancestor);
    }
    const sorted = [...groups].sort(
      (a, b) =>
        this.#depth(a) - this.#depth(b) ||
        a.priority - b.priority ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    );
    this.#chains.set(key, sorted);
    return sorted;
  }

  /** Sets `ansible_group_priority`: among groups of one depth the higher number wins. */
  setPriority(group: Group, priority: number): void {
    group.priority = priority;
    this.#chains.clear();
  }

  #depth(group: Group): number {
    const known = this.#depths.get(group);
    if (known !== undefined) return known;
    const depth = Math.max(-1, ...[...group.parents].map((parent) => this.#depth(parent))) + 1;
    this.#depths.set(group, depth);
    return depth;
  }

  match(pattern: string | readonly string[], limit?: string): Outcome<readonly Host[]> {
    const found = matchParts(this, partsOf(pattern));
    if (!found.ok || limit === undefined) return found;
    const limits = limitParts(limit);
    if (!limits.ok) return limits;
    const allowed = matchParts(this, limits.value);
    if (!allowed.ok) return allowed;
    const kept = new Set(allowed.value);
    return success(found.value.filter((host) => kept.has(host)));
  }

  matchInDoubt(
    doubted: Doubted,
    pattern: string,
    limit?: string,
  ): Outcome<{ readonly sure: ReadonlySet<Host>; readonly possible: readonly Host[] }> {
    const found = matchInDoubt(doubted, partsOf(pattern));
    const limits = limitParts(limit ?? 'all');
    if (!found.ok) return found;
    if (!limits.ok) return limits;
    const allowed = limit === undefined ? found : matchInDoubt(doubted, limits.value);
    if (!allowed.ok) return allowed;
    const { sure, possible } = found.value;
    return success({
      sure: new Set([...sure].filter((host) => allowed.value.sure.has(host))),
      possible: [...possible].filter((host) => allowed.value.possible.has(host)),
    });
  }

  unmatched(pattern: string | readonly string[]): readonly string[] {
    return partsOf(pattern).filter((part) => !part.startsWith('@') && matchesNothing(this, part));
  }
}

function refill<T>(set: Set<T>, items: Iterable<T>): void {
  const kept = [...items];
  set.clear();
  for (const item of kept) set.add(item);
}

function refillDict<K, V>(map: Map<K, V>, entries: ReadonlyMap<K, V>): void {
  const kept = [...entries];
  map.clear();
  for (const [key, value] of kept) map.set(key, value);
}

function partsOf(pattern: string | readonly string[]): string[] {
  return typeof pattern === 'string' ? splitPattern(pattern) : pattern.flatMap(splitPattern);
}

function limitParts(limit: string): Outcome<readonly string[]> {
  const parts: string[] = [];
  for (const part of splitPattern(limit)) {
    if (!part.startsWith('@')) {
      parts.push(part);
      continue;
    }
    try {
      const lines = readFileSync(part.slice(1), 'utf8').split('\n');
      for (const line of lines) if (line.trim() !== '') parts.push(line.trim());
    } catch (error) {
      return failure({
        code: 'file-unreadable',
        severity: 'error',
        summary: `Limit file ${part.slice(1)} cannot be read`,
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return success(parts);
}

function ancestorsOf(group: Group): Set<Group> {
  const found = new Set(group.parents);
  for (const next of found) for (const parent of next.parents) found.add(parent);
  return found;
}

function copyPositions(from: Dict, to: Dict, isWanted: (key: Key) => boolean = () => true): void {
  for (const key of from.keys()) {
    const at = positionOf(from, key);
    if (at && isWanted(key)) setPosition(to, key, at, keyPositionOf(from, key));
  }
}
