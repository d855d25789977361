// Whether a task is among those that --tags and --skip-tags leave.
import type { Value } from '../document/value.ts';
import { tagsOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import { isSelected, tagNames, tagSelection } from '../playbook/tags.ts';
import type { RunOptions } from './options.ts';
import type { TaskScope } from './task_scope.ts';

/** A handler runs whatever its tags. */
export function isTagged({ tags, skipTags }: RunOptions, task: Task, scope: TaskScope): boolean {
  if (task.isHandler) return true;
  const values: Value[] = [];
  for (const { value, position } of tagsOf(task)) {
    const evaluated = scope.evaluate(value, undefined, position);
    values.push(evaluated.ok ? evaluated.value : value);
  }
  return isSelected(tagNames(values), tagSelection(tags, skipTags));
}
