// What `register` gets, made from what a module gave back, in Ansible's names.
import type { Diagnostic } from '../document/diagnostic.ts';
import { couldBeEvaluated, noteKey } from '../document/outside_text.ts';
import {
  bare,
  type Dict,
  isDict,
  isList,
  marksOf,
  textOf,
  Unknown,
  type Value,
  withMarks,
} from '../document/value.ts';
import type { Output, ResultData } from '../module/contract.ts';
import { toValue } from '../module/data.ts';
import type { Status, TaskResult } from './events.ts';
import type { Secrets } from './secrets.ts';

/** Marks what came from outside: text that could be evaluated never is, text that holds a secret, or a part of it, is one. */
export function fromOutside(value: Value, secrets: Secrets): Value {
  if (isList(value)) {
    const parts = secrets.partsIn(value.map((item) => textOf(item) ?? ''));
    return value.map((item, index) => {
      const told = fromOutside(item, secrets);
      return parts.has(index) ? withMarks(told, { secret: true }) : told;
    });
  }
  if (isDict(value)) {
    for (const key of value.keys()) noteKey(key);
    return new Map([...value].map(([key, item]) => [key, fromOutside(item, secrets)]));
  }
  const text = bare(value);
  if (typeof text !== 'string') return value;
  const secret = !marksOf(value).secret && secrets.isIn(text);
  const unsafe = couldBeEvaluated(text);
  return secret || unsafe
    ? withMarks(value, { ...(secret ? { secret } : {}), ...(unsafe ? { unsafe } : {}) })
    : value;
}

export function resultDict(
  result: { readonly [key: string]: ResultData | undefined },
  secrets: Secrets,
): Dict {
  const values: Dict = new Map();
  for (const [key, data] of Object.entries(result))
    if (data !== undefined) values.set(key, fromOutside(toValue(data), secrets));
  return values;
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A failed script's output under the names that the command module uses. */
export function outputValues(output: Output): { readonly [key: string]: ResultData } {
  const stdout = output.stdout.toString('utf8').replace(/\r?\n$/, '');
  const stderr = output.stderr.toString('utf8').replace(/\r?\n$/, '');
  return {
    rc: output.rc,
    stdout,
    stderr,
    stdout_lines: splitLines(stdout),
    stderr_lines: splitLines(stderr),
  };
}

const blank: Omit<TaskResult, 'status' | 'values'> = {
  ignored: false,
  item: undefined,
  noLog: false,
  message: undefined,
  differences: [],
  warnings: [],
  durationMs: 0,
  roundTrips: 0,
  bytes: 0,
};

export function makeResult(status: Status, values: Dict, more: Partial<TaskResult> = {}): TaskResult {
  const message = textOf(values.get('msg') ?? null);
  return { ...blank, status, values, ...(message === undefined ? {} : { message }), ...more };
}

export function failedResult(message: string, more: Partial<TaskResult> = {}): TaskResult {
  return makeResult(
    'failed',
    new Map<string, Value>([
      ['changed', false],
      ['failed', true],
      ['msg', message],
    ]),
    more,
  );
}

export function problemResult(problem: Diagnostic, lead = ''): TaskResult {
  const text = `${lead}${problem.summary}${problem.detail === undefined ? '' : `. ${problem.detail}`}`;
  return failedResult(text, { problem, endsLoop: true });
}

export function skippedResult(reason: string, more: { readonly [key: string]: Value } = {}): TaskResult {
  return makeResult(
    'skipped',
    new Map<string, Value>([
      ['changed', false],
      ['skipped', true],
      ['skip_reason', reason],
      ...Object.entries(more),
    ]),
    { message: reason },
  );
}

/** Check mode: nothing can be told of this task before what it waits for was done. */
export function unknownResult(
  waitsFor: string,
  names: readonly string[],
  changesNothing = false,
): TaskResult {
  const values: Dict = new Map<string, Value>(names.map((name) => [name, new Unknown(waitsFor)]));
  values.set('changed', changesNothing ? false : new Unknown(waitsFor));
  values.set('failed', false);
  return makeResult('unknown', values, { waitsFor, message: `waits for ${waitsFor}`, open: waitsFor });
}

/** What `register` gets. A result that check mode cannot tell whole has entries that are unknown, named or not. */
export function registered({ values, open }: TaskResult): Value {
  if (open === undefined) return values;
  const known: Dict = new Map<string, Value>([
    ['skipped', false],
    ['unreachable', false],
    ...(values as Map<string, Value>),
  ]);
  return new Unknown(open, { known });
}

export function unreachableResult(message: string): TaskResult {
  return makeResult(
    'unreachable',
    new Map<string, Value>([
      ['changed', false],
      ['unreachable', true],
      ['msg', message],
    ]),
  );
}

/** The same result with other values laid over it and its status read from them again. */
export function withValues(result: TaskResult, changes: { readonly [key: string]: Value }): TaskResult {
  const values: Dict = new Map([...result.values, ...Object.entries(changes)]);
  return { ...result, values };
}

/** The result of what the first Ctrl-C kept from its end. */
export function cutShort(result: TaskResult, why: string): TaskResult {
  const message = `Cut by the interrupt: ${why}`;
  return { ...withValues(result, { failed: true, msg: message }), status: 'failed', message, cut: true };
}
