// x.name and x[index] as Jinja2 resolves them on Python's values: attributes are Python's methods, then a dict's keys.
// Only tables written here are consulted, never an object's own properties, so no template reaches JavaScript.
import { type Value, Float, Undefined, Unknown, bare, Locked } from '../../document/value.ts';
import { Nothing, UndefinedFailure, fail } from '../failure.ts';
import { findKey, keyOf, needed } from './compare.ts';
import { carry } from './marks.ts';
import { marksOf } from '../../document/value.ts';
import { methodOf } from './methods.ts';
import { namedItem } from './named_tuple.ts';
import { asInteger } from './numbers.ts';
import { reprText } from '../../document/python_text.ts';
import { text, typeName } from './printing.ts';
import { characters, itemAt } from './sequence.ts';
import { asSpecial } from './special.ts';

function kind(value: Value): string {
  return `${typeName(value)} object`;
}

function missing(target: Value, name: string, path: string): Undefined {
  return new Undefined(path, `'${kind(target)}' has no attribute ${reprText(name)}`);
}

function fromDict(target: Value, name: Value): Value | undefined {
  const inner = bare(target);
  if (!(inner instanceof Map)) return undefined;
  const key = findKey(inner, keyOf(name));
  return key === undefined ? undefined : inner.get(key);
}

/** x.name: a method or field first, then a key. A missing name is Undefined, named by `path`. */
export function attribute(target: Value, name: string, path: string): Value {
  const inner = bare(target);
  if (inner instanceof Nothing || inner instanceof Locked) throw new UndefinedFailure(inner);
  if (inner instanceof Undefined) return inner;
  if (inner instanceof Unknown) return inner.entry(name);
  const field = namedItem(inner, name);
  if (field !== undefined) return field;
  const own = asSpecial(inner)?.attribute?.(name) ?? methodOf(target, name);
  const found = own === undefined ? fromDict(target, name) : own;
  return found === undefined ? missing(target, name, path) : found;
}

/** x[index]: a key or place first, then an attribute. */
export function item(target: Value, index: Value, path: string): Value {
  const inner = bare(target);
  if (inner instanceof Locked) throw new UndefinedFailure(inner);
  if (inner instanceof Undefined) return inner;
  const key = needed(index);
  if (inner instanceof Unknown)
    return typeof key === 'string' ? inner.entry(key) : new Unknown(inner.waitsFor, { mayBeMissing: true });
  if (inner instanceof Map) {
    if (key instanceof Float || (key !== null && typeof key === 'object'))
      return fail(`unhashable type: '${typeName(key)}'`);
    const found = fromDict(inner, key);
    if (found !== undefined) return found;
  } else if (Array.isArray(inner) || typeof inner === 'string') {
    const place = typeof key === 'boolean' ? Number(key) : asInteger(key);
    if (place !== undefined) {
      const found =
        typeof inner === 'string' ? itemAt(characters(inner), Number(place)) : itemAt(inner, Number(place));
      if (found !== undefined) return typeof inner === 'string' ? carry(found, marksOf(target)) : found;
      return new Undefined(path, `${typeName(target)} object has no element ${String(place)}`);
    }
  }
  if (typeof key === 'string') {
    const found = namedItem(inner, key) ?? asSpecial(inner)?.attribute?.(key) ?? methodOf(target, key);
    if (found !== undefined) return found;
    return missing(target, key, path);
  }
  return new Undefined(path, `${kind(target)} has no element ${text(key)}`);
}
