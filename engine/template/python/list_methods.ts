// Python's list methods. Those that change the list change the template's own copy of it, never the variable.
import { append } from '../../document/append.ts';
import { type List, Unknown } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { compare, isEqual } from './compare.ts';
import type { MethodTable } from './method.ts';
import { iterate } from './sequence.ts';

export const listMethods: MethodTable<List> = {
  append: { parameters: 'item', run: (self, args) => (self.push(args.value('item')), null) },
  extend: {
    parameters: 'items',
    run: (self, args) => (append(self, [...iterate(args.value('items'))]), null),
  },
  insert: {
    parameters: 'index item',
    run: (self, args) => (self.splice(args.count('index'), 0, args.value('item')), null),
  },
  remove: {
    parameters: 'item',
    run: (self, args) => {
      const index = self.findIndex((entry) => isEqual(entry, args.value('item')));
      if (index < 0) return fail('list.remove(x): x not in list');
      self.splice(index, 1);
      return null;
    },
  },
  pop: {
    parameters: 'index',
    run: (self, args) => {
      const [taken] = self.splice(args.count('index', -1), 1);
      return taken === undefined
        ? fail(self.length === 0 ? 'pop from empty list' : 'pop index out of range')
        : taken;
    },
  },
  clear: { parameters: '', run: (self) => ((self.length = 0), null) },
  copy: { parameters: '', run: (self) => [...self] },
  reverse: { parameters: '', run: (self) => (self.reverse(), null) },
  sort: {
    parameters: 'reverse',
    run: (self, args) => {
      self.sort((a, b) => compare(a, b));
      if (args.bool('reverse', false)) self.reverse();
      return null;
    },
  },
  count: {
    parameters: 'item',
    run: (self, args) =>
      self.filter((entry) => !(entry instanceof Unknown) && isEqual(entry, args.value('item'))).length,
  },
  index: {
    parameters: 'item start stop',
    run: (self, args) => {
      const start = args.count('start', 0);
      const found = self.findIndex((entry, place) => place >= start && isEqual(entry, args.value('item')));
      return found < 0 ? fail('the value is not in the list') : found;
    },
  },
};
