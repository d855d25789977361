// Where a block's rescue begins on a host: its failure is over, and its tasks can be asked about.
import { failedTask } from './failed_task.ts';
import type { HostState, PlayRun } from './state.ts';

export interface Failures {
  readonly tasks: number;
  readonly counted: number;
}

export function failuresOf({ failedTasks, counters }: HostState): Failures {
  return { tasks: failedTasks, counted: counters.failed };
}

/**
 * All failures of the block count as rescued: its own and those in the `always` of blocks within. A host that failed
 * with another one (run_once, any_errors_fatal) was not counted as failed, and is not as rescued.
 */
export function startRescue(playRun: PlayRun, host: HostState, before: Failures | undefined): void {
  const { failure, counters } = host;
  if (!failure || !before) return;
  host.failure = undefined;
  counters.rescued += host.failedTasks - before.tasks;
  counters.failed = before.counted;
  host.failedTasks = before.tasks;
  const { variables, modules } = playRun.run.services;
  const module = modules.find(failure.node.action.module);
  variables.setHostVariable(host.host, 'ansible_failed_task', failedTask(failure, module));
  variables.setHostVariable(host.host, 'ansible_failed_result', failure.result.values);
}
