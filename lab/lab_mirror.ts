// The mirror of one lab: it listens at the control machine's address on the lab's public bridge, and the lab's inventory
// gets the variables by which roles take programs and images from it.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { controlAddress } from './connect_files.ts';
import type { LabRecord } from './lab_record.ts';
import { startMirror, type RunningMirror } from './mirror/detached.ts';
import { ensureBinaries, type EnsureOptions } from './mirror/ensure.ts';
import { mirrorVariables, type MirrorVariables } from './mirror/variables.ts';
import type { Outcome } from './outcome.ts';
import { succeeded } from './outcome.ts';
import { labPlaces } from './places.ts';

export interface LabMirror extends RunningMirror {
  readonly variables: MirrorVariables;
}

/**
 * Makes what the cache lacks (minutes when it is empty, nothing when not), starts the lab's mirror unless it runs, and
 * writes group_vars/all/mirror.yml beside the lab's inventory. `labDown` ends it.
 */
export async function ensureLabMirror(
  record: LabRecord,
  options: EnsureOptions = {},
): Promise<Outcome<LabMirror>> {
  const entries = await ensureBinaries(options);
  if (!entries.ok) return entries;
  const places = labPlaces(record.name);
  const started = await startMirror({
    entries: entries.value,
    address: controlAddress(record),
    stateDirectory: places.mirror,
  });
  if (!started.ok) return started;
  const variables = mirrorVariables(started.value.url, entries.value);
  await writeVariables(places.mirrorVariables, variables);
  return succeeded({ ...started.value, variables });
}

/** JSON is YAML too. An unchanged file keeps its time. */
async function writeVariables(file: string, variables: MirrorVariables): Promise<void> {
  const content = `# Written by the lab for its mirror; it is written again when that changes.\n${JSON.stringify(variables, null, 2)}\n`;
  if ((await readFile(file, 'utf8').catch(() => '')) === content) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}
