// Lab hosts for tests. A suite brings its lab up in `setup` and releases it in `teardown`; when the run is killed in
// between, the next lab call of anybody takes the lab down, as it belongs to a process that is gone.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { addressOf } from '../../lab/connect_files.ts';
import { labDown, labKill, labUp, readPasswords } from '../../lab/lab.ts';
import type { Passwords } from '../../lab/accounts.ts';
import { identifyProcess, readRecord, type LabRecord } from '../../lab/lab_record.ts';
import { labPlaces } from '../../lab/places.ts';
import { parseTopology, type Topology } from '../../lab/topology.ts';
import { readTopology } from '../../lab/topology_file.ts';

export { whyNoLab } from '../../lab/requirements.ts';

export interface TestHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** The host to go through, for a host of a private subnet. */
  readonly jump?: string;
}

export interface TestLab {
  readonly name: string;
  readonly hosts: readonly TestHost[];
  readonly host: (name: string) => TestHost;
  /** Opens root and every user of lab/accounts.ts on all hosts. */
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  readonly sshConfigFile: string;
  readonly inventoryFile: string;
  /** By user name, root's too. */
  readonly passwords: Passwords;
  /** Cuts the power of a host. */
  readonly kill: (hostName: string) => Promise<void>;
  /** Brings all hosts back that are down. */
  readonly boot: () => Promise<void>;
  /** Takes the lab down, unless HARDWAY_LAB named one that was there before. */
  readonly release: () => Promise<void>;
}

/**
 * A lab of its own for the caller: a topology, or the name of one in lab/topologies. With HARDWAY_LAB=NAME in the
 * environment the lab NAME is used as it is, and left up.
 */
export async function useLab(topology: string | Topology): Promise<TestLab> {
  const given = process.env['HARDWAY_LAB'];
  const running = given === undefined ? undefined : await readRecord(given);
  if (running !== undefined) return describeLab(running, false);
  if (given !== undefined) throw new Error(`HARDWAY_LAB names ${given}, which is not up`);
  const wanted = typeof topology === 'string' ? await readByName(topology) : topology;
  const owner = await identifyProcess(process.pid);
  const name = `test-${randomBytes(4).toString('hex')}`;
  const { record } = await labUp(name, wanted, {
    ...(owner === undefined ? {} : { owner }),
    say: sayLong,
  });
  return describeLab(record, true);
}

/** Building the image takes a minute and is told; the boot of each host is not. */
function sayLong(line: string): void {
  if (!line.startsWith(' ')) console.log(line);
}

/** A topology from plain data, for tests that need hosts of their own. */
export function topologyOf(data: unknown): Topology {
  const result = parseTopology(data);
  if (!result.ok) throw new Error(result.problems.join('; '));
  return result.topology;
}

/** The lab's commands as a process of their own, to be followed by their words. */
export const labProgram: readonly string[] = [
  ...[process.execPath, '--import', 'tsx'],
  join(import.meta.dirname, '../../lab/main.ts'),
];

async function readByName(name: string): Promise<Topology> {
  const result = await readTopology(name);
  if (!result.ok) throw new Error(result.problems.join('; '));
  return result.topology;
}

async function describeLab(record: LabRecord, isOurs: boolean): Promise<TestLab> {
  const places = labPlaces(record.name);
  const hosts = record.hosts.map((host) => ({
    ...{ name: host.name, address: addressOf(host), port: 22 },
    ...(host.jump === undefined ? {} : { jump: host.jump }),
  }));
  const find = <T extends { name: string }>(list: readonly T[], name: string): T => {
    const found = list.find((host) => host.name === name);
    if (found === undefined) throw new Error(`lab ${record.name} has no host ${name}`);
    return found;
  };
  return {
    name: record.name,
    hosts,
    host: (name) => find(hosts, name),
    privateKeyFile: places.privateKey,
    knownHostsFile: places.knownHosts,
    sshConfigFile: places.sshConfig,
    inventoryFile: places.inventory,
    passwords: await readPasswords(record.name),
    kill: async (name) => {
      await labKill(record, find(record.hosts, name));
    },
    boot: async () => {
      await labUp(record.name, record.topology);
    },
    release: async () => {
      if (isOurs) await labDown(record.name);
    },
  };
}
