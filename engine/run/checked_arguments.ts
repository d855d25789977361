// A task's evaluated arguments as its module takes them.
import path from 'node:path';
import { bare, type Dict, Float, isInteger, textOf, type Value, Locked } from '../document/value.ts';
import type { Module } from '../module/define.ts';
import { type Checked, checkParameters } from '../module/parameters.ts';
import { expandHome } from '../playbook/file_search.ts';
import { playOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import type { TaskScope } from './task_scope.ts';

interface CheckedIn {
  readonly scope: TaskScope;
  readonly local: Dict;
  /** Of the host's user, when it is known. */
  readonly home: string | undefined;
  /** Of other users that paths name. */
  readonly homes?: ReadonlyMap<string, string> | undefined;
}

const isNumber = (value: Value): boolean => isInteger(bare(value)) || bare(value) instanceof Float;

export function checkedArguments(
  task: Task,
  module: Module,
  args: Dict,
  { scope, local, home, homes }: CheckedIn,
): Checked {
  const { position } = task.action;
  let waitsFor: string | undefined;
  const outcome = checkParameters(module, args, {
    ...(home === undefined ? {} : { home }),
    ...(homes === undefined ? {} : { homes }),
    kept: (written) => keptPlace(playOf(task).file, written),
    evaluate: {
      condition: (text) => {
        const condition = scope.condition(text, local, position);
        if (condition.end === 'failed') return { failed: condition.problem.summary };
        if (condition.end === 'unknown') {
          waitsFor ??= condition.waitsFor;
          return { holds: true };
        }
        return { holds: condition.end === 'true' };
      },
      expression: (text) => {
        const found = scope.expression(text, local, position);
        if (found.ok && found.value instanceof Locked) return { failed: found.value.why };
        // As `{{ text }}`: a text that looks like a list or dict is shown as one, and a computed number as text.
        const isPlain = found.ok && (textOf(found.value) !== undefined || isNumber(found.value));
        const value = isPlain ? scope.evaluate(`{{ ${text} }}`, local, position) : found;
        return value.ok ? { value: value.value } : { failed: value.problem.summary };
      },
    },
  });
  return waitsFor === undefined || outcome.status !== 'ok'
    ? outcome
    : { status: 'unknown', waitsFor, params: outcome.params };
}

/** A slash at its end says that a folder is meant. */
function keptPlace(playbook: string, written: string): string {
  const place = path.resolve(path.dirname(playbook), expandHome(written));
  return written.endsWith('/') && !place.endsWith('/') ? `${place}/` : place;
}

/** Whether a path among the arguments is written by the host user's home folder. */
export function needsHome(args: Dict): boolean {
  return [...args.values()].some((value) => {
    const text = textOf(value);
    return text !== undefined && (text.startsWith('~') || text.includes('$HOME'));
  });
}
