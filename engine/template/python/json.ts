// JSON as Python's json module writes and reads it.
import {
  type Dict,
  type Key,
  type Value,
  Float,
  Tuple,
  Undefined,
  Unknown,
  bare,
  integer,
} from '../../document/value.ts';
import { pythonFloat } from '../../document/python_text.ts';
import { UndefinedFailure, UnknownReached, fail } from '../failure.ts';
import { compare } from './compare.ts';
import { DateTime } from './datetime.ts';
import { asSpecial } from './special.ts';

export interface JsonStyle {
  /** Spaces for each level, or the text itself; undefined for one line. */
  readonly indent?: string | undefined;
  readonly sortsKeys?: boolean;
  readonly ascii?: boolean;
  readonly separators?: readonly [item: string, key: string];
}

function quoted(text: string, ascii: boolean): string {
  const json = JSON.stringify(text).replace(/\x7f/g, ascii ? '\\u007f' : '\x7f');
  if (!ascii) return json;
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return pythonFloat(value);
}

function keyText(key: Key): string {
  return key === null ? 'null' : String(key);
}

function sortedKeys(value: Dict): Key[] {
  return [...value.keys()].sort((a, b) => compare(a, b));
}

class Writer {
  readonly #style: JsonStyle;
  readonly #item: string;
  readonly #key: string;
  constructor(style: JsonStyle) {
    this.#style = style;
    [this.#item, this.#key] = style.separators ?? [style.indent === undefined ? ', ' : ',', ': '];
  }

  write(value: Value, level: number): string {
    const inner = bare(value);
    if (inner === null) return 'null';
    if (typeof inner === 'string') return quoted(inner, this.#style.ascii ?? true);
    if (typeof inner !== 'object') return String(inner);
    if (inner instanceof Float) return number(inner.value);
    if (inner instanceof Undefined) throw new UndefinedFailure(inner);
    if (inner instanceof Unknown) throw new UnknownReached(inner);
    if (Array.isArray(inner))
      return this.#wrapped(
        '[',
        ']',
        inner.map((item) => this.write(item, level + 1)),
        level,
      );
    if (inner instanceof Map) {
      const keys = this.#style.sortsKeys ? sortedKeys(inner) : [...inner.keys()];
      const entry = (key: Key): string =>
        quoted(keyText(key), this.#style.ascii ?? true) +
        this.#key +
        this.write(inner.get(key) ?? null, level + 1);
      return this.#wrapped('{', '}', keys.map(entry), level);
    }
    const special = asSpecial(inner);
    if (special instanceof DateTime) return quoted(special.isoformat(), true);
    const items = special?.items?.();
    if (items) return this.write([...items], level);
    return fail(`Object of type ${special?.typeName ?? 'object'} is not JSON serializable`);
  }

  #wrapped(open: string, close: string, parts: readonly string[], level: number): string {
    if (parts.length === 0) return open + close;
    const { indent } = this.#style;
    if (indent === undefined) return open + parts.join(this.#item) + close;
    const line = `\n${indent.repeat(level + 1)}`;
    return `${open}${line}${parts.join(`${this.#item}${line}`)}\n${indent.repeat(level)}${close}`;
  }
}

export function writeJson(value: Value, style: JsonStyle): string {
  return new Writer(style).write(value instanceof Tuple ? [...value] : value, 0);
}

const token =
  /\s*(?:([[\]{}:,])|("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?)|(true|false|null|NaN|-?Infinity))/sy;
const words = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', new Float(NaN)],
  ['Infinity', new Float(Infinity)],
  ['-Infinity', new Float(-Infinity)],
]);

/** Reads JSON with the order of keys, integers of any size and floats kept apart from integers. */
export function parseJson(source: string): Value {
  let at = 0;
  const bad = (): never =>
    fail(`the text is no JSON: unexpected ${source.slice(at, at + 20) || 'end'} at position ${at}`);
  const next = (): RegExpExecArray => {
    token.lastIndex = at;
    const match = token.exec(source);
    if (!match) return bad();
    at = token.lastIndex;
    return match;
  };
  const value = (found: RegExpExecArray): Value => {
    const [, sign, text, digits, fraction, exponent, word] = found;
    if (text !== undefined) return stringValue(text);
    if (word !== undefined) return words.get(word) ?? null;
    if (digits !== undefined)
      return (fraction ?? exponent) ? new Float(Number(digits)) : integer(BigInt(digits));
    if (sign === '[') return items();
    if (sign === '{') return entries();
    return bad();
  };
  const stringValue = (text: string): string => {
    try {
      // Python allows control characters only when not strict; JSON.parse refuses them the same way.
      return JSON.parse(text) as string;
    } catch {
      return bad();
    }
  };
  const items = (): Value => {
    const list: Value[] = [];
    for (let found = next(); ; found = next()) {
      if (found[1] === ']' && list.length === 0) return list;
      list.push(value(found));
      const after = next()[1];
      if (after === ']') return list;
      if (after !== ',') return bad();
    }
  };
  const entries = (): Value => {
    const dict: Dict = new Map();
    for (let found = next(); ; found = next()) {
      if (found[1] === '}' && dict.size === 0) return dict;
      if (found[2] === undefined || next()[1] !== ':') return bad();
      dict.set(stringValue(found[2]), value(next()));
      const after = next()[1];
      if (after === '}') return dict;
      if (after !== ',') return bad();
    }
  };
  const result = value(next());
  return source.slice(at).trim() === '' ? result : bad();
}
