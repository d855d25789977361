// The keyword `timeout`: each attempt of each item has that long, as in Ansible.
import type { Value } from '../document/value.ts';
import type { TaskResult } from './events.ts';
import { makeResult } from './result_values.ts';
import type { TaskJob } from './task_job.ts';

/** The attempt's result, and whether its time was up before it went well. */
export async function withinTime(
  job: TaskJob,
  attempt: (job: TaskJob) => Promise<TaskResult>,
): Promise<{ readonly result: TaskResult; readonly isLate: boolean }> {
  const seconds = job.settings.timeoutSeconds;
  if (seconds <= 0) return { result: await attempt(job), isLate: false };
  const late = AbortSignal.timeout(seconds * 1000);
  const result = await attempt({ ...job, signal: AbortSignal.any([job.signal, late]) });
  const isOver = late.aborted && !job.signal.aborted && !['ok', 'changed'].includes(result.status);
  return isOver ? { result: lateResult(job, seconds), isLate: true } : { result, isLate: false };
}

function lateResult({ task }: TaskJob, seconds: number): TaskResult {
  const message = `The ${task.action.written} action failed to execute in the expected time frame (${seconds}) and was terminated`;
  const values = new Map<string, Value>([
    ['changed', false],
    ['failed', true],
    ['msg', message],
    ['timedout', new Map<string, Value>([['period', seconds]])],
  ]);
  return makeResult('failed', values);
}
