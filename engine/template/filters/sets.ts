// Lists as sets, and lists combined. Order is that of first appearance, where Python's sets have none.
import { type Value, tuple } from '../../document/value.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { iterate } from '../python/sequence.ts';
import { Seen } from './lists.ts';

function distinct(items: Iterable<Value>): Value[] {
  const seen = new Seen();
  return [...items].filter((entry) => !seen.add(entry));
}

function setOf(items: readonly Value[]): Seen {
  const seen = new Seen();
  for (const entry of items) seen.add(entry);
  return seen;
}

function sides(args: Args): { a: readonly Value[]; b: readonly Value[] } {
  return { a: iterate(args.value('value')), b: iterate(args.value('other')) };
}

function symmetric({ a, b }: { a: readonly Value[]; b: readonly Value[] }): Value[] {
  const [inA, inB] = [setOf(a), setOf(b)];
  return distinct([...a.filter((entry) => !inB.has(entry)), ...b.filter((entry) => !inA.has(entry))]);
}

/** All ways to take one item of each list. */
export function product(lists: readonly (readonly Value[])[]): Value[][] {
  return lists.reduce<Value[][]>(
    (rows, items) => rows.flatMap((row) => items.map((entry) => [...row, entry])),
    [[]],
  );
}

function permutations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) return [[]];
  return items.flatMap((entry, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)], size - 1).map((rest) => [
      entry,
      ...rest,
    ]),
  );
}

function combinations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) return [[]];
  return items.flatMap((entry, index) =>
    combinations(items.slice(index + 1), size - 1).map((rest) => [entry, ...rest]),
  );
}

function zip(args: Args, length: (lengths: readonly number[]) => number, fill: Value): Value {
  const lists = [args.value('value'), ...args.rest].map(iterate);
  const count = length(lists.map((items) => items.length));
  return Array.from({ length: count }, (_, index) => tuple(lists.map((items) => items[index] ?? fill)));
}

const passes = { passes: true } as const;
const onSides = (run: (both: { a: readonly Value[]; b: readonly Value[] }) => Value[]): Filter => ({
  parameters: 'value other',
  run: (args) => run(sides(args)),
  ...passes,
});

export const setFilters: Table<Filter> = {
  union: onSides(({ a, b }) => distinct([...a, ...b])),
  intersect: onSides(({ a, b }) => {
    const inB = setOf(b);
    return distinct(a.filter((entry) => inB.has(entry)));
  }),
  difference: onSides(({ a, b }) => {
    const inB = setOf(b);
    return distinct(a.filter((entry) => !inB.has(entry)));
  }),
  symmetric_difference: onSides(symmetric),
  product: {
    parameters: 'value *others **options',
    run: (args) => {
      const lists = [args.value('value'), ...args.rest].map(iterate);
      const repeat = Number(args.named.get('repeat') ?? 1);
      return product(Array.from({ length: repeat }, () => lists).flat()).map((row) => tuple(row));
    },
    ...passes,
  },
  permutations: {
    parameters: 'value size',
    run: (args) => {
      const items = iterate(args.value('value'));
      return permutations(items, args.count('size', items.length)).map((row) => tuple(row));
    },
    ...passes,
  },
  combinations: {
    parameters: 'value size',
    run: (args) => combinations(iterate(args.value('value')), args.count('size')).map((row) => tuple(row)),
    ...passes,
  },
  zip: {
    parameters: 'value *others **options',
    run: (args) => zip(args, (lengths) => lengths.reduce((a, b) => Math.min(a, b)), null),
    ...passes,
  },
  zip_longest: {
    parameters: 'value *others **options',
    run: (args) =>
      zip(args, (lengths) => lengths.reduce((a, b) => Math.max(a, b)), args.named.get('fillvalue') ?? null),
    ...passes,
  },
};
