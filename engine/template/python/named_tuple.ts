// Tuples whose places have names too, as `groupby` gives them.
import { type Tuple, type Value, tuple } from '../../document/value.ts';

const fields = new WeakMap<object, readonly string[]>();

export function namedTuple(names: readonly string[], items: readonly Value[]): Tuple {
  const made = tuple(items);
  fields.set(made, names);
  return made;
}

/** The item at a named place; undefined when the value has no such name. */
export function namedItem(value: Value, name: string): Value | undefined {
  if (!Array.isArray(value)) return undefined;
  const place = fields.get(value)?.indexOf(name) ?? -1;
  return place < 0 ? undefined : value[place];
}
