// Asking ahead changes nothing but the number of round trips: seeded random plays are run with it and one by one, from the
// same folders, and results, order of events by host, and file trees must be equal. A failing play is made smaller and
// printed with its seed; HARDWAY_SEED=n repeats one play, HARDWAY_SEED_FROM=n begins elsewhere, HARDWAY_PLAYS=n runs as many.
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { toData } from '../../../engine/module/data.ts';
import type { RunEvent } from '../../../engine/run/events.ts';
import { play, type Played } from '../../support/play_here.ts';
import { type RandomPlay, playText, randomPlay, smallerPlays } from '../../support/random_plays.ts';
import { describe } from '../../support/suite.ts';

const { HARDWAY_SEED: only, HARDWAY_SEED_FROM: from, HARDWAY_PLAYS: wanted, CI: inCi } = process.env;
// On a machine that somebody works at, a part of them will do.
const plays = only === undefined ? Number(wanted ?? (inCi === undefined ? 30 : 200)) : 1;
const firstSeed = Number(only ?? from ?? 1);

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

/** Path, type, mode, links and content of all that is there. */
function treeOf(root: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const full = path.join(root, entry);
    const { mode, nlink } = lstatSync(full);
    const what = lstatSync(full);
    const content = what.isSymbolicLink()
      ? readlinkSync(full)
      : what.isFile()
        ? createHash('sha256').update(readFileSync(full)).digest('hex').slice(0, 12)
        : '';
    found.push(`${entry} ${mode.toString(8)} ${what.isFile() ? nlink : ''} ${content}`);
  }
  return found;
}

/** Times and numbers of files differ from run to run whatever the engine does. */
const differing = new Set([
  ...['atime', 'mtime', 'ctime', 'inode', 'dev', 'start', 'end', 'delta', 'backup_file'],
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
    .replaceAll(/'inode': \d+|'[acm]time': [\d.]+/g, '');
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

/** What differs; undefined when nothing does. */
async function difference(random: RandomPlay, root: string): Promise<string | undefined> {
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

async function smallest(random: RandomPlay, root: string): Promise<RandomPlay> {
  for (const smaller of smallerPlays(random)) {
    const found = await difference(smaller, root).catch(() => undefined);
    if (found !== undefined) return smallest(smaller, root);
  }
  return random;
}

describe('asking ahead: random plays', ({ test, setup, teardown }) => {
  let root = '';
  setup(() => {
    root = mkdtempSync(path.join(tmpdir(), 'hardway-random-'));
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  test(`${plays} random plays end as they do one by one, from seed ${firstSeed} on`, async () => {
    let reached = 0;
    for (let seed = firstSeed; seed < firstSeed + plays; seed += 1) {
      const random = randomPlay(seed);
      const found = await difference(random, root);
      if (found !== undefined) {
        const small = await smallest(random, root);
        const why = await difference(small, root);
        const files = Object.entries(small.files).map(([name, text]) => `# ${name}\n${text}`);
        const text = `${playText(small)}${files.join('')}`;
        assert.unreachable(`seed ${seed} (check mode ${small.checkMode}): ${why ?? found}\n${text}`);
      }
      reached += 1;
    }
    assert.is(reached, plays);
  });
});
