// Python's truth, equality, order and membership.
import { noteKey } from '../../document/outside_text.ts';
import {
  type Dict,
  type Integer,
  type Key,
  type Value,
  Float,
  Tuple,
  Undefined,
  Unknown,
  bare,
  marksOf,
} from '../../document/value.ts';
import { Nothing, UndefinedFailure, UnknownReached, fail } from '../failure.ts';
import { numeric } from './numbers.ts';
import { text, typeName } from './printing.ts';
import { asSpecial } from './special.ts';

/** Throws where a value is needed and there is none. */
export function needed(value: Value): Exclude<ReturnType<typeof bare>, Undefined | Unknown> {
  const inner = bare(value);
  if (inner instanceof Undefined) throw new UndefinedFailure(inner);
  if (inner instanceof Unknown) throw new UnknownReached(inner);
  return inner;
}

export function isTruthy(value: Value): boolean {
  if (value instanceof Nothing) return false;
  const inner = needed(value);
  if (typeof inner === 'boolean') return inner;
  if (inner === null) return false;
  if (typeof inner === 'string' || Array.isArray(inner)) return inner.length > 0;
  if (typeof inner === 'number' || typeof inner === 'bigint') return Number(inner) !== 0;
  if (inner instanceof Float) return inner.value !== 0;
  if (inner instanceof Map) return inner.size > 0;
  return asSpecial(inner)?.isTrue() ?? true;
}

/** Equality across number and bigint. */
function sameNumber(a: Integer, b: Integer): boolean {
  return a >= b && a <= b;
}

export function isEqual(left: Value, right: Value): boolean {
  if (left instanceof Nothing || right instanceof Nothing)
    return left instanceof Nothing && right instanceof Nothing;
  const a = needed(left);
  const b = needed(right);
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string' || a === null || b === null) return false;
  const x = numeric(a);
  const y = numeric(b);
  if (x || y) return x !== undefined && y !== undefined && sameNumber(x.value, y.value);
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a instanceof Tuple !== b instanceof Tuple || a.length !== b.length) return false;
    return a.every((item, index) => isEqual(item, b[index] ?? null));
  }
  if (a instanceof Map && b instanceof Map) {
    if (a.size !== b.size) return false;
    for (const [key, item] of a) {
      const other = b.get(key);
      if (other === undefined || !isEqual(item, other)) return false;
    }
    return true;
  }
  const special = asSpecial(a);
  const other = asSpecial(b);
  return special !== undefined && other !== undefined && special.compare?.(other) === 0;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  // Python orders by code point; UTF-16 order differs only where surrogates are involved.
  if (!/[\ud800-\udfff]/.test(a + b)) return a < b ? -1 : 1;
  const left = Array.from(a);
  const right = Array.from(b);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Order of two values: negative, 0 or positive. Fails when Python has no order for their types. */
export function compare(left: Value, right: Value, operator = '<'): number {
  const a = needed(left);
  const b = needed(right);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const x = numeric(a);
  const y = numeric(b);
  if (x && y) return x.value < y.value ? -1 : x.value > y.value ? 1 : sameNumber(x.value, y.value) ? 0 : NaN;
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
    for (const [index, item] of a.entries()) {
      const other = b[index];
      if (other === undefined) return 1;
      if (!isEqual(item, other)) return compare(item, other, operator);
    }
    return a.length - b.length;
  }
  const special = asSpecial(a);
  const other = asSpecial(b);
  const order = special && other ? special.compare?.(other) : undefined;
  if (order !== undefined) return order;
  return fail(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

/** A value as a dict's key. */
export function keyOf(value: Value): Key {
  const inner = needed(value);
  if (inner instanceof Float) {
    if (Number.isSafeInteger(inner.value)) return inner.value;
    return text(inner);
  }
  if (inner instanceof Tuple) return text(inner);
  if (inner !== null && typeof inner === 'object') return fail(`unhashable type: '${typeName(inner)}'`);
  if (marksOf(value).unsafe) noteKey(inner);
  return inner;
}

/** Whether a dict has the key; a boolean is the same key as 0 or 1. */
export function findKey(dict: Dict, key: Key): Key | undefined {
  if (dict.has(key)) return key;
  if (key === true || key === 1) return [1, true].find((twin) => dict.has(twin));
  if (key === false || key === 0) return [0, false].find((twin) => dict.has(twin));
  return undefined;
}

export function contains(container: Value, item: Value): boolean {
  const inner = needed(container);
  if (typeof inner === 'string') {
    const part = needed(item);
    if (typeof part !== 'string')
      return fail(`'in <string>' requires string as left operand, not ${typeName(part)}`);
    return inner.includes(part);
  }
  if (inner instanceof Map) return findKey(inner, keyOf(item)) !== undefined;
  const items = Array.isArray(inner) ? inner : asSpecial(inner)?.items?.();
  if (items) return items.some((other) => isEqual(other, item));
  return fail(`argument of type '${typeName(inner)}' is not iterable`);
}
