// Dynamic includes whose names are written down: what they will bring is read and checked ahead.
import { isDict, textOf } from '../../document/value.ts';
import { hasTemplate } from '../../template/template.ts';
import { firstOf, namedRole, namedTaskFile } from '../engine_arguments.ts';
import { roleOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Node, Task } from '../model.ts';
import { loadRole, loadTaskFile } from '../nodes.ts';
import { mayBePassed } from './doubts.ts';

export interface Included {
  readonly nodes: readonly Node[];
  /** Whether a run may pass the include by: what is wrong inside is then no reason to refuse the play. */
  readonly isDoubtful: boolean;
}

export function isInclude(task: Task): boolean {
  return task.action.module === 'include_tasks' || task.action.module === 'include_role';
}

/** The nodes that an include will bring; undefined when its name needs the run. Problems are reported. */
export function readAhead(task: Task, loading: Loading): Included | undefined {
  const isRole = task.action.module === 'include_role';
  const named = isRole ? namedRole(task, loading) : namedTaskFile(task, loading);
  const name = named && textOf(named.value);
  if (name === undefined) return { nodes: [], isDoubtful: false };
  if (hasTemplate(name) || hasTemplatedOption(task)) return undefined;
  const isDoubtful = mayBePassed(task, loading);
  const read = (): readonly Node[] => {
    if (!isRole) return loadTaskFile({ task, name }, loading) ?? [];
    const role = loadRole({ task, name }, loading);
    return role ? [role] : [];
  };
  return { nodes: loading.inDoubtIf(isDoubtful, read), isDoubtful };
}

/** `tasks_from: "{{ ... }}"` and the like: which file it is, only the run knows. */
function hasTemplatedOption(task: Task): boolean {
  return [...task.action.args].some(([name, value]) => {
    if (name === 'apply' || isDict(value)) return false;
    const text = textOf(value);
    return text !== undefined && hasTemplate(text);
  });
}

/** One include in one role is read ahead once; a second visit is a recursion. */
export function includeKey(task: Task, loading: Loading): string {
  const name = firstOf(task, 'file');
  return [
    task.id,
    task.position.column,
    roleOf(task)?.role.path,
    name && textOf(name.value),
    loading.isInDoubt,
  ].join('\0');
}
