// Keywords of a task as they hold for one host: the nearest one up the chain of parents, its templates replaced.
import { type Outcome, success } from '../document/diagnostic.ts';
import {
  bare,
  type Dict,
  isDict,
  isList,
  type Position,
  textOf,
  Undefined,
  Unknown,
  type Value,
  missingText,
} from '../document/value.ts';
import { effectiveKeyword } from '../playbook/inherit.ts';
import type { Located, Node, Play } from '../playbook/model.ts';
import { isOmit } from '../template/omit.ts';

export type Keyworded = Node | Play;

/** Gives a keyword's value with its templates replaced. */
export type Evaluate = (value: Value, position?: Position) => Outcome<Value>;

export type KeywordValue<T> =
  | { readonly ok: true; readonly value: T | undefined }
  | { readonly ok: false; readonly message: string; readonly position: Position; readonly waitsFor?: string };

/** A keyword evaluated and read as the type that it must have. */
export function readKeyword<T>(
  node: Keyworded,
  name: string,
  evaluate: Evaluate,
  read: (value: Value) => T | undefined,
): KeywordValue<T> {
  const raw = effectiveKeyword(node, name);
  if (!raw) return { ok: true, value: undefined };
  const evaluated = evaluate(raw.value, raw.position);
  if (!evaluated.ok)
    return {
      ok: false,
      message: evaluated.problem.summary,
      position: evaluated.problem.position ?? raw.position,
    };
  const value = evaluated.value;
  if (value instanceof Unknown)
    return {
      ok: false,
      message: `${name} waits for ${value.waitsFor}`,
      position: raw.position,
      waitsFor: value.waitsFor,
    };
  if (value instanceof Undefined) return { ok: false, message: missingText(value), position: raw.position };
  if (bare(value) === null || bare(value) === '' || isOmit(value)) return { ok: true, value: undefined };
  const result = read(value);
  return result === undefined
    ? { ok: false, message: `${name} has a value of the wrong type`, position: raw.position }
    : { ok: true, value: result };
}

const trueWords = new Set(['yes', 'on', '1', 'true', 'y', 't']);
const falseWords = new Set(['no', 'off', '0', 'false', 'n', 'f']);

export function asBoolean(value: Value): boolean | undefined {
  const inner = bare(value);
  if (typeof inner === 'boolean') return inner;
  const word = typeof inner === 'number' ? String(inner) : textOf(value)?.trim().toLowerCase();
  if (word === undefined) return undefined;
  return trueWords.has(word) ? true : falseWords.has(word) ? false : undefined;
}

export function asNumber(value: Value): number | undefined {
  const inner = bare(value);
  if (typeof inner === 'number') return inner;
  if (typeof inner === 'object' && inner !== null && 'value' in inner && typeof inner.value === 'number')
    return inner.value;
  const text = textOf(value)?.trim();
  return text === undefined || text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

export function asText(value: Value): string | undefined {
  const inner = bare(value);
  if (typeof inner === 'string') return inner;
  return typeof inner === 'number' || typeof inner === 'bigint' ? String(inner) : undefined;
}

/** One value or a list of them, as a list of texts: `tags: a`, `tags: [a, b]`. */
export function asTextList(value: Value): string[] | undefined {
  if (!isList(value)) {
    const one = asText(value);
    return one === undefined ? undefined : [one];
  }
  const texts = value.map(asText);
  return texts.some((text) => text === undefined) ? undefined : (texts as string[]);
}

/** `environment` or `module_defaults`: dicts laid over each other, the nearest on top. */
export function mergedDict(parts: readonly Located[], evaluate: Evaluate): Outcome<Dict> {
  const merged: Dict = new Map();
  for (const part of parts) {
    const evaluated = evaluate(part.value, part.position);
    if (!evaluated.ok) return evaluated;
    if (isDict(evaluated.value)) for (const [key, value] of evaluated.value) merged.set(key, value);
  }
  return success(merged);
}

/** A name or a list of names, evaluated; what cannot be evaluated is left out (the check at load told of it). */
export function evaluateTexts(value: Value, evaluate: Evaluate, position?: Position): string[] {
  const evaluated = evaluate(value, position);
  return evaluated.ok ? (asTextList(evaluated.value) ?? []) : [];
}
