// Asking ahead changes nothing but the number of round trips: seeded random plays are run with it and one by one, from the
// same folders, and results, order of events by host, and file trees must be equal. A failing play is made smaller and
// printed with its seed; HARDWAY_SEED=n repeats one play, HARDWAY_SEED_FROM=n begins elsewhere, HARDWAY_PLAYS=n runs as many.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { difference, smallest } from '../../support/random_plays/ahead_and_alone.ts';
import { playText, randomPlay } from '../../support/random_plays/every_kind.ts';
import { describe } from '../../support/suite.ts';

const { HARDWAY_SEED: only, HARDWAY_SEED_FROM: from, HARDWAY_PLAYS: wanted, CI: inCi } = process.env;
// On a machine that somebody works at, a part of them will do.
const plays = only === undefined ? Number(wanted ?? (inCi === undefined ? 30 : 200)) : 1;
const firstSeed = Number(only ?? from ?? 1);

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
