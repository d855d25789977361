// Values as text in Python's way, str() and repr(): what a template prints, and what a text comparison sees.
import { bare, Float, Tuple, Undefined, Unknown, type Value } from './value.ts';

/** Python's `str(value)`: text as it is, anything else as `repr`. */
export function pythonStr(value: Value): string {
  const inner = bare(value);
  return typeof inner === 'string' ? inner : pythonRepr(inner);
}

/** Python's `repr(value)`. Undefined prints as Jinja's own, Unknown by what it waits for. */
export function pythonRepr(value: Value): string {
  const inner = bare(value);
  if (inner === null) return 'None';
  if (typeof inner === 'boolean') return inner ? 'True' : 'False';
  if (typeof inner === 'string') return reprText(inner);
  if (typeof inner !== 'object') return String(inner);
  if (inner instanceof Float) return pythonFloat(inner.value);
  if (inner instanceof Tuple) return `(${inner.map(pythonRepr).join(', ')}${inner.length === 1 ? ',' : ''})`;
  if (Array.isArray(inner)) return `[${inner.map(pythonRepr).join(', ')}]`;
  if (inner instanceof Undefined) return 'Undefined';
  if (inner instanceof Unknown) return `Unknown(${inner.waitsFor})`;
  const entries = [...inner].map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`);
  return `{${entries.join(', ')}}`;
}

/** `1.0`, `1e+16`, `1e-05`, `inf`: the shortest digits that give the number back, with Python's exponents. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '0', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) {
    const exact = String(value);
    return exact.includes('.') ? exact : `${exact}.0`;
  }
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits}e${exponent < 0 ? '-' : '+'}${size}`;
}

const named: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text as a Python literal: single quotes unless it holds some and no double ones; what cannot be seen is escaped. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\p{C}\p{Z}]/gu, (character) => {
    if (character === ' ') return character;
    return named[character] ?? escaped(character.codePointAt(0) ?? 0);
  });
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function escaped(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
