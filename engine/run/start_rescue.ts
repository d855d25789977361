// Where a block's rescue begins on a host: its failure is over, and its tasks can be asked about. Hosts that failed with
// another one's run_once task wait for what becomes of it there.
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

/** A rescue runs on hosts whose own task failed. */
export function failedHosts(hosts: readonly HostState[]): {
  readonly own: readonly HostState[];
  readonly following: readonly HostState[];
} {
  const failed = hosts.filter((host) => host.failure && !host.unreachable);
  const leaders = new Set(failed);
  const follows = ({ failure }: HostState): boolean => failure?.of !== undefined && leaders.has(failure.of);
  return { own: failed.filter((host) => !follows(host)), following: failed.filter(follows) };
}

/** After the rescue on the host that ran the task: rescued with it, or failed with it again. */
export function followRescue(host: HostState): void {
  const leader = host.failure?.of;
  if (!leader || leader.unreachable) return;
  host.failure = leader.failure && { ...leader.failure, of: leader };
}
