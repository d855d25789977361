// Which hosts a task runs on by itself, and for whom else its result stands.
import type { Task } from '../playbook/model.ts';
import type { HostState, PlayRun } from './state.ts';

export interface HostLoop {
  readonly runners: readonly HostState[];
  /** Hosts for which the runner's result stands as well: registered, and failed with it. */
  readonly followers: readonly HostState[];
  /** Hosts that only fail with it. */
  readonly bystanders: readonly HostState[];
  /** Why the task cannot run at all. */
  readonly refused?: string;
}

export function hostLoop(
  playRun: PlayRun,
  task: Task,
  hosts: readonly HostState[],
  runOnce: boolean,
): HostLoop {
  const isBypassing = playRun.run.services.modules.find(task.action.module)?.onceForAll === true;
  const none = { followers: [], bystanders: [] };
  if (playRun.strategy === 'free') {
    if (isBypassing) return { runners: hosts, ...none, refused: refusal(task) };
    if (runOnce) warnOnce(playRun, task);
    return { runners: hosts, ...none };
  }
  if (!runOnce && !isBypassing) return { runners: hosts, ...none };
  const others = hosts.slice(1);
  return {
    runners: hosts.slice(0, 1),
    followers: runOnce ? others : [],
    bystanders: runOnce ? [] : others,
  };
}

function refusal(task: Task): string {
  return (
    `The '${task.action.written}' module bypasses the host loop, which is currently not supported in the free strategy ` +
    'and would instead execute for every host in the inventory list.'
  );
}

function warnOnce({ run, oddTasks }: PlayRun, task: Task): void {
  if (oddTasks.has(task.id)) return;
  oddTasks.add(task.id);
  run.emit({
    type: 'warning',
    problem: {
      code: 'unsupported',
      severity: 'warning',
      summary: 'run_once does not hold with strategy free: the task runs on every host',
      position: task.keywords.get('run_once')?.position ?? task.position,
    },
  });
}
