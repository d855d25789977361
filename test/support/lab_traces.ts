// What a lab leaves on the machine, found by its names and not by the lab's own bookkeeping.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabRecord } from '../../lab/lab_record.ts';
import { labPlaces } from '../../lab/places.ts';

export interface Traces {
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly groups: readonly string[];
  readonly processes: readonly string[];
  readonly files: readonly string[];
}

export type LabNames = Pick<LabRecord, 'name' | 'slot'>;

export function tracesOf({ name, slot }: LabNames): Traces {
  const { folder } = labPlaces(name);
  const group = `/hardway-lab/${slot}-${name}`;
  const link = new RegExp(`^(hw${slot}s|v[bx]-hw${slot}-)`);
  const nspawn = '/run/systemd/nspawn/propagate';
  return {
    mounts: lines('/proc/self/mountinfo').filter((line) => line.includes(`${folder}/`)),
    links: readdirSync('/sys/class/net').filter((device) => link.test(device)),
    groups: groupFolders().filter((path) => path.includes(`${group}/`) || path.endsWith(group)),
    processes: readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      // A process that ended and waits for the machine's init to take notice is none of ours any more.
      .filter((pid) => !lines(`/proc/${pid}/status`).some((line) => line.startsWith('State:\tZ')))
      .filter((pid) => lines(`/proc/${pid}/cgroup`).some((line) => line.includes(`${group}/`))),
    files: [
      ...(existsSync(folder) ? [folder] : []),
      ...(existsSync(nspawn)
        ? readdirSync(nspawn).filter((machine) => machine.startsWith(`hw${slot}-`))
        : []),
    ],
  };
}

export const noTraces: Traces = { mounts: [], links: [], groups: [], processes: [], files: [] };

const labMount = /\/hardway\/lab\/labs\/[^/]+\//;
const labLink = /^(hw\d+s|v[bx]-hw\d+-)/;

/** All mount points and interfaces of the machine but those of labs, for a comparison; what this lab has is in it. */
export function listMachine(own?: LabNames): string[] {
  const traces = own === undefined ? noTraces : tracesOf(own);
  const mounts = lines('/proc/self/mountinfo').map((line) => line.split(' ')[4] ?? '');
  const ofOwn = own === undefined ? undefined : `${labPlaces(own.name).folder}/`;
  return [
    ...mounts.filter((mount) => !labMount.test(mount) || (ofOwn !== undefined && mount.startsWith(ofOwn))),
    ...readdirSync('/sys/class/net').filter((link) => !labLink.test(link) || traces.links.includes(link)),
  ].sort();
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // a process that ended meanwhile
  }
}

/** All groups of all labs, in every hierarchy. */
function groupFolders(): string[] {
  const points = lines('/proc/self/mountinfo')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '');
  const tops = [...new Set(points)].flatMap((point) => findTops(point, 4));
  return tops.flatMap((top) => [top, ...below(top)]);
}

function findTops(folder: string, depth: number): string[] {
  return subfolders(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'hardway-lab') return [path];
    return depth > 0 ? findTops(path, depth - 1) : [];
  });
}

function below(folder: string): string[] {
  return subfolders(folder).flatMap((name) => [join(folder, name), ...below(join(folder, name))]);
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}
