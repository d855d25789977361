// JSON text to values: integers of any size, floats kept apart from integers, keys in their order.
import { type Dict, Float, integer, type Value } from './value.ts';

/** The value of a JSON text; a text says what is wrong and where. NaN and Infinity are read, as Python's json does. */
export function parseJson(
  text: string,
): { readonly value: Value } | { readonly wrong: string; readonly at: number } {
  const reader = new JsonReader(text);
  try {
    return { value: reader.whole() };
  } catch (error) {
    if (error instanceof BadJson) return { wrong: error.message, at: error.at };
    throw error;
  }
}

/** Leaves the reader's recursion; never seen outside this file. */
class BadJson extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', new Float(NaN)],
  ['Infinity', new Float(Infinity)],
  ['-Infinity', new Float(-Infinity)],
]);
const maximumDepth = 500;

class JsonReader {
  readonly #text: string;
  readonly #space = /[ \t\r\n]*/y;
  readonly #number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
  // eslint-disable-next-line no-control-regex -- JSON allows no control characters inside text
  readonly #string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
  readonly #word = /-?[A-Za-z]+/y;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  whole(): Value {
    const value = this.#value();
    this.#skip();
    if (this.#at < this.#text.length) this.#fail('Text goes on after the value');
    return value;
  }

  #fail(message: string): never {
    throw new BadJson(message, this.#at);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #skip(): void {
    this.#match(this.#space);
  }

  #take(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #value(): Value {
    this.#skip();
    const next = this.#text[this.#at];
    if (next === '{' || next === '[') return this.#container(next);
    if (next === '"') return this.#quoted();
    const start = this.#at;
    const number = this.#match(this.#number);
    if (number)
      return number[1] === undefined && number[2] === undefined
        ? integer(BigInt(number[0]))
        : new Float(Number(number[0]));
    const word = words.get(this.#match(this.#word)?.[0] ?? '');
    if (word !== undefined) return word;
    this.#at = start;
    return this.#fail(next === undefined ? 'A value is missing at the end' : 'A value is expected');
  }

  #container(open: string): Value {
    this.#depth += 1;
    if (this.#depth > maximumDepth) this.#fail('Nested too deeply');
    this.#at += 1;
    const made = open === '{' ? this.#dict() : this.#list();
    this.#depth -= 1;
    return made;
  }

  #list(): Value {
    const list: Value[] = [];
    if (this.#take(']')) return list;
    do list.push(this.#value());
    while (this.#take(','));
    if (!this.#take(']')) this.#fail('A comma or ] is expected');
    return list;
  }

  #dict(): Value {
    const dict: Dict = new Map();
    if (this.#take('}')) return dict;
    do {
      this.#skip();
      const key = this.#quoted();
      if (!this.#take(':')) this.#fail('A colon is expected');
      dict.set(key, this.#value());
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('A comma or } is expected');
    return dict;
  }

  #quoted(): string {
    const found = this.#match(this.#string);
    if (!found) return this.#fail('A text in double quotes is expected');
    return JSON.parse(found[0]) as string;
  }
}
