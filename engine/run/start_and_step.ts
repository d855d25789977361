// --start-at-task and --step.
import { roleOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import type { TaskInfo } from './events.ts';
import type { RunState } from './state.ts';
import { taskName } from './task_info.ts';
import type { TaskScope } from './task_scope.ts';

/** Shell wildcards, as in `--start-at-task 'install *'`. */
export function matchesTaskName(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** False while `--start-at-task` is still looking for its task. */
export function meetsStart(run: RunState, task: Task, scope: TaskScope): boolean {
  const { startAtTask } = run.options;
  if (!run.seekingStart || startAtTask === undefined) return true;
  const name = taskName(task, scope);
  const role = roleOf(task)?.role.name;
  const names = [name, ...(role === undefined ? [] : [`${role} : ${name}`])];
  if (!names.some((candidate) => candidate === startAtTask || matchesTaskName(startAtTask, candidate)))
    return false;
  run.seekingStart = false;
  return true;
}

/** `--step`: asks before the task; `c` goes on without asking. */
export async function mayRunInSteps(run: RunState, task: TaskInfo): Promise<boolean> {
  if (!run.options.step || run.stepThrough) return true;
  const answer =
    (await run.services.prompter.ask(`Perform task: ${task.name} (N)o/(y)es/(c)ontinue: `)) ?? '';
  const word = answer.trim().toLowerCase();
  if (word === 'c' || word === 'continue') run.stepThrough = true;
  return run.stepThrough || word === 'y' || word === 'yes';
}
