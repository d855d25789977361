// A host whose variables stand in a file that cannot be read: none of its tasks runs with what is left of them.
import type { Task } from '../playbook/model.ts';
import { finishTask } from './finish_task.ts';
import { problemResult } from './result_values.ts';
import type { HostState, PlayRun } from './state.ts';
import { taskInfo } from './task_info.ts';
import type { TaskScope } from './task_scope.ts';

/** The hosts whose variables can be read. The task fails on the others. */
export function withReadableFiles(
  playRun: PlayRun,
  task: Task,
  scope: TaskScope,
  hosts: readonly HostState[],
): readonly HostState[] {
  const { run, play } = playRun;
  const problems = hosts.map((host) => run.services.variables.fileProblem(host.host, play));
  if (problems.every((problem) => problem === undefined)) return hosts;
  const info = taskInfo(task, scope);
  run.emit({ type: 'task-start', task: info });
  for (const [index, host] of hosts.entries()) {
    const problem = problems[index];
    if (problem) finishTask(playRun, task, info, host, problemResult(problem));
  }
  return hosts.filter((_, index) => problems[index] === undefined);
}

/** As in Ansible, a file of vars_files whose name is a template need not be there; that it is not is told once. */
export function warnOfMissingFiles({ run, play, oddTasks }: PlayRun, hosts: readonly HostState[]): void {
  for (const { host, name } of hosts)
    for (const { names, position } of run.services.variables.missingFiles(host, play)) {
      const told = names.join(' or ');
      const key = `vars_files ${told}`;
      if (oddTasks.has(key)) continue;
      oddTasks.add(key);
      run.emit({
        type: 'warning',
        problem: {
          code: 'file-not-found',
          severity: 'warning',
          summary: `Variables file ${told} is not found and left out`,
          detail: `It is named for ${name}`,
          ...(position ? { position } : {}),
        },
      });
    }
}
