// How marks travel: what is computed from marked text carries its marks.
import { LazyDict } from '../../document/lazy_dict.ts';
import { isNotedKey, noteKey } from '../../document/outside_text.ts';
import { type Marks, type Value, Float, Marked, joinMarks, marksOf } from '../../document/value.ts';

const none: Marks = Object.freeze({});

/**
 * The value with marks that its sources had. Text takes both marks; a number keeps only secrecy, since it cannot be
 * templated; booleans and null take none, as a condition on a secret is no secret.
 */
export function carry(value: Value, marks: Marks): Value {
  if (!marks.unsafe && !marks.secret) return value;
  if (value instanceof Marked) return value.markedToo(marks);
  if (typeof value === 'string') return new Marked(value, marks);
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Float)
    return marks.secret ? new Marked(value, { secret: true }) : value;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = carry(item, marks);
    return value;
  }
  if (value instanceof Map && !(value instanceof LazyDict))
    for (const [key, item] of value) {
      if (marks.unsafe) noteKey(key);
      value.set(key, carry(item, marks));
    }
  return value;
}

/** The marks of everything in a value. */
export function deepMarks(value: Value): Marks {
  if (value instanceof Marked) return value.marks;
  if (Array.isArray(value)) return joinAll(value);
  if (value instanceof Map && !(value instanceof LazyDict)) {
    const marks = joinAll(value.values());
    return !marks.unsafe && [...value.keys()].some(isNotedKey) ? { ...marks, unsafe: true } : marks;
  }
  return none;
}

export function joinAll(values: Iterable<Value>): Marks {
  let joined = none;
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue;
    joined = joinMarks(joined, value instanceof Marked ? marksOf(value) : deepMarks(value));
    if (joined.unsafe && joined.secret) break;
  }
  return joined;
}
