// Filters of community.general and ansible.utils beyond addresses.
import { type Dict, type Key, type Value, Float, bare, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import { search } from '../jmespath/search.ts';
import { parseDelimited, parseIni } from '../lookups/delimited.ts';
import type { Args } from '../python/arguments.ts';
import { isEqual, isTruthy, keyOf } from '../python/compare.ts';
import { roundHalfEven } from '../python/numbers.ts';
import { text } from '../python/printing.ts';
import { iterate } from '../python/sequence.ts';
import { compareLoose } from '../tests/versions.ts';
import { attributeGetter } from './attributes.ts';
import { mergeDicts } from './dicts.ts';
import { Seen } from './lists.ts';

const unitMilliseconds = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 30 * 86_400_000,
  y: 365 * 86_400_000,
};
const unitWords: Readonly<Record<string, string>> = {
  millisecond: 'ms',
  msec: 'ms',
  msecond: 'ms',
  sec: 's',
  second: 's',
  hour: 'h',
  min: 'm',
  minute: 'm',
  day: 'd',
  week: 'w',
  month: 'mo',
  year: 'y',
};

/** `1h 30m` in a unit; options `year` and `month` say how many days they have. */
function inUnit(args: Args, unit: string): Value {
  const source = text(args.value('value'));
  if (source === '0') return 0;
  const daysOf = (name: string, fallback: number): number => {
    const days = bare(args.named.get(name) ?? fallback);
    return days instanceof Float ? days.value : Number(days);
  };
  const sizes: Readonly<Record<string, number>> = {
    ...unitMilliseconds,
    mo: daysOf('month', 30) * 86_400_000,
    y: daysOf('year', 365) * 86_400_000,
  };
  const sizeOf = (word: string): number =>
    sizes[unitWords[word.replace(/s+$/, '')] ?? word] ?? fail(`there is no unit of time '${word}'`);
  let total = 0;
  for (const part of source.split(/\s+/).filter((one) => one !== '')) {
    const match = /^(-?\d+)(\w+)/.exec(part) ?? fail(`cannot read the time '${source}'`);
    total += Number(match[1]) * sizeOf(match[2] ?? '');
  }
  return new Float(roundHalfEven(total / sizeOf(unit), 12));
}

const inFixedUnit = (unit: string): Filter => ({
  parameters: 'value **options',
  run: (args) => inUnit(args, unit),
});

function counter(args: Args): Value {
  const counts = new Map<Key, Value>();
  for (const item of iterate(args.value('value'))) {
    const key = keyOf(item);
    counts.set(key, Number(counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function mergeBy(args: Args): Value {
  const lists = [args.value('value'), ...args.rest.slice(0, -1)].flatMap((entry) => {
    const inner = iterate(entry);
    return inner.some((item) => Array.isArray(bare(item))) ? inner : [entry];
  });
  const index = text(args.rest.at(-1) ?? fail('lists_mergeby needs the name of a key'));
  const isRecursive = isTruthy(args.named.get('recursive') ?? false);
  const how = text(args.named.get('list_merge') ?? 'replace') as Parameters<typeof mergeDicts>[3];
  const merged = new Map<Key, Dict>();
  for (const item of lists.flatMap(iterate)) {
    const inner = bare(item);
    const key = isDict(inner) ? inner.get(index) : undefined;
    if (!isDict(inner) || key === undefined) continue;
    const name = keyOf(key);
    merged.set(name, mergeDicts(merged.get(name) ?? new Map<Key, Value>(), inner, isRecursive, how));
  }
  return [...merged].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([, item]) => item);
}

function groupAsDict(args: Args): Value {
  const read = attributeGetter(args.value('attribute'));
  const made = new Map<Key, Value>();
  for (const item of iterate(args.value('value'))) {
    const key = keyOf(read(item));
    if (made.has(key)) return fail(`groupby_as_dict: several items have ${String(key)}`);
    made.set(key, item);
  }
  return made;
}

function distinctLists(args: Args): Value[][] {
  return [args.value('value'), ...args.rest].map((entry) => {
    const seen = new Seen();
    return iterate(entry).filter((item) => !seen.add(item));
  });
}

function fold(args: Args, step: (a: Value[], b: Value[]) => Value[]): Value {
  const [first = [], ...rest] = distinctLists(args);
  return rest.reduce(step, first);
}

const has = (items: readonly Value[], item: Value): boolean => items.some((other) => isEqual(other, item));

function fromCsv(args: Args): Value {
  const rows = parseDelimited(args.text('value'), args.text('delimiter', ','));
  const [header = [], ...body] = args.has('fieldnames') ? [args.list('fieldnames').map(text), ...rows] : rows;
  return body.map((cells) => new Map<Key, Value>(header.map((name, place) => [name, cells[place] ?? ''])));
}

function fromIni(args: Args): Value {
  const { sections } = parseIni(args.text('value'), true);
  return new Map<Key, Value>([...sections].map(([name, entries]) => [name, new Map<Key, Value>(entries)]));
}

function toIni(args: Args): Value {
  const lines = [...args.dict('value')].flatMap(([name, entries]) => {
    const inner = bare(entries);
    if (!isDict(inner)) return fail('to_ini needs a dict of dicts');
    return [`[${String(name)}]`, ...[...inner].map(([key, value]) => `${String(key)} = ${text(value)}`), ''];
  });
  return lines.join('\n');
}

function crc32(source: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(source, 'utf8')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16);
}

/** Every leaf of a value by its path. */
function paths(value: Value, prefix: string, found: Map<Key, Value>): Map<Key, Value> {
  const inner = bare(value);
  const isEmpty = (Array.isArray(inner) && inner.length === 0) || (inner instanceof Map && inner.size === 0);
  if (Array.isArray(inner) && !isEmpty)
    for (const [place, item] of inner.entries()) paths(item, `${prefix}[${place}]`, found);
  else if (inner instanceof Map && !isEmpty)
    for (const [key, item] of inner) {
      const name = String(key);
      const isPlain = /^[A-Za-z_]\w*$/.test(name);
      const step = isPlain ? (prefix === '' ? name : `.${name}`) : `['${name}']`;
      paths(item, prefix + step, found);
    }
  else found.set(prefix, value);
  return found;
}

function indexOf(args: Args, holds: (entry: Value) => boolean): Value {
  const found = iterate(args.value('value')).flatMap((entry, place) => (holds(entry) ? [place] : []));
  const [only] = found;
  return found.length === 1 && only !== undefined && !args.bool('wantlist', false) ? only : found;
}

/** Lines that differ between two texts or values, like a unified diff without context and places. */
function factDiff(args: Args): Value {
  const lines = (value: Value): string[] => text(value).split('\n');
  const [before, after] = [lines(args.value('value')), lines(args.value('after'))];
  const gone = before.filter((line) => !after.includes(line)).map((line) => `-${line}`);
  const come = after.filter((line) => !before.includes(line)).map((line) => `+${line}`);
  return gone.length + come.length === 0 ? [] : ['--- before', '+++ after', ...gone, ...come];
}

const passes = { passes: true } as const;

export const communityFilters: Table<Filter> = {
  json_query: {
    parameters: 'value query',
    run: (args) => search(args.text('query'), args.value('value')),
    ...passes,
  },
  dict_kv: {
    parameters: 'value key',
    run: (args) => new Map([[args.text('key'), args.value('value')]]),
    ...passes,
  },
  version_sort: {
    parameters: 'value reverse',
    run: (args) => {
      const sorted = [...iterate(args.value('value'))].sort((a, b) => compareLoose(text(a), text(b)));
      return args.bool('reverse', false) ? sorted.reverse() : sorted;
    },
    ...passes,
  },
  counter: { parameters: 'value', run: counter },
  lists_mergeby: { parameters: 'value *others **options', run: mergeBy, ...passes },
  groupby_as_dict: { parameters: 'value attribute', run: groupAsDict, ...passes },
  lists_union: {
    parameters: 'value *others **options',
    run: (args) => fold(args, (a, b) => [...a, ...b.filter((item) => !has(a, item))]),
    ...passes,
  },
  lists_intersect: {
    parameters: 'value *others **options',
    run: (args) => fold(args, (a, b) => a.filter((item) => has(b, item))),
    ...passes,
  },
  lists_difference: {
    parameters: 'value *others **options',
    run: (args) => fold(args, (a, b) => a.filter((item) => !has(b, item))),
    ...passes,
  },
  lists_symmetric_difference: {
    parameters: 'value *others **options',
    run: (args) =>
      fold(args, (a, b) => [...a.filter((item) => !has(b, item)), ...b.filter((item) => !has(a, item))]),
    ...passes,
  },
  from_csv: { parameters: 'value dialect fieldnames delimiter skipinitialspace strict', run: fromCsv },
  from_ini: { parameters: 'value', run: fromIni },
  to_ini: { parameters: 'value', run: toIni },
  crc32: { parameters: 'value', run: (args) => crc32(args.text('value')) },
  unicode_normalize: {
    parameters: 'value form',
    run: (args) => args.text('value').normalize(args.text('form', 'NFC')),
  },
  to_time_unit: { parameters: 'value unit **options', run: (args) => inUnit(args, args.text('unit', 'ms')) },
  to_milliseconds: inFixedUnit('ms'),
  to_seconds: inFixedUnit('s'),
  to_minutes: inFixedUnit('m'),
  to_hours: inFixedUnit('h'),
  to_days: inFixedUnit('d'),
  to_weeks: inFixedUnit('w'),
  to_months: inFixedUnit('mo'),
  to_years: inFixedUnit('y'),
  get_path: {
    parameters: 'value path',
    run: (args) =>
      attributeGetter(args.text('path').replace(/\[['"]?([^\]'"]+)['"]?\]/g, '.$1'))(args.value('value')),
    ...passes,
  },
  to_paths: {
    parameters: 'value prepend',
    run: (args) => paths(args.value('value'), args.text('prepend', ''), new Map()),
    ...passes,
  },
  index_of: {
    parameters: 'value test other key fail_on_missing wantlist',
    run: (args, tools) => {
      const read = args.has('key') ? attributeGetter(args.value('key')) : (entry: Value): Value => entry;
      const other = args.optional('other');
      const positional = other === undefined ? [] : [other];
      return indexOf(args, (entry) =>
        tools.test(args.text('test'), read(entry), { positional, named: new Map() }),
      );
    },
  },
  fact_diff: { parameters: 'value after plugin', run: factDiff },
};
