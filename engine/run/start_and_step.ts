// --start-at-task and --step.
import type { Play, Task } from '../playbook/model.ts';
import { meansTask, startableTasks, startNames } from '../playbook/start_task.ts';
import type { TaskInfo } from './events.ts';
import { isTagged } from './is_tagged.ts';
import type { HostState, RunState } from './state.ts';
import { taskName } from './task_info.ts';
import { TaskScope } from './task_scope.ts';

/** `--start-at-task`: the task of a play that is named so as written, or once its templates are replaced. */
export function startIn(run: RunState, play: Play, hosts: readonly HostState[]): Task | undefined {
  const start = run.options.startAtTask;
  const [first] = hosts;
  if (start === undefined || !first) return undefined;
  for (const task of startableTasks(play)) {
    const scope = new TaskScope({
      run,
      play,
      host: first.host,
      node: task,
      checkMode: run.options.checkMode,
    });
    const names = [...startNames(task), ...startNames(task, task.name && taskName(task, scope))];
    if (meansTask(start, names) && isTagged(run.options, task, scope)) return task;
  }
  return undefined;
}

/** Those of the hosts that have come to the task at which they begin. */
export function begun(hosts: readonly HostState[], task: Task): readonly HostState[] {
  const here = hosts.filter(({ seeks }) => seeks === undefined || seeks === task);
  for (const host of here) host.seeks = undefined;
  return here;
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
