// JMESPath's built-in functions.
import { keyValue } from '../../document/outside.ts';
import { type Key, type Value, Float, bare, integer, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { compare, contains } from '../python/compare.ts';
import { writeJson } from '../python/json.ts';
import { numeric, parseFloatText, parseInteger } from '../python/numbers.ts';
import { binary } from '../python/operators.ts';
import { text } from '../python/printing.ts';
import { lengthOf } from '../python/sequence.ts';

/** An argument: a value, or with `&` a question asked of each item. */
export interface Called {
  readonly value: Value;
  readonly each: ((item: Value) => Value) | undefined;
}

type JmesFunction = (args: readonly Called[]) => Value;

const valueAt = (args: readonly Called[], place: number): Value => {
  const found = args[place];
  return found ? found.value : fail('json_query: a function misses an argument');
};

function listAt(args: readonly Called[], place: number): readonly Value[] {
  const inner = bare(valueAt(args, place));
  return Array.isArray(inner) ? inner : fail('json_query: a function needs a list');
}

function keyAt(args: readonly Called[], place: number): (item: Value) => Value {
  return args[place]?.each ?? fail('json_query: a function needs an expression with &');
}

function numberAt(args: readonly Called[], place: number): number {
  const found = numeric(valueAt(args, place));
  return found ? Number(found.value) : fail('json_query: a function needs a number');
}

function dictAt(args: readonly Called[], place: number): ReadonlyMap<Key, Value> {
  const inner = bare(valueAt(args, place));
  return isDict(inner) ? inner : fail('json_query: a function needs an object');
}

function textAt(args: readonly Called[], place: number): string {
  const inner = bare(valueAt(args, place));
  return typeof inner === 'string' ? inner : fail('json_query: a function needs a string');
}

const same = (item: Value): Value => item;

function best(items: readonly Value[], key: (item: Value) => Value, sign: number): Value {
  const [first] = items;
  if (first === undefined) return null;
  return items.reduce((found, item) => (sign * compare(key(item), key(found)) > 0 ? item : found), first);
}

function typeOf(value: Value): string {
  const inner = bare(value);
  if (inner === null) return 'null';
  if (typeof inner === 'string' || typeof inner === 'boolean') return typeof inner;
  if (numeric(inner)) return 'number';
  return Array.isArray(inner) ? 'array' : 'object';
}

function toNumber(value: Value): Value {
  const inner = bare(value);
  if (typeof inner !== 'string') return numeric(inner) && typeof inner !== 'boolean' ? value : null;
  const whole = parseInteger(inner);
  if (whole !== undefined) return whole;
  const float = parseFloatText(inner);
  return float === undefined ? null : new Float(float);
}

const rounded = (value: number): Value => integer(BigInt(value));

export const functions: ReadonlyMap<string, JmesFunction> = new Map<string, JmesFunction>([
  [
    'abs',
    (args) => {
      const value = numberAt(args, 0);
      return Number.isInteger(value) ? Math.abs(value) : new Float(Math.abs(value));
    },
  ],
  [
    'avg',
    (args) => {
      const items = listAt(args, 0);
      return items.length === 0
        ? null
        : binary(
            '/',
            items.reduce((a, b) => binary('+', a, b), 0),
            items.length,
          );
    },
  ],
  ['ceil', (args) => rounded(Math.ceil(numberAt(args, 0)))],
  ['contains', (args) => contains(valueAt(args, 0), valueAt(args, 1))],
  ['ends_with', (args) => textAt(args, 0).endsWith(textAt(args, 1))],
  ['floor', (args) => rounded(Math.floor(numberAt(args, 0)))],
  ['join', (args) => listAt(args, 1).map(text).join(textAt(args, 0))],
  ['keys', (args) => [...dictAt(args, 0).keys()].map(keyValue)],
  ['length', (args) => lengthOf(valueAt(args, 0))],
  ['map', (args) => listAt(args, 1).map(keyAt(args, 0))],
  ['max', (args) => best(listAt(args, 0), same, 1)],
  ['max_by', (args) => best(listAt(args, 0), keyAt(args, 1), 1)],
  ['merge', (args) => new Map(args.flatMap((_, place) => [...dictAt(args, place)]))],
  ['min', (args) => best(listAt(args, 0), same, -1)],
  ['min_by', (args) => best(listAt(args, 0), keyAt(args, 1), -1)],
  ['not_null', (args) => args.find(({ value }) => bare(value) !== null)?.value ?? null],
  [
    'reverse',
    (args) => {
      const value = bare(valueAt(args, 0));
      return typeof value === 'string'
        ? Array.from(value).reverse().join('')
        : [...listAt(args, 0)].reverse();
    },
  ],
  ['sort', (args) => [...listAt(args, 0)].sort((a, b) => compare(a, b))],
  [
    'sort_by',
    (args) => {
      const key = keyAt(args, 1);
      return [...listAt(args, 0)].sort((a, b) => compare(key(a), key(b)));
    },
  ],
  ['starts_with', (args) => textAt(args, 0).startsWith(textAt(args, 1))],
  ['sum', (args) => listAt(args, 0).reduce((a, b) => binary('+', a, b), 0)],
  [
    'to_array',
    (args) => {
      const value = valueAt(args, 0);
      return Array.isArray(bare(value)) ? value : [value];
    },
  ],
  ['to_number', (args) => toNumber(valueAt(args, 0))],
  [
    'to_string',
    (args) => {
      const value = valueAt(args, 0);
      return typeof bare(value) === 'string' ? value : writeJson(value, { separators: [',', ':'] });
    },
  ],
  ['type', (args) => typeOf(valueAt(args, 0))],
  ['values', (args) => [...dictAt(args, 0).values()]],
]);
