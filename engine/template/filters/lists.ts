// Lists: picking, ordering, mapping.
import { type Value, Undefined, bare } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table, Tools } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { namedTuple } from '../python/named_tuple.ts';
import { compare, isEqual, isTruthy, needed } from '../python/compare.ts';
import { binary } from '../python/operators.ts';
import { numeric } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import { iterate, itemAt, lengthOf } from '../python/sequence.ts';
import { attributeGetter, foldCase } from './attributes.ts';

function missing(what: string): Undefined {
  return new Undefined(what, `No ${what} item, sequence was empty`);
}

/** Jinja2 takes what is false (None, 0, false, empty text) for an empty list here. */
function itemsOrNone(value: Value): readonly Value[] {
  return isTruthy(value) ? iterate(value) : [];
}

function mapValues(args: Args, tools: Tools): Value {
  const items = itemsOrNone(args.value('value'));
  const attribute = args.named.get('attribute');
  if (attribute !== undefined && args.rest.length === 0) {
    const read = attributeGetter(attribute, args.named.get('default'));
    return items.map(read);
  }
  const [name, ...rest] = args.rest;
  if (name === undefined) return fail('map requires a filter argument');
  return items.map((entry) => tools.filter(text(name), entry, { positional: rest, named: args.named }));
}

/** select, reject, selectattr, rejectattr. Without a test, truth decides. */
function choose(args: Args, tools: Tools, keeps: boolean, byAttribute: boolean): Value {
  const [attribute, rest] = byAttribute ? [args.rest[0], args.rest.slice(1)] : [undefined, args.rest];
  if (byAttribute && attribute === undefined) return fail('the attribute to look at is missing');
  const read = attribute === undefined ? (entry: Value): Value => entry : attributeGetter(attribute);
  const [name, ...positional] = rest;
  return itemsOrNone(args.value('value')).filter((entry) => {
    const value = read(entry);
    const holds =
      name === undefined ? isTruthy(value) : tools.test(text(name), value, { positional, named: args.named });
    return holds === keeps;
  });
}

function sort(args: Args): Value {
  const isCaseSensitive = args.bool('case_sensitive', false);
  const reads = args.has('attribute')
    ? text(args.value('attribute'))
        .split(',')
        .map((path) => attributeGetter(/^\d+$/.test(path) ? Number(path) : path))
    : [(entry: Value): Value => entry];
  const keyed = iterate(args.value('value')).map((entry) => ({
    entry,
    keys: reads.map((read) => foldCase(read(entry), isCaseSensitive)),
  }));
  const sign = args.bool('reverse', false) ? -1 : 1;
  keyed.sort((a, b) => {
    for (const [index, key] of a.keys.entries()) {
      const other = b.keys[index] ?? null;
      const order = isEqual(key, other) ? 0 : compare(key, other);
      if (order !== 0) return sign * order;
    }
    return 0;
  });
  return keyed.map(({ entry }) => entry);
}

/** One key for 1, 1.0 and true, which are equal in Python; undefined for what is no scalar. */
function scalarKey(inner: ReturnType<typeof needed>): string | number | bigint | null | undefined {
  const number = numeric(inner);
  if (number) return number.value;
  return inner === null || typeof inner === 'string' ? inner : undefined;
}

/** A set of values by equality: scalars by a key, the rest by comparing. */
export class Seen {
  readonly #scalars = new Set<unknown>();
  readonly #others: Value[] = [];
  /** Whether it was there already. */
  add(value: Value): boolean {
    if (this.has(value)) return true;
    const inner = needed(value);
    const key = scalarKey(inner);
    if (key === undefined) this.#others.push(inner);
    else this.#scalars.add(key);
    return false;
  }
  has(value: Value): boolean {
    const inner = needed(value);
    const key = scalarKey(inner);
    if (key !== undefined) return this.#scalars.has(key);
    return this.#others.some((other) => isEqual(other, inner));
  }
}

function unique(args: Args): Value {
  const seen = new Seen();
  const isCaseSensitive = args.optional('case_sensitive') !== undefined && args.bool('case_sensitive', false);
  // Without the option Ansible compares text case by case, Jinja2's own default notwithstanding.
  const folds = args.has('case_sensitive') ? !isCaseSensitive : true;
  const read = args.has('attribute')
    ? attributeGetter(args.value('attribute'))
    : (entry: Value): Value => entry;
  return iterate(args.value('value')).filter((entry) => !seen.add(foldCase(read(entry), !folds)));
}

const isNull = (value: Value): boolean => {
  const inner = bare(value);
  return inner === null || inner === 'None' || inner === 'null';
};

export function flatten(items: readonly Value[], levels: number, skipsNulls: boolean): Value[] {
  return items.flatMap((entry) => {
    if (skipsNulls && isNull(entry)) return [];
    const inner = bare(entry);
    return Array.isArray(inner) && levels > 0 ? flatten(inner, levels - 1, skipsNulls) : [entry];
  });
}

function extreme(args: Args, sign: number): Value {
  const isCaseSensitive = args.bool('case_sensitive', false);
  const read = args.has('attribute')
    ? attributeGetter(args.value('attribute'))
    : (entry: Value): Value => entry;
  const items = iterate(args.value('value'));
  const [first] = items;
  if (first === undefined) return missing('aggregated');
  const key = (entry: Value): Value => foldCase(read(entry), isCaseSensitive);
  return items
    .slice(1)
    .reduce((best, entry) => (sign * compare(key(entry), key(best)) > 0 ? entry : best), first);
}

function sum(args: Args): Value {
  const read = args.has('attribute')
    ? attributeGetter(args.value('attribute'))
    : (entry: Value): Value => entry;
  return iterate(args.value('value')).reduce(
    (total, entry) => binary('+', total, read(entry)),
    args.optional('start') ?? 0,
  );
}

function groupBy(args: Args): Value {
  const read = attributeGetter(args.value('attribute'), args.optional('default'));
  const isCaseSensitive = args.bool('case_sensitive', false);
  const groups: { key: Value; first: Value; items: Value[] }[] = [];
  const sorted = sort(argsFor(args, isCaseSensitive));
  for (const entry of iterate(sorted)) {
    const value = read(entry);
    const key = foldCase(value, isCaseSensitive);
    const last = groups.at(-1);
    if (last && isEqual(last.key, key)) last.items.push(entry);
    else groups.push({ key, first: value, items: [entry] });
  }
  return groups.map(({ first, items }) => namedTuple(['grouper', 'list'], [first, items]));
}

function argsFor(args: Args, isCaseSensitive: boolean): Args {
  const values = new Map<string, Value>([
    ['value', args.value('value')],
    ['attribute', args.value('attribute')],
    ['case_sensitive', isCaseSensitive],
  ]);
  return args.with(values);
}

function batch(args: Args): Value {
  const size = args.count('linecount');
  const items = iterate(args.value('value'));
  const rows: Value[] = [];
  for (let index = 0; index < items.length; index += size) {
    const row = items.slice(index, index + size);
    while (args.has('fill_with') && row.length < size) row.push(args.value('fill_with'));
    rows.push(row);
  }
  return rows;
}

function sliceColumns(args: Args): Value {
  const count = args.count('slices');
  const items = iterate(args.value('value'));
  const size = Math.floor(items.length / count);
  const longer = items.length % count;
  let offset = 0;
  return Array.from({ length: count }, (_, column) => {
    const taken = items.slice(offset, offset + size + (column < longer ? 1 : 0));
    offset += taken.length;
    if (args.has('fill_with') && column >= longer && longer > 0) taken.push(args.value('fill_with'));
    return taken;
  });
}

function pick(args: Args, index: number): Value {
  const found = itemAt(iterate(args.value('value')), index);
  return found === undefined ? missing(index === 0 ? 'first' : 'last') : found;
}

function list(args: Args): Value {
  return [...iterate(args.value('value'))];
}

function reverse(args: Args): Value {
  const value = bare(args.value('value'));
  if (typeof value === 'string') return Array.from(value).reverse().join('');
  return [...iterate(value)].reverse();
}

const picks = { passes: true } as const;

export const listFilters: Table<Filter> = {
  list: { parameters: 'value', run: list, ...picks },
  map: { parameters: 'value *filter **named', run: mapValues, ...picks },
  select: {
    parameters: 'value *test **named',
    run: (args, tools) => choose(args, tools, true, false),
    ...picks,
  },
  reject: {
    parameters: 'value *test **named',
    run: (args, tools) => choose(args, tools, false, false),
    ...picks,
  },
  selectattr: {
    parameters: 'value *test **named',
    run: (args, tools) => choose(args, tools, true, true),
    ...picks,
  },
  rejectattr: {
    parameters: 'value *test **named',
    run: (args, tools) => choose(args, tools, false, true),
    ...picks,
  },
  sort: { parameters: 'value reverse case_sensitive attribute', run: sort, ...picks },
  unique: { parameters: 'value case_sensitive attribute', run: unique, ...picks },
  flatten: {
    parameters: 'value levels skip_nulls',
    run: (args) =>
      flatten(iterate(args.value('value')), args.count('levels', Infinity), args.bool('skip_nulls', true)),
    ...picks,
  },
  first: {
    parameters: 'value',
    run: (args) => pick(args, 0),
    ...picks,
  },
  last: {
    parameters: 'value',
    run: (args) => pick(args, -1),
    ...picks,
  },
  length: { parameters: 'value', run: (args) => lengthOf(args.value('value')), ...picks },
  count: { parameters: 'value', run: (args) => lengthOf(args.value('value')), ...picks },
  reverse: { parameters: 'value', run: reverse },
  min: { parameters: 'value case_sensitive attribute', run: (args) => extreme(args, -1), ...picks },
  max: { parameters: 'value case_sensitive attribute', run: (args) => extreme(args, 1), ...picks },
  sum: { parameters: 'value attribute start', run: sum },
  groupby: { parameters: 'value attribute default case_sensitive', run: groupBy, ...picks },
  batch: { parameters: 'value linecount fill_with', run: batch, ...picks },
  slice: { parameters: 'value slices fill_with', run: sliceColumns, ...picks },
};
