// Between the engine's values and the plain data of a module.
import { LazyDict } from '../document/lazy_dict.ts';
import {
  bare,
  Float,
  isDict,
  isList,
  Marked,
  marksOf,
  Undefined,
  Unknown,
  type Dict,
  type Key,
  type Value,
} from '../document/value.ts';
import type { Data, ResultData } from './contract.ts';
import { pythonText } from './python_text.ts';

/** An entry of a plain object under any name, `__proto__` too. */
function setOwn(object: { [key: string]: Data }, name: string, value: Data): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

/** Plain data of a value: marks are dropped, floats are numbers, keys are text. Undefined and Unknown become null. */
export function toData(value: Value): Data {
  const inner = bare(value);
  if (inner instanceof Float) return inner.value;
  if (inner instanceof Undefined || inner instanceof Unknown) return null;
  if (isList(inner)) return inner.map(toData);
  if (isDict(inner)) {
    const object: { [key: string]: Data } = {};
    for (const [key, item] of inner) setOwn(object, pythonText(key), toData(item));
    return object;
  }
  return inner;
}

function dictOf(entries: Iterable<readonly [Key, ResultData | undefined]>): Dict {
  const dict: Dict = new Map();
  for (const [key, item] of entries) if (item !== undefined) dict.set(key, toValue(item));
  return dict;
}

/** The engine's value of what a module gave back. Values in it stay as they are; a number with a fraction is a float. */
export function toValue(data: ResultData): Value {
  if (typeof data === 'number') return Number.isSafeInteger(data) ? data : new Float(data);
  if (typeof data !== 'object' || data === null) return data;
  if (data instanceof Marked || data instanceof Float || data instanceof Undefined || data instanceof Unknown)
    return data;
  if (Array.isArray(data)) return (data as readonly ResultData[]).map((item) => toValue(item));
  if (data instanceof Map) return dictOf(data);
  return dictOf(Object.entries(data as Readonly<Record<string, ResultData | undefined>>));
}

/** The first Unknown anywhere in a value. */
export function findUnknown(value: Value): Unknown | undefined {
  if (value instanceof Unknown) return value;
  const items = isList(value) ? value : isDict(value) ? [...value.values()] : [];
  for (const item of items) {
    const found = findUnknown(item);
    if (found) return found;
  }
  return undefined;
}

/** Texts in a value that carry the mark `secret`; all of them when `all` is set. */
export function secretTexts(value: Value, all: boolean): string[] {
  // Going through a lazy dict would evaluate every host's variables; what is read of it is seen when it is read.
  if (value instanceof LazyDict) return [];
  if (isList(value)) return value.flatMap((item) => secretTexts(item, all));
  if (isDict(value)) return [...value.values()].flatMap((item) => secretTexts(item, all));
  const inner = bare(value);
  if (!all && !marksOf(value).secret) return [];
  return typeof inner === 'string' || typeof inner === 'number' ? [String(inner)] : [];
}

/** A scalar as text; anything deeper as JSON. */
export function dataText(data: Data): string {
  if (typeof data === 'string') return data;
  return JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}
