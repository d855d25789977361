// One `hardway start` at a time for a lab: two would build the same hosts beside each other.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { acquireLock, type Lock } from './lock.ts';
import { refused, type Outcome } from './outcome.ts';
import { labPlaces, stateFolder } from './places.ts';

/** Held until it is released or this process ends. The file goes with the lab. */
export async function lockStart(labName: string): Promise<Outcome<Lock>> {
  await mkdir(stateFolder(), { recursive: true, mode: 0o700 });
  const file = path.join(labPlaces(labName).folder, 'start.lock');
  const lock = await acquireLock(file, { waits: false });
  if (lock.ok) {
    await writeFile(file, `${process.pid}\n`);
    return lock;
  }
  const holder = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (holder === '') return lock;
  return refused({
    summary: `Lab ${labName} is being built already, by process ${holder}`,
    remedy: 'wait until that ends, or give this one another --name',
  });
}
