// The `%` operator on text.
import { type Value, Tuple, bare, isDict } from '../../document/value.ts';
import { fail } from '../failure.ts';
import { floatDigits, integerDigits, isNegative } from './number_format.ts';
import { numeric, truncate } from './numbers.ts';
import { repr, text, typeName } from './printing.ts';

const directive = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([a-zA-Z%])/g;

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

function padded(spec: Spec, sign: string, body: string): string {
  const size = sign.length + body.length;
  if (size >= spec.width) return sign + body;
  const gap = spec.width - size;
  if (spec.flags.includes('-')) return sign + body + ' '.repeat(gap);
  return spec.flags.includes('0') ? sign + '0'.repeat(gap) + body : ' '.repeat(gap) + sign + body;
}

function convertNumber(spec: Spec, value: Value): string {
  const number = numeric(value);
  if (!number) {
    const wanted = 'diouxX'.includes(spec.letter)
      ? `%${spec.letter} format: a real number is required`
      : 'must be real number';
    return fail(`${wanted}, not ${typeName(value)}`);
  }
  const plus = spec.flags.includes('+') ? '+' : spec.flags.includes(' ') ? ' ' : '';
  const sign = isNegative(number) ? '-' : plus;
  const isAlternate = spec.flags.includes('#');
  if ('diouxX'.includes(spec.letter)) {
    if (number.isFloat && !'diu'.includes(spec.letter))
      return fail(`%${spec.letter} format: an integer is required, not float`);
    const whole = number.isFloat ? truncate(Number(number.value)) : number.value;
    const digits = integerDigits(whole, spec.letter, isAlternate).padStart(spec.precision ?? 0, '0');
    return padded(spec, whole < 0 ? '-' : plus, digits);
  }
  return padded(spec, sign, floatDigits(Number(number.value), spec.letter, spec.precision ?? 6, isAlternate));
}

function convert(spec: Spec, value: Value): string {
  const plain = { ...spec, flags: spec.flags.replace('0', '') };
  switch (spec.letter) {
    case 's':
    case 'r':
    case 'a': {
      const full = spec.letter === 's' ? text(value) : repr(value);
      return padded(plain, '', spec.precision === undefined ? full : full.slice(0, spec.precision));
    }
    case 'c': {
      const inner = bare(value);
      return padded(plain, '', typeof inner === 'number' ? String.fromCodePoint(inner) : text(value));
    }
    default:
      if (!'diouxXeEfFgG'.includes(spec.letter)) return fail(`unsupported format character '${spec.letter}'`);
      return convertNumber(spec, value);
  }
}

/** `format % values`: a tuple fills the places in order, a dict fills the named ones. */
export function formatPercent(format: string, values: Value): string {
  const inner = bare(values);
  const rest: Value[] = inner instanceof Tuple ? [...inner] : [values];
  let used = 0;
  const next = (): Value => {
    const value = rest[used];
    used += 1;
    return value === undefined ? fail('not enough arguments for format string') : value;
  };
  let isNamed = false;
  const result = format.replace(
    directive,
    (
      _,
      name: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      letter: string,
    ) => {
      if (letter === '%') return '%';
      const number = (source: string): number => Number(source === '*' ? numeric(next())?.value : source);
      const wide = width === undefined ? 0 : number(width);
      const spec: Spec = {
        flags: wide < 0 ? `${flags}-` : flags,
        width: Math.abs(wide),
        precision: precision === undefined ? undefined : number(precision),
        letter,
      };
      if (name === undefined) return convert(spec, next());
      isNamed = true;
      if (!isDict(values)) return fail('format requires a mapping');
      const value = values.get(name);
      return convert(
        spec,
        value === undefined ? fail(`the format's key '${name}' is not in the dict`) : value,
      );
    },
  );
  if (/%(?![-+ #0\d.*(a-zA-Z%])/.test(format.replaceAll('%%', ''))) return fail('incomplete format');
  const isAllUsed =
    used >= rest.length ||
    isNamed ||
    isDict(values) ||
    (Array.isArray(inner) && !(inner instanceof Tuple) && used === 0);
  return isAllUsed ? result : fail('not all arguments converted during string formatting');
}
