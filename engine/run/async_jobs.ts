// Tasks that run on in the background (`async`): what a job is, where it runs, how it stands.
import { randomInt } from 'node:crypto';
import type { Connected, ConnectionFailure, Shell } from '../connection/contract.ts';
import type { Output, Plan, Step } from '../module/contract.ts';
import type { TaskInfo } from './events.ts';
import type { Work } from './execute_module.ts';
import type { Execution } from './execution.ts';
import { withEnvironment } from './host_view.ts';
import { bugMessage } from './module_threw.ts';
import { isScript, isStepFailure, readOutcome, scriptFor } from './perform_steps.ts';
import { wait } from './wait.ts';

export type JobState =
  | { readonly end: 'running' }
  | { readonly end: 'finished'; readonly execution: Execution }
  | { readonly end: 'unknown' }
  /** The host cannot be asked now; the job may well go on. */
  | { readonly end: 'lost'; readonly failure: ConnectionFailure };

export interface Job {
  readonly id: string;
  readonly host: string;
  readonly task: TaskInfo;
  readonly noLog: boolean;
  /** The place on the host where its outputs are, or the id when there is none. */
  readonly resultsFile: string;
  /** True when it ends with this process, because its steps need the control machine. */
  readonly needsUs: boolean;
  /** Known to have ended. */
  readonly isFinished: boolean;
  /** For one that needs us: resolves at its end. */
  readonly ended?: Promise<void>;
  state(): Promise<JobState>;
  /** Removes what is kept of it; with `kill`, ends it as well. */
  erase(kill: boolean): Promise<void>;
}

/** Opens the shell of the job's host and user. */
export type OpenShell = () => Promise<Connected<Shell>>;

export interface JobRequest {
  readonly host: string;
  readonly task: TaskInfo;
  readonly noLog: boolean;
  readonly open: OpenShell;
  readonly environment: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** As Ansible names its jobs: `j` and digits, a dot, the process. */
export function newJobId(): string {
  return `j${randomInt(1e11, 1e12)}.${process.pid}`;
}

export function lateMessage(seconds: number): string {
  return `async task did not complete within the requested time - ${seconds}s`;
}

const silent: Output = { rc: 1, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

/**
 * Whether the host can do the whole plan by itself: scripts only, and each but the last one fails by its exit code,
 * which is all that the host looks at before it goes on.
 */
export function standsAlone({ steps }: Plan): boolean {
  return steps.every(
    (step, index) =>
      isScript(step) && (index === steps.length - 1 || isStepFailure(readOutcome(step, silent))),
  );
}

/** A job that ended before it began: nothing was to be done, or nothing could be. */
export function endedJob(request: JobRequest, execution: Execution): Job {
  const id = newJobId();
  return {
    ...{
      id,
      host: request.host,
      task: request.task,
      noLog: request.noLog,
      resultsFile: id,
      needsUs: false,
      isFinished: true,
    },
    state: () => Promise.resolve({ end: 'finished', execution }),
    erase: () => Promise.resolve(),
  };
}

/** Scripts that run on by themselves, also after this process ended. */
class HostJob implements Job {
  readonly id: string;
  readonly host: string;
  readonly task: TaskInfo;
  readonly resultsFile: string;
  readonly noLog: boolean;
  readonly needsUs = false;
  readonly #request: JobRequest;
  readonly #steps: readonly Step[];
  readonly #work: Work;
  #execution: Execution | undefined;

  constructor(request: JobRequest, id: string, directory: string, steps: readonly Step[], work: Work) {
    this.id = id;
    this.host = request.host;
    this.task = request.task;
    this.noLog = request.noLog;
    this.resultsFile = directory;
    this.#request = request;
    this.#steps = steps;
    this.#work = work;
  }

  get isFinished(): boolean {
    return this.#execution !== undefined;
  }

  async state(): Promise<JobState> {
    if (this.#execution) return { end: 'finished', execution: this.#execution };
    const shell = await this.#request.open();
    if (!shell.ok) return { end: 'lost', failure: shell.failure };
    const polled = await shell.value.poll(this.id);
    if (!polled.ok) return { end: 'lost', failure: polled.failure };
    if (!polled.value.known) return { end: 'unknown' };
    if (!polled.value.finished) return { end: 'running' };
    this.#execution = await this.#read(polled.value.outputs ?? [], polled.value.timedOut === true);
    return { end: 'finished', execution: this.#execution };
  }

  async #read(outputs: readonly Output[], timedOut: boolean): Promise<Execution> {
    const outcomes: unknown[] = [];
    if (timedOut) return this.#work.fail(lateMessage(this.#request.seconds), 0, outputs.at(-1));
    for (const [index, step] of this.#steps.entries()) {
      const output = outputs[index];
      if (!output) return this.#work.fail('The job ended before all its steps were done', index, undefined);
      const outcome = readOutcome(step, output);
      if (isStepFailure(outcome))
        return this.#work.fail(outcome.failed, index, outcome.output ?? output, outcome.values);
      outcomes.push(outcome);
    }
    return this.#work.finish(outcomes);
  }

  async erase(kill: boolean): Promise<void> {
    const shell = await this.#request.open();
    if (shell.ok) await shell.value.erase(this.id, { kill });
  }
}

export async function startOnHost(request: JobRequest, plan: Plan, work: Work): Promise<Connected<Job>> {
  const shell = await request.open();
  if (!shell.ok) return shell;
  const id = newJobId();
  const scripts = plan.steps.map((step) => withEnvironment(scriptFor(step), request.environment));
  const started = await shell.value.start(scripts, id, { timeoutSeconds: request.seconds });
  if (!started.ok) return started;
  return { ok: true, value: new HostJob(request, id, started.value.directory, plan.steps, work) };
}

const firstLookMilliseconds = 100;
const slowestLookMilliseconds = 5000;

/** A shell that runs each request as a job of the host: a task in the background does not keep others waiting. */
function jobShell({ open, seconds }: JobRequest, id: string): Pick<Shell, 'run'> {
  let count = 0;
  return {
    run: async (scripts, options = {}) => {
      count += 1;
      const name = `${id}-${count}`;
      const signal = options.signal ?? new AbortController().signal;
      const shell = await open();
      if (!shell.ok) return shell;
      const started = await shell.value.start(scripts, name, { timeoutSeconds: seconds });
      if (!started.ok) return started;
      for (let pause = firstLookMilliseconds; ; pause = Math.min(pause * 2, slowestLookMilliseconds)) {
        await wait(pause, signal);
        const isCut = signal.aborted;
        const polled = isCut ? undefined : await shell.value.poll(name);
        if (polled?.ok === true && !polled.value.finished && polled.value.known) continue;
        // A host that is gone for a while still runs its job.
        if (polled?.ok === false) continue;
        await shell.value.erase(name, { kill: isCut });
        const cut: Output = { ...silent, rc: 143, stderr: Buffer.from('The job was stopped') };
        return { ok: true, value: polled?.value.outputs ?? [cut] };
      }
    },
  };
}

/** A plan that needs the control machine: it goes on beside other tasks, and the run waits for it at its end. */
export function startHere(request: JobRequest, work: Work, cut: AbortSignal): Job {
  const id = newJobId();
  const stop = new AbortController();
  const late = AbortSignal.timeout(request.seconds * 1000);
  let execution: Execution | undefined;
  const working = work
    .perform(jobShell(request, id), AbortSignal.any([cut, late, stop.signal]))
    .catch((error: unknown) => work.fail(bugMessage(error), 0, undefined))
    .then((ended) => {
      execution =
        late.aborted && ended.end !== 'done' ? work.fail(lateMessage(request.seconds), 0, undefined) : ended;
    });
  return {
    ...{
      id,
      host: request.host,
      task: request.task,
      noLog: request.noLog,
      resultsFile: id,
      needsUs: true,
      ended: working,
    },
    get isFinished() {
      return execution !== undefined;
    },
    state: () => Promise.resolve(execution ? { end: 'finished', execution } : { end: 'running' }),
    async erase(kill) {
      if (!kill) return;
      stop.abort();
      await working;
    },
  };
}
