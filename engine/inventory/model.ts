// CONTRACT. Hosts and groups, and what a dynamic source must yield.
import type { Diagnostic, Outcome } from '../document/diagnostic.ts';
import type { Dict } from '../document/value.ts';
import type { Doubted } from './pattern.ts';

export interface Host {
  readonly name: string;
  /** Variables of the inventory source itself (host line), lowest first merged. */
  readonly vars: Dict;
  /** The groups that name the host itself; `groupsOf` gives their ancestors as well. */
  readonly groups: Set<Group>;
  /** localhost made up because a play names it and no inventory does. */
  readonly implicit: boolean;
}

export interface Group {
  readonly name: string;
  readonly vars: Dict;
  readonly hosts: Set<Host>;
  readonly children: Set<Group>;
  readonly parents: Set<Group>;
  priority: number;
}

export interface Inventory {
  /** In the order of definition; the groups `all` and `ungrouped` always exist. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly groups: ReadonlyMap<string, Group>;
  /** Files and folders it was read from: group_vars and host_vars are sought beside them. */
  readonly sources: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  addHost(name: string, vars?: Dict): Host;
  addGroup(name: string): Group;
  addHostToGroup(host: string, group: string): void;
  addChildGroup(parent: string, child: string): Outcome<null>;
  /** A host by name; `localhost` and its addresses are made up when no inventory names them. */
  findHost(name: string): Host | undefined;
  /** Hosts of a group and of all groups below it, nearest first, each once. */
  hostsOf(group: Group): readonly Host[];
  /** Groups of a host with all ancestors, in the order in which their variables apply (depth, priority, name). */
  groupsOf(host: Host): readonly Group[];
  /**
   * Hosts of a pattern (`web:&prod:!db1`, `~regex`, `web[0:2]`) or of several, in inventory order, cut by `limit`
   * (which may name a file of patterns: `@file`). A part that matches nothing is no failure: see `unmatched`.
   */
  match(pattern: string | readonly string[], limit?: string): Outcome<readonly Host[]>;
  /** The same where some members are in doubt: who is in the pattern for sure, and who may be. */
  matchInDoubt(
    doubted: Doubted,
    pattern: string,
    limit?: string,
  ): Outcome<{ readonly sure: ReadonlySet<Host>; readonly possible: readonly Host[] }>;
  /** The parts of a pattern that match no host and no group, as written. */
  unmatched(pattern: string | readonly string[]): readonly string[];
}

/** What a dynamic source yields: the form that `ansible-inventory --list` and inventory scripts use. */
export interface InventorySource {
  readonly groups: ReadonlyMap<
    string,
    { readonly hosts: readonly string[]; readonly children: readonly string[]; readonly vars: Dict }
  >;
  /** By the host's name. Given away: the inventory keeps each as the host's own. A name may come again. */
  readonly hostVars: Iterable<readonly [string, Dict]>;
  /** What is to be told of it, errors as well. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** What a dynamic source is asked with besides the content of its file. */
export interface SourceRequest {
  readonly file: string;
  /** Nothing that was kept of an earlier time may be used. */
  readonly isFresh: boolean;
  readonly extraVars: Dict;
  /** Options that settings or the environment give, below those of the file: `cache`, `use_extra_vars`. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** A dynamic source: asked with the content of a YAML file whose `plugin:` names it. */
export type DynamicSource = (config: Dict, request: SourceRequest) => Promise<Outcome<InventorySource>>;
