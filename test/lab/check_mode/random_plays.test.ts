// What check mode says against what is then done on lab hosts, over random plays of everything that modules keep there.
// HARDWAY_SEED=n repeats one play, HARDWAY_PLAYS=n makes so many of each kind. A play that fails is shrunk and printed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { topologyOf, useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { Random } from '../../support/random.ts';
import { randomHostPlay, type HostMixture } from '../../support/random_plays/host_plays.ts';
import { LabLane, randomFirstThings, type FirstThings } from '../../support/random_plays/lab_lane.ts';
import { wholeText, type RandomPlay } from '../../support/random_plays/play_text.ts';
import { shrink } from '../../support/random_plays/shrink.ts';
import { countUnknown, toldExactly, toldSoundly, type BothPlayed } from '../../support/random_plays/told.ts';
import { describe } from '../../support/suite.ts';

const plays = Number(process.env['HARDWAY_PLAYS'] ?? 12);
const from = Number(process.env['HARDWAY_SEED_FROM'] ?? 4000);
const seed = process.env['HARDWAY_SEED'];
const names = ['a-1', 'a-2', 'b-1', 'b-2', 'c-1', 'c-2'];
const pairs = topologyOf({ hosts: Object.fromEntries(names.map((name) => [name, { groups: ['plain'] }])) });

interface Kind {
  readonly mixture: HostMixture;
  readonly judge: (runs: BothPlayed) => string | undefined;
}

interface Tally {
  unknown: number;
  results: number;
}

async function wrongIn(
  lane: LabLane,
  play: RandomPlay,
  first: FirstThings,
  { judge }: Kind,
  tally: Tally = { unknown: 0, results: 0 },
): Promise<string | undefined> {
  const runs = await lane.bothRuns(play, first);
  const counted = countUnknown(runs);
  tally.results += counted.results;
  tally.unknown += counted.unknown;
  return runs.written === undefined ? judge(runs) : `check mode wrote: ${runs.written}`;
}

/** What is wrong with one seed's play; undefined when nothing is. */
async function trySeed(lane: LabLane, number: number, kind: Kind, tally: Tally): Promise<string | undefined> {
  const random = new Random(number);
  const first = randomFirstThings(random);
  const play = randomHostPlay(random, kind.mixture);
  try {
    const wrong = await wrongIn(lane, play, first, kind, tally);
    if (wrong === undefined) return undefined;
    const small = await shrink(play, (candidate) => wrongIn(lane, candidate, first, kind));
    const why = await wrongIn(lane, small, first, kind);
    return `seed ${number}: ${why ?? wrong}\nbefore:\n${first.join('\n--\n')}\n${wholeText(small)}`;
  } catch (error) {
    return `seed ${number}: ${String(error)}\n${wholeText(play)}`;
  }
}

describe(
  'check mode tells the truth on lab hosts',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    let folder = '';
    let lanes: LabLane[] = [];
    setup(async () => {
      lab = await useLab(pairs);
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-truth-'));
      lanes = Array.from(
        { length: Math.floor(lab.hosts.length / 2) },
        (_, at) => new LabLane(lab, lab.hosts.slice(2 * at, 2 * at + 2), path.join(folder, `${at}`)),
      );
    });
    teardown(async () => {
      for (const lane of lanes) await lane.close();
      rmSync(folder, { recursive: true, force: true });
      await lab.release();
    });

    /** Each pair of hosts takes the next seed. */
    async function tryPlays(kind: Kind): Promise<Tally> {
      const seeds = seed === undefined ? Array.from({ length: plays }, (_, at) => from + at) : [Number(seed)];
      const tally = { unknown: 0, results: 0 };
      const wrong: string[] = [];
      const left = [...seeds];
      await Promise.all(
        lanes.map(async (lane) => {
          for (let next = left.shift(); next !== undefined && wrong.length === 0; next = left.shift()) {
            const found = await trySeed(lane, next, kind, tally);
            if (found !== undefined) wrong.push(found);
          }
        }),
      );
      console.log(
        `seeds ${seeds[0] ?? 0} to ${seeds.at(-1) ?? 0}: ${tally.results} results, ${tally.unknown} unknown`,
      );
      if (wrong.length > 0) throw new Error(wrong.join('\n\n'));
      return tally;
    }

    test('random plays of modules that say what they do: what is told is done, nothing is unknown', async () => {
      const told = await tryPlays({ mixture: { tasks: 20, commands: 0 }, judge: toldExactly });
      assert.is(told.unknown, 0);
    });

    test('random plays with commands among them: every change was told or called unknown, and what was told is done', async () => {
      const told = await tryPlays({ mixture: { tasks: 20, commands: 0.1 }, judge: toldSoundly });
      assert.ok(told.unknown > 0 || seed !== undefined);
    });
  },
  { unless: await whyNoLab() },
);
