// What follows from a task's result on a host: registered, counted, notified, told.
import { bare, Unknown } from '../document/value.ts';
import { roleOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import type { TaskInfo, TaskResult } from './events.ts';
import { notifyHandlers } from './notify.ts';
import { failedResult } from './result_values.ts';
import { roleKey } from './role_key.ts';
import { notifiedBy, registerResult } from './run_on_host.ts';
import type { HostState, PlayRun } from './state.ts';

function count(host: HostState, result: TaskResult): void {
  const { counters } = host;
  if (result.included && result.status !== 'unknown') {
    // As in Ansible: each file or role that came in counts, and a loop may bring several.
    counters.ok += result.included.length;
    if (result.status === 'failed') countFailure(host, result.missed ?? 1);
    return;
  }
  if (result.ignored) {
    counters.ok += 1;
    counters.ignored += 1;
    // As ansible-core counts: a command that failed has run.
    if (bare(result.values.get('changed') ?? false) === true) counters.changed += 1;
    return;
  }
  switch (result.status) {
    case 'changed':
      counters.ok += 1;
      counters.changed += 1;
      break;
    case 'failed':
      countFailure(host, 1);
      break;
    case 'ok':
    case 'skipped':
    case 'unreachable':
    case 'unknown':
      counters[result.status] += 1;
  }
}

function countFailure(host: HostState, failures: number): void {
  host.counters.failed += failures;
  host.failedTasks += 1;
}

/** Marks the host by the result of `runner`: what failed is out until something rescues it. */
export function markHost(
  host: HostState,
  node: Task,
  task: TaskInfo,
  result: TaskResult,
  runner: HostState = host,
): void {
  if (result.ignored) return;
  if (result.status === 'failed')
    host.failure = { task, node, result, ...(runner === host ? {} : { of: runner }) };
  if (result.status === 'unreachable') host.unreachable = true;
}

/** Handlers are told of a change; a name that no handler has makes the task fail. */
function notify(playRun: PlayRun, task: Task, host: HostState, result: TaskResult): TaskResult {
  const changed =
    result.status === 'unknown' ? bare(result.values.get('changed') ?? false) : result.status === 'changed';
  const isDoubtful = changed instanceof Unknown;
  if (changed !== true && !isDoubtful) return result;
  const doubt = isDoubtful ? (result.waitsFor ?? changed.waitsFor) : undefined;
  const missing = notifyHandlers(playRun, host, notifiedBy(playRun, task, host), doubt);
  if (missing.length === 0) return result;
  const text = `The handler ${missing.map((name) => `'${name}'`).join(', ')} was notified and does not exist`;
  return { ...result, ...failedResult(text), ignored: false };
}

/** `others` are the hosts for which a run_once task stands as well. */
export function finishTask(
  playRun: PlayRun,
  task: Task,
  info: TaskInfo,
  host: HostState,
  raw: TaskResult,
  others: readonly HostState[] = [],
): void {
  const result = notify(playRun, task, host, raw);
  for (const each of [host, ...others]) {
    registerResult(playRun, task, each, result);
    markHost(each, task, info, result, host);
    const role = roleOf(task);
    if (role && result.status !== 'skipped') playRun.rolesTouched.add(roleKey(each, role.identity));
  }
  count(host, result);
  playRun.run.emit({ type: 'result', task: info, host: host.name, result });
}
