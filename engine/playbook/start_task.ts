// The task that --start-at-task means, found as in ansible-core: by its name as written, alone or with its role before
// it, or as a pattern. A run can begin with any task that the text leads to and the tags leave.
import { shellPattern } from '../document/shell_pattern.ts';
import { textOf } from '../document/value.ts';
import { childrenOf, roleOf } from './inherit.ts';
import type { Node, Play, Task } from './model.ts';

/** The names by which a task can be meant. `name` is its name where templates in it were replaced. */
export function startNames(task: Task, name = textOf(task.name?.value ?? null)): string[] {
  const role = roleOf(task)?.role;
  const isNamed = name !== undefined && name !== '';
  const word = isNamed ? name : nameByAction(task);
  const roles = role ? new Set([role.name, role.fullName]) : [];
  return [...(isNamed || !role ? [word] : []), ...[...roles].map((each) => `${each} : ${word}`)];
}

/** A task without a name is named by its module, an included role by the role too. */
export function nameByAction({ action }: Task): string {
  const role =
    action.module === 'include_role' ? (action.args.get('name') ?? action.args.get('role')) : undefined;
  const name = role === undefined ? undefined : textOf(role);
  return name === undefined ? action.written : `${action.written} : ${name}`;
}

export function meansTask(start: string, names: readonly string[]): boolean {
  const pattern = shellPattern(start);
  return names.some((name) => name === start || pattern.test(name));
}

/** The tasks of a play with which a run can begin, in their order. Nothing begins amid a rescue. */
export function* startableTasks(node: Node | Play): Generator<Task, undefined> {
  if (node.kind === 'task') yield node;
  const lists = node.kind === 'block' ? [node.block, node.always] : childrenOf(node);
  for (const inner of lists.flat()) yield* startableTasks(inner);
}
