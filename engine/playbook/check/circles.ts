// Includes that come back to themselves: certain ones are told at load, others once they stand very deep in themselves.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { textOf } from '../../document/value.ts';
import { firstOf } from '../engine_arguments.ts';
import { chainOf } from '../inherit.ts';
import type { Task } from '../model.ts';
import { error } from '../problem.ts';
import { mayBePassed } from './doubts.ts';
import type { Loading } from '../loading.ts';

/** How many times an include stands around itself before the run takes it to have no end. */
export const deepestInclude = 200;

/** The includes around this one, innermost first, up to the last that is the same line; none when there is none. */
function roundOf(task: Task): readonly Task[] {
  const round = [task];
  for (const each of chainOf(task.parent)) {
    if (each.kind !== 'task') continue;
    if (each.id === task.id) return round;
    round.push(each);
  }
  return [];
}

export function depthOf(task: Task): number {
  return [...chainOf(task.parent)].filter((each) => each.kind === 'task' && each.id === task.id).length;
}

/** Whether each include of a circle comes to the next one whatever the run finds, as far as conditions tell. */
export function goesInCircles(task: Task, loading: Loading): boolean {
  const round = roundOf(task);
  return round.length > 0 && round.every((each) => !mayBePassed(each, loading));
}

/** Tasks that are there to end a host's part: what comes after them may end by them. */
export function mayEnd({ action }: Task): boolean {
  return ['meta', 'fail', 'assert'].includes(action.module);
}

/** `name` is evaluated. */
export function circle(task: Task, name: string, detail: string): Diagnostic {
  const isRole = task.action.module === 'include_role';
  const named = isRole ? (firstOf(task, 'name') ?? firstOf(task, 'role')) : firstOf(task, 'file');
  const position = named?.position ?? task.action.position;
  return error('recursion', `${isRole ? 'Role' : 'File'} ${name} includes itself`, position, detail);
}

/** The name that is written down. */
export function writtenName(task: Task): string {
  const named = firstOf(task, 'file') ?? firstOf(task, 'name') ?? firstOf(task, 'role');
  return (named && textOf(named.value)) ?? '';
}
