// Python's dict methods. Views are given as lists.
import { keyValue } from '../../document/outside.ts';
import { type Dict, type Value, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Args } from './arguments.ts';
import { findKey, keyOf } from './compare.ts';
import type { MethodTable } from './method.ts';
import { iterate, pairOf } from './sequence.ts';

function entry(
  self: Dict,
  args: Args,
): { readonly key: ReturnType<typeof keyOf>; readonly value: Value | undefined } {
  const wanted = keyOf(args.value('key'));
  const key = findKey(self, wanted);
  return key === undefined ? { key: wanted, value: undefined } : { key, value: self.get(key) };
}

function found(self: Dict, args: Args): Value {
  const { value } = entry(self, args);
  return value === undefined ? args.or('default', null) : value;
}

function merge(into: Dict, args: Args): void {
  const source = args.optional('other');
  if (source !== undefined) {
    if (isDict(source)) for (const [key, value] of source) into.set(key, value);
    else
      for (const pair of iterate(source)) {
        const [key, value] = iterate(pair);
        if (key === undefined || value === undefined) fail('dict.update() needs pairs of key and value');
        into.set(keyOf(key), value);
      }
  }
  for (const [key, value] of args.named) into.set(key, value);
}

export const dictMethods: MethodTable<Dict> = {
  keys: { parameters: '', run: (self) => [...self.keys()].map(keyValue) },
  values: { parameters: '', run: (self) => [...self.values()] },
  items: { parameters: '', run: (self) => [...self].map(pairOf) },
  get: {
    parameters: 'key default',
    run: (self, args) => found(self, args),
  },
  copy: { parameters: '', run: (self) => new Map(self) },
  clear: { parameters: '', run: (self) => (self.clear(), null) },
  update: { parameters: 'other **named', run: (self, args) => (merge(self, args), null) },
  setdefault: {
    parameters: 'key default',
    run: (self, args) => {
      const { key, value } = entry(self, args);
      if (value !== undefined) return value;
      self.set(key, args.or('default', null));
      return args.or('default', null);
    },
  },
  pop: {
    parameters: 'key default',
    run: (self, args) => {
      const { key, value } = entry(self, args);
      self.delete(key);
      if (value !== undefined) return value;
      const fallback = args.optional('default');
      return fallback === undefined ? fail(`the dict has no key ${String(key)}`) : fallback;
    },
  },
  popitem: {
    parameters: '',
    run: (self) => {
      const last = [...self].at(-1);
      if (!last) return fail('popitem(): dictionary is empty');
      self.delete(last[0]);
      return pairOf(last);
    },
  },
  fromkeys: {
    parameters: 'keys value',
    run: (_, args) =>
      new Map(iterate(args.value('keys')).map((key) => [keyOf(key), args.optional('value') ?? null])),
  },
};
