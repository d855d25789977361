// What check mode says against what is then done, over random plays. HARDWAY_SEED=n repeats one play, HARDWAY_PLAYS=n
// makes so many of each kind. A play that fails is shrunk and printed.
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';
import {
  bothRuns,
  randomStart,
  rootWord,
  type BothRuns,
  type Start,
} from '../../support/random_plays/both_runs.ts';
import { randomPlay, type Mixture } from '../../support/random_plays/file_tasks.ts';
import { playText, type RandomPlay } from '../../support/random_plays/play_text.ts';
import { Random } from '../../support/random.ts';
import { shrink } from '../../support/random_plays/shrink.ts';
import { countUnknown, toldExactly, toldSoundly } from '../../support/random_plays/told.ts';

const plays = Number(process.env['HARDWAY_PLAYS'] ?? 40);
const seed = process.env['HARDWAY_SEED'];

interface Kind {
  readonly mixture: Mixture;
  readonly judge: (runs: BothRuns) => string | undefined;
}

async function wrongIn(
  play: RandomPlay,
  start: Start,
  isLocal: boolean,
  kind: Kind,
): Promise<string | undefined> {
  const runs = await bothRuns(play, start, isLocal);
  return runs.written ? 'check mode changed a file' : kind.judge(runs);
}

/** Tries so many plays; gives how many results were unknown, of how many. */
async function tryPlays(kind: Kind, from: number): Promise<{ unknown: number; results: number }> {
  const seeds = seed === undefined ? Array.from({ length: plays }, (_, at) => from + at) : [Number(seed)];
  let [unknown, results] = [0, 0];
  for (const each of seeds) {
    const random = new Random(each);
    const start = randomStart(random);
    const isLocal = random.chance(0.3);
    const play = randomPlay(random, rootWord, kind.mixture);
    const runs = await bothRuns(play, start, isLocal).catch((error: unknown) => {
      throw new Error(`seed ${each}: ${String(error)}\n${playText(play)}`);
    });
    const wrong = runs.written ? 'check mode changed a file' : kind.judge(runs);
    if (wrong !== undefined) {
      const small = await shrink(play, (candidate) => wrongIn(candidate, start, isLocal, kind));
      const why = await wrongIn(small, start, isLocal, kind);
      const there = start.map(({ name }) => name).join(' ');
      throw new Error(
        `seed ${each}${isLocal ? ' (local)' : ''}, there are ${there}: ${why ?? wrong}\n${playText(small)}`,
      );
    }
    const told = countUnknown(runs);
    results += told.results;
    unknown += told.unknown;
  }
  return { unknown, results };
}

const from = Number(process.env['HARDWAY_SEED_FROM'] ?? 1000);

describe('run/check mode tells the truth', ({ test }) => {
  test('random plays of modules that say what they do: what is told is done, nothing is unknown', async () => {
    const told = await tryPlays({ mixture: { tasks: 8, commands: 0 }, judge: toldExactly }, from);
    console.log(`seeds ${from} to ${from + plays - 1}: ${told.results} results, ${told.unknown} unknown`);
    assert.is(told.unknown, 0);
  });

  test('random plays with commands among them: every change was told or called unknown, and what was told is done', async () => {
    const told = await tryPlays({ mixture: { tasks: 8, commands: 0.3 }, judge: toldSoundly }, from);
    console.log(`seeds ${from} to ${from + plays - 1}: ${told.results} results, ${told.unknown} unknown`);
    assert.ok(told.unknown > 0 || seed !== undefined);
  });
});
