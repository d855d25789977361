// What a value from a playbook becomes for each kind of parameter. The rules are those of ansible-core's modules
// (module_utils/common/validation.py, 2.19), compared with it in test/oracle/coerce.test.ts.
import { bare, Float, isDict, isInteger, isList, type Dict, type Value } from '../document/value.ts';
import { toData } from './data.ts';
import type { Kind, KindName } from './kinds.ts';
import { parseMode } from './mode.ts';
import { pythonJson, pythonText } from './python_text.ts';

/** The coerced value, or what was wanted instead. */
export type Coerced = { readonly value: unknown } | { readonly wanted: string };

/** What coercion needs of the host. */
export interface Home {
  readonly home: string | undefined;
  /** Of other users, by name, for `~name`. */
  readonly homes?: ReadonlyMap<string, string> | undefined;
}

const truths = new Map<string, boolean>([
  ...['y', 'yes', 'on', '1', 'true', 't'].map((word): [string, boolean] => [word, true]),
  ...['n', 'no', 'off', '0', 'false', 'f'].map((word): [string, boolean] => [word, false]),
]);

function toBool(value: Value): Coerced {
  if (typeof value === 'boolean') return { value };
  const word = typeof value === 'string' ? value.trim().toLowerCase() : pythonText(value);
  const found = truths.get(value instanceof Float ? String(value.value) : word);
  return found === undefined
    ? { wanted: 'a boolean (yes, no, true, false, on, off, 1, 0)' }
    : { value: found };
}

/** A number from text as Python's Decimal reads it. */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
}

function toInt(value: Value): Coerced {
  if (typeof value === 'boolean') return { value: value ? 1 : 0 };
  if (isInteger(value)) return { value: Number(value) };
  const number =
    value instanceof Float ? value.value : typeof value === 'string' ? numberOf(value) : undefined;
  return number === undefined || !Number.isInteger(number) ? { wanted: 'an integer' } : { value: number };
}

function toFloat(value: Value): Coerced {
  if (typeof value === 'boolean') return { value: value ? 1 : 0 };
  if (value instanceof Float) return { value: value.value };
  if (isInteger(value)) return { value: Number(value) };
  const number = typeof value === 'string' ? numberOf(value) : undefined;
  return number === undefined ? { wanted: 'a number' } : { value: number };
}

function toPath(value: Value, { home, homes }: Home): Coerced {
  const text = pythonText(value);
  if (home === undefined) return { value: text };
  const expanded = text
    .replace(/\$(HOME\b|\{HOME\})/g, () => home)
    .replace(/^~(?=\/|$)/, () => home)
    .replace(/^~([^/]+)(?=\/|$)/, (whole, name: string) => homes?.get(name) ?? whole);
  return { value: expanded };
}

const units = 'BKMGTPEZY';

/** A size. As in Ansible, `MB` and `mB` are bytes and `Mb` (bits) is refused. */
function toBytes(value: Value): Coerced {
  const match = /^(\d*\.?\d+|\d+\.)\s*([bkmgtpezy])?B?\s*$/i.exec(pythonText(value));
  if (!match?.[1] || (/[a-z]b\s*$/i.test(match[0]) && !/B\s*$/.test(match[0])))
    return { wanted: 'a size such as 10M or 1.5 GB' };
  const power = units.indexOf((match[2] ?? 'B').toUpperCase());
  return { value: roundHalfEven(Number(match[1]) * 1024 ** power) };
}

/** Python's round: a half goes to the even neighbour. */
function roundHalfEven(number: number): number {
  const floor = Math.floor(number);
  const fraction = number - floor;
  if (fraction !== 0.5) return Math.round(number);
  return floor % 2 === 0 ? floor : floor + 1;
}

function toJson(value: Value): Coerced {
  if (typeof value === 'string') return { value };
  if (isList(value) || isDict(value)) return { value: pythonJson(toData(value)) };
  return { value: pythonText(value) };
}

const scalars: {
  readonly [Name in Exclude<KindName, 'list' | 'dict'>]: (value: Value, home: Home) => Coerced;
} = {
  bool: toBool,
  int: toInt,
  float: toFloat,
  str: (value) => ({ value: pythonText(value) }),
  path: toPath,
  mode: (value) => parseMode(value),
  bytes: toBytes,
  json: toJson,
  raw: (value) => ({ value }),
  conditions: (value) => ({ value }),
  expression: (value) => ({ value: pythonText(value) }),
};

/** A scalar parameter's value; lists and dicts have `listItems` and `dictOf`. */
export function coerceScalar(kind: Kind<unknown>, value: Value, home: Home): Coerced {
  if (kind.name === 'raw' || kind.name === 'conditions') return { value };
  const inner = bare(value);
  if (kind.name === 'list' || kind.name === 'dict') throw new Error(`No scalar: ${kind.name}`);
  if (kind.name === 'str' && kind.choices) return toChoice(inner, kind.choices);
  return scalars[kind.name](inner, home);
}

/** YAML reads `state: on` as a boolean: it means the one choice that has the same truth. */
function toChoice(value: Value, choices: readonly string[]): Coerced {
  const text = pythonText(value);
  if (choices.includes(text)) return { value: text };
  if (text === 'True' || text === 'False') {
    const truth = text === 'True';
    const same = choices.filter((choice) => truths.get(choice) === truth);
    if (same.length === 1) return { value: same[0] };
  }
  return { wanted: `one of ${choices.join(', ')}` };
}

/** The items of a list parameter, or undefined when the value can be none. */
export function listItems(value: Value): readonly Value[] | undefined {
  const inner = bare(value);
  if (isList(inner)) return inner;
  if (typeof inner === 'string') return inner.split(',');
  if (isInteger(inner) || inner instanceof Float || typeof inner === 'boolean') return [pythonText(inner)];
  return undefined;
}

/** The entries of a dict parameter: a dict, JSON text, or `key=value` words. */
export function dictOf(value: Value): Dict | undefined {
  const inner = bare(value);
  if (isDict(inner)) return inner;
  if (typeof inner !== 'string') return undefined;
  const text = inner.trim();
  if (text.startsWith('{')) return jsonDict(text);
  if (!text.includes('=')) return undefined;
  const words = text.match(/(?:[^\s,"'\\]|\\.|"[^"]*"|'[^']*')+/g) ?? [];
  const entries: [string, Value][] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 0) return undefined;
    entries.push([unquoted(word.slice(0, at)), unquoted(word.slice(at + 1))]);
  }
  return new Map(entries);
}

function unquoted(word: string): string {
  return word.replace(/\\(.)|["']/g, (_, escaped: string | undefined) => escaped ?? '');
}

function jsonDict(text: string): Dict | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return fromJson(parsed) as Dict;
  } catch {
    return undefined;
  }
}

function fromJson(data: unknown): Value {
  if (Array.isArray(data)) return data.map(fromJson);
  if (typeof data === 'object' && data !== null)
    return new Map(Object.entries(data).map(([key, item]) => [key, fromJson(item)]));
  if (typeof data === 'number' && !Number.isSafeInteger(data)) return new Float(data);
  return data as Value;
}
