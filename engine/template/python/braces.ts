// str.format() and the format mini-language.
import { type Value, bare, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { findKey } from './compare.ts';
import { floatDigits, groupDigits, integerDigits, isNegative } from './number_format.ts';
import { numeric } from './numbers.ts';
import { characters } from './sequence.ts';
import { pythonFloat } from '../../document/python_text.ts';
import { repr, text, typeName } from './printing.ts';
import type { CallArguments } from './special.ts';
import { asSpecial } from './special.ts';
import { DateTime } from './datetime.ts';
import { strftime } from './strftime.ts';

const specPattern = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

function align(body: string, sign: string, fill: string, side: string, width: number): string {
  const gap = Math.max(0, width - characters(body).length - sign.length);
  switch (side) {
    case '<':
      return sign + body + fill.repeat(gap);
    case '^':
      return fill.repeat(Math.floor(gap / 2)) + sign + body + fill.repeat(Math.ceil(gap / 2));
    case '=':
      return sign + fill.repeat(gap) + body;
    default:
      return fill.repeat(gap) + sign + body;
  }
}

/** format(value, spec). */
export function formatValue(value: Value, spec: string): string {
  const special = asSpecial(bare(value));
  if (special instanceof DateTime) return spec === '' ? special.text() : strftime(spec, special);
  if (spec === '') return text(value);
  const match = specPattern.exec(spec);
  if (!match) return fail(`invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  const [, fill, side, plus, , alternate, zero, width = '0', separator, precision, letter] = match;
  const inner = bare(value);
  const number = typeof inner === 'boolean' && letter === undefined ? undefined : numeric(value);
  const filling = fill ?? (zero === undefined ? ' ' : '0');
  if (!number) {
    if (letter !== undefined && letter !== 's')
      return fail(`unknown format code '${letter}' for object of type '${typeName(value)}'`);
    const full = text(value);
    return align(
      precision === undefined ? full : full.slice(0, Number(precision)),
      '',
      filling,
      side ?? '<',
      Number(width),
    );
  }
  const sign = isNegative(number) ? '-' : plus === '+' || plus === ' ' ? plus : '';
  const isWhole = !number.isFloat && (letter === undefined || 'bcdnoxX'.includes(letter));
  let digits: string;
  if (letter === 'c') digits = String.fromCodePoint(Number(number.value));
  else if (isWhole) digits = integerDigits(number.value, letter ?? 'd', alternate !== undefined);
  else if (letter === undefined && precision === undefined)
    digits = pythonFloat(Math.abs(Number(number.value)));
  else
    digits = floatDigits(
      Number(number.value),
      letter ?? 'g',
      Number(precision ?? 6),
      alternate !== undefined,
    );
  if (separator !== undefined)
    digits = groupDigits(digits, separator, 'boxX'.includes(letter ?? 'd') ? 4 : 3);
  return align(digits, sign, filling, side ?? (zero === undefined ? '>' : '='), Number(width));
}

/** One step into a value: `.name` reads fields of dates and the like, `[name]` keys and places. */
function step(value: Value, name: string, isIndex: boolean): Value {
  const inner = bare(value);
  if (isIndex && inner instanceof Map) {
    const key = findKey(inner, /^\d+$/.test(name) ? Number(name) : name);
    if (key !== undefined) return inner.get(key) ?? null;
  }
  if (isIndex && Array.isArray(inner)) return inner[Number(name)] ?? fail('list index out of range');
  const found = isIndex ? undefined : asSpecial(inner)?.attribute?.(name);
  return found ?? fail(`'${typeName(value)}' object has no ${isIndex ? 'element' : 'attribute'} '${name}'`);
}

function lookUp(path: string, args: CallArguments, automatic: () => number): Value {
  const [, first = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(path) ?? [];
  let value: Value | undefined;
  if (first === '' || /^\d+$/.test(first))
    value = args.positional[first === '' ? automatic() : Number(first)];
  else value = args.named.get(first);
  if (value === undefined)
    return fail(
      /^\d*$/.test(first) ? 'replacement index out of range for positional args' : `no value for {${first}}`,
    );
  for (const [, name, index] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g))
    value = step(value, name ?? index ?? '', name === undefined);
  return value;
}

/** text.format(*args, **named). */
export function formatBraces(format: string, args: CallArguments): string {
  let next = 0;
  const automatic = (): number => next++;
  const expand = (source: string): string =>
    source.replace(/\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g, (whole, field: string | undefined) => {
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      if (field === undefined) return fail(`single '${whole}' encountered in format string`);
      const [, path = '', conversion, spec = ''] = /^([^!:]*)(?:!([rsa]))?(?::(.*))?$/s.exec(field) ?? [];
      const value = lookUp(path, args, automatic);
      const shown = conversion === undefined ? value : conversion === 's' ? text(value) : repr(value);
      return formatValue(shown, spec.includes('{') ? expand(spec) : spec);
    });
  return expand(format);
}

/** text.format_map(dict). */
export function formatMap(format: string, values: Value): string {
  if (!isDict(values)) return fail('format_map() needs a dict');
  const named = new Map([...values].map(([key, entry]) => [String(key), entry]));
  return formatBraces(format, { positional: [], named });
}
