// --start-at-task and --step.
import type { Play, Task } from '../playbook/model.ts';
import { meansTask, startableTasks, startNames } from '../playbook/start_task.ts';
import type { TaskInfo } from './events.ts';
import { isTagged } from './is_tagged.ts';
import type { HostState, PlayRun, RunState } from './state.ts';
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

/** `--step`: asks before the task; `c` goes on without asking. With no answer any more the run ends here. */
export async function mayRunInSteps(playRun: PlayRun, task: TaskInfo): Promise<boolean> {
  const { run } = playRun;
  if (!run.options.step) return true;
  // With strategy free each host asks, one after another.
  const turn = run.stepAsked.then(() => askForTask(run, task));
  run.stepAsked = turn;
  const may = await turn;
  if (!run.stepUnanswered) return may;
  playRun.stopped = true;
  run.broken = true;
  return false;
}

async function askForTask(run: RunState, task: TaskInfo): Promise<boolean> {
  if (run.stepThrough) return true;
  if (run.stepUnanswered) return false;
  const question = `Perform task: ${task.name} (N)o/(y)es/(c)ontinue: `;
  const answer = await run.services.prompter.ask(question, { piped: true });
  if (answer === undefined) {
    if (!run.isStopped) endUnanswered(run, task);
    return false;
  }
  const word = answer.trim().toLowerCase();
  run.stepThrough = word === 'c' || word === 'continue';
  return run.stepThrough || word === 'y' || word === 'yes';
}

function endUnanswered(run: RunState, { name }: TaskInfo): void {
  run.stepUnanswered = true;
  const summary = `--step got no answer: the run ends before ${name}`;
  run.emit({ type: 'warning', problem: { code: 'not-asked', severity: 'warning', summary } });
}
