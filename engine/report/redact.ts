// The one place where secrets become stars. Everything that report writes goes through `Redactor`.
import {
  bare,
  type Dict,
  Float,
  isDict,
  isList,
  type Key,
  marksOf,
  Undefined,
  Unknown,
  type Value,
} from '../document/value.ts';
import { whereItCounts, exactly, isShortSecret } from '../document/short_secret.ts';
import { pythonText } from '../module/python_text.ts';
import type { RunEvent, TaskResult } from '../run/events.ts';
import { writtenForms } from './written_forms.ts';

const stars = '********';
/** Longer ones, such as whole files, make a pattern that is too large for a regular expression. */
const longestInPattern = 2000;
/** Characters of all its alternatives. */
const mostInPattern = 20_000;

/** Written by `jsonText`. A `number` is an integer, or a figure of our own. */
export type Plain = null | boolean | number | bigint | Float | string | Plain[] | { [key: string]: Plain };

/** Texts to be found in another, the longest first: a secret may hold another one. */
class Search {
  readonly #texts = new Set<string>();
  readonly #alternative: (text: string) => string;
  #hiders: ((text: string) => string)[] | undefined;

  constructor(alternative: (text: string) => string) {
    this.#alternative = alternative;
  }

  add(text: string): void {
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#hiders = undefined;
  }

  hide(text: string): string {
    this.#hiders ??= this.#makeHiders();
    return this.#hiders.reduce((left, hide) => hide(left), text);
  }

  #makeHiders(): ((text: string) => string)[] {
    const hiders: ((text: string) => string)[] = [];
    let alternatives: string[] = [];
    let size = 0;
    const close = (): void => {
      if (alternatives.length === 0) return;
      const pattern = new RegExp(alternatives.join('|'), 'gu');
      hiders.push((text) => text.replaceAll(pattern, stars));
      alternatives = [];
      size = 0;
    };
    for (const secret of [...this.#texts].sort((a, b) => b.length - a.length)) {
      if (secret.length > longestInPattern) {
        hiders.push((text) => text.replaceAll(secret, stars));
        continue;
      }
      if (size + secret.length > mostInPattern) close();
      alternatives.push(this.#alternative(secret));
      size += secret.length;
    }
    close();
    return hiders;
  }
}

export class Redactor {
  readonly #long = new Search(exactly);
  readonly #words = new Search(whereItCounts);
  readonly #learned = new Set<string>();
  /** The run's own set, which only grows, and how many of its texts were learned. */
  #followed: ReadonlySet<string> | undefined;
  #read = 0;

  /** Call it with every event, before anything of it is told. */
  take(event: RunEvent): void {
    if (event.type === 'run-start') this.#followed = event.secrets;
    if (this.#followed && this.#followed.size > this.#read) {
      this.#read = this.#followed.size;
      this.learn(this.#followed);
    }
    if ('result' in event && event.result.secrets !== this.#followed) this.learn(event.result.secrets);
  }

  /** Texts that must not be shown from now on. */
  learn(texts: Iterable<string> | undefined): void {
    for (const text of texts ?? []) {
      if (this.#learned.has(text)) continue;
      this.#learned.add(text);
      for (const part of [text, text.trim()]) this.#add(part);
    }
  }

  #add(text: string): void {
    if (text === '') return;
    if (isShortSecret(text)) this.#words.add(text);
    else for (const form of writtenForms(text)) this.#long.add(form);
  }

  /** Text of ours. */
  text(text: string): string {
    return this.#long.hide(text);
  }

  /** Text that was made with values: short secrets go too, where they stand as words. */
  told(text: string): string {
    return this.#words.hide(this.text(text));
  }

  message({ message }: TaskResult): string | undefined {
    return message === undefined ? undefined : this.told(message);
  }

  /** A value as plain data for JSON, with what is secret hidden. */
  value(value: Value): Plain {
    if (marksOf(value).secret === true) return stars;
    const inner = bare(value);
    if (typeof inner === 'string') return this.told(inner);
    if (typeof inner === 'number' || typeof inner === 'bigint' || inner instanceof Float)
      return this.#number(inner);
    if (inner instanceof Undefined) return null;
    if (inner instanceof Unknown) return `<unknown until: ${this.told(inner.waitsFor)}>`;
    if (isList(inner)) return inner.map((item) => this.value(item));
    return isDict(inner) ? this.dict(inner) : inner;
  }

  dict(values: Dict): { [key: string]: Plain } {
    const plain: { [key: string]: Plain } = {};
    for (const [key, item] of values)
      Object.defineProperty(plain, this.told(String(key)), {
        value: this.value(item),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return plain;
  }

  /** Of a number only the whole can be known as a secret; short ones are every second number. */
  #number(value: number | bigint | Float): Plain {
    const text = String(value instanceof Float ? value.value : value);
    return !isShortSecret(text) && this.#learned.has(text) ? stars : value;
  }

  /** An item as Ansible shows it: Python's str() of it. */
  label(value: Value): string {
    const inner = bare(value);
    if (inner instanceof Undefined) return `undefined ${this.told(inner.name)}`;
    if (inner instanceof Unknown) return `unknown until ${this.told(inner.waitsFor)}`;
    return hasUnknown(value) ? 'unknown in part' : pythonText(this.#hidden(value));
  }

  /** The value with stars for what is secret in it. */
  #hidden(value: Value): Value {
    if (marksOf(value).secret === true) return stars;
    const inner = bare(value);
    if (isList(inner)) return inner.map((item) => this.#hidden(item));
    if (isDict(inner))
      return new Map([...inner].map(([key, item]) => [this.#hidden(key) as Key, this.#hidden(item)]));
    if (typeof inner === 'string') return this.told(inner);
    return this.value(inner) === stars ? stars : inner;
  }
}

/** Check mode: str() has no word for what is not known. */
function hasUnknown(value: Value): boolean {
  const inner = bare(value);
  if (inner instanceof Unknown || inner instanceof Undefined) return true;
  if (isList(inner)) return inner.some(hasUnknown);
  return isDict(inner) && [...inner.values()].some(hasUnknown);
}
