// keep_keys and remove_keys, of which two collections have one each: community.general's looks at the keys of dicts in a
// list, ansible.utils' goes down into whatever it is given.
import { type Dict, type Key, type Value, bare, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { isTruthy } from '../python/compare.ts';
import { text } from '../python/printing.ts';
import { compileRegex } from '../python/regex.ts';
import { iterate } from '../python/sequence.ts';

type Matches = (key: Key) => boolean;

const ways: Readonly<Record<string, (wanted: string) => (key: string) => boolean>> = {
  equal: (wanted) => (key) => key === wanted,
  starts_with: (wanted) => (key) => key.startsWith(wanted),
  ends_with: (wanted) => (key) => key.endsWith(wanted),
  regex: (wanted) => {
    const pattern = compileRegex(wanted);
    return (key) => pattern.matchStart(key) !== undefined;
  },
};

function targets(args: Args): string[] {
  const target = bare(args.value('target'));
  return typeof target === 'string' ? [target] : iterate(target).map(text);
}

/** One predicate a target. */
function matchers(args: Args, fallback: string): Matches[] {
  const way = args.text('matching_parameter', fallback);
  const make = ways[way === fallback ? 'equal' : way];
  if (!make) return fail(`matching_parameter is ${fallback}, starts_with, ends_with or regex, not '${way}'`);
  return targets(args).map((wanted) => {
    const matches = make(wanted);
    return (key) => typeof key === 'string' && matches(key);
  });
}

function ofDicts(args: Args, keeps: boolean): Value {
  const all = matchers(args, 'equal');
  return args.list('value').map((entry) => {
    const inner = bare(entry);
    if (!isDict(inner)) return fail('the items must be dicts');
    return new Map([...inner].filter(([key]) => all.some((matches) => matches(key)) === keeps));
  });
}

const isEmpty = (value: Value): boolean =>
  Array.isArray(value) ? value.length === 0 : isDict(value) && value.size === 0;

/** What is left of a value below a key that does not match. */
function keptBelow(value: Value, keep: (value: Value) => Value): Value | undefined {
  const inner = bare(keep(value));
  const left = Array.isArray(inner) ? inner.filter((one) => !isEmpty(bare(one))) : inner;
  return isEmpty(left) ? undefined : left;
}

/**
 * A key that is named keeps its whole value; one that only matches keeps a value that is no list or dict; below all others
 * it is looked further. Each target is asked in turn, and a later one may narrow what an earlier one kept.
 */
function keptOf(value: Value, names: readonly string[], all: readonly Matches[]): Value {
  const inner = bare(value);
  const keep = (one: Value): Value => keptOf(one, names, all);
  if (Array.isArray(inner)) return inner.map(keep);
  if (!isDict(inner)) return value;
  const kept: Dict = new Map();
  for (const [key, entry] of inner) {
    const hasParts = Array.isArray(bare(entry)) || isDict(bare(entry));
    for (const [index, matches] of all.entries()) {
      if (key === names[index] || (!hasParts && matches(key))) kept.set(key, entry);
      else if (hasParts) {
        const below = keptBelow(entry, keep);
        if (below !== undefined) kept.set(key, below);
      }
    }
  }
  return kept;
}

/** Without what matches; of lists also without items that are empty, zero or false. */
function without(value: Value, all: readonly Matches[]): Value {
  const inner = bare(value);
  if (Array.isArray(inner))
    return inner
      .map((one) => ({ was: one, now: without(one, all) }))
      .filter(({ now }) => isTruthy(now))
      .map(({ now }) => now);
  if (!isDict(inner)) return value;
  return new Map(
    [...inner]
      .filter(([key]) => !all.some((matches) => matches(key)))
      .map(([key, entry]) => [key, without(entry, all)] as const),
  );
}

function deep(args: Args, change: (value: Value, all: readonly Matches[]) => Value): Value {
  const value = args.value('value');
  const inner = bare(value);
  if (!Array.isArray(inner) && !isDict(inner)) return fail('the value must be a list or a dict');
  return change(value, matchers(args, 'equality'));
}

const parameters = 'value target matching_parameter';
const passes = { passes: true } as const;

export const keyFilters: Table<Filter> = {
  keep_keys: { parameters, run: (args) => ofDicts(args, true), ...passes },
  remove_keys: { parameters, run: (args) => ofDicts(args, false), ...passes },
  'ansible.utils.keep_keys': {
    parameters,
    run: (args) => deep(args, (value, all) => keptOf(value, targets(args), all)),
    ...passes,
  },
  'ansible.utils.remove_keys': { parameters, run: (args) => deep(args, without), ...passes },
};
