// What is known of a lab while it is there. Written before the first thing is made, so that whoever comes after a crash
// knows all names that may be in use.
import { readFile, readdir, rename, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LabHost, LabSubnet } from './addresses.ts';
import { labPlaces, stateFolder } from './places.ts';
import type { Topology } from './topology.ts';

export interface LabRecord {
  readonly name: string;
  readonly slot: number;
  readonly topology: Topology;
  readonly subnets: readonly LabSubnet[];
  readonly hosts: readonly LabHost[];
  /** The lab's folder in each cgroup hierarchy. */
  readonly groups: readonly string[];
  /** Roots of the trees that hosts stand on. */
  readonly image: { readonly root: string; readonly busybox: string };
  /** The process that the lab is for. When it is gone, the lab is litter and the next call takes it down. */
  readonly owner?: ProcessIdentity;
}

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to start, as a number alone comes back with another process. */
  readonly startTime: string;
}

export async function readRecord(labName: string): Promise<LabRecord | undefined> {
  const text = await readFile(labPlaces(labName).record, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LabRecord);
}

/** A record that says the same already is left alone. */
export async function writeRecord(record: LabRecord): Promise<void> {
  const file = labPlaces(record.name).record;
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** Names of all labs that have a folder, whole or not. */
export async function listLabs(): Promise<string[]> {
  return (await readdir(join(stateFolder(), 'labs')).catch(() => [])).sort();
}

export async function readAllRecords(): Promise<LabRecord[]> {
  const records = await Promise.all((await listLabs()).map(readRecord));
  return records.filter((record) => record !== undefined);
}

export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses and may hold anything; the twentieth after it is the time.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state, startTime] = [fields[0], fields[19]];
  // A process that ended stays as a zombie where nobody asks for its status, as under some containers' first process.
  return startTime === undefined || state === 'Z' ? undefined : { pid, startTime };
}

export async function isRunning({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(pid))?.startTime === startTime;
}
