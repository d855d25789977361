// `meta:` tasks: they steer the play instead of doing something on a host.
import { textOf } from '../document/value.ts';
import { conditionsOf, roleOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import { connectionSettings } from './connection_settings.ts';
import { dropConnection } from './host_shell.ts';
import { type HostState, type PlayRun, setPlayState } from './state.ts';
import { TaskScope } from './task_scope.ts';

export function metaAction(task: Task): string {
  const { args, freeForm } = task.action;
  return textOf(freeForm?.value ?? args.get('free_form') ?? null)?.trim() ?? '';
}

function holdsFor(playRun: PlayRun, task: Task, host: HostState): boolean {
  const { run, play } = playRun;
  const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode: run.options.checkMode });
  const ends = conditionsOf(task).map(({ value, position }) => scope.conditions(value, undefined, position));
  if (ends.some(({ end }) => end === 'false')) return false;
  const unknown = ends.find((condition) => condition.end === 'unknown');
  // Check mode: whether this host goes on cannot be told, so neither can what its later tasks do.
  if (unknown?.end === 'unknown') doubtPlay(playRun, task, host, unknown.waitsFor);
  return ends.every(({ end }) => end === 'true');
}

function doubtPlay(playRun: PlayRun, task: Task, host: HostState, waitsFor: string): void {
  const isForAll = ['end_play', 'end_batch'].includes(metaAction(task));
  for (const each of isForAll ? playRun.allHosts : [host]) each.doubt ??= waitsFor;
}

async function resetConnection(playRun: PlayRun, task: Task, host: HostState): Promise<void> {
  const { run, play } = playRun;
  const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode: run.options.checkMode });
  const reached = connectionSettings(task, host.host, scope, run.options, (secret) =>
    run.secrets.add(secret),
  );
  if (reached.ok) await dropConnection(run, reached.value.spec);
}

/** As in Ansible, of this batch's hosts, and of the play's hosts that earlier plays lost. */
function clearErrors(playRun: PlayRun): void {
  for (const host of playRun.matchHosts()) {
    if (playRun.ofOtherBatches.has(host)) continue;
    // A host that failed is through with this play, unless it is in the `always` of a block; one that did not answer
    // goes on.
    if (host.failure) host.ended = true;
    host.failure = undefined;
    host.unreachable = false;
    host.clearings += 1;
  }
}

/** As in Ansible: hosts that are gone leave the play, new ones are seen by the next one. */
async function refreshInventory(playRun: PlayRun): Promise<void> {
  const { run } = playRun;
  const problems = (await run.services.refreshInventory?.()) ?? [];
  for (const problem of problems) run.emit({ type: 'warning', problem: { ...problem, severity: 'warning' } });
  playRun.allHosts = playRun.matchHosts().filter(({ failure, unreachable }) => !failure && !unreachable);
  const left = new Set(playRun.allHosts);
  for (const host of playRun.hosts) if (!left.has(host)) host.ended = true;
  setPlayState(playRun);
}

/** `flush` runs the handlers that these hosts were notified of. */
export async function runMeta(
  playRun: PlayRun,
  task: Task,
  hosts: readonly HostState[],
  flush: (hosts: readonly HostState[]) => Promise<void>,
): Promise<void> {
  const { run } = playRun;
  const [first] = hosts;
  if (!first) return;
  switch (metaAction(task)) {
    case 'flush_handlers':
      return flush(hosts.filter((host) => holdsFor(playRun, task, host)));
    case 'end_host':
      for (const host of hosts) if (holdsFor(playRun, task, host)) host.ended = true;
      return;
    case 'end_role': {
      const role = roleOf(task);
      for (const host of hosts) if (role && holdsFor(playRun, task, host)) host.leavingRole = role;
      return;
    }
    case 'end_batch':
    case 'end_play':
      if (!holdsFor(playRun, task, first)) return;
      for (const host of playRun.hosts) host.ended = true;
      if (metaAction(task) === 'end_play') playRun.endedPlay = true;
      return;
    case 'clear_facts':
      for (const host of hosts)
        if (holdsFor(playRun, task, host)) run.services.variables.clearFacts(host.host);
      return;
    case 'clear_host_errors':
      if (holdsFor(playRun, task, first)) clearErrors(playRun);
      return;
    case 'reset_connection':
      for (const host of hosts) await resetConnection(playRun, task, host);
      return;
    case 'refresh_inventory':
      return refreshInventory(playRun);
    case 'noop':
      return;
    default:
      throw new Error(`meta: ${metaAction(task)} passed the check at load and is not known`);
  }
}
