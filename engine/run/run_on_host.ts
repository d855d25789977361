// One task on one host: its loop, what it registers, whom it notifies, and the event that tells of it.
import { type Dict, isList, textOf, Unknown, type Value } from '../document/value.ts';
import { effectiveKeyword } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import type { Coming } from './ahead/coming.ts';
import { JoinedItems } from './ahead/joined_items.ts';
import type { TaskInfo, TaskResult } from './events.ts';
import { itemValues, joinItems } from './item_results.ts';
import { evaluateTexts } from './keywords.ts';
import { itemLabel, itemVariables, type LoopControl, loopControl, loopItems, noItems } from './loop_items.ts';
import { looksOnly, presumeAnything } from './presume.ts';
import { cutShort, problemResult, registered, unknownResult } from './result_values.ts';
import { heldBack } from './held_back.ts';
import { runItem } from './run_item.ts';
import type { HostState, PlayRun } from './state.ts';
import {
  plainSettings,
  readSettings,
  readTaskSettings,
  type TaskJob,
  type TaskSettings,
} from './task_job.ts';
import { TaskScope } from './task_scope.ts';
import { hearSignals, wait } from './wait.ts';

/** Runs the task and gives its result; registers and tells nothing. Never throws for a problem of the playbook. */
export async function taskResult(
  playRun: PlayRun,
  task: Task,
  info: TaskInfo,
  host: HostState,
  more: { readonly coming?: Coming | undefined; readonly followers?: readonly HostState[] } = {},
): Promise<TaskResult> {
  const started = performance.now();
  const { cut } = playRun.run;
  const settings = readTaskSettings(playRun, task, host.host);
  const values = settings.ok ? settings.value : plainSettings(playRun);
  if (!settings.ok && settings.result.status === 'unknown')
    presumeAnything(playRun, task, host, settings.result.waitsFor ?? '');
  const result = settings.ok
    ? toldAsCut(
        cut.signal,
        await runLoop({
          ...makeJob(playRun, task, info, host, values, cut.signal),
          coming: more.coming,
          followers: more.followers ?? [],
        }),
      )
    : settings.result;
  return {
    ...result,
    ...(values.areOfItems ? {} : { ignored: isIgnored(result, values), noLog: values.noLog }),
    durationMs: performance.now() - started,
    secrets: playRun.run.secrets.texts,
  };
}

function isIgnored({ status, cut }: TaskResult, settings: TaskSettings): boolean {
  if (status === 'unreachable') return settings.ignoreUnreachable;
  return status === 'failed' && settings.ignoreErrors && cut !== true;
}

function makeJob(
  playRun: PlayRun,
  task: Task,
  info: TaskInfo,
  host: HostState,
  settings: TaskSettings,
  signal: AbortSignal,
): Omit<TaskJob, 'followers'> {
  const { run, play } = playRun;
  const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode: settings.checkMode });
  const doubt = host.maybeNotified.get(task);
  return { playRun, task, info, host, scope, settings, signal, ...(doubt === undefined ? {} : { doubt }) };
}

async function heard(result: TaskResult): Promise<TaskResult> {
  if (result.status === 'failed') await hearSignals();
  return result;
}

function toldAsCut(cut: AbortSignal, result: TaskResult): TaskResult {
  if (!cut.aborted || result.status !== 'failed' || result.cut) return result;
  return cutShort(result, result.message ?? 'it did not end');
}

async function runLoop(job: TaskJob): Promise<TaskResult> {
  const { task, scope } = job;
  if (!task.loop) return heard(await runItem(job, new Map()));
  const items = loopItems(task, scope);
  if (!items.ok) {
    // As Ansible does it: a loop that cannot be evaluated does no harm when the condition is false anyway.
    const held = heldBack(job, new Map());
    return held?.status === 'skipped' ? held : heard(problemResult(items.problem));
  }
  if (items.value instanceof Unknown) {
    const { waitsFor } = items.value;
    const held = heldBack(job, new Map());
    if (held?.status === 'skipped') return held;
    presumeAnything(job.playRun, task, job.host, waitsFor);
    return unknownResult(waitsFor, ['results'], looksOnly(job.playRun, task));
  }
  const control = loopControl(task, scope);
  if (!control.ok) return problemResult(control.problem);
  if (items.value.length === 0) return noItems();
  return runItems(job, items.value, control.value);
}

async function runItems(job: TaskJob, items: readonly Value[], control: LoopControl): Promise<TaskResult> {
  const { playRun, info, host } = job;
  const results: TaskResult[] = [];
  let { doubt } = job;
  const joined = new JoinedItems();
  const { areOfItems } = job.settings;
  for (const [index, item] of items.entries()) {
    if (index > 0) await wait(control.pauseSeconds * 1000, playRun.run.services.signal);
    if ((playRun.run.isStopped || job.signal.aborted) && !joined.isBegun(index))
      return cutShort(joinItems(results), `${items.length - index} of ${items.length} items were not begun`);
    const local = itemVariables(control, items, index);
    const started = performance.now();
    const withDoubt = doubt === undefined ? job : { ...job, doubt };
    const own = areOfItems
      ? ofItem(withDoubt, local)
      : { settings: job.settings, job: { ...withDoubt, rest: { items, control, index, joined } } };
    const { settings } = own;
    const plain = await heard('job' in own ? await runItem(own.job, local) : own.result);
    const label = itemLabel(control, item, job.scope, local);
    const result: TaskResult = {
      ...plain,
      values: itemValues(plain, local),
      item: label,
      noLog: settings.noLog,
      durationMs: performance.now() - started,
      ignored: isIgnored(plain, settings),
      secrets: playRun.run.secrets.texts,
    };
    results.push(result);
    playRun.run.emit({ type: 'item', task: info, host: host.name, result, label });
    if (plain.status === 'failed' && plain.endsLoop === true)
      return areOfItems ? { ...plain, ...ofResults(results) } : plain;
    if (result.status === 'unreachable' || (result.status === 'failed' && result.isFinal === true)) break;
    if (control.breakWhen !== undefined) {
      const stop = job.scope.conditions(control.breakWhen, local);
      if (stop.end === 'true') break;
      if (stop.end === 'unknown') doubt ??= stop.waitsFor;
    }
  }
  return areOfItems ? { ...joinItems(results), ...ofResults(results) } : joinItems(results);
}

/** With what holds for one item. Its steps are not joined with those of others, for which other things may hold. */
function ofItem(
  job: TaskJob,
  local: Dict,
): { readonly settings: TaskSettings } & ({ readonly job: TaskJob } | { readonly result: TaskResult }) {
  const { playRun, task, host } = job;
  const read = readSettings(playRun, task, host.host, local);
  if (read.ok) {
    const { checkMode } = read.value;
    const scope = new TaskScope({ ...playRun, host: host.host, node: task, checkMode });
    return { settings: read.value, job: { ...job, settings: read.value, scope } };
  }
  const held = heldBack(job, local);
  if (held?.status === 'skipped') return { settings: job.settings, result: held };
  if (read.result.status === 'unknown') presumeAnything(playRun, task, host, read.result.waitsFor ?? '');
  return { settings: job.settings, result: read.result };
}

/** As in Ansible, all failures have to be ignored; a secret item hides the results that hold it. */
function ofResults(results: readonly TaskResult[]): Pick<TaskResult, 'ignored' | 'noLog'> {
  const bad = results.filter(({ status }) => status === 'failed' || status === 'unreachable');
  return {
    ignored: bad.length > 0 && bad.every(({ ignored }) => ignored),
    noLog: results.some(({ noLog }) => noLog),
  };
}

/** Keeps what the task registers, for this host. Skipped and failed results are registered as well. */
export function registerResult(playRun: PlayRun, task: Task, host: HostState, result: TaskResult): void {
  const name = textOf(task.keywords.get('register')?.value ?? null);
  if (name !== undefined) playRun.run.services.variables.setHostVariable(host.host, name, registered(result));
}

/** Names and topics that the task notifies, its templates replaced. */
export function notifiedBy(playRun: PlayRun, task: Task, host: HostState): string[] {
  const raw = effectiveKeyword(task, 'notify');
  if (!raw) return [];
  const { run, play } = playRun;
  const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode: run.options.checkMode });
  const items = isList(raw.value) ? raw.value : [raw.value];
  return items.flatMap((item) =>
    evaluateTexts(item, (value, position) => scope.evaluate(value, undefined, position), raw.position),
  );
}
