// What a value is.
import { type Value, Float, Locked, Marked, Undefined, Unknown, bare, isDict } from '../../document/value.ts';
import { isVaultText } from '../../document/vault.ts';
import { fail, UnknownReached } from '../failure.ts';
import { findFilter } from '../filters/registry.ts';
import type { Table, Test } from '../interpreter/tools.ts';
import { isTruthy, needed } from '../python/compare.ts';
import { asInteger, numeric } from '../python/numbers.ts';
import { text, typeName } from '../python/printing.ts';
import { itemsOf } from '../python/sequence.ts';
import { Callable, asSpecial } from '../python/special.ts';

type Inner = ReturnType<typeof needed>;
/** A question about a value's type: a name without a value is of none of them. */
const on = (holds: (value: Inner) => boolean): Test => ({
  parameters: 'value',
  run: (args) => {
    const value = args.value('value');
    return !(value instanceof Undefined) && holds(needed(value));
  },
  lazy: true,
});

const onAny = (holds: (value: Inner) => boolean): Test => ({
  parameters: 'value',
  run: (args) => {
    const value = args.value('value');
    return value instanceof Undefined || holds(needed(value));
  },
  lazy: true,
});

function isDefined(value: Value): boolean {
  if (value instanceof Unknown && value.mayBeMissing) throw new UnknownReached(value);
  return !(value instanceof Undefined) || value instanceof Locked;
}

const isWhole = (value: Inner): boolean => typeof value === 'number' || typeof value === 'bigint';

function parity(value: Inner, rest: bigint): boolean {
  if (numeric(value) === undefined) fail(`Even and odd are numbers, not ${typeName(value)}`);
  const whole = asInteger(value);
  return whole !== undefined && ((BigInt(whole) % 2n) + 2n) % 2n === rest;
}

const booleans = new Map<Value, boolean>([
  ...['y', 'yes', 'on', '1', 'true', 't', 1].map((word): [Value, boolean] => [word, true]),
  ...['n', 'no', 'off', '0', 'false', 'f', 0].map((word): [Value, boolean] => [word, false]),
]);

/** Truth, after words like `yes` and `off` were turned into booleans when asked. */
function truth(value: Value, converts: boolean): boolean {
  const inner = bare(value);
  if (!converts) return isTruthy(value);
  const asKey =
    typeof inner === 'string' ? inner.toLowerCase().trim() : inner instanceof Float ? inner.value : inner;
  return booleans.get(asKey) ?? isTruthy(value);
}

const nan: Test = {
  parameters: 'value',
  run: (args) => {
    const value = needed(args.value('value'));
    return value instanceof Float && Number.isNaN(value.value);
  },
};

const convertible = 'value convert_bool';

export const typeTests: Table<Test> = {
  defined: { parameters: 'value', run: (args) => isDefined(args.value('value')), lazy: true },
  undefined: { parameters: 'value', run: (args) => !isDefined(args.value('value')), lazy: true },
  none: on((value) => value === null),
  boolean: on((value) => typeof value === 'boolean'),
  true: on((value) => value === true),
  false: on((value) => value === false),
  integer: on(isWhole),
  float: on((value) => value instanceof Float),
  number: on((value) => numeric(value) !== undefined),
  string: on((value) => typeof value === 'string'),
  mapping: on((value) => isDict(value)),
  sequence: on((value) => typeof value === 'string' || Array.isArray(value) || isDict(value)),
  iterable: { parameters: 'value', run: (args) => itemsOf(args.value('value')) !== undefined },
  // In Python what is undefined can be called, and has itself escaped, so that either fails by name.
  callable: onAny((value) => asSpecial(value) instanceof Callable),
  even: { parameters: 'value', run: (args) => parity(needed(args.value('value')), 0n) },
  odd: { parameters: 'value', run: (args) => parity(needed(args.value('value')), 1n) },
  divisibleby: {
    parameters: 'value number',
    run: (args) => BigInt(args.integer('value')) % BigInt(args.integer('number')) === 0n,
  },
  lower: { parameters: 'value', run: (args) => /^[^\p{Lu}]*\p{Ll}[^\p{Lu}]*$/u.test(args.text('value')) },
  upper: { parameters: 'value', run: (args) => /^[^\p{Ll}]*\p{Lu}[^\p{Ll}]*$/u.test(args.text('value')) },
  escaped: onAny(() => false),
  nan,
  isnan: nan,
  truthy: {
    parameters: convertible,
    run: (args) => truth(args.value('value'), args.bool('convert_bool', false)),
  },
  falsy: {
    parameters: convertible,
    run: (args) => !truth(args.value('value'), args.bool('convert_bool', false)),
  },
  filter: { parameters: 'value', run: (args) => findFilter(text(args.value('value'))) !== undefined },
  vault_encrypted: {
    parameters: 'value',
    lazy: true,
    run: (args) => {
      const value = args.value('value');
      if (value instanceof Undefined && !(value instanceof Locked)) needed(value);
      const isSecret = value instanceof Marked && value.marks.secret === true;
      return isSecret || value instanceof Locked || (typeof value === 'string' && isVaultText(value));
    },
  },
};
