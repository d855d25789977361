// The one place where secrets become stars. Everything that report writes goes through `Redactor`.
import { bare, Float, isDict, isList, marksOf, Undefined, Unknown, type Value } from '../document/value.ts';

const stars = '********';
/** Shorter secrets would turn half of every output into stars; their values are still hidden by their mark. */
const shortestInText = 4;
/** Longer ones, such as whole files, make a pattern that is too large for a regular expression. */
const longestInPattern = 2000;

/** Written by `jsonText`. A `number` is an integer, or a figure of our own. */
export type Plain = null | boolean | number | bigint | Float | string | Plain[] | { [key: string]: Plain };

export class Redactor {
  readonly #texts = new Set<string>();
  #pattern: RegExp | undefined;
  #long: readonly string[] = [];

  /** Texts that must not be shown from now on. */
  learn(texts: Iterable<string> | undefined): void {
    for (const text of texts ?? [])
      for (const part of [text, text.trim()])
        if (part.length >= shortestInText && !this.#texts.has(part)) {
          this.#texts.add(part);
          this.#pattern = undefined;
        }
  }

  text(text: string): string {
    if (this.#texts.size === 0) return text;
    if (!this.#pattern) {
      // The longest first: a secret may hold another one.
      const longestFirst = [...this.#texts].sort((a, b) => b.length - a.length);
      this.#long = longestFirst.filter((secret) => secret.length > longestInPattern);
      const short = longestFirst.slice(this.#long.length).map(escapePattern);
      // Without any, a pattern that nothing matches.
      this.#pattern = new RegExp(short.length > 0 ? short.join('|') : '[^\\s\\S]', 'g');
    }
    const withoutLong = this.#long.reduce((left, secret) => left.replaceAll(secret, stars), text);
    return withoutLong.replaceAll(this.#pattern, stars);
  }

  /** A value as plain data for JSON, with what is secret hidden. */
  value(value: Value): Plain {
    if (marksOf(value).secret === true) return stars;
    const inner = bare(value);
    if (typeof inner === 'string') return this.text(inner);
    if (typeof inner === 'bigint' || inner instanceof Float) return inner;
    if (inner instanceof Undefined) return null;
    if (inner instanceof Unknown) return `<unknown until: ${this.text(inner.waitsFor)}>`;
    if (isList(inner)) return inner.map((item) => this.value(item));
    if (!isDict(inner)) return inner;
    const plain: { [key: string]: Plain } = {};
    for (const [key, item] of inner)
      Object.defineProperty(plain, this.text(String(key)), {
        value: this.value(item),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return plain;
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
