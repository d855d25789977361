// The life of a lab: up makes what is missing, down removes what is there. Both start from the record and from what the
// machine shows, never from what an earlier call is thought to have done; so each also mends what a crash left.
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePasswords, writeAccounts, type Passwords } from './accounts.ts';
import {
  freeSlot,
  machinePrefixes,
  placeHosts,
  placeSubnets,
  type LabHost,
  type LabSubnet,
} from './addresses.ts';
import { ensureBaseImage, removeOldImages } from './base_image.ts';
import {
  anyLabGroups,
  haveGroups,
  labGroupName,
  makeTopGroups,
  planTopGroups,
  removeGroups,
} from './cgroup.ts';
import { writeConnectFiles } from './connect_files.ts';
import { ensureHostFiles } from './host_files.ts';
import { bootHost, findInit, isReady, killHost, readConsole } from './host_process.ts';
import { raiseInotifyLimit, restoreInotifyLimit } from './inotify.ts';
import {
  isRunning,
  listLabs,
  readAllRecords,
  readRecord,
  writeRecord,
  type LabRecord,
  type ProcessIdentity,
} from './lab_record.ts';
import { withLock } from './lock.ts';
import { stopMirror } from './mirror/detached.ts';
import { removeTree } from './mounts.ts';
import { allowBridged, ensureBridge, forgetBridged, removeLink } from './network.ts';
import { labPlaces, stateFolder } from './places.ts';
import { ensurePrograms } from './requirements.ts';
import { makeSshKeyPair } from './ssh_key.ts';
import type { Topology, TopologyHost } from './topology.ts';

export interface UpOptions {
  readonly say?: (line: string) => void;
  /** The lab is litter, to be taken down by the next call, when this process is gone. */
  readonly owner?: ProcessIdentity;
  /** How long all hosts together may take to boot; 180 seconds without it, as a machine may be busy. */
  readonly bootSeconds?: number;
}

export interface UpResult {
  readonly record: LabRecord;
  /** Hosts that were not running before. */
  readonly booted: readonly string[];
  readonly milliseconds: number;
}

/** Brings a lab up, or what is missing of it. A second call changes nothing. */
export async function labUp(name: string, topology: Topology, options: UpOptions = {}): Promise<UpResult> {
  const say = options.say ?? (() => undefined);
  await ensurePrograms(say);
  await removeLitter(name, say);
  const image = await ensureBaseImage(say);
  await removeOldImages(new Set((await readAllRecords()).map((record) => dirname(record.image.root))));
  const places = labPlaces(name);
  return withLock(places.lock, async () => {
    const started = performance.now();
    const record = await claim(name, topology, image, options.owner);
    await ensureSharedFiles(record);
    for (const subnet of record.subnets) {
      await ensureBridge(subnet);
      await allowBridged(subnet.bridge);
    }
    const booted = await bootMissing(record, say, (options.bootSeconds ?? 180) * 1000);
    await writeConnectFiles(record);
    return { record, booted, milliseconds: performance.now() - started };
  });
}

const commonLock = (): string => join(stateFolder(), 'locks', 'labs.lock');

/** Finds the lab's record or makes one with a free slot. */
async function claim(
  name: string,
  topology: Topology,
  image: LabRecord['image'],
  owner: ProcessIdentity | undefined,
): Promise<LabRecord> {
  return withLock(commonLock(), async () => {
    await mkdir(stateFolder(), { recursive: true, mode: 0o700 });
    const before = await readRecord(name);
    const others = (await readAllRecords()).filter((other) => other.name !== name);
    const slot = before?.slot ?? freeSlot(new Set(others.map((other) => other.slot)), machinePrefixes());
    if (slot === undefined)
      throw new Error('all 64 ranges of 10.97.0.0/16 are in use: take a lab down first');
    const subnets = placeSubnets(topology, slot);
    const hosts = placeHosts(topology, subnets, slot);
    if (before === undefined) refuseOverlap(subnets, others);
    else refuseChange(before, { topology, hosts });
    // Kept while they are there: another session may stand elsewhere, but groups of hosts that run do not move.
    const isKept = before !== undefined && (await haveGroups(before.groups));
    const groups = isKept ? before.groups : await planTopGroups(labGroupName(slot, name));
    const keptOwner = owner ?? before?.owner; // a later call that boots a host takes nobody's lab over
    const record: LabRecord = {
      ...{ name, slot, topology, subnets, hosts, groups, image: before?.image ?? image },
      ...(keptOwner === undefined ? {} : { owner: keptOwner }),
    };
    await writeRecord(record);
    await makeTopGroups(groups);
    await raiseInotifyLimit();
    return record;
  });
}

function refuseOverlap(subnets: readonly LabSubnet[], others: readonly LabRecord[]): void {
  for (const { prefix, name } of subnets) {
    const other = others.find((record) => record.subnets.some((subnet) => subnet.prefix === prefix));
    if (other === undefined && !machinePrefixes().includes(prefix)) continue;
    const whose = other === undefined ? 'this machine' : `lab ${other.name}`;
    throw new Error(`subnet ${name} cannot be ${prefix}.0/24, as ${whose} has addresses there`);
  }
}

/** A lab that is there may grow, but what it has stays as it is. */
function refuseChange(before: LabRecord, now: Pick<LabRecord, 'topology' | 'hosts'>): void {
  for (const [index, host] of before.hosts.entries()) {
    const wanted = before.topology.hosts[index];
    const isSame =
      JSON.stringify(host) === JSON.stringify(now.hosts[index]) &&
      wanted?.containers === now.topology.hosts[index]?.containers &&
      wanted?.userland === now.topology.hosts[index]?.userland;
    if (!isSame) {
      throw new Error(
        `lab ${before.name} is there with another ${host.name}: take it down first, or add hosts at the end only`,
      );
    }
  }
}

async function ensureSharedFiles(record: LabRecord): Promise<void> {
  const places = labPlaces(record.name);
  if ((await stat(places.layer).catch(() => undefined)) !== undefined) return;
  const key = makeSshKeyPair(`lab ${record.name}`);
  const passwords = makePasswords();
  await writeFile(places.privateKey, key.privateKey, { mode: 0o600 });
  await writeFile(`${places.privateKey}.pub`, `${key.publicKey} lab ${record.name}\n`);
  await writeFile(places.accounts, `${JSON.stringify(passwords, null, 2)}\n`, { mode: 0o600 });
  const making = `${places.layer}.making`;
  await rm(making, { recursive: true, force: true });
  await writeAccounts({ base: record.image.root, layer: making, passwords, publicKey: key.publicKey });
  // The folder's name appears last: as long as it is missing, all of this is done again.
  await rename(making, places.layer);
}

export async function readPasswords(labName: string): Promise<Passwords> {
  return JSON.parse(await readFile(labPlaces(labName).accounts, 'utf8')) as Passwords;
}

function wantedOf(record: LabRecord, host: LabHost): TopologyHost {
  const wanted = record.topology.hosts.find(({ name }) => name === host.name);
  if (wanted === undefined) throw new Error(`lab ${record.name} has no ${host.name} in its topology`);
  return wanted;
}

async function bootMissing(record: LabRecord, say: (line: string) => void, limit: number): Promise<string[]> {
  const signal = AbortSignal.timeout(limit);
  const started = performance.now();
  const booted = await Promise.all(
    record.hosts.map(async (host): Promise<string[]> => {
      await ensureHostFiles(record.name, host, wantedOf(record, host));
      const isNew = (await findInit(record, host)) === undefined;
      const ended = isNew ? await bootHost(record, host, wantedOf(record, host)) : undefined;
      await waitUntilReady(record, host, ended === undefined ? signal : AbortSignal.any([signal, ended]));
      if (isNew) say(`  ${host.name} answers after ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return isNew ? [host.name] : [];
    }),
  );
  return booted.flat();
}

async function waitUntilReady(record: LabRecord, host: LabHost, signal: AbortSignal): Promise<void> {
  while (!(await isReady(record, host))) {
    if (signal.aborted) {
      throw new Error(
        `${host.name} did not come up. Its console says:\n${await readConsole(record.name, host.name)}`,
      );
    }
    await sleep(100);
  }
}

/** Cuts the power of one host. Gives false when it had none. */
export async function labKill(record: LabRecord, host: LabHost): Promise<boolean> {
  return withLock(labPlaces(record.name).lock, () => killHost(record, host));
}

/** Removes a lab with all it made; a lab that is not there, or only half, is no problem. */
export async function labDown(name: string): Promise<boolean> {
  const places = labPlaces(name);
  return withLock(places.lock, async () => {
    const record = await readRecord(name);
    const wasThere = (await stat(places.folder).catch(() => undefined)) !== undefined;
    await stopMirror(places.mirror);
    if (record !== undefined) {
      await Promise.all(record.hosts.map((host) => killHost(record, host)));
      for (const { bridge } of record.subnets) {
        await removeLink(bridge);
        await forgetBridged(bridge);
      }
      for (const folder of record.groups) await removeGroups(folder);
    }
    await withLock(commonLock(), async () => {
      await removeTree(places.folder);
      if (!(await anyLabGroups())) await restoreInotifyLimit();
    });
    return wasThere;
  });
}

/** Takes down labs whose owner is gone: those of tests that were killed. */
async function removeLitter(except: string, say: (line: string) => void): Promise<void> {
  for (const name of await listLabs()) {
    const owner = (await readRecord(name))?.owner;
    if (name === except || owner === undefined || (await isRunning(owner))) continue;
    say(`removing lab ${name}, whose owner is gone`);
    await labDown(name);
  }
}
