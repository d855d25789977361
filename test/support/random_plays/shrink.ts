// Makes a failing play smaller while it still fails: fewer tasks, then fewer keywords.
import type { RandomPlay, RandomTask } from './play_text.ts';

function without<T>(items: readonly T[], index: number): T[] {
  return items.filter((_, at) => at !== index);
}

const keywords = [
  'loop',
  'when',
  'notify',
  'register',
  'changed_when',
  'failed_when',
  'ignore_errors',
  'delegate_to',
];

function simpler(task: RandomTask): RandomTask[] {
  return keywords
    .filter((word) => word in task)
    .map((word) => Object.fromEntries(Object.entries(task).filter(([key]) => key !== word)) as RandomTask);
}

function* smaller(play: RandomPlay): Generator<RandomPlay> {
  for (let at = play.tasks.length - 1; at >= 0; at -= 1) yield { ...play, tasks: without(play.tasks, at) };
  for (const at of play.handlers.keys()) yield { ...play, handlers: without(play.handlers, at) };
  for (const [at, task] of play.tasks.entries())
    for (const one of simpler(task)) yield { ...play, tasks: play.tasks.with(at, one) };
}

/** `fails` gives what is wrong with a play, or undefined; a play that cannot be loaded counts as right. */
export async function shrink(
  play: RandomPlay,
  fails: (play: RandomPlay) => Promise<string | undefined>,
): Promise<RandomPlay> {
  for (const candidate of smaller(play)) {
    const wrong = await fails(candidate).catch(() => undefined);
    if (wrong !== undefined) return shrink(candidate, fails);
  }
  return play;
}
