// Tasks that run on while the play goes on (`async` with `poll: 0`), and the looking after them.
import { randomInt } from 'node:crypto';
import type { Shell } from '../connection/contract.ts';
import type { Output, StepFailure } from '../module/contract.ts';
import type { Execution, StartableStep } from './execute_module.ts';
import { stepKindOf, withEnvironment } from './host_view.ts';

export interface Job {
  readonly id: string;
  readonly shell: Shell;
  readonly startable: StartableStep;
  /** Kept once it is known, so that it can be asked again. */
  execution?: Execution;
}

export type JobState =
  | { readonly end: 'running' }
  | { readonly end: 'finished'; readonly execution: Execution }
  | { readonly end: 'lost'; readonly message: string };

/** As Ansible names its jobs: `j` and digits, a dot, the process. */
export function newJobId(): string {
  return `j${randomInt(1e11, 1e12)}.${process.pid}`;
}

export async function startJob(
  startable: StartableStep,
  shell: Shell,
  environment: Readonly<Record<string, string>>,
  seconds: number,
): Promise<{ readonly job: Job } | { readonly execution: Execution }> {
  const kind = stepKindOf(startable.step);
  const script = kind.perform?.(startable.step.args);
  if (!script) throw new Error(`Step kind ${kind.name} has no script to start`);
  const id = newJobId();
  const started = await shell.start({ ...withEnvironment(script, environment), timeoutSeconds: seconds }, id);
  if (!started.ok) return { execution: { end: 'unreachable', failure: started.failure, repeatable: false } };
  return { job: { id, shell, startable } };
}

async function finished(job: Job, output: Output): Promise<Execution> {
  const { step, finish } = job.startable;
  if (output.timedOut)
    return {
      end: 'failed',
      message: 'async task did not complete within the requested time',
      changed: false,
      differences: [],
      warnings: [],
      output,
    };
  const outcome = stepKindOf(step).parse?.(output, step.args);
  if (
    typeof outcome === 'object' &&
    outcome !== null &&
    'failed' in outcome &&
    typeof (outcome as StepFailure).failed === 'string'
  )
    return {
      end: 'failed',
      message: (outcome as StepFailure).failed,
      changed: true,
      differences: [],
      warnings: [],
      output,
    };
  return finish(outcome);
}

export async function pollJob(job: Job): Promise<JobState> {
  if (job.execution) return { end: 'finished', execution: job.execution };
  const polled = await job.shell.poll(job.id);
  if (!polled.ok) return { end: 'lost', message: polled.failure.message };
  if (!polled.value.known) return { end: 'lost', message: `could not find job ${job.id}` };
  if (!polled.value.finished || !polled.value.output) return { end: 'running' };
  job.execution = await finished(job, polled.value.output);
  return { end: 'finished', execution: job.execution };
}
