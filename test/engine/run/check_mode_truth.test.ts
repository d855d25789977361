// What check mode says against what is then done, over random plays. HARDWAY_SEED=n repeats one play, HARDWAY_PLAYS=n
// makes so many of each kind. A play that fails is shrunk and printed.
import * as assert from 'uvu/assert';
import { bare } from '../../../engine/document/value.ts';
import { Redactor } from '../../../engine/report/redact.ts';
import type { RunEvent, Status } from '../../../engine/run/events.ts';
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

const plays = Number(process.env['HARDWAY_PLAYS'] ?? 40);
const seed = process.env['HARDWAY_SEED'];

/** Status by host, task and item. */
function statuses(events: readonly RunEvent[]): Map<string, Status> {
  const found = new Map<string, Status>();
  const looped = new Set<string>();
  const redactor = new Redactor();
  for (const event of events) {
    if (event.type !== 'item' && event.type !== 'result') continue;
    const key = `${event.host}: ${event.task.name}`;
    if (event.type === 'item') {
      looped.add(key);
      const taken = [...found.keys()].filter((one) => one.startsWith(`${key} (`)).length;
      found.set(`${key} (item ${taken}, ${redactor.label(event.label)})`, event.result.status);
    } else if (!looped.has(key)) found.set(key, event.result.status);
    // Whether a command goes well is not told; one whose failure is borne was tried.
    const { status, ignored, values } = event.result;
    const last = [...found.keys()].at(-1);
    if (status === 'failed' && ignored && values.has('rc') && last !== undefined)
      found.set(last, bare(values.get('changed') ?? false) === true ? 'changed' : 'ok');
  }
  return found;
}

function hasFailed({ real }: BothRuns, host: string): boolean {
  const recap = real.recap.get(host);
  return (recap?.failed ?? 0) > 0;
}

const hostOf = (key: string): string => key.split(':')[0] ?? '';

/** Modelled modules: everything that is said comes about, and nothing is left unsaid. */
function toldExactly(runs: BothRuns): string | undefined {
  const [check, real] = [statuses(runs.check.events), statuses(runs.real.events)];
  for (const key of new Set([...check.keys(), ...real.keys()]))
    if (check.get(key) !== real.get(key))
      return `${key} was told ${check.get(key) ?? 'nothing'} and was ${real.get(key) ?? 'nothing'}`;
  const [said, then] = [runs.check.said.join('\n'), runs.real.said.join('\n')];
  return said === then ? undefined : `debug told\n${said}\nand then\n${then}`;
}

/** With commands: every change was told or called unknown, and what was told comes about, on hosts where nothing fails. */
function toldSoundly(runs: BothRuns): string | undefined {
  const [check, real] = [statuses(runs.check.events), statuses(runs.real.events)];
  const unknownLoops = [...check].filter(([, status]) => status === 'unknown').map(([key]) => key);
  for (const [key, status] of real) {
    if (hasFailed(runs, hostOf(key))) continue;
    const told = check.get(key);
    const isCovered = told === 'unknown' || unknownLoops.some((loop) => key.startsWith(`${loop} (`));
    if (status !== told && !isCovered) return `${key} was ${status} and was told ${told ?? 'nothing'}`;
  }
  for (const [key, told] of check)
    if (!hasFailed(runs, hostOf(key)) && told !== 'unknown' && real.get(key) !== told)
      return `${key} was told ${told} and was ${real.get(key) ?? 'nothing'}`;
  return undefined;
}

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
    const told = [...statuses(runs.check.events).values()];
    results += told.length;
    unknown += told.filter((status) => status === 'unknown').length;
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
    assert.ok(told.unknown > 0);
  });
});
