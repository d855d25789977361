// A host as a process: booted by systemd-nspawn, found by its cgroup, stopped by killing its PID 1.
import { spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabHost } from './addresses.ts';
import { emptyGroup, endProcess, enterGroups, makeGroups, processGroup, processesIn } from './cgroup.ts';
import { boundFolders } from './host_files.ts';
import type { LabRecord } from './lab_record.ts';
import { ensureOverlay } from './mounts.ts';
import { isJoined, waitForNoLink } from './network.ts';
import { hostPlaces, labPlaces } from './places.ts';
import type { TopologyHost } from './topology.ts';

/**
 * What a machine's firmware does: starts the host, and again when it reboots (status 133 of nspawn). Each start makes
 * the outer ends of the host's further legs anew, down and alone, so each start joins them to their bridges. The keeper
 * stands in a group of its own: in a version 2 hierarchy a group with groups below it may hold no process.
 */
const keeper = `
join() {
  tries=0
  until ip link set "$1" master "$2" up 2>/dev/null || [ $tries -ge 6000 ]; do tries=$((tries + 1)); sleep 0.02; done
}
while :; do
  for leg in $LEGS; do join "\${leg%=*}" "\${leg#*=}" & done
  ENTER_GROUPS=$HOST_GROUPS sh -c "$ENTER" enter "$@"
  [ $? -eq 133 ] || exit 0
  for link in $LINKS; do while ip link show "$link" >/dev/null 2>&1; do sleep 0.02; done; done
done`;

/** Starts a host that is not running and does not wait for it. The signal tells that it ended for good. */
export async function bootHost(record: LabRecord, host: LabHost, wanted: TopologyHost): Promise<AbortSignal> {
  const places = hostPlaces(record.name, host.name);
  const { layer } = labPlaces(record.name);
  const { root, busybox } = record.image;
  const lower = wanted.userland === 'busybox' ? [layer, busybox, root] : [layer, root];
  await ensureOverlay(places.root, { lower, upper: places.upper, work: places.work });
  await killHost(record, host); // what is left of it, if anything
  const groups = await makeGroups(record.groups, host.name);
  const keeperGroups = await makeGroups(record.groups, keeperName(host));
  const console = await open(places.console, 'a');
  const child = spawn(
    'sh',
    ['-c', enterGroups, 'enter', 'sh', '-c', keeper, 'keeper', ...nspawnCommand(record, host, wanted)],
    {
      detached: true, // the host outlives us, in a session of its own
      stdio: ['ignore', console.fd, console.fd],
      env: {
        PATH: process.env['PATH'],
        ENTER: enterGroups,
        ENTER_GROUPS: keeperGroups.join(' '),
        HOST_GROUPS: groups.join(' '),
        LEGS: outerLegs(host)
          .map(([outer, bridge]) => `${outer}=${bridge}`)
          .join(' '),
        LINKS: linksOf(host).join(' '),
        SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network', // `1` would make networkd wait for udev, which is not there
        SYSTEMD_NSPAWN_LOCK: '0', // lock files in /run would stay behind
      },
    },
  );
  const ended = new AbortController();
  child.on('exit', () => ended.abort());
  child.unref();
  await console.close();
  return ended.signal;
}

/** Groups have names of hosts, which hold no dot. */
function keeperName(host: LabHost): string {
  return `${host.name}.keeper`;
}

function outerLegs(host: LabHost): [outer: string, bridge: string][] {
  return host.legs.flatMap((leg) => (leg.outer === undefined ? [] : [[leg.outer, leg.bridge]]));
}

/** The host's interfaces as the control machine sees them. */
function linksOf(host: LabHost): string[] {
  return [`vb-${host.machine}`, ...outerLegs(host).map(([outer]) => outer)];
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
    // There is one clock for all hosts and the machine. The first time zone that is set would put it off by hours.
    '--drop-capability=CAP_SYS_TIME',
    ...['--resolv-conf=off', '--timezone=off', '--link-journal=no'],
  ];
}

/** The number of the host's PID 1 on the control machine, when the host runs. */
export async function findInit(record: LabRecord, host: LabHost): Promise<number | undefined> {
  const group = groupFolder(record, host.name);
  if (group === undefined) return undefined;
  // Where systemd puts itself once it has begun; before that, and in a host without systemd, it may be anywhere.
  const usual = await processesIn(join(group, 'payload', 'init.scope'));
  for (const pid of usual) if (await isInit(pid)) return pid;
  for (const pid of await processesIn(group)) if (await isInit(pid)) return pid;
  return undefined;
}

/** One number for each nested namespace: 1 in the second is the host's own first process, not a container's. */
async function isInit(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return /^NSpid:\t\d+\t1$/m.test(status) && !/^State:\tZ/m.test(status);
}

function groupFolder(record: LabRecord, name: string): string | undefined {
  const group = processGroup(record.groups);
  return group === undefined ? undefined : join(group, name);
}

/**
 * Power loss. Killing PID 1 makes the kernel end all of the host, and nspawn leaves by itself; killing nspawn instead
 * would leave the host running. The keeper goes first, as it must not start the host again.
 */
export async function killHost(record: LabRecord, host: LabHost): Promise<boolean> {
  const keeperFolder = groupFolder(record, keeperName(host));
  const hostFolder = groupFolder(record, host.name);
  if (keeperFolder !== undefined) await emptyGroup(keeperFolder, 0);
  const init = await findInit(record, host);
  if (init !== undefined) endProcess(init);
  if (hostFolder !== undefined) await emptyGroup(hostFolder, 1500);
  for (const link of linksOf(host)) await waitForNoLink(link);
  await rm(join('/run/systemd/nspawn/propagate', host.machine), { recursive: true, force: true });
  return init !== undefined;
}

/** True when all legs are joined, their addresses are set and sshd listens, seen from outside in the host's own /proc/net. */
export async function isReady(record: LabRecord, host: LabHost): Promise<boolean> {
  const init = await findInit(record, host);
  if (init === undefined) return false;
  const [routes, sockets] = await Promise.all(
    ['fib_trie', 'tcp'].map((name) => readFile(`/proc/${init}/net/${name}`, 'utf8').catch(() => '')),
  );
  const hasAddresses = host.legs.every((leg) => routes?.includes(`-- ${leg.address}\n`) === true);
  const joined = await Promise.all(outerLegs(host).map(([outer]) => isJoined(outer)));
  return (
    hasAddresses && joined.every(Boolean) && /^ *\d+: [0-9A-F]{8}:0016 00000000:0000 0A /m.test(sockets ?? '')
  );
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
  return (await readFile(console, 'utf8').catch(() => '')).slice(-1500).trim();
}
