// Numbers as Python has them: integers of any size, floats, booleans that count as 0 and 1.
import { scaledToWhole } from '../../document/exact_decimal.ts';
import { type Integer, type Value, Float, bare, integer } from '../../document/value.ts';

/** An integer or a float's plain number; `isFloat` tells which. Undefined when the value is no number. */
export interface Numeric {
  readonly value: Integer;
  readonly isFloat: boolean;
}

export function numeric(value: Value): Numeric | undefined {
  const inner = bare(value);
  if (typeof inner === 'number' || typeof inner === 'bigint') return { value: inner, isFloat: false };
  if (typeof inner === 'boolean') return { value: inner ? 1 : 0, isFloat: false };
  if (inner instanceof Float) return { value: inner.value, isFloat: true };
  return undefined;
}

/** Whether the value counts as an integer (booleans do). */
export function asInteger(value: Value): Integer | undefined {
  const number = numeric(value);
  return number && !number.isFloat ? number.value : undefined;
}

/** A float rounded towards zero to an integer of any size. */
export function truncate(value: number): Integer {
  return Number.isSafeInteger(Math.trunc(value)) ? Math.trunc(value) + 0 : integer(BigInt(Math.trunc(value)));
}

const integerText = /^[-+]?\d+(?:_\d+)*$/;
const floatText = /^[-+]?(?:(?:\d+(?:_\d+)*)?\.?\d+(?:_\d+)*|\d+(?:_\d+)*\.)(?:[eE][-+]?\d+(?:_\d+)*)?$/;

/** int(text, base): undefined when the text is no such number. */
export function parseInteger(source: string, base = 10): Integer | undefined {
  let text = source.trim();
  if (base === 10) return integerText.test(text) ? integer(BigInt(text.replace(/[+_]/g, ''))) : undefined;
  let sign = 1n;
  const signed = /^([-+])(.*)$/s.exec(text);
  if (signed) {
    sign = signed[1] === '-' ? -1n : 1n;
    text = signed[2] ?? '';
  }
  const prefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };
  let actual = base;
  if (base === 0) {
    const found = Object.entries(prefixes).find(([, prefix]) => text.toLowerCase().startsWith(prefix));
    actual = found ? Number(found[0]) : 10;
  }
  const prefix = prefixes[actual];
  if (prefix !== undefined && text.toLowerCase().startsWith(prefix)) text = text.slice(2);
  text = text.replaceAll('_', '').toLowerCase();
  if (text === '') return undefined;
  let result = 0n;
  for (const character of text) {
    const digit = /^[0-9a-z]$/.test(character) ? parseInt(character, 36) : NaN;
    if (!(digit < actual)) return undefined;
    result = result * BigInt(actual) + BigInt(digit);
  }
  return integer(sign * result);
}

/** float(text): undefined when the text is no number. */
export function parseFloatText(source: string): number | undefined {
  const text = source.trim();
  if (floatText.test(text)) return Number(text.replaceAll('_', ''));
  const word = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (!word) return undefined;
  const size = word[2]?.toLowerCase() === 'nan' ? NaN : Infinity;
  return word[1] === '-' ? -size : size;
}

/** round(): the exact binary value to a number of decimals, or of places before the point, a tie to even. */
export function roundHalfEven(value: number, decimals: number): number {
  // No float has a digit beyond these places.
  if (!Number.isFinite(value) || decimals > 330) return value;
  if (decimals < -330) return Object.is(Math.sign(value), -1) ? -0 : 0;
  const rounded = Number(`${scaledToWhole(value, decimals)}e${-decimals}`);
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}
