// What is known on disk of a region's instances is void as soon as we change them. Modules note the change here; the
// inventory compares it with the moment it asked.
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export function instanceCacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const caches = environment['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  return path.join(caches, 'hardway', 'aws_ec2');
}

/** One mark a region, whatever the account: an account has many names, and asking once too often does no harm. */
function markOf(region: string): string {
  return path.join(instanceCacheFolder(process.env), `changed-${region.replaceAll(/[^\w-]/g, '_')}`);
}

/**
 * To be called by whatever makes, ends or changes instances, after the call was done: inventories that were asked
 * before are not used any more. A cache folder that cannot be written to holds no cache either.
 */
export function noteInstancesChanged(region: string): void {
  const mark = markOf(region);
  try {
    mkdirSync(path.dirname(mark), { recursive: true, mode: 0o700 });
    writeFileSync(mark, '', { mode: 0o600 });
    const now = new Date();
    utimesSync(mark, now, now);
  } catch {
    // Nothing is kept there, so nothing is stale.
  }
}

/** When instances of a region were last changed by us, in milliseconds; 0 for never. */
export function instancesChangedAt(region: string): number {
  return statSync(markOf(region), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
