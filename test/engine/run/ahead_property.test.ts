// Asking ahead changes nothing but the number of round trips: seeded random plays are run with it and one by one, from the
// same folders, and results, order of events by host, and file trees must be equal. A failing play is made smaller and
// printed with its seed; HARDWAY_SEED=n repeats one play, HARDWAY_SEED_FROM=n begins elsewhere, HARDWAY_PLAYS=n runs as many, HARDWAY_WHOLE=1 prints it whole.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { difference } from '../../support/random_plays/ahead_and_alone.ts';
import { randomPlay, smallestPlay, wholeText } from '../../support/random_plays/every_kind.ts';
import { describe } from '../../support/suite.ts';

const {
  HARDWAY_WHOLE: whole,
  HARDWAY_SEED: only,
  HARDWAY_SEED_FROM: from,
  HARDWAY_PLAYS: wanted,
  CI: inCi,
} = process.env;
// On a machine that somebody works at, a part of them will do.
const plays = only === undefined ? Number(wanted ?? (inCi === undefined ? 30 : 200)) : 1;
const firstSeed = Number(only ?? from ?? 1);

/** Why a play does not end as it does one by one, with the smallest play for which that is so. */
async function wrongWith(seed: number, root: string): Promise<string | undefined> {
  const random = randomPlay(seed);
  const found = await difference(random, root);
  if (found === undefined) return undefined;
  const small = whole === undefined ? await smallestPlay(random, (play) => difference(play, root)) : random;
  const why = await difference(small, root);
  return `seed ${seed} (check mode ${small.checkMode}): ${why ?? found}\n${wholeText(small)}`;
}

describe('asking ahead: random plays', ({ test, setup, teardown }) => {
  let root = '';
  setup(() => {
    root = mkdtempSync(path.join(tmpdir(), 'hardway-random-'));
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  test(`${plays} random plays end as they do one by one, from seed ${firstSeed} on`, async () => {
    const seeds = Array.from({ length: plays }, (_, index) => firstSeed + index);
    const wrong: string[] = [];
    let ended = 0;
    // Each line of plays has a folder of its own; most of their time is that of programs.
    const lane = async (folder: string): Promise<void> => {
      for (let seed = seeds.shift(); seed !== undefined && wrong.length === 0; seed = seeds.shift()) {
        const found = await wrongWith(seed, folder);
        if (found !== undefined) wrong.push(found);
        ended += 1;
      }
    };
    const lanes = Array.from(
      { length: Math.min(4, availableParallelism()) },
      (_, index) => `${root}/${index}`,
    );
    await Promise.all(lanes.map(lane));
    assert.is(wrong.join('\n'), '');
    assert.is(ended, plays);
  });

  test('a failing play is made smaller until only what fails is left', async () => {
    const wanted = /name: t2, /;
    const random = randomPlay(1);
    assert.match(wholeText(random), /handlers:[^]*# more.yml/);
    const small = await smallestPlay(random, (play) =>
      Promise.resolve(wanted.test(wholeText(play)) ? 'differs' : undefined),
    );
    const text = wholeText(small);
    assert.equal(
      [...text.matchAll(/name: (\w+), \w+: .*/g)].map(([, name]) => name),
      ['t2', 'tail'],
    );
    assert.not.match(text, /handlers:|# |register|ignore_errors/);
  });
});
