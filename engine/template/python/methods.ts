// Python's methods on text, lists, dicts and numbers, bound to their value.
import { type Value, Float, Tuple, bare, marksOf } from '../../document/value.ts';
import { bind } from './arguments.ts';
import { dictMethods } from './dict_methods.ts';
import { listMethods } from './list_methods.ts';
import { joinAll, carry } from './marks.ts';
import { asInteger } from './numbers.ts';
import type { MethodTable } from './method.ts';
import { Callable, inside } from './special.ts';
import { stringMethods } from './string_methods.ts';
import { joinMarks } from '../../document/value.ts';

const intMethods: MethodTable<Value> = {
  bit_length: {
    parameters: '',
    run: (self) =>
      BigInt(asInteger(self) ?? 0)
        .toString(2)
        .replace(/^-/, '')
        .replace(/^0$/, '').length,
  },
  is_integer: {
    parameters: '',
    run: (self) => {
      const inner = bare(self);
      return !(inner instanceof Float) || Number.isInteger(inner.value);
    },
  },
};

function find<T>(
  table: MethodTable<T>,
  name: string,
  typeName: string,
  self: T,
  source: Value,
): Value | undefined {
  const method = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!method) return undefined;
  const parameters = method.parameters === '' ? [] : method.parameters.split(' ');
  return inside(
    new Callable(name, (call) => {
      const result = method.run(self, bind(`${typeName}.${name}`, parameters, call));
      if (typeof bare(source) !== 'string') return result;
      return carry(result, joinMarks(marksOf(source), joinAll([...call.positional, ...call.named.values()])));
    }),
  );
}

export function methodOf(value: Value, name: string): Value | undefined {
  const inner = bare(value);
  if (typeof inner === 'string') return find(stringMethods, name, 'str', inner, value);
  if (inner instanceof Map) return find(dictMethods, name, 'dict', inner, value);
  if (Array.isArray(inner)) {
    const isTuple = inner instanceof Tuple;
    if (isTuple && name !== 'count' && name !== 'index') return undefined;
    return find(listMethods, name, isTuple ? 'tuple' : 'list', inner, value);
  }
  if (typeof inner === 'number' || typeof inner === 'bigint' || inner instanceof Float)
    return find(intMethods, name, 'int', inner, value);
  return undefined;
}
