// Python's arithmetic on values.
import { append } from '../../document/append.ts';
import {
  type Integer,
  type Value,
  Float,
  Tuple,
  bare,
  integer,
  joinMarks,
  marksOf,
  tuple,
} from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { BinaryOperator } from '../syntax/nodes.ts';
import { needed } from './compare.ts';
import { addDates } from './datetime.ts';
import { carry, joinAll } from './marks.ts';
import { type Numeric, numeric } from './numbers.ts';
import { formatPercent } from './percent.ts';
import { typeName } from './printing.ts';
import { asSpecial } from './special.ts';

function exact(plain: number, wide: () => bigint): Integer {
  return Number.isSafeInteger(plain) ? plain + 0 : integer(wide());
}

const isZero = (value: Integer): boolean => Number(value) === 0;

function divideByZero(operator: BinaryOperator): never {
  return fail(operator === '%' ? 'modulo by zero' : 'division by zero');
}

function floorDivide(a: Integer, b: Integer): bigint {
  const [x, y] = [BigInt(a), BigInt(b)];
  const quotient = x / y;
  return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient;
}

function onIntegers(operator: BinaryOperator, a: Integer, b: Integer): Value {
  const [x, y] = [Number(a), Number(b)];
  switch (operator) {
    case '+':
      return exact(x + y, () => BigInt(a) + BigInt(b));
    case '-':
      return exact(x - y, () => BigInt(a) - BigInt(b));
    case '*':
      return exact(x * y, () => BigInt(a) * BigInt(b));
    case '/':
      return isZero(b) ? divideByZero(operator) : new Float(x / y);
    case '//':
      return isZero(b) ? divideByZero(operator) : integer(floorDivide(a, b));
    case '%':
      return isZero(b) ? divideByZero(operator) : integer(BigInt(a) - floorDivide(a, b) * BigInt(b));
    case '**':
      if (b < 0) return x === 0 ? fail('0.0 cannot be raised to a negative power') : new Float(x ** y);
      if (y > 100000) return fail(`${String(a)} ** ${String(b)} is too large a number`);
      return exact(x ** y, () => BigInt(a) ** BigInt(b));
  }
}

function onFloats(operator: BinaryOperator, x: number, y: number): Value {
  switch (operator) {
    case '+':
      return new Float(x + y);
    case '-':
      return new Float(x - y);
    case '*':
      return new Float(x * y);
    case '/':
      return y === 0 ? fail('float division by zero') : new Float(x / y);
    case '//':
      return y === 0 ? fail('float floor division by zero') : new Float(Math.floor(x / y));
    case '%': {
      if (y === 0) return fail('float modulo');
      const rest = x % y;
      return new Float(rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest);
    }
    case '**':
      return new Float(x ** y);
  }
}

function onNumbers(operator: BinaryOperator, a: Numeric, b: Numeric): Value {
  return a.isFloat || b.isFloat
    ? onFloats(operator, Number(a.value), Number(b.value))
    : onIntegers(operator, a.value, b.value);
}

function repeat(value: Value, count: Integer): Value | undefined {
  const times = Math.max(0, Number(count));
  const inner = bare(value);
  const size = typeof inner === 'string' || Array.isArray(inner) ? inner.length : 0;
  if (size * times > 50_000_000) return fail('the repeated value would be too large');
  if (typeof inner === 'string') return inner.repeat(times);
  if (!Array.isArray(inner)) return undefined;
  const items: Value[] = [];
  for (let round = 0; round < times; round += 1) append(items, inner);
  return inner instanceof Tuple ? tuple(items) : items;
}

function onOthers(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  const a = needed(left);
  const b = needed(right);
  if (operator === '+') {
    if (typeof a === 'string' && typeof b === 'string') return a + b;
    if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple)
      return a instanceof Tuple ? tuple([...a, ...b]) : [...a, ...b];
  }
  if (operator === '%' && typeof a === 'string') return carry(formatPercent(a, right), joinAll([right]));
  if (operator === '*') {
    const x = numeric(a);
    const y = numeric(b);
    if (y && !y.isFloat) return repeat(a, y.value);
    if (x && !x.isFloat) return repeat(b, x.value);
  }
  const special = asSpecial(a);
  const other = asSpecial(b);
  return special && other && (operator === '+' || operator === '-')
    ? addDates(operator, special, other)
    : undefined;
}

function unsupported(operator: BinaryOperator, a: Value, b: Value): never {
  const [left, right] = [typeName(a), typeName(b)];
  if (operator === '+' && (left === 'str' || left === 'list' || left === 'tuple'))
    return fail(`can only concatenate ${left} (not "${right}") to ${left}`);
  const sign = operator === '**' ? '** or pow()' : operator;
  return fail(`unsupported operand type(s) for ${sign}: '${left}' and '${right}'`);
}

export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  const a = numeric(needed(left));
  const b = numeric(needed(right));
  const result =
    a && b
      ? onNumbers(operator, a, b)
      : (onOthers(operator, left, right) ?? unsupported(operator, left, right));
  return Array.isArray(result) ? result : carry(result, joinMarks(marksOf(left), marksOf(right)));
}

export function unary(operator: '-' | '+', value: Value): Value {
  const number =
    numeric(needed(value)) ?? fail(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  if (operator === '+') return number.isFloat ? new Float(Number(number.value)) : number.value;
  if (number.isFloat) return carry(new Float(-Number(number.value)), marksOf(value));
  return carry(isZero(number.value) ? 0 : integer(-BigInt(number.value)), marksOf(value));
}
