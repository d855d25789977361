// Lookups over lists and dicts: what `with_items` and its kin loop over.
import { keyValue } from '../../document/outside.ts';
import { type Dict, type Key, type Value, bare, isDict, textOf, tuple } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { flatten } from '../filters/lists.ts';
import { product } from '../filters/sets.ts';
import type { Lookup, Options, Table } from '../interpreter/tools.ts';
import { isTruthy, keyOf } from '../python/compare.ts';
import { parseInteger } from '../python/numbers.ts';
import { formatPercent } from '../python/percent.ts';
import { text } from '../python/printing.ts';
import { iterate } from '../python/sequence.ts';

function lists(terms: readonly Value[], name: string): (readonly Value[])[] {
  if (terms.length === 0) return fail(`with_${name} requires at least one element in each list`);
  return terms.map((term) => {
    const inner = bare(term);
    return Array.isArray(inner) ? inner : [term];
  });
}

function together(terms: readonly Value[]): Value[] {
  const all = lists(terms, 'together');
  const length = all.reduce((most, items) => Math.max(most, items.length), 0);
  return Array.from({ length }, (_, index) => all.map((items) => items[index] ?? null));
}

function fromDict(terms: readonly Value[]): Value[] {
  return terms.flatMap((term) => {
    const inner = bare(term);
    if (!isDict(inner)) return fail('with_dict expects a dict');
    return [...inner].map(
      ([key, value]): Dict =>
        new Map<Key, Value>([
          ['key', keyValue(key)],
          ['value', value],
        ]),
    );
  });
}

/** The element without the list that its items are taken from, as ansible-core's lookup gives it. */
function without(value: Value, [key, ...keys]: readonly string[]): Value {
  const inner = bare(value);
  if (key === undefined || !isDict(inner)) return value;
  const copy: Dict = new Map(inner);
  const below = copy.get(keyOf(key));
  if (keys.length === 0 || below === undefined) copy.delete(keyOf(key));
  else copy.set(keyOf(key), without(below, keys));
  return copy;
}

/** A result of a task that was skipped, or of an item that was, has no elements. */
function wasSkipped(value: Dict): boolean {
  const skipped = value.get('skipped');
  return skipped !== undefined && bare(skipped) !== false;
}

function subelements(terms: readonly Value[]): Value[] {
  const [source, path, flags] = terms;
  const elements = bare(source ?? null);
  const keys = text(path ?? fail('subelements lookup expects a list of two or three items')).split('.');
  const given = bare(flags ?? null);
  const isSkipping = isDict(given) && isTruthy(given.get('skip_missing') ?? false);
  if (isDict(elements) && wasSkipped(elements)) return [];
  return (isDict(elements) ? [...elements.values()] : iterate(elements)).flatMap((element) => {
    const whole = bare(element);
    if (!isDict(whole)) return fail(`subelements lookup expects a dictionary, got '${text(element)}'`);
    if (wasSkipped(whole)) return [];
    let value: Value | undefined = element;
    for (const key of keys) {
      const inner: Value | undefined = value === undefined ? undefined : bare(value);
      value = inner !== undefined && isDict(inner) ? inner.get(keyOf(key)) : undefined;
    }
    if (value === undefined)
      return isSkipping
        ? []
        : fail(`could not find '${keys.join('.')}' key in iterated item '${text(element)}'`);
    const items = bare(value);
    if (!Array.isArray(items))
      return fail(`the key ${keys.join('.')} should point to a list, got '${text(items)}'`);
    const rest = without(element, keys);
    return items.map((entry) => tuple([rest, entry]));
  });
}

const shortcut = /^(?:(0x[\da-f]+|0o?[0-7]+|\d+)-)?(0x[\da-f]+|0o?[0-7]+|\d+)(?:\/(-?\d+))?(?::(.+))?$/i;

interface Sequence {
  start: number;
  end: number | undefined;
  count: number | undefined;
  stride: number;
  format: string;
}

function number(source: string): number {
  const value = parseInteger(/^0[0-7]+$/.test(source) ? `0o${source}` : source, 0);
  return value === undefined ? fail(`sequence: ${source} is no number`) : Number(value);
}

function readSequence(term: string, options: Options): Sequence {
  const made: Sequence = { start: 1, end: undefined, count: undefined, stride: 1, format: '%d' };
  const short = shortcut.exec(term.trim());
  if (short) {
    const [, start, end, stride, format]: readonly (string | undefined)[] = short;
    if (start !== undefined) made.start = number(start);
    if (end !== undefined) made.end = number(end);
    if (stride !== undefined) made.stride = number(stride);
    if (format !== undefined) made.format = format;
    return made;
  }
  const pairs = [...term.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const);
  for (const [name, value] of [
    ...pairs,
    ...[...options].map(([key, entry]) => [key, text(entry)] as const),
  ]) {
    if (name === 'format') made.format = value;
    else if (name === 'start' || name === 'end' || name === 'count' || name === 'stride')
      made[name] = number(value);
    else fail(`sequence: there is no option ${name}`);
  }
  return made;
}

function sequence(terms: readonly Value[], options: Options): Value[] {
  return terms.flatMap((term) => {
    const { start, stride, format, count, end: given } = readSequence(text(term), options);
    if (count === undefined && given === undefined) return fail('sequence: must specify count or end');
    if (count === 0 || stride === 0) return [];
    const end = count === undefined ? (given ?? 0) : start + count * stride - stride;
    if (stride > 0 && end < start) return fail('sequence: to count backwards make stride negative');
    if (stride < 0 && end > start) return fail('sequence: to count forward do not make stride negative');
    const length = Math.floor((end - start) / stride) + 1;
    return Array.from({ length }, (_, index) => formatPercent(format, start + index * stride));
  });
}

/** community.general.flattened: all levels, texts kept. */
function flattenedAll(terms: readonly Value[]): Value[] {
  return flatten(terms, Infinity, true);
}

export const listLookups: Table<Lookup> = {
  items: { run: (terms) => flatten(terms, 1, false) },
  list: { run: (terms) => terms },
  flattened: { run: flattenedAll },
  together: { run: together },
  nested: {
    run: (terms) =>
      product(lists(terms, 'nested')).map((row) => row.flatMap((entry) => flatten([entry], 1, false))),
  },
  cartesian: { run: (terms) => product(lists(terms, 'cartesian')) },
  dict: { run: fromDict },
  subelements: { run: subelements },
  indexed_items: {
    run: (terms) => flatten(terms, 1, false).map((entry, index) => tuple([index, entry])),
  },
  sequence: { run: sequence },
  random_choice: {
    run: (terms) => {
      const chosen = terms[Math.floor(Math.random() * terms.length)];
      return chosen === undefined ? [] : [chosen];
    },
    impure: true,
  },
};

/** The text of a term, which must be text. */
export function termText(term: Value, lookup: string): string {
  return textOf(term) ?? fail(`lookup ${lookup} expects text, not '${text(term)}'`);
}
