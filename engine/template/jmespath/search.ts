// A JMESPath query asked of a value.
import { type Key, type Value, bare, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { isEqual } from '../python/compare.ts';
import { numeric } from '../python/numbers.ts';
import { itemAt, slice } from '../python/sequence.ts';
import { type Called, functions } from './functions.ts';
import { type Query, parseQuery } from './parse.ts';

type Inner = ReturnType<typeof bare>;

/** JMESPath's truth: empty text, lists and dicts, false and null are false; numbers never are. */
function holds(value: Value): boolean {
  const inner = bare(value);
  if (inner === null || inner === false || inner === '') return false;
  if (Array.isArray(inner)) return inner.length > 0;
  return !(inner instanceof Map) || inner.size > 0;
}

function compare(operator: string, left: Value, right: Value): Value {
  if (operator === '==') return isEqual(left, right);
  if (operator === '!=') return !isEqual(left, right);
  const [a, b] = [numeric(left)?.value, numeric(right)?.value];
  if (
    a === undefined ||
    b === undefined ||
    typeof bare(left) === 'boolean' ||
    typeof bare(right) === 'boolean'
  )
    return null;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function flatten(value: Inner): Value {
  if (!Array.isArray(value)) return null;
  return value.flatMap((item) => {
    const inner = bare(item);
    return Array.isArray(inner) ? inner : [item];
  });
}

function project(items: readonly Value[] | undefined, right: Query): Value {
  if (!items) return null;
  return items.map((item) => evaluate(right, item)).filter((item) => bare(item) !== null);
}

function callFunction(name: string, args: readonly Query[], value: Value): Value {
  const run = functions.get(name) ?? fail(`json_query: there is no function ${name}()`);
  const called: Called[] = args.map((arg) =>
    arg.kind === 'reference'
      ? { value: null, each: (item: Value) => evaluate(arg.of, item) }
      : { value: evaluate(arg, value), each: undefined },
  );
  return run(called);
}

function sliced(value: Inner, parts: readonly (number | undefined)[]): Value {
  if (!Array.isArray(value)) return null;
  const [start, stop, step] = parts;
  return slice(value, start, stop, step);
}

function evaluate(query: Query, value: Value): Value {
  const inner = bare(value);
  switch (query.kind) {
    case 'current':
      return value;
    case 'field':
      return isDict(inner) ? (inner.get(query.name) ?? null) : null;
    case 'index':
      return Array.isArray(inner) ? (itemAt(inner, query.index) ?? null) : null;
    case 'slice':
      return sliced(inner, query.parts);
    case 'literal':
      return query.value;
    case 'chain':
      return evaluate(query.right, evaluate(query.left, value));
    case 'project': {
      const source = bare(evaluate(query.left, value));
      if (query.over === 'values')
        return project(isDict(source) ? [...source.values()] : undefined, query.right);
      return project(Array.isArray(source) ? source : undefined, query.right);
    }
    case 'filter': {
      const source = bare(evaluate(query.left, value));
      const kept = Array.isArray(source)
        ? source.filter((item) => holds(evaluate(query.condition, item)))
        : undefined;
      return project(kept, query.right);
    }
    case 'flatten':
      return flatten(bare(evaluate(query.of, value)));
    case 'or': {
      const left = evaluate(query.left, value);
      return holds(left) ? left : evaluate(query.right, value);
    }
    case 'and': {
      const left = evaluate(query.left, value);
      return holds(left) ? evaluate(query.right, value) : left;
    }
    case 'not':
      return !holds(evaluate(query.of, value));
    case 'compare':
      return compare(query.operator, evaluate(query.left, value), evaluate(query.right, value));
    case 'list':
      return inner === null ? null : query.items.map((item) => evaluate(item, value));
    case 'dict':
      return inner === null
        ? null
        : new Map<Key, Value>(query.entries.map(([name, entry]) => [name, evaluate(entry, value)]));
    case 'call':
      return callFunction(query.name, query.args, value);
    case 'reference':
      return fail('json_query: & belongs into the arguments of a function');
  }
}

export function search(source: string, value: Value): Value {
  return evaluate(parseQuery(source), value);
}
