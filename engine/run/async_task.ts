// `async`: a task whose steps run apart from the connection, looked after until they end (`poll`) or left to run.
import { Unknown } from '../document/value.ts';
import { endShells, type ExecutionRequest, planModule } from './execute_module.ts';
import type { Execution, ResultValues } from './execution.ts';
import {
  endedJob,
  type Job,
  type JobRequest,
  lateMessage,
  standsAlone,
  startHere,
  startOnHost,
} from './async_jobs.ts';
import type { AttemptRequest } from './attempt_request.ts';
import { KeywordReader } from './task_job.ts';
import { wait } from './wait.ts';

const defaultPollSeconds = 15;

export interface AsyncWish {
  readonly seconds: number;
  readonly pollSeconds: number;
}

/** What `async` and `poll` ask for; undefined when the task runs as others do. */
export function asyncWish(attempted: AttemptRequest): AsyncWish | Execution | undefined {
  const { job, local } = attempted;
  if (job.settings.checkMode || !job.task.keywords.has('async')) return undefined;
  const reader = new KeywordReader(job.task, (value, position) => job.scope.evaluate(value, local, position));
  const seconds = reader.number('async') ?? 0;
  const pollSeconds = job.task.keywords.has('poll') ? (reader.number('poll') ?? 0) : defaultPollSeconds;
  if (reader.result) return failed(reader.result.message ?? 'async or poll cannot be read');
  if (seconds <= 0) return undefined;
  if (attempted.module.actsOnRun)
    return failed(`This action (${attempted.module.name}) does not support async.`);
  return { seconds, pollSeconds };
}

/** Check mode starts no job, and what only one tells is unknown: later tasks ask how it stands. */
export function withPredictedJob(attempted: AttemptRequest, execution: Execution): Execution {
  const { job } = attempted;
  if (!job.playRun.run.options.checkMode || !job.settings.checkMode) return execution;
  if (!job.task.keywords.has('async') || execution.end === 'unreachable') return execution;
  const unknown = new Unknown(`the background job of ${job.info.name}`);
  const told = { ansible_job_id: unknown, started: 1, finished: unknown, results_file: unknown };
  return { ...execution, more: { ...execution.more, ...told } };
}

/** What every look at a job tells besides the module's own values. */
export function jobValues(job: Job, finished: 0 | 1): ResultValues {
  return { ansible_job_id: job.id, started: 1, finished, results_file: job.resultsFile };
}

const noOutput: ResultValues = { stdout: '', stderr: '', stdout_lines: [], stderr_lines: [] };

export function withJob(job: Job, execution: Execution): Execution {
  if (execution.end === 'unreachable' || execution.end === 'unknown') return execution;
  const told = { ...execution, more: { ...execution.more, ...jobValues(job, 1) } };
  return told.end === 'done' ? { ...told, result: { ...noOutput, ...told.result } } : told;
}

export async function performAsync(
  attempted: AttemptRequest,
  request: ExecutionRequest,
  wish: AsyncWish,
): Promise<Execution> {
  const { run } = attempted.job.playRun;
  const begun = await begin(attempted, request, wish);
  if ('end' in begun) return begun;
  run.jobs.set(`${begun.host} ${begun.id}`, begun);
  if (begun.needsUs) run.background.add(begun);
  if (wish.pollSeconds > 0) return pollUntilEnd(begun, attempted, wish);
  const result = jobValues(begun, 0);
  return { end: 'done', changed: true, differences: [], warnings: [], result };
}

async function begin(
  attempted: AttemptRequest,
  request: ExecutionRequest,
  { seconds }: AsyncWish,
): Promise<Job | Execution> {
  const { job, shell, environment, place } = attempted;
  const planned = await planModule(request);
  const wanted: JobRequest = {
    host: place.state.name,
    task: job.info,
    noLog: job.settings.noLog,
    open: () => shell.open(),
    environment,
    seconds,
  };
  if (planned.end === 'ended') {
    const { execution } = planned;
    return execution.end === 'unreachable' ? execution : endedJob(wanted, execution);
  }
  const { plan, work } = planned;
  if (plan.steps.length === 0) return endedJob(wanted, await work.finish([]));
  if (!standsAlone(plan)) return startHere(wanted, work, job.playRun.run.cut.signal);
  await endShells(plan, request);
  const started = await startOnHost(wanted, plan, work);
  if (started.ok) return started.value;
  // A request that was lost on its way may have started the job, which nobody will ask for.
  return { end: 'unreachable', failure: started.failure, repeatable: !started.failure.outcomeUnknown };
}

async function pollUntilEnd(job: Job, attempted: AttemptRequest, wish: AsyncWish): Promise<Execution> {
  const { signal, playRun } = attempted.job;
  const deadline = performance.now() + wish.seconds * 1000;
  const over = async (execution: Execution, kill: boolean): Promise<Execution> => {
    await job.erase(kill);
    playRun.run.jobs.delete(`${job.host} ${job.id}`);
    return execution;
  };
  for (;;) {
    await wait(wish.pollSeconds * 1000, signal);
    const isLate = performance.now() > deadline || signal.aborted;
    const state = await job.state();
    if (state.end === 'finished') return over(withJob(job, state.execution), false);
    if (state.end === 'unknown') return withJob(job, failed('could not find job'));
    if (!isLate) continue;
    // A host that is gone at the time limit: its own watch ends the job.
    if (state.end === 'lost') return { end: 'unreachable', failure: state.failure, repeatable: false };
    const why = signal.aborted ? 'async task was stopped' : lateMessage(wish.seconds);
    return over(withJob(job, failed(why)), true);
  }
}

function failed(message: string): Execution {
  return { end: 'failed', message, changed: false, differences: [], warnings: [] };
}
