// What was written on the hosts of a lab and beside its inventory, read from below: each host's layer over the base
// image holds exactly the files that the host changed, so no command on the host takes part.
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { hostPlaces, labPlaces } from '../../lab/places.ts';
import type { TestLab } from './lab.ts';

/** Written by any login, by systemd's own clocks and by the agent while it runs; gone or the host's own afterwards. */
const ownLife = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/var/log'];

/** `host:path type mode owner size mtime sha256` of everything that hosts and control machine keep for this lab. */
export async function writtenFiles(lab: TestLab): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of lab.hosts) {
    const { upper, binds } = hostPlaces(lab.name, name);
    for (const folder of [upper, binds])
      for (const entry of await walk(folder, ''))
        if (!isOwnLife(entry.path)) lines.push(`${name}:${entry.line}`);
  }
  const { folder } = labPlaces(lab.name);
  const besides = (await walk(folder, '', ['/hosts', '/mirror', '/layer'])).map(
    ({ line }) => `control:${line}`,
  );
  return [...lines, ...besides].sort();
}

function isOwnLife(place: string): boolean {
  return ownLife.some((folder) => place === folder || place.startsWith(`${folder}/`));
}

interface Entry {
  readonly path: string;
  readonly line: string;
}

async function walk(top: string, below: string, without: readonly string[] = []): Promise<Entry[]> {
  const names = await readdir(path.join(top, below)).catch(() => []);
  const entries: Entry[] = [];
  for (const name of names) {
    const place = `${below}/${name}`;
    if (without.includes(place)) continue;
    const full = path.join(top, place);
    const seen = await lstat(full);
    const content = seen.isFile()
      ? createHash('sha256')
          .update(await readFile(full))
          .digest('hex')
      : seen.isSymbolicLink()
        ? await readlink(full)
        : '';
    const time = seen.isDirectory() ? '' : String(seen.mtimeMs);
    const facts = [
      seen.mode.toString(8),
      `${seen.uid}:${seen.gid}`,
      seen.isFile() ? seen.size : '',
      time,
      content,
    ];
    entries.push({ path: place, line: `${place} ${facts.join(' ')}` });
    if (seen.isDirectory()) entries.push(...(await walk(top, place)));
  }
  return entries;
}
