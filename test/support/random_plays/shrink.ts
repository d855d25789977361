// Makes a failing play smaller while it still fails: fewer tasks, then fewer keywords.
import type { RandomPlay, RandomTask } from './play_text.ts';

const keywords = [
  ...['loop', 'when', 'notify', 'register', 'changed_when', 'failed_when', 'ignore_errors', 'delegate_to'],
  ...['until', 'run_once'],
];

const lists = ['block', 'rescue', 'always'] as const;

const without = (task: RandomTask, word: string): RandomTask =>
  Object.fromEntries(Object.entries(task).filter(([key]) => key !== word)) as RandomTask;

function* fewer(tasks: readonly RandomTask[]): Generator<readonly RandomTask[]> {
  // Halves and quarters first, as most tasks have no part in it.
  for (let size = Math.floor(tasks.length / 2); size > 1; size = Math.floor(size / 2))
    for (let at = 0; at < tasks.length; at += size) yield tasks.toSpliced(at, size);
  for (let at = tasks.length - 1; at >= 0; at -= 1) {
    yield tasks.toSpliced(at, 1);
    const task = tasks[at];
    if (task === undefined || !('block' in task)) continue;
    yield tasks.toSpliced(at, 1, ...(task['block'] as unknown as RandomTask[]));
    for (const word of lists) {
      if (!(word in task)) continue;
      if (word !== 'block') yield tasks.with(at, without(task, word));
      for (const less of fewer(task[word] as unknown as RandomTask[]))
        if (less.length > 0) yield tasks.with(at, { ...task, [word]: less });
    }
  }
}

function* simpler(tasks: readonly RandomTask[]): Generator<readonly RandomTask[]> {
  for (const [at, task] of tasks.entries())
    for (const word of keywords.filter((one) => one in task)) yield tasks.with(at, without(task, word));
}

function* smaller(play: RandomPlay): Generator<RandomPlay> {
  for (const change of [fewer, simpler]) {
    for (const tasks of change(play.tasks)) yield { ...play, tasks };
    for (const handlers of change(play.handlers)) yield { ...play, handlers };
    for (const [name, list] of Object.entries(play.taskFiles ?? {}))
      for (const tasks of change(list)) yield { ...play, taskFiles: { ...play.taskFiles, [name]: tasks } };
  }
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
