// Functions that templates have without any variable.
import { type Key, type Value, Undefined, bare, isDict } from '../document/value.ts';
import { fail } from './failure.ts';
import type { Tools } from './interpreter/tools.ts';
import { lookup } from './lookups/call.ts';
import { bind } from './python/arguments.ts';
import { isTruthy, keyOf } from './python/compare.ts';
import { DateTime } from './python/datetime.ts';
import { localTime } from './python/clock.ts';
import { asInteger } from './python/numbers.ts';
import { text } from './python/printing.ts';
import { iterate } from './python/sequence.ts';
import { type CallArguments, Callable, Names, inside } from './python/special.ts';
import { strftime } from './python/strftime.ts';

type GlobalFunction = (args: CallArguments, tools: Tools) => Value;

function range({ positional }: CallArguments): Value {
  const numbers = positional.map((value) => Number(asInteger(value) ?? fail('range() needs integers')));
  const [start, stop] = numbers.length === 1 ? [0, numbers[0] ?? 0] : [numbers[0] ?? 0, numbers[1] ?? 0];
  const step = numbers[2] ?? 1;
  if (step === 0) return fail('range() arg 3 must not be zero');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count > 10_000_000) return fail('the range is too large');
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function makeDict({ positional, named }: CallArguments): Value {
  const made = new Map<Key, Value>();
  const source = bare(positional[0] ?? null);
  if (isDict(source)) for (const [key, value] of source) made.set(key, value);
  else if (source !== null)
    for (const pair of iterate(source)) {
      const [key = null, value = null] = iterate(pair);
      made.set(keyOf(key), value);
    }
  for (const [key, value] of named) made.set(key, value);
  return made;
}

function namespace(args: CallArguments): Value {
  const names = makeDict(args) as Map<Key, Value>;
  return inside(
    new Names('namespace', new Map([...names].map(([key, value]) => [String(key), value])), true),
  );
}

function cycler({ positional }: CallArguments): Value {
  let at = 0;
  const current = (): Value => positional[at % positional.length] ?? fail('cycler() needs items');
  const attributes = new Map<string, Value>();
  const refresh = (): void => void attributes.set('current', current());
  const step = (): Value => {
    const value = current();
    at += 1;
    refresh();
    return value;
  };
  const reset = (): Value => ((at = 0), refresh(), null);
  attributes.set('next', inside(new Callable('next', step)));
  attributes.set('reset', inside(new Callable('reset', reset)));
  refresh();
  return inside(new Names('cycler', attributes, false));
}

function joiner({ positional }: CallArguments): Value {
  let isUsed = false;
  return inside(
    new Callable('joiner', () => {
      const separator = isUsed ? (positional[0] ?? ', ') : '';
      isUsed = true;
      return separator;
    }),
  );
}

function now(call: CallArguments, tools: Tools): Value {
  tools.impure('now');
  const args = bind('now', ['utc', 'fmt'], call);
  const moment = new Date();
  const time = args.bool('utc', false) ? new DateTime(moment) : localTime(moment);
  return args.has('fmt') ? strftime(args.text('fmt'), time) : inside(time);
}

function undef(call: CallArguments): Value {
  const hint = bind('undef', ['hint'], call).optional('hint');
  const isGiven = hint !== undefined && isTruthy(hint);
  return new Undefined('undef()', isGiven ? text(hint) : 'Mandatory variable has not been overridden');
}

function query(args: CallArguments, tools: Tools): Value {
  return lookup({ ...args, named: new Map([...args.named, ['wantlist', true]]) }, tools);
}

const functions: Readonly<Record<string, GlobalFunction>> = {
  range,
  dict: makeDict,
  namespace,
  cycler,
  joiner,
  now,
  undef,
  lookup,
  query,
  q: query,
};

/** The names of all functions, for checks of names that no variable defines. */
export const globalNames: ReadonlySet<string> = new Set(Object.keys(functions));

export function globalValue(name: string, tools: Tools): Value | undefined {
  const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return run && inside(new Callable(name, (args) => run(args, tools)));
}
