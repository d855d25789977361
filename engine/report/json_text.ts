// Plain data as JSON, with numbers as Python's json prints them: 2.0, 1e+16, integers of any size.
import { pythonFloat } from '../document/python_text.ts';
import { Float } from '../document/value.ts';
import type { Plain } from './redact.ts';

/** What Python prints for people and JSON has no word for. */
const words = new Map([
  ['nan', 'NaN'],
  ['inf', 'Infinity'],
  ['-inf', '-Infinity'],
]);

/** `indent` 0 is one line without spaces, for programs: strict JSON, in which what is no number is null. */
export function jsonText(value: Plain, indent = 0, level = 0): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Float) {
    const text = pythonFloat(value.value);
    const word = words.get(text);
    return word === undefined ? text : indent === 0 ? 'null' : word;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = (item: Plain): string => jsonText(item, indent, level + 1);
  if (Array.isArray(value)) return enclosed('[', value.map(inner), ']', indent, level);
  const colon = indent === 0 ? ':' : ': ';
  const entries = Object.entries(value).map(([key, item]) => JSON.stringify(key) + colon + inner(item));
  return enclosed('{', entries, '}', indent, level);
}

function enclosed(
  open: string,
  items: readonly string[],
  close: string,
  indent: number,
  level: number,
): string {
  if (items.length === 0 || indent === 0) return open + items.join(',') + close;
  const gap = `\n${' '.repeat(indent * (level + 1))}`;
  return `${open}${gap}${items.join(`,${gap}`)}\n${' '.repeat(indent * level)}${close}`;
}

/** Keys in alphabetical order, as in Ansible's output. */
export function sortedData(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(sortedData);
  if (typeof value !== 'object' || value === null || value instanceof Float) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sortedData(inner)]),
  );
}
