// Where a lab lives: each lab has a slot, and a slot has four /24 ranges of 10.97.0.0/16 and interface names of its own,
// so that labs stand side by side without knowing of each other.
import { networkInterfaces } from 'node:os';
import type { Topology } from './topology.ts';

export const slots = 64;

export interface LabSubnet {
  readonly name: string;
  readonly bridge: string;
  /** The first three numbers, such as 10.97.4. */
  readonly prefix: string;
  readonly gateway?: string;
}

export interface Leg {
  readonly subnet: string;
  readonly bridge: string;
  readonly address: string;
  /** The interface's name inside the host. */
  readonly device: string;
  /** The outer end, for legs after the first; nspawn names that of the first itself. */
  readonly outer?: string;
}

export interface LabHost {
  readonly name: string;
  /** The machine's name for systemd-nspawn, unique on the control machine; short, as interfaces are named by it. */
  readonly machine: string;
  readonly legs: readonly Leg[];
  readonly defaultRoute: string;
  /** The host to go through from the control machine. */
  readonly jump?: string;
}

/** Gives names and addresses to all of a topology; the same answer for the same slot and topology. */
export function placeSubnets(topology: Topology, slot: number): LabSubnet[] {
  return topology.subnets.map((subnet, index) => ({
    name: subnet.name,
    bridge: `hw${slot}s${index}`,
    prefix: subnet.cidr?.replace(/\.0\/24$/, '') ?? `10.97.${slot * 4 + index}`,
    ...(subnet.gateway === undefined ? {} : { gateway: subnet.gateway }),
  }));
}

export function placeHosts(topology: Topology, subnets: readonly LabSubnet[], slot: number): LabHost[] {
  const byName = new Map(subnets.map((subnet) => [subnet.name, subnet]));
  const taken = new Set(topology.hosts.map((host) => `${host.subnets[0]}/${host.number}`));
  return topology.hosts.map((host, index) => {
    const machine = `hw${slot}-${index}`;
    const legs = host.subnets.map((name, leg): Leg => {
      const subnet = byName.get(name);
      if (subnet === undefined)
        throw new Error(`host ${host.name} has a leg in ${name}, which was not checked`);
      const number = subnet.gateway === host.name ? 1 : leg === 0 ? host.number : undefined;
      return {
        subnet: name,
        bridge: subnet.bridge,
        address: `${subnet.prefix}.${number ?? nextFree(taken, name)}`,
        device: leg === 0 ? 'host0' : `leg${leg}`,
        ...(leg === 0 ? {} : { outer: `vx-${machine}-${leg}` }),
      };
    });
    const first = byName.get(host.subnets[0] ?? '');
    return {
      name: host.name,
      machine,
      legs,
      defaultRoute: `${first?.prefix}.1`,
      ...(first?.gateway === undefined ? {} : { jump: first.gateway }),
    };
  });
}

function nextFree(taken: Set<string>, subnet: string): number {
  for (let number = 11; number <= 254; number += 1) {
    const key = `${subnet}/${number}`;
    if (taken.has(key)) continue;
    taken.add(key);
    return number;
  }
  throw new Error(`subnet ${subnet} has no free address left`);
}

/** The first slot that no lab has and whose range no interface of this machine uses. */
export function freeSlot(taken: ReadonlySet<number>, inUse: readonly string[]): number | undefined {
  const prefixes = new Set(inUse);
  for (let slot = 0; slot < slots; slot += 1) {
    const own = [0, 1, 2, 3].map((index) => `10.97.${slot * 4 + index}`);
    if (!taken.has(slot) && !own.some((prefix) => prefixes.has(prefix))) return slot;
  }
  return undefined;
}

/** The first three numbers of every address that this machine has. */
export function machinePrefixes(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address.split('.').slice(0, 3).join('.'));
}
