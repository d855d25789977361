// One item of a task on one host (a task without a loop has one): condition, attempts until it holds, result.
import { bare, type Dict, Unknown } from '../document/value.ts';
import { attempt } from './attempt.ts';
import { heldBack } from './held_back.ts';
import { isFailureBorne, judge } from './judge.ts';
import { cutShort, problemResult, unknownResult, withValues } from './result_values.ts';
import type { TaskResult } from './events.ts';
import { hasSteps, presume, presumeAnything } from './presume.ts';
import type { HostState } from './state.ts';
import { KeywordReader, type TaskJob, withRegister } from './task_job.ts';
import { joinAnywhere } from './unknown_member.ts';
import { wait } from './wait.ts';
import { withinTime } from './within_time.ts';

export async function runItem(job: TaskJob, local: Dict): Promise<TaskResult> {
  const held = heldBack(job, local);
  const blind = job.host.blind ?? job.host.blindInPlay;
  if (held && held.status !== 'unknown' && blind === undefined) {
    const unsure = job.doubt ?? job.host.doubt;
    // Whether the broken condition is looked at at all is not known.
    return held.status === 'failed' && unsure !== undefined ? unknownResult(unsure, []) : held;
  }
  if (blind !== undefined) {
    presumeAnything(job.playRun, job.task, job.host, blind);
    joinAnywhere(job, blind);
    return unknownResult(blind, []);
  }
  const doubt = held?.waitsFor ?? job.doubt ?? job.host.doubt;
  const told = doubt === undefined ? await attemptUntil(job, local) : await doubtful(job, local, doubt);
  const result = withOpenFailure(job, told);
  presume(job.playRun.run, job.task, maybeDone(job, result));
  if (mayFail(job, result)) doubtRest(job.host, waitsForOf(result) ?? `the end of ${job.info.name}`);
  return result;
}

/** An unknown task may fail as well, and where that is borne later tasks look at it. */
function withOpenFailure(job: TaskJob, result: TaskResult): TaskResult {
  if (!isFailureBorne(job)) return result;
  const isUntold = result.status === 'unknown';
  // By `failed_when` the playbook says itself what a failure is.
  if (!isUntold && (result.status === 'failed' || job.task.keywords.has('failed_when'))) return result;
  const mayFail = result.foreseen?.mayFail;
  const why = isUntold ? (result.waitsFor ?? `the end of ${job.info.name}`) : mayFail;
  return why === undefined ? result : withValues(result, { failed: new Unknown(why) });
}

/** Where its failure is borne, a task that may fail has done its steps, or the first of them, or none. */
function maybeDone(job: TaskJob, result: TaskResult): TaskResult {
  const { foreseen } = result;
  if (foreseen?.mayFail === undefined || !isFailureBorne(job)) return result;
  const possible = foreseen.possible.flatMap((steps) => [
    ...steps.map((_, done) => steps.slice(0, done)),
    steps,
  ]);
  return { ...result, foreseen: { ...foreseen, possible, waitsFor: foreseen.mayFail } };
}

/** Check mode: whether a task whose failure a block would rescue goes well is not known. */
function mayFail({ host, settings }: TaskJob, result: TaskResult): boolean {
  if (host.rescuers === 0 || settings.ignoreErrors) return false;
  const steps = result.foreseen?.possible.flat() ?? [];
  return (
    result.status === 'unknown' ||
    result.values.get('failed') instanceof Unknown ||
    steps.some(({ step }) => step.kind.opaque === true)
  );
}

function waitsForOf({ waitsFor, values }: TaskResult): string | undefined {
  const failed = values.get('failed');
  return waitsFor ?? (failed instanceof Unknown ? failed.waitsFor : undefined);
}

/** The rest of the block may be passed over for its rescue. */
function doubtRest(host: HostState, waitsFor: string): void {
  host.mayBeRescued ??= waitsFor;
  host.doubt ??= waitsFor;
}

/** Check mode: it cannot be told whether the task runs, yet what it would do if it did can be. */
async function doubtful(job: TaskJob, local: Dict, doubt: string): Promise<TaskResult> {
  if (!job.settings.checkMode) {
    presumeAnything(job.playRun, job.task, job.host, doubt);
    return unknownResult(doubt, []);
  }
  const inner = await attemptUntil({ ...job, doubt }, local);
  // If it ran it would fail, and a run that goes well is what check mode presumes: then it does not run.
  const runs = inner.status !== 'failed' && inner.status !== 'unreachable';
  const changesNothing = !runs || bare(inner.values.get('changed') ?? false) === false;
  const unknown = unknownResult(doubt, [...inner.values.keys()].map(String), changesNothing);
  unknown.values.set('skipped', new Unknown(doubt));
  if (!runs || !inner.foreseen) return unknown;
  return { ...unknown, foreseen: { possible: [[], ...inner.foreseen.possible], waitsFor: doubt } };
}

async function attemptUntil(job: TaskJob, local: Dict): Promise<TaskResult> {
  const { task, playRun, info, host, scope } = job;
  const until = task.keywords.get('until');
  const reader = new KeywordReader(task, (value, position) => scope.evaluate(value, local, position));
  const givenRetries = task.keywords.has('retries') ? reader.number('retries') : undefined;
  const delay = task.keywords.has('delay') ? (reader.number('delay') ?? 5) : 5;
  if (reader.result) return reader.result;
  const repeats = until !== undefined || givenRetries !== undefined;
  const retries = repeats ? (givenRetries ?? 3) : 0;
  for (let count = 1; ; count += 1) {
    const { result: attempted, isLate } = await withinTime(job, (timed) => attempt(timed, local));
    if (isLate) return attempted;
    // As in Ansible, what cannot be evaluated is no result of the module's that conditions could judge.
    if (attempted.status === 'failed' && attempted.endsLoop === true) return attempted;
    const raw = repeats ? withValues(attempted, { attempts: count }) : attempted;
    const result = judge(job, raw, local);
    if (attempted.isFinal === true && result.status === 'failed') return result;
    if (!repeats || ['unreachable', 'skipped', 'unknown'].includes(result.status)) return result;
    const isForeseen =
      job.settings.checkMode &&
      playRun.run.options.checkMode &&
      (playRun.run.hasPredictions || hasSteps(result.foreseen));
    const holds = until
      ? scope.conditions(until.value, withRegister(job, local, result), until.position)
      : { end: result.status === 'failed' ? ('false' as const) : ('true' as const) };
    if (holds.end === 'failed')
      return problemResult(holds.problem, "The conditional check of 'until' failed: ");
    // What it waits for is presumed to come. A change that can be done but once may then be an attempt ago.
    if (holds.end === 'unknown')
      return isDoneOnce(result)
        ? openResult(result, holds.waitsFor)
        : mayNotCome(job, result, holds.waitsFor);
    if (holds.end === 'true') return result;
    // Nothing that was only predicted comes by waiting.
    if (isForeseen) return openResult(result, 'what earlier tasks would change');
    // Ansible tells the tries after the first one, once they are used up.
    if (count > retries)
      return { ...withValues(result, { failed: true, attempts: Math.max(retries, 1) }), status: 'failed' };
    if (job.signal.aborted || playRun.run.isStopped)
      return { ...withValues(result, { failed: true }), status: 'failed' };
    playRun.run.emit({
      type: 'retry',
      task: info,
      host: host.name,
      attempt: count,
      of: retries,
      result: { ...result, noLog: job.settings.noLog, secrets: playRun.run.secrets.texts },
    });
    await wait(delay * 1000, playRun.run.services.signal);
    if (playRun.run.services.signal.aborted)
      return cutShort(result, `attempt ${count} of ${retries + 1} was the last one`);
    playRun.run.known.dropAll();
  }
}

/** Where the failure of a task that never comes true is borne, nothing is presumed of it. */
function mayNotCome(job: TaskJob, result: TaskResult, waitsFor: string): TaskResult {
  return isFailureBorne(job) ? withValues(result, { failed: new Unknown(waitsFor) }) : result;
}

/** Steps that a second attempt would find done. */
function isDoneOnce({ status, foreseen }: TaskResult): boolean {
  const steps = foreseen?.possible.flat() ?? [];
  return status === 'changed' && steps.some(({ step }) => step.kind.opaque !== true);
}

/** The result as unknown; what it foresees stays. */
function openResult(result: TaskResult, waitsFor: string): TaskResult {
  const unknown = unknownResult(
    waitsFor,
    [...result.values.keys()].map(String),
    bare(result.values.get('changed') ?? false) === false,
  );
  return result.foreseen ? { ...unknown, foreseen: result.foreseen } : unknown;
}
