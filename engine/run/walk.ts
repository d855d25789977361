// Goes through tasks, blocks and roles in the order of the text. All hosts given to a walk keep step (strategy linear);
// strategy free gives every host a walk of its own. What stands here is order: what a task does is run_on_host.ts.
import { Unknown } from '../document/value.ts';
import { flushAsHandler } from '../playbook/engine_arguments.ts';
import { roleHandlerBlocks } from '../playbook/handlers.ts';
import type { Block, Node, RoleUse, Task } from '../playbook/model.ts';
import { before, type Coming } from './ahead/coming.ts';
import { claimOf } from './ahead/host_ahead.ts';
import { withReadableFiles } from './broken_files.ts';
import { argumentSpecTask } from '../playbook/engine_tasks.ts';
import type { TaskInfo } from './events.ts';
import { finishTask, markHost } from './finish_task.ts';
import { hostLoop } from './host_loop.ts';
import { includeFor, isInclude } from './include.ts';
import { isTagged } from './is_tagged.ts';
import { runMeta } from './meta.ts';
import { bugMessage } from './module_threw.ts';
import { failedResult } from './result_values.ts';
import { roleKey } from './role_key.ts';
import { taskResult } from './run_on_host.ts';
import { failedHosts, failuresOf, followRescue, startRescue } from './start_rescue.ts';
import { begun, mayRunInSteps } from './start_and_step.ts';
import { type HostState, newLimit, type PlayRun, setPlayState } from './state.ts';
import { KeywordReader } from './task_job.ts';
import { taskInfo } from './task_info.ts';
import { TaskScope } from './task_scope.ts';

interface Walk {
  readonly playRun: PlayRun;
  /** A block around has its rescue or its always still to run: failures do not end the play yet. */
  readonly endsLater: boolean;
  /** What follows the nodes of this walk. */
  readonly coming?: Coming | undefined;
}

function activeOf(hosts: readonly HostState[]): HostState[] {
  return hosts.filter((host) => host.isActive);
}

export async function runNodes(
  walk: Walk,
  nodes: readonly Node[],
  hosts: readonly HostState[],
): Promise<void> {
  const { playRun } = walk;
  for (const [index, node] of nodes.entries()) {
    if (playRun.run.isStopped || playRun.stopped) return;
    const active = activeOf(hosts);
    if (active.length === 0) return;
    const inner: Walk = { ...walk, coming: { nodes, next: index + 1, outer: walk.coming } };
    if (node.kind === 'task') await runTask(inner, node, active);
    else if (node.kind === 'block') await runBlock(inner, node, active);
    else await runRole(inner, node, active);
    if (!walk.endsLater) endOnTooManyFailures(playRun);
  }
}

function endOnTooManyFailures(playRun: PlayRun): void {
  const { maxFailPercentage, hosts } = playRun;
  if (maxFailPercentage === undefined) return;
  const failed = hosts.filter((host) => host.failure ?? host.unreachable).length;
  if ((failed / hosts.length) * 100 <= maxFailPercentage) return;
  playRun.stopped = true;
  playRun.run.broken = true;
}

async function runBlock(walk: Walk, block: Block, hosts: readonly HostState[]): Promise<void> {
  const coming = before(block.always, walk.coming);
  const rescue: Walk = { ...walk, endsLater: walk.endsLater || block.always.length > 0, coming };
  const doubts = new Map(hosts.map((host) => [host, { doubt: host.doubt, mayBe: host.mayBeRescued }]));
  const failuresBefore = new Map(hosts.map((host) => [host, failuresOf(host)]));
  const mayRescue = walk.playRun.run.options.checkMode && block.rescue.length > 0;
  if (mayRescue)
    for (const host of hosts) {
      host.rescuers += 1;
      host.mayBeRescued = undefined;
    }
  await runNodes({ ...rescue, endsLater: rescue.endsLater || block.rescue.length > 0 }, block.block, hosts);
  if (mayRescue) await rescueInDoubt(rescue, block, doubts);
  if (block.rescue.length > 0 && !walk.playRun.run.isStopped) {
    const { own, following } = failedHosts(hosts);
    for (const host of own) startRescue(walk.playRun, host, failuresBefore.get(host));
    await runNodes(rescue, block.rescue, own);
    for (const host of following) followRescue(host);
  }
  if (block.always.length === 0) return;
  await despiteFailures(hosts, () => runNodes(walk, block.always, hosts));
}

/** Check mode: where a task of the block may fail, its rescue may run. What follows the block is as sure as it was. */
async function rescueInDoubt(
  walk: Walk,
  block: Block,
  doubts: ReadonlyMap<HostState, { readonly doubt: string | undefined; readonly mayBe: string | undefined }>,
): Promise<void> {
  const { variables } = walk.playRun.run.services;
  const unsure = [...doubts.keys()].filter((host) => host.mayBeRescued !== undefined && !host.failure);
  for (const host of doubts.keys()) host.rescuers -= 1;
  for (const host of unsure) {
    const why = host.mayBeRescued ?? '';
    host.doubt = doubts.get(host)?.doubt ?? why;
    for (const name of ['ansible_failed_task', 'ansible_failed_result'])
      variables.setHostVariable(host.host, name, new Unknown(why));
  }
  await runNodes(walk, block.rescue, unsure);
  for (const [host, before] of doubts) {
    host.mayBeRescued = before.mayBe;
    host.doubt = before.doubt;
  }
}

/** A role for those hosts that have not had it in this play (unless it may run again). */
export async function runRole(walk: Walk, use: RoleUse, hosts: readonly HostState[]): Promise<void> {
  const { playRun } = walk;
  const fresh = use.allowDuplicates
    ? hosts
    : hosts.filter((host) => !playRun.rolesDone.has(roleKey(host, use.identity)));
  for (const [index, dependency] of use.dependencies.entries()) {
    const rest = [...use.dependencies.slice(index + 1), ...use.tasks];
    await runRole({ ...walk, coming: before(rest, walk.coming) }, dependency, activeOf(fresh));
  }
  const check = argumentSpecTask(use);
  if (check) await runNodes({ ...walk, coming: before(use.tasks, walk.coming) }, [check], fresh);
  await runNodes(walk, use.tasks, fresh);
  for (const host of fresh) {
    if (host.leavingRole === use) host.leavingRole = undefined;
    const key = roleKey(host, use.identity);
    if (playRun.rolesTouched.delete(key)) playRun.rolesDone.add(key);
  }
}

/** One task for these hosts, who all wait for the last one. */
export async function runTask(walk: Walk, task: Task, active: readonly HostState[]): Promise<void> {
  const { playRun } = walk;
  const { run, play } = playRun;
  const begunHosts = begun(active, task);
  const [leader] = begunHosts;
  if (!leader) return;
  const scopeOf = ({ host }: HostState): TaskScope =>
    new TaskScope({ run, play, host, node: task, checkMode: run.options.checkMode });
  if (!isTagged(run.options, task, scopeOf(leader))) return;
  setPlayState(playRun);
  const hosts = withReadableFiles(playRun, task, scopeOf(leader), begunHosts);
  const [first] = hosts;
  if (!first) return;
  const scope = scopeOf(first);
  if (task.action.module === 'meta')
    return runMeta(playRun, task, hosts, async (notified) => {
      if (!task.isHandler) return runHandlers(walk, notified);
      // As in Ansible, no error until a handler comes to it.
      const result = failedResult(flushAsHandler);
      for (const host of notified) finishTask(playRun, task, taskInfo(task, scope), host, result);
    });
  const info = taskInfo(task, scope);
  if (!(await mayRunInSteps(playRun, info))) return;
  const started = performance.now();
  run.emit({ type: 'task-start', task: info });
  const reader = new KeywordReader(task, (value, position) => scope.evaluate(value, undefined, position));
  if (isInclude(task)) await runInclude(walk, task, info, hosts, reader);
  else await runOnHosts(walk, task, info, hosts, reader);
  run.countTime(info.role, performance.now() - started);
  if (reader.boolean('any_errors_fatal') ?? run.options.anyErrorsFatal)
    spreadFailure(walk, task, info, hosts);
}

async function runOnHosts(
  walk: Walk,
  task: Task,
  info: TaskInfo,
  hosts: readonly HostState[],
  reader: KeywordReader,
): Promise<void> {
  const { playRun } = walk;
  const loop = hostLoop(playRun, task, hosts, reader.boolean('run_once') === true);
  const limit = throttleFor(playRun, task, reader.number('throttle') ?? 0);
  const { refused } = loop;
  if (refused !== undefined) {
    for (const host of loop.runners) finishTask(playRun, task, info, host, failedResult(refused));
    return;
  }
  await Promise.all(
    loop.runners.map((host) =>
      limit(() => playRun.forks(() => runOne(walk, task, info, host, loop.followers))),
    ),
  );
  const [runner] = loop.runners;
  if (runner?.failure && runner.failure.task === info)
    for (const host of loop.bystanders) markHost(host, task, info, runner.failure.result, runner);
}

async function runOne(
  walk: Walk,
  task: Task,
  info: TaskInfo,
  host: HostState,
  others: readonly HostState[],
): Promise<void> {
  const { playRun, coming } = walk;
  const { run } = playRun;
  if (run.isStopped) return;
  // Hosts that take turns do so for something that they share.
  if (task.keywords.has('throttle')) run.known.dropAll();
  const key = `${host.name} ${task.id}`;
  run.running.set(key, { host: host.name, task: info });
  run.emit({ type: 'host-start', task: info, host: host.name });
  try {
    const result = await taskResult(playRun, task, info, host, { coming, followers: others });
    finishTask(playRun, task, info, host, result, others);
  } catch (error) {
    // An own bug: this host's task fails with it, the other hosts go on.
    finishTask(playRun, task, info, host, failedResult(bugMessage(error)), others);
  } finally {
    run.running.delete(key);
    host.ahead.release(task, claimOf(host, task));
  }
}

function throttleFor(playRun: PlayRun, task: Task, throttle: number): PlayRun['forks'] {
  if (throttle <= 0) return (body) => body();
  const key = `${task.id} ${throttle}`;
  const known = playRun.throttles.get(key);
  if (known) return known;
  const made = newLimit(throttle);
  playRun.throttles.set(key, made);
  return made;
}

/** any_errors_fatal: the other hosts of the batch fail with it, here and now. */
function spreadFailure(walk: Walk, node: Task, info: TaskInfo, hosts: readonly HostState[]): void {
  const { playRun } = walk;
  if (!hosts.some((host) => host.failure ?? host.unreachable)) return;
  const result = failedResult('Another host failed and any_errors_fatal is set');
  for (const host of activeOf(playRun.hosts)) host.failure = { task: info, node, result, ofAnother: true };
  if (walk.endsLater) return;
  playRun.stopped = true;
  playRun.run.broken = true;
}

async function runInclude(
  walk: Walk,
  task: Task,
  info: TaskInfo,
  hosts: readonly HostState[],
  reader: KeywordReader,
): Promise<void> {
  const { playRun } = walk;
  // With run_once one host includes, and what came in runs on that host alone.
  const { runners, followers } = hostLoop(playRun, task, hosts, reader.boolean('run_once') === true);
  const { results, inclusions } = includeFor(playRun, task, info, runners);
  for (const [host, result] of results) finishTask(playRun, task, info, host, result, followers);
  for (const { nodes, hosts: including, doubt } of inclusions) {
    addHandlers(playRun, nodes);
    const doubts = new Map(including.map((host) => [host, host.doubt]));
    if (doubt !== undefined) for (const host of including) host.doubt ??= doubt;
    await runNodes(walk, nodes, including);
    for (const [host, before] of doubts) host.doubt = before;
  }
  for (const host of hosts) host.ahead.forgetIncluded(task);
}

/** Handlers of roles that are met while running join those of the play. */
function addHandlers(playRun: PlayRun, nodes: readonly Node[]): void {
  const known = new Set(playRun.handlerBlocks.flat().map((handler) => handler.id));
  for (const block of nodes.flatMap(roleHandlerBlocks)) {
    const fresh = block.filter((handler) => !known.has(handler.id));
    if (fresh.length > 0) playRun.handlerBlocks.push(fresh);
  }
}

/** Notified handlers in the order of their definition; one that is notified by an earlier one still has its turn. */
export async function runHandlers(walk: Walk, hosts: readonly HostState[]): Promise<void> {
  const { handlerBlocks } = walk.playRun;
  for (let index = 0; index < handlerBlocks.flat().length; index += 1) {
    const handler = handlerBlocks.flat()[index];
    if (!handler) continue;
    const notified = activeOf(hosts).filter(
      (host) =>
        host.notified.delete(handler) || (host.maybeNotified.has(handler) && !host.handling.has(handler)),
    );
    if (notified.length === 0) continue;
    for (const host of notified) host.handling.add(handler);
    await runNodes(walk, [handler], notified);
    for (const host of notified) {
      host.handling.delete(handler);
      host.maybeNotified.delete(handler);
    }
  }
}

/** At the end of a section. With force_handlers, hosts that failed have their handlers run as well. */
export async function flushHandlers(walk: Walk, hosts: readonly HostState[]): Promise<void> {
  const { playRun } = walk;
  if (!playRun.forceHandlers) return runHandlers(walk, hosts);
  const { stopped } = playRun;
  playRun.stopped = false;
  await despiteFailures(hosts, () => runHandlers(walk, hosts));
  playRun.stopped ||= stopped;
}

/** Failed hosts take part; afterwards they have failed as before, or anew. */
async function despiteFailures(hosts: readonly HostState[], body: () => Promise<void>): Promise<void> {
  const before = hosts.map((host) => ({ host, failure: host.failure, clearings: host.clearings }));
  for (const host of hosts) host.failure = undefined;
  await body();
  for (const { host, failure, clearings } of before)
    if (host.clearings === clearings) host.failure ??= failure;
}
