// Numbers as text in a given form: d, x, o, b, e, f, g, % with precision, for `%` formatting and str.format().
import type { Integer } from '../../document/value.ts';
import { exponentDigits, fixedDigits } from '../../document/exact_decimal.ts';
import { fail } from '../failure.ts';
import { pythonFloat } from '../../document/python_text.ts';
import type { Numeric } from './numbers.ts';

/** An exponent with at least two digits, as C prints it. */
function exponential(value: number, precision: number): string {
  const { digits, exponent } = exponentDigits(value, precision);
  const rest = precision > 0 ? `.${digits.slice(1)}` : '';
  return `${digits.slice(0, 1)}${rest}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function general(value: number, precision: number, isAlternate: boolean): string {
  const digits = precision === 0 ? 1 : precision;
  if (value === 0) return '0';
  const { exponent } = exponentDigits(value, digits - 1);
  const isSmall = exponent < -4 || exponent >= digits;
  const text = isSmall ? exponential(value, digits - 1) : fixedDigits(value, digits - 1 - exponent);
  if (isAlternate || !text.includes('.')) return text;
  return text.replace(/\.?0+(?=e|$)/, '');
}

/** The digits of a float without sign, by conversion letter e, E, f, F, g, G or %. */
export function floatDigits(value: number, letter: string, precision: number, isAlternate = false): string {
  const size = Math.abs(value);
  if (!Number.isFinite(size)) {
    const word = pythonFloat(size);
    return /[EFG]/.test(letter) ? word.toUpperCase() : word;
  }
  switch (letter) {
    case 'e':
      return exponential(size, precision);
    case 'E':
      return exponential(size, precision).toUpperCase();
    case 'f':
    case 'F':
      return fixedDigits(size, precision);
    case 'g':
      return general(size, precision, isAlternate);
    case 'G':
      return general(size, precision, isAlternate).toUpperCase();
    case '%':
      return `${fixedDigits(size * 100, precision)}%`;
    default:
      return fail(`unknown format code '${letter}' for a float`);
  }
}

const bases: Readonly<Record<string, number>> = { d: 10, i: 10, u: 10, n: 10, b: 2, o: 8, x: 16, X: 16 };
const prefixes: Readonly<Record<string, string>> = { b: '0b', o: '0o', x: '0x', X: '0X' };

/** The digits of an integer without sign, with its base's prefix when asked. */
export function integerDigits(value: Integer, letter: string, isAlternate = false): string {
  const base = bases[letter] ?? fail(`unknown format code '${letter}' for an integer`);
  const size = value < 0 ? -BigInt(value) : BigInt(value);
  const digits = size.toString(base);
  const text = letter === 'X' ? digits.toUpperCase() : digits;
  return `${isAlternate ? (prefixes[letter] ?? '') : ''}${text}`;
}

export function isNegative(number: Numeric): boolean {
  return number.value < 0 || Object.is(number.value, -0);
}

export function groupDigits(digits: string, separator: string, size = 3): string {
  const [, whole = '', rest = ''] = /^([0-9a-fA-F]*)(.*)$/s.exec(digits) ?? [];
  return whole.replace(new RegExp(`\\B(?=(?:[0-9a-fA-F]{${size}})+$)`, 'g'), separator) + rest;
}
