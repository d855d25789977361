// Seeded mutants of sound inventories, files of variables, vault texts, templates, settings and command lines: each is
// refused at the place that was broken, without a trace of the inside, a connection or a file. `HARDWAY_SEED=n` runs
// another series; a miss prints what was changed.
import * as assert from 'uvu/assert';
import { Random } from '../../support/random.ts';
import { describe } from '../../support/suite.ts';
import { mutators, type Mutant } from './mutate.ts';
import { type Answer, answerTo, headline } from './place.ts';
import { soundInputs } from './sound_inputs.ts';

const seed = Number(process.env['HARDWAY_SEED'] ?? 1);
const wanted = 140;

/** Each kind of input in turn; a way that finds nothing to break gives way to the next draw. */
function makeMutants(): readonly Mutant[] {
  const random = new Random(seed);
  const made: Mutant[] = [];
  for (let draw = 0; made.length < wanted; draw += 1) {
    const ways = mutators[made.length % mutators.length] ?? [];
    const mutant = random.pick(ways)(random);
    if (mutant) made.push(mutant);
    if (draw > 100 * wanted) throw new Error('The mutators find nothing to break');
  }
  return made;
}

function missesOf(mutant: Mutant, answer: Answer): string[] {
  const said = `${answer.stderr}\n${answer.stdout}`;
  const isFile = /:(?:\d+:)?$/.test(mutant.at);
  const isThere = isFile ? said.includes(`--> ${mutant.at}`) : said.includes(mutant.at);
  return [
    ...(answer.code === mutant.code ? [] : [`exit code ${answer.code}, not ${mutant.code}`]),
    ...(isThere ? [] : [`told as ${headline(answer)}, not at ${mutant.at}`]),
    ...answer.wrongs,
  ].map((wrong) => `${mutant.kind}: ${JSON.stringify(mutant.change)}: ${wrong}`);
}

describe('a mutant of a sound input', ({ test }) => {
  test('was taken before it was broken', async () => {
    for (const sound of soundInputs) {
      const { code, stderr, wrongs } = await answerTo(sound);
      assert.equal([code, stderr, wrongs], [0, '', []]);
    }
  });

  test(`is refused where it is broken, ${wanted} of ${wanted}`, async () => {
    const misses: string[] = [];
    const kinds = new Map<string, number>();
    let slowest = { milliseconds: 0, kind: '' };
    for (const mutant of makeMutants()) {
      const answer = await answerTo(mutant);
      misses.push(...missesOf(mutant, answer));
      const [name = ''] = mutant.kind.split(':');
      kinds.set(name, (kinds.get(name) ?? 0) + 1);
      const { milliseconds } = answer;
      if (milliseconds > slowest.milliseconds) slowest = { milliseconds, kind: mutant.kind };
    }
    const counts = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ');
    console.log(
      `  seed ${seed}: ${counts}; the slowest: ${slowest.kind} ${slowest.milliseconds.toFixed(0)} ms`,
    );
    assert.equal(misses, []);
  });
});
