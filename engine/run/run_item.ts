// One item of a task on one host (a task without a loop has one): condition, attempts until it holds, result.
import { type Dict, textOf } from '../document/value.ts';
import { conditionsOf } from '../playbook/inherit.ts';
import { attempt } from './attempt.ts';
import { judge } from './judge.ts';
import { problemResult, skippedResult, unknownResult, withValues } from './result_values.ts';
import type { TaskResult } from './events.ts';
import { KeywordReader, type TaskJob, withRegister } from './task_job.ts';
import { wait } from './wait.ts';

/** The result when the task's conditions do not let it run; undefined when they all hold. */
export function heldBack(job: TaskJob, local: Dict): TaskResult | undefined {
  for (const { value, position } of conditionsOf(job.task)) {
    const condition = job.scope.conditions(value, local, position);
    if (condition.end === 'false')
      return skippedResult('Conditional result was False', { false_condition: condition.expression });
    if (condition.end === 'unknown') return unknownResult(condition.waitsFor, []);
    if (condition.end === 'failed')
      return problemResult(condition.problem, `The conditional check '${textOf(value) ?? ''}' failed: `);
  }
  return undefined;
}

export async function runItem(job: TaskJob, local: Dict): Promise<TaskResult> {
  return heldBack(job, local) ?? attemptUntil(job, local);
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
    const raw = await attempt(job, local);
    const result = judge(job, raw, local);
    if (!repeats || ['unreachable', 'skipped', 'unknown'].includes(result.status)) return result;
    const counted = withValues(result, { attempts: count });
    const holds = until
      ? scope.conditions(until.value, withRegister(job, local, counted), until.position)
      : { end: result.status === 'failed' ? ('false' as const) : ('true' as const) };
    if (holds.end === 'failed')
      return problemResult(holds.problem, "The conditional check of 'until' failed: ");
    // What it waits for is what check mode assumes to come: the task's own word stands.
    if (holds.end === 'unknown') return result;
    if (holds.end === 'true') return counted;
    // Nothing that was only predicted comes by waiting.
    if (job.settings.checkMode && playRun.run.hasPredictions)
      return unknownResult('what earlier tasks would change', [...result.values.keys()].map(String));
    if (count > retries || job.signal.aborted || playRun.run.isStopped)
      return { ...withValues(counted, { failed: true }), status: 'failed' };
    playRun.run.emit({
      type: 'retry',
      task: info,
      host: host.name,
      attempt: count,
      of: retries,
      result: counted,
    });
    await wait(delay * 1000, playRun.run.services.signal);
  }
}
