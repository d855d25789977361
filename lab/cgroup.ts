// Every host gets a cgroup of its own in every hierarchy. Without that all hosts would share one tree, and the unit
// ssh.service of one host would hold the processes of another.
import { constants } from 'node:fs';
import { access, mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Hierarchy {
  /** `cpuset`, `name=systemd`, or empty for the unified hierarchy. */
  readonly controllers: string;
  readonly mountPoint: string;
  /** Our own group in it. */
  readonly own: string;
}

const topGroup = 'hardway-lab';

/** For `sh -c`: moves itself into the groups named by $ENTER_GROUPS, then becomes the program of its arguments. */
export const enterGroups = `for group in $ENTER_GROUPS; do echo $$ >"$group/cgroup.procs" || exit 1; done; exec "$@"`;

async function readHierarchies(): Promise<Hierarchy[]> {
  const own = new Map(
    (await readFile('/proc/self/cgroup', 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(':'))
      .map(([, controllers = '', ...path]) => [controllers, path.join(':')]),
  );
  const hierarchies = new Map<string, Hierarchy>();
  for (const line of (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , mountRoot = '/', mountPoint = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') continue;
    const controllers = type === 'cgroup2' ? '' : [...own.keys()].find((name) => hasAll(options, name));
    const path = controllers === undefined ? undefined : own.get(controllers);
    if (controllers === undefined || path === undefined) continue;
    const below = path.startsWith(mountRoot) ? path.slice(mountRoot.length) : path;
    hierarchies.set(controllers, { controllers, mountPoint, own: join(mountPoint, below) });
  }
  return [...hierarchies.values()];
}

function hasAll(options: string, controllers: string): boolean {
  return controllers !== '' && controllers.split(',').every((name) => options.split(',').includes(name));
}

/**
 * Where the lab's groups begin, a folder for each hierarchy. Version 1: below our own group, so that accounting stays
 * nested in whatever started us. Version 2 alone: at the top, as a group with processes of its own (ours) may not hand
 * controllers down.
 */
async function topFolders(): Promise<string[]> {
  const hierarchies = await readHierarchies();
  const isUnifiedOnly = hierarchies.every(({ controllers }) => controllers === '');
  return hierarchies.map(({ mountPoint, own }) => join(isUnifiedOnly ? mountPoint : own, topGroup));
}

/** The folders of group `name`, one for each hierarchy; makes nothing. */
export async function planTopGroups(name: string): Promise<string[]> {
  return (await topFolders()).map((folder) => join(folder, name));
}

export async function makeTopGroups(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await makeGroup(dirname(folder));
    await makeGroup(folder);
  }
}

export async function haveGroups(folders: readonly string[]): Promise<boolean> {
  const found = await Promise.all(folders.map((folder) => isThere(folder)));
  return found.every(Boolean);
}

/** Makes a group in each of the lab's folders, for a host or what else may not share a group. */
export async function makeGroups(labGroups: readonly string[], name: string): Promise<string[]> {
  const folders = labGroups.map((folder) => join(folder, name));
  for (const folder of folders) {
    await makeGroup(dirname(folder));
    await makeGroup(folder);
  }
  return folders;
}

async function makeGroup(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const parent = dirname(folder);
  if (await isThere(join(folder, 'cpuset.mems'))) {
    // A version 1 cpuset starts empty, and an empty one refuses processes.
    for (const name of ['cpuset.cpus', 'cpuset.mems']) {
      const own = (await readFile(join(folder, name), 'utf8')).trim();
      if (own === '' && (await isThere(join(folder, 'cgroup.clone_children')))) {
        await writeFile(join(folder, name), await readFile(join(parent, name)));
      }
    }
    if (await isThere(join(folder, 'cgroup.clone_children'))) {
      await writeFile(join(folder, 'cgroup.clone_children'), '1');
    }
  }
  if (await isThere(wholeMachine)) await handDown(parent);
}

/** There where version 2 alone rules; beside version 1 the unified hierarchy only names processes. */
const wholeMachine = '/sys/fs/cgroup/cgroup.controllers';

/** Version 2: lets the groups below use each controller that this one has; one that refuses is left out. */
async function handDown(folder: string): Promise<void> {
  const names = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim().split(' ');
  for (const name of names.filter((word) => word !== '')) {
    await writeFile(join(folder, 'cgroup.subtree_control'), `+${name}`).catch(() => undefined);
  }
}

/** The lab's folder in the hierarchy that names every process of a host: systemd's own, or the unified one. */
export function processGroup(labGroups: readonly string[]): string | undefined {
  return labGroups.find((folder) => folder.includes('/systemd/')) ?? labGroups[0];
}

/** True when any lab of this machine has groups, also one that another user's state folder knows of. */
export async function anyLabGroups(): Promise<boolean> {
  for (const folder of await topFolders()) {
    const names = await readdir(folder).catch(() => []);
    if (names.some((name) => labGroup.test(name))) return true;
  }
  return false;
}

/** The name of a lab's group: its slot, then its name. Slots are unique on a machine, names only in a state folder. */
export function labGroupName(slot: number, labName: string): string {
  return `${slot}-${labName}`;
}

const labGroup = /^\d+-/;

/** All processes in a group and the groups below it; none when there is no such group. */
export async function processesIn(folder: string): Promise<number[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const own = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => processesIn(join(folder, entry.name))),
  );
  return [...own.split('\n').filter(Boolean).map(Number), ...below.flat()];
}

/** Waits until a group has no process. Those that are there after `patience` milliseconds are killed. */
export async function emptyGroup(group: string, patience: number): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += step) {
    const left = await processesIn(group);
    if (left.length === 0) return;
    if (waited >= patience) left.forEach(endProcess);
    await sleep(step);
  }
  throw new Error(`processes of ${group} do not end`);
}

const step = 25;

/** A process that is gone already is as good as ended. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Removes a group with all below it. Groups with processes stay, and so do their parents. */
export async function removeGroups(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await removeGroups(join(folder, entry.name));
  }
  await rmdir(folder).catch(() => undefined);
  const parent = dirname(folder);
  if (basename(parent) === topGroup) await rmdir(parent).catch(() => undefined); // fails while other labs are there
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
