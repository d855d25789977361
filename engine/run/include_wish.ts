// What one include of one host asks for: a file or a role by its evaluated name.
import { type Dict, textOf, Unknown, type Value } from '../document/value.ts';
import type { Task } from '../playbook/model.ts';
import type { TaskResult } from './events.ts';
import { heldBack } from './held_back.ts';
import { failedResult, problemResult, unknownResult } from './result_values.ts';
import type { TaskJob } from './task_job.ts';

/** One inclusion that one host asks for. */
export interface Wish {
  readonly name: string;
  readonly args: Dict;
  /** Loop variables: part of what the included tasks see. */
  readonly local: Dict;
  /** Of its item, in a loop. */
  readonly label?: Value;
  /** Check mode: what it waits for whether this is included at all. */
  readonly doubt?: string;
}

function nameOf(task: Task): Value {
  const { args, freeForm } = task.action;
  const named =
    task.action.module === 'include_role' ? (args.get('name') ?? args.get('role')) : args.get('file');
  return named ?? freeForm?.value ?? null;
}

export function wishFor(job: Pick<TaskJob, 'task' | 'scope' | 'doubt'>, local: Dict): TaskResult | Wish {
  const held = heldBack(job, local);
  if (held && held.status !== 'unknown') return held;
  const doubt = held?.waitsFor ?? job.doubt;
  const { task, scope } = job;
  const name = scope.evaluate(nameOf(task), local, task.action.position);
  if (!name.ok) return problemResult(name.problem);
  if (name.value instanceof Unknown) return unknownResult(name.value.waitsFor, []);
  const text = textOf(name.value);
  if (text === undefined || text === '') return failedResult(`${task.action.written} names no file or role`);
  const args: Dict = new Map();
  for (const [key, raw] of task.action.args) {
    if (key === 'apply') continue;
    const value = scope.evaluate(raw, local, task.action.position);
    if (!value.ok) return problemResult(value.problem);
    args.set(key, value.value);
  }
  return { name: text, args, local, ...(doubt === undefined ? {} : { doubt }) };
}

/** Equal for inclusions that are the same. */
export function wishKey(wish: Wish): string {
  const plain = (value: Value): unknown =>
    value instanceof Map
      ? [...value].map(([key, item]) => [String(key), plain(item)])
      : Array.isArray(value)
        ? value.map(plain)
        : typeof value === 'bigint'
          ? String(value)
          : value;
  return JSON.stringify([wish.name, plain(wish.args), plain(wish.local), wish.doubt]);
}
