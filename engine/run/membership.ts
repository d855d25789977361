// Check mode: hosts that may be in groups, or may not be there at all, as tasks would have it of which nobody knows
// whether they run, or by which name. The inventory holds them as members; what of that is sure is told here.
import { success, type Outcome } from '../document/diagnostic.ts';
import { outsideText } from '../document/outside.ts';
import { Unknown, type Value } from '../document/value.ts';
import type { Group, Host, Inventory } from '../inventory/model.ts';
import type { Doubted } from '../inventory/pattern.ts';
import type { DoubtfulMembership } from '../variables/model.ts';
import type { HostState, RunState } from './state.ts';

/** The hosts of which something is not sure. */
function doubtfulHosts(run: RunState): HostState[] {
  return [...run.hosts.values()].filter(
    ({ maybeIn, maybeAnywhere }) => maybeIn.size > 0 || maybeAnywhere !== undefined,
  );
}

/** Whether one of the groups that name the host, and are sure, is this one or below it. */
function isSurelyIn({ host, maybeIn }: HostState, group: Group): boolean {
  if (maybeIn.has('all') || maybeIn.has(group.name)) return false;
  if (group.name === 'all') return true;
  const sure = new Set([...host.groups].filter(({ name }) => !maybeIn.has(name)));
  for (const one of sure) for (const parent of one.parents) if (!maybeIn.has(parent.name)) sure.add(parent);
  return sure.has(group);
}

/** Undefined where everything is sure. */
function doubted(run: RunState): Doubted | undefined {
  const { inventory } = run.services;
  const doubtful = new Map(doubtfulHosts(run).map((state) => [state.host, state]));
  if (doubtful.size === 0) return undefined;
  const mayExist = [...doubtful.values()].filter(({ maybeIn }) => maybeIn.has('all'));
  const hosts = new Map(inventory.hosts);
  for (const { name } of mayExist) hosts.delete(name);
  const isSure = (host: Host, group: Group): boolean => {
    const state = doubtful.get(host);
    if (!state) return true;
    if (group.name === 'ungrouped') return state.maybeAnywhere === undefined && state.maybeIn.size === 0;
    return isSurelyIn(state, group);
  };
  // In no other group for sure.
  const mayBeUngrouped = [...doubtful.values()].filter(({ host, maybeIn }) =>
    [...host.groups].every(({ name }) => maybeIn.has(name)),
  );
  const { groups } = inventory;
  const findHost = (name: string): Host | undefined => inventory.findHost(name);
  return {
    sure: {
      hosts,
      groups,
      findHost,
      hostsOf: (group) => inventory.hostsOf(group).filter((host) => isSure(host, group)),
    },
    possible: {
      ...{ hosts: inventory.hosts, groups, findHost },
      hostsOf: (group) =>
        group.name === 'ungrouped'
          ? [...new Set([...inventory.hostsOf(group), ...mayBeUngrouped.map(({ host }) => host)])]
          : inventory.hostsOf(group),
    },
    anywhere: [...doubtful.values()]
      .filter(({ maybeAnywhere }) => maybeAnywhere !== undefined)
      .map(({ host }) => host),
  };
}

interface Member {
  readonly host: Host;
  /** What it waits for whether the host is one. */
  readonly doubt: string | undefined;
}

function whatFor({ maybeIn, maybeAnywhere }: HostState): string {
  return maybeAnywhere ?? [...maybeIn.values()][0] ?? 'its groups';
}

/** The hosts of a pattern, with those that may be. An unknown pattern may name any. */
export function membersOf(
  run: RunState,
  pattern: string | Unknown,
  limit: string | undefined,
): Outcome<readonly Member[]> {
  const { inventory } = run.services;
  const isOpen = pattern instanceof Unknown;
  const text = isOpen ? 'all' : pattern;
  const doubts = doubted(run);
  if (!doubts) {
    const matched = inventory.match(text, limit);
    const doubt = isOpen ? pattern.waitsFor : undefined;
    return matched.ok ? success(matched.value.map((host) => ({ host, doubt }))) : matched;
  }
  const matched = inventory.matchInDoubt(doubts, text, limit);
  if (!matched.ok) return matched;
  const { sure, possible } = matched.value;
  return success(
    [...possible].map((host) => {
      const doubt = sure.has(host) ? undefined : whatFor(run.hostState(host));
      return { host, doubt: doubt ?? (isOpen ? pattern.waitsFor : undefined) };
    }),
  );
}

/** What variables are told of it; undefined where all is sure. */
export function doubtfulMembership(run: RunState): DoubtfulMembership | undefined {
  const hosts = doubtfulHosts(run);
  const [first] = hosts;
  if (!first) return undefined;
  const { inventory } = run.services;
  const stateOf = (host: Host): HostState | undefined => hosts.find((one) => one.host === host);
  return {
    groups: () => groupsInDoubt(inventory, hosts, whatFor(first)),
    waitsFor: (host) => {
      const state = stateOf(host);
      return state && whatFor(state);
    },
    doubtfulGroups: (host) => {
      const state = stateOf(host);
      return state ? inventory.groupsOf(host).filter((group) => !isSurelyIn(state, group)) : [];
    },
  };
}

/** Groups whose members are sure; which others there are is not. */
function groupsInDoubt(inventory: Inventory, hosts: readonly HostState[], waitsFor: string): Value {
  const isAnyAnywhere = hosts.some(({ maybeAnywhere }) => maybeAnywhere !== undefined);
  const isTouched = (group: Group): boolean =>
    group.name === 'ungrouped' ||
    hosts.some((state) => inventory.hostsOf(group).includes(state.host) && !isSurelyIn(state, group));
  const known = [...inventory.groups.values()]
    .filter((group) => !isTouched(group) && (!isAnyAnywhere || group.name === 'all'))
    .map((group): [string, Value] => [
      group.name,
      inventory.hostsOf(group).map((host) => outsideText(host.name)),
    ]);
  return new Unknown(waitsFor, { known: new Map(known) });
}

/** The host may be in these groups. Where it is already, nothing is in doubt. */
export function noteMaybeIn(run: RunState, host: Host, groups: readonly string[], waitsFor: string): void {
  const { inventory } = run.services;
  const state = run.hostState(host);
  for (const name of groups) {
    const group = inventory.groups.get(name);
    const isNews = name === 'all' || !group || !inventory.hostsOf(group).includes(host);
    if (isNews && !state.maybeIn.has(name)) state.maybeIn.set(name, waitsFor);
  }
}

/** Nobody knows which group it may have joined, nor which variables it has with that. */
export function noteAnywhere(run: RunState, host: Host, waitsFor: string): void {
  const state = run.hostState(host);
  state.maybeAnywhere ??= waitsFor;
  state.blind ??= waitsFor;
}
