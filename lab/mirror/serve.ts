// The mirror's process: `serve.ts STATE_DIRECTORY`, started by `startMirror`.
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { identifyProcess } from '../lab_record.ts';
import { describeProblem } from '../outcome.ts';
import type { MirrorSettings, RunningMirror } from './detached.ts';
import { stateFiles } from './detached.ts';
import type { Entry } from './entry.ts';
import { readEntry } from './entry.ts';
import { serveMirror } from './server.ts';

const stateDirectory = process.argv[2] ?? '';
const settings = JSON.parse(
  await readFile(path.join(stateDirectory, stateFiles.settings), 'utf8'),
) as MirrorSettings;
const entries: Entry[] = [];
for (const directory of settings.entries) {
  const entry = await readEntry(directory);
  if (entry === undefined) console.log(`${directory} is not in the cache any more`);
  else entries.push(entry);
}
const { address, port } = settings;
const served = await serveMirror({ entries, address, port, log: (line) => console.log(line) });
if (served.ok) {
  const { url, close } = served.value;
  process.once('SIGTERM', () => void close());
  const self = await identifyProcess(process.pid);
  const running: RunningMirror = { pid: process.pid, startTime: self?.startTime ?? '', url };
  const file = path.join(stateDirectory, stateFiles.pid);
  // Renamed into place, as who waits for this file reads it as soon as it is there.
  await writeFile(`${file}.new`, JSON.stringify(running));
  await rename(`${file}.new`, file);
} else {
  console.error(describeProblem(served.problem));
  process.exitCode = 1;
}
