// A random play with asking ahead and one by one, from the same folders: what differs in results, in the order of events
// by host, in file trees, and whether the round trips are as few as they can be told to be.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toData } from '../../../engine/module/data.ts';
import type { RunEvent } from '../../../engine/run/events.ts';
import { play, type Played } from '../play_here.ts';
import { playText, type RandomPlay } from './every_kind.ts';
import { treeOf } from './tree_of.ts';

function startFolder(root: string, hosts: readonly string[], seed: number): void {
  rmSync(root, { recursive: true, force: true });
  for (const host of [...hosts, 'two']) {
    const home = path.join(root, host);
    mkdirSync(path.join(home, 'd'), { recursive: true });
    mkdirSync(path.join(home, 'e'), { recursive: true });
    if (seed % 2 === 0) writeFileSync(path.join(home, 'a'), 'one\n', { mode: 0o644 });
    if (seed % 3 === 0) writeFileSync(path.join(home, 'd/x'), 'two\nthree\n', { mode: 0o600 });
    rmSync(path.join(home, 'l'), { force: true });
    if (seed % 5 < 2) symlinkSync('d', path.join(home, 'l'));
  }
}

/** Times and numbers of files differ from run to run whatever the engine does. */
const differing = new Set([
  ...['atime', 'mtime', 'ctime', 'inode', 'version', 'dev', 'start', 'end', 'delta', 'backup_file'],
]);

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !differing.has(key))
      .map(([key, item]) => [key, plain(item)]),
  );
}

function eventLine(event: RunEvent): string | undefined {
  if (event.type === 'host-start') return `start ${event.task.name}`;
  if (event.type === 'notified') return `notified ${event.handler}`;
  if (event.type !== 'result' && event.type !== 'item' && event.type !== 'retry') return undefined;
  const { result, task } = event;
  const told = [result.message, result.ignored, result.warnings, result.waitsFor, result.delegatedTo];
  const shown = JSON.stringify(plain([toData(result.values), told]));
  const diffs = result.differences.map(({ header }) => header).join();
  const line = `${event.type} ${task.name} ${result.status} ${shown} ${diffs}`;
  return line
    .replaceAll(/hardway-play-\w+/g, 'playbook')
    .replaceAll(/(\.hardway(?:\.[a-z]+)?\.)\w{6,10}/g, '$1')
    .replaceAll(/'inode': \d+|'version': '\d+'|'[acm]time': [\d.]+/g, '');
}

interface Ran {
  readonly events: ReadonlyMap<string, readonly string[]>;
  readonly tree: readonly string[];
  readonly trips: number;
  readonly tails: number;
  readonly recap: string;
}

async function ran(random: RandomPlay, root: string, askAhead: boolean): Promise<Ran> {
  startFolder(root, random.hosts, random.seed);
  const { checkMode, diff, files, hosts } = random;
  const played: Played = await play(playText(random), {
    files,
    hosts: `${hosts.join(',')},`,
    extraVars: [`root=${root}`],
    // One after the other: where hosts touch each other's files, the order must be the same each time.
    fake: { overlaps: true },
    options: { askAhead, checkMode, diff, forks: 1 },
  });
  const events = new Map<string, string[]>();
  for (const event of played.events) {
    const line = 'host' in event ? eventLine(event) : undefined;
    if (line === undefined || !('host' in event)) continue;
    events.set(event.host, [...(events.get(event.host) ?? []), line]);
  }
  return {
    events,
    tree: treeOf(root),
    trips: played.fake.trips.length,
    tails: played.lines.filter((line) => / tail (?:ok|changed)$/.test(line)).length,
    recap: JSON.stringify([...played.recap]),
  };
}

/** What differs between the two; undefined when nothing does. */
export async function difference(random: RandomPlay, root: string): Promise<string | undefined> {
  const ahead = await ran(random, root, true);
  const alone = await ran(random, root, false);
  for (const host of new Set([...ahead.events.keys(), ...alone.events.keys()])) {
    const [first = [], second = []] = [ahead.events.get(host), alone.events.get(host)];
    const at = first.findIndex((line, index) => line !== second[index]);
    if (at >= 0 || first.length !== second.length)
      return `events of ${host} differ:\n  ahead: ${first[at] ?? ''}\n  alone: ${second[at] ?? ''}`;
  }
  if (ahead.recap !== alone.recap) return `recaps differ:\n  ahead: ${ahead.recap}\n  alone: ${alone.recap}`;
  const odd = [
    ...ahead.tree.filter((line) => !alone.tree.includes(line)).map((line) => `ahead: ${line}`),
    ...alone.tree.filter((line) => !ahead.tree.includes(line)).map((line) => `alone: ${line}`),
  ];
  if (odd.length > 0) return `file trees differ:\n  ${odd.join('\n  ')}`;
  // The tail's eight questions are one trip or none.
  const ceiling = alone.trips - 7 * ahead.tails;
  if (ahead.trips > ceiling)
    return `${ahead.trips} round trips, at most ${ceiling} are right (alone ${alone.trips})`;
  return undefined;
}
