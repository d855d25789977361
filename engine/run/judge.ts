// changed_when and failed_when: the playbook's word on a result goes before the module's.
import { bare, type Dict, Unknown, type Value } from '../document/value.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { TaskResult } from './events.ts';
import { problemResult, unknownResult, withValues } from './result_values.ts';
import type { Condition } from './task_scope.ts';
import { type TaskJob, withRegister } from './task_job.ts';

function ask(job: TaskJob, keyword: string, result: TaskResult, local: Dict): Condition | undefined {
  const raw = job.task.keywords.get(keyword);
  return raw && job.scope.conditions(raw.value, withRegister(job, local, result), raw.position);
}

/** `changed_when` holds when all its conditions do; `failed_when` as well. */
export function judge(job: TaskJob, raw: TaskResult, local: Dict): TaskResult {
  if (raw.status === 'skipped' || raw.status === 'unreachable') return raw;
  const changed = ask(job, 'changed_when', raw, local);
  let result = raw;
  if (changed?.end === 'failed') return brokenCondition(result, 'changed_when', changed.problem);
  if (changed?.end === 'unknown') return unknownFrom(raw, changed.waitsFor);
  if (changed) result = withValues(result, { changed: changed.end === 'true' });
  const failed = ask(job, 'failed_when', result, local);
  if (failed?.end === 'failed') return brokenCondition(result, 'failed_when', failed.problem);
  if (failed?.end === 'unknown') {
    // A run that goes well is presumed, but for a task whose failure is borne.
    const may = isFailureBorne(job) ? new Unknown(failed.waitsFor) : false;
    result = withValues(result, { failed: may, failed_when_result: may });
    return changed ? { ...result, status: statusOf(result, false) } : result;
  }
  if (failed) {
    const holds = failed.end === 'true';
    result = withValues(result, { failed: holds, failed_when_result: holds });
  }
  if (!changed && !failed) return result;
  return { ...result, status: statusOf(result, failed !== undefined) };
}

/** Whether the run goes well although the task fails: its failure is ignored, or a block around it would rescue it. */
export function isFailureBorne({ settings, host }: TaskJob): boolean {
  return settings.ignoreErrors || host.rescuers > 0;
}

/** The task failed by its condition; what its module gave back stays, as it was done. */
function brokenCondition(result: TaskResult, keyword: string, problem: Diagnostic): TaskResult {
  const broken = problemResult(problem, `The conditional check of '${keyword}' failed: `);
  const message = broken.message ?? problem.summary;
  const kept = withValues(result, { failed: true, [`${keyword}_result`]: message });
  return { ...kept, status: 'failed', message, problem };
}

function unknownFrom(result: TaskResult, waitsFor: string): TaskResult {
  const unknown = unknownResult(waitsFor, []);
  const values: Dict = new Map<Value & string, Value>([
    ...(result.values as Map<string, Value>),
    ...(unknown.values as Map<string, Value>),
  ]);
  return { ...result, ...unknown, values, differences: result.differences };
}

function statusOf(result: TaskResult, isJudgedFailure: boolean): TaskResult['status'] {
  const isTrue = (name: string): boolean => bare(result.values.get(name) ?? false) === true;
  if (isJudgedFailure ? isTrue('failed') : result.status === 'failed') return 'failed';
  if (result.status === 'unknown') return 'unknown';
  return isTrue('changed') ? 'changed' : 'ok';
}
