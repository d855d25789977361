// Filters on any value: defaults, types, choices.
import { type Value, Float, Locked, Undefined, bare, integer } from '../../document/value.ts';
import { Failure, UndefinedFailure, fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { isTruthy } from '../python/compare.ts';
import { numeric, parseFloatText, parseInteger, roundHalfEven, truncate } from '../python/numbers.ts';
import { text, typeName } from '../python/printing.ts';

function whenMissing(args: Args): Value {
  const value = args.value('value');
  if (value instanceof Locked) throw new UndefinedFailure(value);
  const isMissing =
    value instanceof Undefined || (isTruthy(args.optional('boolean') ?? false) && !isTruthy(value));
  return isMissing ? args.or('default_value', '') : value;
}

const truths = new Set<Value>(['yes', 'on', '1', 'true', 1]);

function toBool(args: Args): Value {
  const value = bare(args.value('value'));
  if (value === null || typeof value === 'boolean') return value;
  const asKey =
    typeof value === 'string' ? value.toLowerCase() : value instanceof Float ? value.value : value;
  return truths.has(asKey);
}

function toInt(args: Args): Value {
  const value = bare(args.value('value'));
  const fallback = args.or('default', 0);
  if (typeof value === 'string') {
    const whole = parseInteger(value, args.count('base', 10));
    if (whole !== undefined) return whole;
    const float = parseFloatText(value);
    return float !== undefined && Number.isFinite(float) ? truncate(float) : fallback;
  }
  const number = numeric(value);
  if (!number) return fallback;
  if (!number.isFloat) return number.value;
  return Number.isFinite(Number(number.value)) ? truncate(Number(number.value)) : fallback;
}

function toFloat(args: Args): Value {
  const value = bare(args.value('value'));
  const number = numeric(value);
  if (number) return new Float(Number(number.value));
  const parsed = typeof value === 'string' ? parseFloatText(value) : undefined;
  return parsed === undefined ? args.or('default', new Float(0)) : new Float(parsed);
}

function round(args: Args): Value {
  const precision = args.count('precision', 0);
  const method = args.text('method', 'common');
  const value = args.number('value');
  const scale = 10 ** precision;
  if (method === 'ceil') return new Float(Math.ceil(value * scale) / scale);
  if (method === 'floor') return new Float(Math.floor(value * scale) / scale);
  if (method !== 'common') return fail('round: method must be common, ceil or floor');
  const number = numeric(args.value('value'));
  if (number && !number.isFloat && precision >= 0) return number.value;
  const rounded = roundHalfEven(value, precision);
  return number?.isFloat === false ? integer(BigInt(rounded)) : new Float(rounded);
}

function ternary(args: Args): Value {
  const value = args.value('value');
  if (bare(value) === null && args.has('none_val')) return args.value('none_val');
  return args.value(isTruthy(value) ? 'true_val' : 'false_val');
}

function mandatory(args: Args): Value {
  const value = args.value('value');
  if (!(value instanceof Undefined)) return value;
  if (args.has('msg')) throw new Failure('template-undefined', args.text('msg'));
  throw new Failure('template-undefined', `Mandatory variable '${value.name}' not defined.`, value.hint);
}

function absolute(args: Args): Value {
  const value = args.value('value');
  const number = numeric(value) ?? fail(`bad operand type for abs(): '${typeName(value)}'`);
  if (number.isFloat) return new Float(Math.abs(Number(number.value)));
  return number.value < 0 ? integer(-BigInt(number.value)) : number.value;
}

const passes = { passes: true } as const;
const defaults: Filter = {
  parameters: 'value default_value boolean',
  run: whenMissing,
  lazy: true,
  passes: true,
};

export const valueFilters: Table<Filter> = {
  default: defaults,
  d: defaults,
  bool: { parameters: 'value', run: toBool },
  int: { parameters: 'value default base', run: toInt },
  float: { parameters: 'value default', run: toFloat },
  round: { parameters: 'value precision method', run: round },
  abs: { parameters: 'value', run: absolute },
  ternary: { parameters: 'value true_val false_val none_val', run: ternary, lazy: true, passes: true },
  mandatory: { parameters: 'value msg', run: mandatory, lazy: true, passes: true },
  type_debug: { parameters: 'value', run: (args) => typeName(args.value('value')), lazy: true, passes: true },
  attr: {
    parameters: 'value name',
    run: (args) => {
      const value = args.value('value');
      if (value instanceof Undefined) throw new UndefinedFailure(value);
      return new Undefined(
        args.text('name'),
        `'${typeName(value)} object' has no attribute '${args.text('name')}'`,
      );
    },
    ...passes,
  },
  pprint: { parameters: 'value', run: (args) => prettyText(args.value('value')) },
};

function prettyText(value: Value): string {
  return typeof bare(value) === 'string' ? `'${text(value)}'` : text(value);
}
