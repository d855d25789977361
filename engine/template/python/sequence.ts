// Iteration, length, index and slice as Python has them. Text counts in code points.
import { keyValue } from '../../document/outside.ts';
import { type Key, type Value, Tuple, marksOf, tuple } from '../../document/value.ts';
import { Nothing, fail } from '../failure.ts';
import { needed } from './compare.ts';
import { carry } from './marks.ts';
import { asInteger } from './numbers.ts';
import { typeName } from './printing.ts';
import { asSpecial } from './special.ts';

const surrogates = /[\ud800-\udfff]/;

export function characters(text: string): string[] {
  return surrogates.test(text) ? Array.from(text) : text.split('');
}

/** The items of anything that can be iterated; undefined when it cannot. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value instanceof Nothing) return [];
  const inner = needed(value);
  if (Array.isArray(inner)) return inner;
  if (inner instanceof Map) return [...inner.keys()].map(keyValue);
  if (typeof inner === 'string') {
    const marks = marksOf(value);
    return characters(inner).map((character) => carry(character, marks));
  }
  return asSpecial(inner)?.items?.();
}

/** An entry of a dict as Python gives it. */
export function pairOf([key, value]: readonly [Key, Value]): Value {
  return tuple([keyValue(key), value]);
}

export function iterate(value: Value): readonly Value[] {
  return itemsOf(value) ?? fail(`'${typeName(value)}' object is not iterable`);
}

export function lengthOf(value: Value): number {
  if (value instanceof Nothing) return 0;
  const inner = needed(value);
  if (typeof inner === 'string') return surrogates.test(inner) ? Array.from(inner).length : inner.length;
  if (Array.isArray(inner)) return inner.length;
  if (inner instanceof Map) return inner.size;
  return asSpecial(inner)?.items?.()?.length ?? fail(`object of type '${typeName(value)}' has no len()`);
}

function bound(
  value: Value | undefined,
  length: number,
  fallback: number,
  low: number,
  high: number,
): number {
  if (value === undefined || value === null) return fallback;
  const index = asInteger(value);
  if (index === undefined) return fail('slice indices must be integers or None');
  const absolute = index < 0 ? Number(index) + length : Number(index);
  return Math.min(Math.max(absolute, low), high);
}

function sliced<T>(items: readonly T[], start?: Value, stop?: Value, step?: Value): T[] {
  const stride =
    step === undefined || step === null
      ? 1
      : Number(asInteger(step) ?? fail('slice indices must be integers or None'));
  if (stride === 0) return fail('slice step cannot be zero');
  const count = items.length;
  const isForward = stride > 0;
  const [low, high] = isForward ? [0, count] : [-1, count - 1];
  const from = bound(start, count, isForward ? 0 : count - 1, low, high);
  const to = bound(stop, count, isForward ? count : -1, low, high);
  const picked: T[] = [];
  for (let index = from; isForward ? index < to : index > to; index += stride) picked.push(items[index] as T);
  return picked;
}

export function slice(value: Value, start?: Value, stop?: Value, step?: Value): Value {
  const inner = needed(value);
  if (typeof inner === 'string')
    return carry(sliced(characters(inner), start, stop, step).join(''), marksOf(value));
  if (inner instanceof Tuple) return tuple(sliced(inner, start, stop, step));
  if (Array.isArray(inner)) return sliced(inner, start, stop, step);
  return fail(`'${typeName(value)}' object is not subscriptable`);
}

/** The item at an index, counted from the end when negative; undefined when out of range. */
export function itemAt(items: readonly Value[], index: number): Value | undefined {
  return items[index < 0 ? index + items.length : index];
}
