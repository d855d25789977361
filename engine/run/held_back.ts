// Whether the conditions of a task let it run.
import { type Dict, textOf } from '../document/value.ts';
import { conditionsOf } from '../playbook/inherit.ts';
import type { TaskResult } from './events.ts';
import { problemResult, skippedResult, unknownResult } from './result_values.ts';
import type { TaskJob } from './task_job.ts';

/** The result when the task's conditions do not let it run; undefined when they all hold. */
export function heldBack(job: Pick<TaskJob, 'task' | 'scope'>, local: Dict): TaskResult | undefined {
  let unknown: TaskResult | undefined;
  for (const { value, position } of conditionsOf(job.task)) {
    const condition = job.scope.conditions(value, local, position);
    if (condition.end === 'false')
      return skippedResult('Conditional result was False', { false_condition: condition.expression });
    if (condition.end === 'unknown') unknown ??= unknownResult(condition.waitsFor, []);
    if (condition.end === 'failed' && !unknown)
      return problemResult(condition.problem, `The conditional check '${textOf(value) ?? ''}' failed: `);
  }
  return unknown;
}
