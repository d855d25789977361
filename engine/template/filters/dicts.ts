// Dicts: combining, turning into lists and back, reaching inside.
import { keyValue } from '../../document/outside.ts';
import { type Dict, type Key, type Value, Undefined, bare, isDict, tuple } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import { item } from '../python/access.ts';
import type { Args } from '../python/arguments.ts';
import { compare, isEqual, isTruthy, keyOf } from '../python/compare.ts';
import { text, typeName } from '../python/printing.ts';
import { iterate, pairOf } from '../python/sequence.ts';
import { foldCase } from './attributes.ts';
import { flatten } from './lists.ts';

type ListMerge = 'replace' | 'keep' | 'append' | 'prepend' | 'append_rp' | 'prepend_rp';
const listMerges: readonly string[] = ['replace', 'keep', 'append', 'prepend', 'append_rp', 'prepend_rp'];

function mergeLists(low: readonly Value[], high: readonly Value[], how: ListMerge): Value {
  const isNew = (entry: Value, others: readonly Value[]): boolean =>
    !others.some((other) => isEqual(other, entry));
  switch (how) {
    case 'replace':
      return [...high];
    case 'keep':
      return [...low];
    case 'append':
      return [...low, ...high];
    case 'prepend':
      return [...high, ...low];
    case 'append_rp':
      return [...low.filter((entry) => isNew(entry, high)), ...high];
    case 'prepend_rp':
      return [...high, ...low.filter((entry) => isNew(entry, high))];
  }
}

/** The second dict laid over the first. */
export function mergeDicts(low: Dict, high: Dict, isRecursive: boolean, how: ListMerge): Dict {
  const merged: Dict = new Map(low);
  for (const [key, value] of high) {
    const before = low.get(key);
    if (before === undefined) merged.set(key, value);
    else if (isRecursive && isDict(before) && isDict(value))
      merged.set(key, mergeDicts(before, value, isRecursive, how));
    else if (Array.isArray(before) && Array.isArray(value)) merged.set(key, mergeLists(before, value, how));
    else merged.set(key, value);
  }
  return merged;
}

function combine(args: Args): Value {
  const options = new Map(args.named);
  const isRecursive = isTruthy(options.get('recursive') ?? false);
  const how = text(options.get('list_merge') ?? 'replace');
  options.delete('recursive');
  options.delete('list_merge');
  if (options.size > 0) fail("combine: 'recursive' and 'list_merge' are the only valid keyword arguments");
  if (!listMerges.includes(how)) fail(`combine: list_merge must be one of ${listMerges.join(', ')}`);
  const dicts = flatten([args.value('value'), ...args.rest], 1, true).map((entry) => {
    const inner = bare(entry);
    return isDict(inner)
      ? inner
      : fail(`combine: failed to combine variables, expected dicts but got '${typeName(inner)}'`);
  });
  const [first = new Map<Key, Value>(), ...rest] = dicts;
  return rest.reduce((low, high) => mergeDicts(low, high, isRecursive, how as ListMerge), first);
}

function toItems(args: Args): Value {
  const [key, value] = [args.text('key_name', 'key'), args.text('value_name', 'value')];
  const source = bare(args.value('value'));
  if (!isDict(source)) return fail(`dict2items requires a dictionary, got ${typeName(source)} instead`);
  return [...source].map(
    ([name, entry]): Dict =>
      new Map<Key, Value>([
        [key, keyValue(name)],
        [value, entry],
      ]),
  );
}

function fromItems(args: Args): Value {
  const [key, value] = [args.text('key_name', 'key'), args.text('value_name', 'value')];
  return new Map(
    args.list('value').map((entry) => {
      const inner = bare(entry);
      const [name, content] = isDict(inner) ? [inner.get(key), inner.get(value)] : [undefined, undefined];
      if (name === undefined || content === undefined)
        return fail(`items2dict requires dicts with the keys '${key}' and '${value}'`);
      return [keyOf(name), content];
    }),
  );
}

function dictSort(args: Args): Value {
  const place = args.text('by', 'key') === 'value' ? 1 : 0;
  const isCaseSensitive = args.bool('case_sensitive', false);
  const sign = args.bool('reverse', false) ? -1 : 1;
  const part = (pair: readonly [Key, Value]): Value => foldCase(pair[place], isCaseSensitive);
  return [...args.dict('value')].sort((a, b) => sign * compare(part(a), part(b))).map(pairOf);
}

function stepInto(element: Value, keys: readonly Value[], isSkipping: boolean): Value | undefined {
  let value = element;
  for (const key of keys) {
    const inner = bare(value);
    if (!isDict(inner))
      return fail(`the key ${text(key)} should point to a dictionary, got '${text(value)}'`);
    const found = inner.get(keyOf(key));
    if (found === undefined)
      return isSkipping
        ? undefined
        : fail(`subelements: could not find '${text(key)}' key in iterated item '${text(value)}'`);
    value = found;
  }
  return value;
}

function subelements(args: Args): Value {
  const source = bare(args.value('value'));
  const elements = isDict(source) ? [...source.values()] : iterate(source);
  const path = bare(args.value('subelements'));
  const keys = Array.isArray(path) ? path : text(path).split('.');
  return elements.flatMap((element) => {
    const found = stepInto(element, keys, args.bool('skip_missing', false));
    const values = found === undefined ? [] : bare(found);
    if (!Array.isArray(values))
      return fail(`the key '${text(path)}' should point to a list, got '${text(values)}'`);
    return values.map((value) => tuple([element, value]));
  });
}

function extract(args: Args): Value {
  const more = bare(args.optional('morekeys') ?? null);
  const keys = [args.value('value'), ...(more === null ? [] : Array.isArray(more) ? more : [more])];
  return keys.reduce((container: Value, key) => item(container, key, text(key)), args.value('container'));
}

function rekey(args: Args): Value {
  const source = bare(args.value('value'));
  const result: Dict = new Map();
  for (const entry of isDict(source) ? source.values() : iterate(source)) {
    const inner = bare(entry);
    const key = isDict(inner)
      ? inner.get(args.text('key'))
      : fail('rekey_on_member: list item is not a valid dict');
    if (key === undefined) return fail(`rekey_on_member: key ${args.text('key')} was not found`);
    const name = keyOf(key);
    if (result.has(name) && args.text('duplicates', 'error') === 'error')
      return fail(`rekey_on_member: key ${text(key)} is not unique, cannot correctly turn into dict`);
    result.set(name, entry);
  }
  return result;
}

/** Pairs to a dict: community.general.dict. */
function fromPairs(args: Args): Value {
  return new Map(
    iterate(args.value('value')).map((pair) => {
      const [key, value] = iterate(pair);
      return key === undefined || value === undefined
        ? fail('dict needs pairs of key and value')
        : [keyOf(key), value];
    }),
  );
}

const passes = { passes: true } as const;

export const dictFilters: Table<Filter> = {
  combine: { parameters: 'value *others **options', run: combine, ...passes },
  dict2items: { parameters: 'value key_name value_name', run: toItems, ...passes },
  items2dict: { parameters: 'value key_name value_name', run: fromItems, ...passes },
  dictsort: { parameters: 'value case_sensitive by reverse', run: dictSort, ...passes },
  items: {
    parameters: 'value',
    run: (args) => {
      const value = args.value('value');
      return value instanceof Undefined ? [] : [...args.dict('value')].map(pairOf);
    },
    lazy: true,
    ...passes,
  },
  subelements: { parameters: 'value subelements skip_missing', run: subelements, ...passes },
  extract: { parameters: 'value container morekeys', run: extract, ...passes },
  rekey_on_member: { parameters: 'value key duplicates', run: rekey, ...passes },
  dict: { parameters: 'value', run: fromPairs, ...passes },
};
