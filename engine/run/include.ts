// include_tasks and include_role: which file or role each host includes, hosts with the same one together.
import { failure, type Outcome, success } from '../document/diagnostic.ts';
import { bare, type Dict, isDict, type Value } from '../document/value.ts';
import { itemsOf } from '../playbook/inherit.ts';
import type { Node, Task } from '../playbook/model.ts';
import type { TaskInfo, TaskResult } from './events.ts';
import { itemLabel, itemVariables, loopControl, loopItems } from './loop_items.ts';
import { fromOutside, makeResult, problemResult, skippedResult, unknownResult } from './result_values.ts';
import { presumeAnything } from './presume.ts';
import { heldBack } from './held_back.ts';
import { type Wish, wishFor, wishKey } from './include_wish.ts';
import type { Secrets } from './secrets.ts';
import type { HostState, PlayRun } from './state.ts';
import { readSettings, type TaskJob } from './task_job.ts';
import { TaskScope } from './task_scope.ts';
import { Unknown } from '../document/value.ts';

export interface Inclusion {
  readonly nodes: readonly Node[];
  readonly hosts: HostState[];
  readonly doubt?: string;
}

export interface IncludeOutcome {
  readonly results: ReadonlyMap<HostState, TaskResult>;
  readonly inclusions: readonly Inclusion[];
}

export function isInclude(task: Task): boolean {
  return task.action.module === 'include_tasks' || task.action.module === 'include_role';
}

function wishesOf(job: TaskJob): TaskResult | readonly Wish[] {
  const { task, scope } = job;
  if (job.host.blind !== undefined) return unknownResult(job.host.blind, []);
  if (!task.loop) {
    const wish = wishFor(job, new Map());
    return 'status' in wish ? wish : [wish];
  }
  const items = loopItems(task, scope);
  if (!items.ok) {
    const held = heldBack(job, new Map());
    return held?.status === 'skipped' ? held : problemResult(items.problem);
  }
  if (items.value instanceof Unknown) return unknownResult(items.value.waitsFor, []);
  const control = loopControl(task, scope);
  if (!control.ok) return problemResult(control.problem);
  const wishes: Wish[] = [];
  let skipped: TaskResult = skippedResult('No items in the list');
  for (const index of items.value.keys()) {
    const local = itemVariables(control.value, items.value, index);
    const wish = wishFor(job, local);
    const label = itemLabel(control.value, items.value[index] ?? null, scope, local);
    // As in Ansible, nothing is said of an item that says nothing.
    const isEmpty = [null, '', false, 0].some((empty) => bare(label) === empty);
    if (!('status' in wish)) wishes.push(isEmpty ? wish : { ...wish, label });
    else if (wish.status === 'skipped') skipped = wish;
    else return wish;
  }
  return wishes.length > 0 ? wishes : skipped;
}

/** The include task with its loop's names among its variables: the parent of what it includes. */
function includer(task: Task, wish: Wish, secrets: Secrets): Task {
  if (wish.local.size === 0) return task;
  const written = task.keywords.get('vars');
  const vars: Dict = new Map<string, Value>();
  if (written)
    for (const { value } of itemsOf(written))
      if (isDict(value)) for (const [key, item] of value) vars.set(key, item);
  for (const [key, value] of wish.local) vars.set(key, fromOutside(value, secrets));
  const keywords = new Map(task.keywords);
  keywords.set('vars', { value: vars, position: written?.position ?? task.position });
  return { ...task, keywords };
}

function load(playRun: PlayRun, task: Task, wish: Wish): Outcome<readonly Node[]> {
  const { loader } = playRun.run.services;
  const parent = includer(task, wish, playRun.run.secrets);
  if (task.action.module === 'include_tasks') return loader.taskFile(parent, wish.name);
  const role = loader.role(parent, wish.name, wish.args);
  return role.ok ? success([role.value]) : failure(role.problem);
}

/** Hosts that wish for the same; one that wishes for it twice is in two of them. */
interface WishGroup {
  readonly key: string;
  readonly wish: Wish;
  readonly hosts: HostState[];
  readonly noLog: boolean;
}

function join(groups: WishGroup[], wish: Wish, host: HostState, noLog: boolean): void {
  const key = wishKey(wish);
  const open = groups.find((group) => group.key === key && !group.hosts.includes(host));
  if (open) open.hosts.push(host);
  else groups.push({ key, wish, hosts: [host], noLog });
}

/** Decides for every host; nothing is run yet. */
export function includeFor(
  playRun: PlayRun,
  task: Task,
  info: TaskInfo,
  hosts: readonly HostState[],
): IncludeOutcome {
  const { run, play } = playRun;
  const results = new Map<HostState, TaskResult>();
  const groups: WishGroup[] = [];
  for (const host of hosts) {
    const settings = readSettings(playRun, task, host.host);
    if (!settings.ok) {
      results.set(host, settings.result);
      continue;
    }
    const { checkMode, noLog } = settings.value;
    const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode });
    const doubt = host.maybeNotified.get(task);
    const wishes = wishesOf({
      ...(doubt === undefined ? {} : { doubt }),
      playRun,
      task,
      info,
      host,
      scope,
      settings: settings.value,
      signal: run.cut.signal,
    });
    if ('status' in wishes) {
      if (wishes.status === 'unknown') presumeAnything(playRun, task, host, wishes.waitsFor ?? '');
      results.set(host, { ...wishes, noLog });
      continue;
    }
    const unsure = wishes.find((wish) => wish.doubt !== undefined)?.doubt;
    const result = unsure === undefined ? includedResult(wishes) : unknownResult(unsure, [], true);
    results.set(host, { ...result, noLog });
    for (const wish of wishes) join(groups, wish, host, noLog);
  }
  const inclusions: Inclusion[] = [];
  for (const { wish, hosts: asking, noLog } of groups) {
    const loaded = load(playRun, task, wish);
    for (const problem of run.services.loader.takeWarnings?.() ?? []) run.emit({ type: 'warning', problem });
    if (loaded.ok) {
      const { doubt } = wish;
      inclusions.push({ nodes: loaded.value, hosts: asking, ...(doubt === undefined ? {} : { doubt }) });
    } else for (const host of asking) results.set(host, { ...problemResult(loaded.problem), noLog });
  }
  return { results, inclusions };
}

function includedResult(wishes: readonly Wish[]): TaskResult {
  const names = wishes.map((wish) => wish.name);
  return makeResult(
    'ok',
    new Map<string, Value>([
      ['changed', false],
      ['include', names.join(', ')],
    ]),
    {
      message: `included: ${names.join(', ')}`,
      included: wishes.map(({ name, label }) => ({ name, label })),
    },
  );
}
