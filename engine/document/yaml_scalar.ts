// What a plain scalar means: the implicit resolvers of PyYAML (YAML 1.1), less timestamps, which stay text.
// https://yaml.org/type/ gives the patterns; PyYAML narrows bool (no y/n) and float (a dot, a signed exponent).
import { Float, integer, type Integer, type Scalar } from './value.ts';

const truths = new Set(['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const falsehoods = new Set(['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);

const integerPattern =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const floatPattern =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The value of an unquoted scalar. */
export function resolvePlain(source: string): Scalar {
  if (nulls.has(source)) return null;
  const first = source.charCodeAt(0);
  if (first === 0x2b || first === 0x2d || first === 0x2e || (first >= 0x30 && first <= 0x39))
    return parseInteger(source) ?? parseFloatText(source) ?? source;
  return parseBoolean(source) ?? source;
}

export function parseBoolean(source: string): boolean | undefined {
  if (truths.has(source)) return true;
  return falsehoods.has(source) ? false : undefined;
}

function signed(text: string): { readonly negative: boolean; readonly digits: string } {
  const negative = text.startsWith('-');
  return { negative, digits: negative || text.startsWith('+') ? text.slice(1) : text };
}

/** PyYAML takes such a scalar for a number and then finds no digit to read: an error in a document. */
export function isDigitless(source: string): boolean {
  return /^[-+]?0[bx]_+$/.test(source);
}

/** Decimal, 0b, 0x, leading-zero octal and sexagesimal (`1:30` is 90) integers; undefined for anything else. */
export function parseInteger(source: string): Integer | undefined {
  if (!integerPattern.test(source)) return undefined;
  const { negative, digits } = signed(source.replaceAll('_', ''));
  if (digits === '0b' || digits === '0x') return undefined;
  const size = magnitude(digits);
  return integer(negative ? -size : size);
}

function magnitude(digits: string): bigint {
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  if (/^0[0-7]/.test(digits)) return BigInt(`0o${digits.slice(1)}`);
  return BigInt(digits);
}

/** Floats with a dot, infinities, nan and sexagesimal floats; undefined for anything else. */
export function parseFloatText(source: string): Float | undefined {
  if (!floatPattern.test(source)) return undefined;
  const { negative, digits } = signed(source.replaceAll('_', '').toLowerCase());
  if (digits === '.nan') return new Float(NaN);
  const size =
    digits === '.inf'
      ? Infinity
      : digits.split(':').reduce((sum, part) => sum * 60 + (part === '.' ? 0 : Number(part)), 0);
  return new Float(negative ? -size : size);
}
