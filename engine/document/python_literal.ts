// Python literals to values, as `ast.literal_eval` reads them: the values of INI inventories, and text that a template
// made and that looks like data.
import { bare, type Dict, Float, integer, isDict, isList, type Key, tuple, type Value } from './value.ts';

/**
 * The value of a Python literal; undefined when the text is none (then it is just text). With `json`, JSON's `true`,
 * `false` and `null` are read too, as ansible-core reads what a template wrote.
 */
export function parsePythonLiteral(
  text: string,
  options: { readonly json?: boolean } = {},
): Value | undefined {
  const reader = new LiteralReader(text, options.json === true ? namesWithJson : names);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

/** Leaves the reader's recursion; never seen outside this file. */
class NoLiteral extends Error {}
// One for all: most texts are no literals, and making a stack trace for each would cost more than reading it.
const noLiteral = new NoLiteral();

const numberPattern =
  /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?[eE][-+]?\d(?:_?\d)*|\d(?:_?\d)*\.|\d(?:_?\d)*)(?![\w.])/;
const names: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['True', true],
  ['False', false],
  ['None', null],
]);
const namesWithJson: typeof names = new Map([...names, ['true', true], ['false', false], ['null', null]]);
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

class LiteralReader {
  readonly #text: string;
  readonly #names: typeof names;
  #at = 0;
  #depth = 0;

  constructor(text: string, known: typeof names) {
    this.#names = known;
    this.#text = text.replace(/^[ \t]+/, '');
  }

  whole(): Value {
    this.#space(true);
    const first = this.#value();
    this.#space();
    const value = this.#peek() === ',' ? this.#rest(first) : first;
    this.#space(true);
    if (this.#at < this.#text.length) throw noLiteral;
    return value;
  }

  /** `1, 2` without brackets is a tuple. */
  #rest(first: Value): Value {
    const items = [first];
    while (this.#take(',')) {
      this.#space();
      if (this.#at >= this.#text.length) break;
      items.push(this.#value());
      this.#space();
    }
    return tuple(items);
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Blanks and comments; line ends only inside brackets or at the end, where they mean nothing. */
  #space(linesToo = this.#depth > 0): void {
    const pattern = linesToo ? /(?:[ \t\f\r\n]|\\\r?\n|#[^\n]*)*/y : /(?:[ \t\f]|\\\r?\n|#[^\n]*)*/y;
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }

  #match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#text.slice(this.#at))?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #value(): Value {
    // Deeper than any real data; a text of brackets only must not exhaust the stack.
    if (this.#depth > 200) throw noLiteral;
    this.#space();
    switch (this.#peek()) {
      case '[':
        return this.#items('[', ']').items;
      case '(': {
        const { items, comma } = this.#items('(', ')');
        return items.length === 1 && !comma ? (items[0] ?? null) : tuple(items);
      }
      case '{':
        return this.#braces();
      case '-':
      case '+':
        return this.#signed();
      default:
        return this.#scalar();
    }
  }

  #items(open: string, close: string): { items: Value[]; comma: boolean } {
    this.#take(open);
    this.#depth += 1;
    const items: Value[] = [];
    let comma = false;
    this.#space();
    while (this.#peek() !== close) {
      items.push(this.#value());
      this.#space();
      if (!this.#take(',')) break;
      comma = true;
      this.#space();
    }
    if (!this.#take(close)) throw noLiteral;
    this.#depth -= 1;
    return { items, comma };
  }

  /** A dict, or a set, which becomes a list. */
  #braces(): Value {
    this.#take('{');
    this.#depth += 1;
    const entries: Dict = new Map();
    const items: Value[] = [];
    this.#space();
    while (this.#peek() !== '}') {
      const first = this.#value();
      this.#space();
      if (this.#take(':')) {
        entries.set(keyOf(first), this.#value());
        this.#space();
      } else items.push(first);
      if (!this.#take(',')) break;
      this.#space();
    }
    if (!this.#take('}') || (items.length > 0 && entries.size > 0)) throw noLiteral;
    this.#depth -= 1;
    return items.length > 0 ? items : entries;
  }

  #signed(): Value {
    const negative = this.#take('-');
    if (!negative) this.#take('+');
    this.#space();
    const value = this.#scalar();
    if (value instanceof Float) return negative ? new Float(-value.value) : value;
    if (typeof value !== 'number' && typeof value !== 'bigint') throw noLiteral;
    return negative ? integer(-BigInt(value)) : value;
  }

  #scalar(): Value {
    const next = this.#peek();
    if (/[\d.]/.test(next)) return this.#number();
    const prefix = this.#match(/^[rRuU]?(?=['"])/);
    if (prefix !== undefined) return this.#strings(prefix);
    const word = this.#match(/^[A-Za-z_]\w*/);
    const value = word === undefined ? undefined : this.#names.get(word);
    if (value === undefined) throw noLiteral;
    return value;
  }

  #number(): Value {
    const written = this.#match(numberPattern)?.replaceAll('_', '');
    if (written === undefined) throw noLiteral;
    if (/^0[xXoObB]/.test(written)) return integer(BigInt(written.toLowerCase()));
    if (/[.eE]/.test(written)) return new Float(Number(written));
    // Python refuses leading zeros, so `0644` is text.
    if (/^0+[1-9]/.test(written)) throw noLiteral;
    return integer(BigInt(written));
  }

  /** Strings that stand beside each other are one. */
  #strings(firstPrefix: string): Value {
    let prefix: string | undefined = firstPrefix;
    let text = '';
    while (prefix !== undefined) {
      text += this.#string(prefix.toLowerCase() === 'r');
      this.#space();
      prefix = this.#match(/^[rRuU]?(?=['"])/);
    }
    return text;
  }

  #string(raw: boolean): string {
    const quote = this.#match(/^(?:"""|'''|"|')/) ?? '';
    let text = '';
    while (!this.#text.startsWith(quote, this.#at)) {
      const character = this.#peek();
      if (character === '' || (character === '\n' && quote.length === 1)) throw noLiteral;
      this.#at += 1;
      if (character !== '\\') text += character;
      else if (raw) {
        text += `\\${this.#peek()}`;
        this.#at += 1;
      } else text += this.#escape();
    }
    this.#at += quote.length;
    return text;
  }

  #escape(): string {
    const code = this.#match(/^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/);
    if (code !== undefined) return codePoint(parseInt(code.slice(1), 16));
    const octal = this.#match(/^[0-7]{1,3}/);
    if (octal !== undefined) return codePoint(parseInt(octal, 8));
    const character = this.#peek();
    if ('xuUN'.includes(character || ' ')) throw noLiteral;
    this.#at += 1;
    return escapes[character] ?? `\\${character}`;
  }
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw noLiteral;
  return String.fromCodePoint(code);
}

function keyOf(value: Value): Key {
  const inner = bare(value);
  if (inner instanceof Float) return Number.isInteger(inner.value) ? inner.value : String(inner.value);
  if (isDict(inner) || isList(inner) || (typeof inner === 'object' && inner !== null)) throw noLiteral;
  return inner;
}
