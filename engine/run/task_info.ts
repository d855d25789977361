// How a task is named to people.
import { marksOf, textOf, type Value } from '../document/value.ts';
import { roleOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import { nameByAction } from '../playbook/start_task.ts';
import type { TaskInfo } from './events.ts';
import { asText } from './keywords.ts';
import type { TaskScope } from './task_scope.ts';

/** The name with its templates replaced where the first host's variables allow it, else as written. */
export function taskInfo(task: Task, scope: TaskScope | undefined): TaskInfo {
  return {
    id: task.id,
    use: useOf(task),
    name: shownName(task, scope),
    isNamed: isNamed(task),
    module: task.action.module,
    role: roleOf(task)?.role.fullName,
    position: task.position,
    isHandler: task.isHandler,
  };
}

const uses = new WeakMap<Task, number>();
let lastUse = 0;

function useOf(task: Task): number {
  const known = uses.get(task);
  if (known !== undefined) return known;
  lastUse += 1;
  uses.set(task, lastUse);
  return lastUse;
}

function isNamed(task: Task): boolean {
  return (textOf(task.name?.value ?? null) ?? '') !== '';
}

/** A name that holds a secret is told as it was written. */
export function withoutSecret(name: Value | undefined, written: string): string {
  return name === undefined || marksOf(name).secret === true ? written : (asText(name) ?? written);
}

function shownName(task: Task, scope: TaskScope | undefined): string {
  const written = textOf(task.name?.value ?? null);
  if (written === undefined || written === '') return nameByAction(task);
  const evaluated = scope?.evaluate(written);
  return withoutSecret(evaluated?.ok === true ? evaluated.value : undefined, written);
}

/** As a notification names it. */
export function taskName(task: Task, scope: TaskScope | undefined): string {
  const written = textOf(task.name?.value ?? null);
  if (written === undefined || written === '') return nameByAction(task);
  const evaluated = scope?.evaluate(written);
  return (evaluated?.ok === true ? textOf(evaluated.value) : undefined) ?? written;
}
