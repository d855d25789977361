// include_tasks and include_role: which file or role each host includes, hosts with the same one together.
import path from 'node:path';
import { type Diagnostic, failure, type Outcome, success } from '../document/diagnostic.ts';
import { bare, type Dict, isDict, type Value } from '../document/value.ts';
import { circle, deepestInclude, depthOf } from '../playbook/check/circles.ts';
import { searchFolders } from '../playbook/file_search.ts';
import { itemsOf, playOf } from '../playbook/inherit.ts';
import type { Node, Task } from '../playbook/model.ts';
import type { TaskInfo, TaskResult } from './events.ts';
import { whatTouches } from './foreseen_files.ts';
import { itemValues, joinItems } from './item_results.ts';
import { itemLabel, itemVariables, type LoopControl, loopControl, loopItems, noItems } from './loop_items.ts';
import { fromOutside, makeResult, problemResult, unknownResult } from './result_values.ts';
import { presumeAnything } from './presume.ts';
import { heldBack } from './held_back.ts';
import { type Wish, wishFor, wishKey } from './include_wish.ts';
import type { Secrets } from './secrets.ts';
import type { HostState, PlayRun } from './state.ts';
import { readSettings, type TaskJob, type TaskSettings } from './task_job.ts';
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

/** What an include of one host asks for, and its result so far. */
interface Asked {
  readonly wishes: readonly Wish[];
  readonly result: TaskResult;
}

function asksFor(job: TaskJob): Asked {
  const none = (result: TaskResult): Asked => ({ wishes: [], result });
  const { task, scope } = job;
  const blind = job.host.blind ?? job.host.blindInPlay;
  if (blind !== undefined) return none(unknownResult(blind, []));
  if (!task.loop) {
    const wish = wishFor(job, new Map());
    return 'status' in wish ? none(wish) : { wishes: [wish], result: includedResult(task, wish) };
  }
  const items = loopItems(task, scope);
  if (!items.ok) {
    const held = heldBack(job, new Map());
    return none(held?.status === 'skipped' ? held : problemResult(items.problem));
  }
  if (items.value instanceof Unknown) return none(unknownResult(items.value.waitsFor, []));
  const control = loopControl(task, scope);
  if (!control.ok) return none(problemResult(control.problem));
  return items.value.length === 0 ? none(noItems()) : asksInLoop(job, items.value, control.value);
}

/** As in Ansible, an item that fails is a failure of the whole task, and nothing is included. */
function asksInLoop(job: TaskJob, items: readonly Value[], control: LoopControl): Asked {
  const { task, scope, playRun, info, host } = job;
  const wishes: Wish[] = [];
  const results: TaskResult[] = [];
  for (const [index, item] of items.entries()) {
    const local = itemVariables(control, items, index);
    const wish = wishFor(job, local);
    const label = itemLabel(control, item, scope, local);
    if ('status' in wish && wish.status !== 'skipped') return { wishes: [], result: wish };
    const plain = 'status' in wish ? wish : includedResult(task, wish);
    const { noLog } = job.settings;
    const result = { ...plain, values: itemValues(plain, local), item: label, noLog };
    results.push(result);
    if ('status' in wish) playRun.run.emit({ type: 'item', task: info, host: host.name, result, label });
    // As in Ansible, nothing is said of an item that says nothing.
    else wishes.push([null, '', false, 0].some((empty) => bare(label) === empty) ? wish : { ...wish, label });
  }
  return { wishes, result: joinItems(results) };
}

function includedResult(task: Task, { name, args }: Wish): TaskResult {
  const isRole = task.action.module === 'include_role';
  const given: Dict = new Map([...args].filter(([key]) => isRole || key !== 'file'));
  return makeResult(
    'ok',
    new Map<string, Value>([
      ...(isRole ? [] : [['include', name] as const]),
      ['include_args', given],
      ['changed', false],
    ]),
  );
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
  const depth = depthOf(task);
  if (depth >= deepestInclude)
    return failure(circle(task, wish.name, `It stands ${depth} times within itself, and that has no end`));
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
  const results = new Map<HostState, TaskResult>();
  const groups: WishGroup[] = [];
  for (const host of hosts) {
    const settings = readSettings(playRun, task, host.host);
    if (!settings.ok) {
      results.set(host, settings.result);
      continue;
    }
    const { noLog, ignoreErrors } = settings.value;
    const { wishes, result } = asksFor(jobOf(playRun, task, info, host, settings.value));
    const unsure = wishes.find((wish) => wish.doubt !== undefined)?.doubt;
    const told = unsure === undefined ? result : unknownResult(unsure, [], true);
    if (told.status === 'unknown' && wishes.length === 0)
      presumeAnything(playRun, task, host, told.waitsFor ?? '');
    results.set(host, { ...told, noLog, ignored: told.status === 'failed' && ignoreErrors });
    for (const wish of wishes) join(groups, wish, host, noLog);
  }
  const inclusions = groups.flatMap((group) => include(playRun, task, group, results));
  return { results, inclusions };
}

function jobOf(
  playRun: PlayRun,
  task: Task,
  info: TaskInfo,
  host: HostState,
  settings: TaskSettings,
): TaskJob {
  const { run, play } = playRun;
  const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode: settings.checkMode });
  const doubt = host.maybeNotified.get(task);
  const { signal } = run.cut;
  return {
    ...(doubt === undefined ? {} : { doubt }),
    ...{ playRun, task, info, host, scope, settings, signal, followers: [] },
  };
}

/** The failure of an include, with those of other items of its loop before it. */
function missedResult(before: TaskResult | undefined, problem: Diagnostic): TaskResult {
  const { missed = 0, problem: earlier } = before ?? {};
  if (missed === 0 || !earlier) return { ...problemResult(problem), missed: 1 };
  const told = [earlier.detail, problem.summary, problem.detail].filter((text) => text !== undefined);
  return { ...problemResult({ ...earlier, detail: told.join('. ') }), missed: missed + 1 };
}

/** Check mode: why what is included may be other than what can be read now. */
function otherFiles(
  run: PlayRun['run'],
  task: Task,
  { name }: Wish,
  loaded: Outcome<readonly Node[]>,
): string | undefined {
  if (!run.options.checkMode || !run.controlView.hasPredictions) return undefined;
  const isRole = task.action.module === 'include_role';
  const found = loaded.ok ? loaded.value.flatMap(fileOf) : [];
  const sought = isRole
    ? [path.join(path.dirname(playOf(task).file), 'roles', name)]
    : searchFolders(task, 'tasks').map((folder) => path.resolve(folder, name));
  for (const place of new Set([...found, ...sought])) {
    const why = whatTouches(run.controlView, place);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The file of a task, the folder of a role. */
function fileOf(node: Node): string[] {
  if (node.kind === 'role') return [node.role.path];
  return node.kind === 'block' && node.implicit ? node.block.flatMap(fileOf) : [node.position.file];
}

/** Loads what these hosts include, and adds to their results that it came in or that it could not. */
function include(
  playRun: PlayRun,
  task: Task,
  { wish, hosts, noLog }: WishGroup,
  results: Map<HostState, TaskResult>,
): Inclusion[] {
  const { run } = playRun;
  const loaded = load(playRun, task, wish);
  const why = otherFiles(run, task, wish, loaded);
  if (why !== undefined) {
    for (const host of hosts) {
      presumeAnything(playRun, task, host, why);
      host.blind ??= why;
      results.set(host, { ...unknownResult(why, []), noLog });
    }
    return [];
  }
  for (const problem of run.services.loader.takeWarnings?.() ?? []) run.emit({ type: 'warning', problem });
  for (const host of hosts) {
    const before = results.get(host);
    const included = [...(before?.included ?? [])];
    if (loaded.ok) included.push({ name: wish.name, label: wish.label });
    // No ignore_errors helps, as in Ansible, and each one that fails counts.
    const result = loaded.ok ? before : { ...missedResult(before, loaded.problem), noLog };
    if (result) results.set(host, { ...result, included });
  }
  const { doubt } = wish;
  return loaded.ok ? [{ nodes: loaded.value, hosts, ...(doubt === undefined ? {} : { doubt }) }] : [];
}
