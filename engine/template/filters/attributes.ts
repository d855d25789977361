// How filters such as map, sort and groupby reach into their items: 'a.b.0' is item by item, a number is an index.
import { type Value, Undefined, bare } from '../../document/value.ts';
import { item } from '../python/access.ts';
import { text } from '../python/printing.ts';

/** A function that reads an attribute path of an item; `fallback` replaces a missing one. */
export function attributeGetter(path: Value, fallback?: Value): (entry: Value) => Value {
  const inner = bare(path);
  const steps: Value[] =
    typeof inner === 'string'
      ? inner.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
      : [inner];
  return (entry) => {
    let value = entry;
    for (const step of steps) {
      value = item(value, step, text(path));
      if (value instanceof Undefined && fallback !== undefined) return fallback;
    }
    return value;
  };
}

/** Text in lower case for comparison, unless case matters. */
export function foldCase(value: Value, isCaseSensitive: boolean): Value {
  const inner = bare(value);
  return typeof inner === 'string' && !isCaseSensitive ? inner.toLowerCase() : inner;
}
