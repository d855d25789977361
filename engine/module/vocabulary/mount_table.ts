// Which file system stands where: by it one file has one place, however many mounts lead there.
import type { Output, Probe, ProbeFailure, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { unescapeMount } from './mounts_inside.ts';
import { isInside, normalPath } from './paths.ts';

interface MountPoint {
  /** `8:1` */
  readonly device: string;
  /** The folder of that file system which stands here. */
  readonly root: string;
  readonly place: string;
}

/** In the order they were made. */
export type MountTable = readonly MountPoint[];

function parse({ rc, stdout, stderr }: Output): MountTable | ProbeFailure {
  if (rc !== 0) return { failed: `Cannot read what is mounted: ${stderr.toString('utf8').trim()}` };
  return stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([device = '', root = '', place]) =>
      place === undefined ? [] : [{ device, root: unescapeMount(root), place: unescapeMount(place) }],
    );
}

/** proc_pid_mountinfo(5): the third field is the device, then the root within it and the mount point. */
const mountTableKind: ProbeKind<null, MountTable> = {
  name: 'mount table',
  stability: 'stable',
  target: 'host',
  ask: () => ({ script: "cut -d ' ' -f 3-5 /proc/self/mountinfo" }),
  parse,
};

export function mountTable(): Probe<MountTable> {
  return probe(mountTableKind, null);
}

/** The place within its file system, as a path; a bind mount and what it shows have the same. */
export function placeOnDevice(table: MountTable, place: string): string | undefined {
  const mount = table.findLast((one) => isInside(place, one.place));
  if (!mount) return undefined;
  const rest = mount.place === '/' ? place : place.slice(mount.place.length);
  return normalPath(`/${mount.device}/${mount.root}/${rest}`);
}
