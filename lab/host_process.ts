// A host as a process: booted by systemd-nspawn, found by its cgroup, stopped by killing its PID 1.
import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from './addresses.ts';
import { makeHostGroups, processGroup, processesIn } from './cgroup.ts';
import { boundFolders } from './host_files.ts';
import type { LabRecord } from './lab_record.ts';
import { ensureOverlay } from './mounts.ts';
import { joinLeg, waitForNoLink } from './network.ts';
import { hostPlaces, labPlaces } from './places.ts';
import type { TopologyHost } from './topology.ts';

/** Moves itself into the groups that stand first, then becomes the program behind them. */
const enterGroups = `count=$1; shift
while [ "$count" -gt 0 ]; do echo $$ >"$1/cgroup.procs" || exit 1; shift; count=$((count - 1)); done
exec "$@"`;

/** Starts a host that is not running and joins its further legs; does not wait for sshd. */
export async function bootHost(
  record: LabRecord,
  host: LabHost,
  wanted: TopologyHost,
  signal: AbortSignal,
): Promise<void> {
  const places = hostPlaces(record.name, host.name);
  const { layer } = labPlaces(record.name);
  const { root, busybox } = record.image;
  const lower = wanted.userland === 'busybox' ? [layer, busybox, root] : [layer, root];
  await ensureOverlay(places.root, { lower, upper: places.upper, work: places.work });
  await clearAfterDeath(host);
  const groups = await makeHostGroups(record.groups, host.name);
  const console = await open(places.console, 'a');
  const argv = ['-c', enterGroups, 'enter-groups', String(groups.length), ...groups];
  const child = spawn('sh', [...argv, ...nspawnCommand(record, host, wanted)], {
    detached: true, // the host outlives us, in a session of its own
    stdio: ['ignore', console.fd, console.fd],
    env: {
      PATH: process.env['PATH'],
      SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network', // `1` would make networkd wait for udev, which is not there
      SYSTEMD_NSPAWN_LOCK: '0', // lock files in /run would stay behind
    },
  });
  child.unref();
  await console.close();
  const gone = new AbortController();
  child.on('exit', () => gone.abort());
  const stop = AbortSignal.any([signal, gone.signal]);
  for (const leg of host.legs) {
    if (leg.outer !== undefined) await joinLeg(leg.outer, leg.bridge, stop).catch(() => undefined);
  }
}

function nspawnCommand(record: LabRecord, host: LabHost, wanted: TopologyHost): string[] {
  const places = hostPlaces(record.name, host.name);
  const binds = wanted.containers
    ? [
        ...Object.entries(boundFolders).map(([name, path]) => `--bind=${join(places.binds, name)}:${path}`),
        '--bind=/dev/kmsg',
      ]
    : [];
  const legs = host.legs.slice(1).map((leg) => `--network-veth-extra=${leg.outer ?? ''}:${leg.device}`);
  return [
    ...['systemd-nspawn', '--quiet', '--boot', `--directory=${places.root}`, `--machine=${host.machine}`],
    ...[`--hostname=${host.name}`, `--network-bridge=${host.legs[0]?.bridge ?? ''}`, ...legs, ...binds],
    ...['--register=no', '--keep-unit', '--capability=all', '--system-call-filter=@known'],
    ...['--resolv-conf=off', '--timezone=off', '--link-journal=no'],
  ];
}

/** The number of the host's PID 1 on the control machine, when the host runs. */
export async function findInit(record: LabRecord, host: LabHost): Promise<number | undefined> {
  const group = hostGroup(record, host);
  for (const pid of group === undefined ? [] : await processesIn(group)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    // One number for each nested namespace: 1 in the second is the host's own first process, not a container's.
    if (/^NSpid:\t\d+\t1$/m.test(status) && !/^State:\tZ/m.test(status)) return pid;
  }
  return undefined;
}

function hostGroup(record: LabRecord, host: LabHost): string | undefined {
  const group = processGroup(record.groups);
  return group === undefined ? undefined : join(group, host.name);
}

/**
 * Power loss. Killing PID 1 makes the kernel end all of the host, and nspawn leaves by itself; killing nspawn instead
 * would leave the host running.
 */
export async function killHost(record: LabRecord, host: LabHost): Promise<boolean> {
  const init = await findInit(record, host);
  if (init !== undefined) process.kill(init, 'SIGKILL');
  const group = hostGroup(record, host);
  if (group !== undefined) await emptyGroup(group);
  await clearAfterDeath(host);
  return init !== undefined;
}

async function emptyGroup(group: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const left = await processesIn(group);
    if (left.length === 0) return;
    if (attempt >= 50) for (const pid of left) endProcess(pid);
    await sleep(25);
  }
  throw new Error(`processes of ${group} do not end`);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended meanwhile
  }
}

/** A dead host's links go a moment after it; a host that boots before that would fail. */
async function clearAfterDeath(host: LabHost): Promise<void> {
  await waitForNoLink(`vb-${host.machine}`);
  for (const leg of host.legs) if (leg.outer !== undefined) await waitForNoLink(leg.outer);
  await rm(join('/run/systemd/nspawn/propagate', host.machine), { recursive: true, force: true });
}

/** True when all addresses are set and sshd listens, seen from outside in the host's own /proc/net. */
export async function isReady(record: LabRecord, host: LabHost): Promise<boolean> {
  const init = await findInit(record, host);
  if (init === undefined) return false;
  const [routes, sockets] = await Promise.all(
    ['fib_trie', 'tcp'].map((name) => readFile(`/proc/${init}/net/${name}`, 'utf8').catch(() => '')),
  );
  const hasAddresses = host.legs.every((leg) => routes?.includes(`-- ${leg.address}\n`) === true);
  return hasAddresses && /^ *\d+: [0-9A-F]{8}:0016 00000000:0000 0A /m.test(sockets ?? '');
}

/** Memory of the host's own making in bytes: anonymous pages, without the page cache. */
export async function readMemory(record: LabRecord, host: LabHost): Promise<number | undefined> {
  for (const folder of record.groups) {
    const stat = await readFile(join(folder, host.name, 'memory.stat'), 'utf8').catch(() => '');
    const value = /^(?:total_rss|anon) (\d+)$/m.exec(stat)?.[1];
    if (value !== undefined) return Number(value);
  }
  return undefined;
}

export async function readConsole(labName: string, hostName: string): Promise<string> {
  const { console } = hostPlaces(labName, hostName);
  await mkdir(hostPlaces(labName, hostName).folder, { recursive: true });
  return (await readFile(console, 'utf8').catch(() => '')).slice(-1500).trim();
}
