// The texts of a run that must not be shown: report hides them, and what a host gives back is a secret when it holds one.

import { textOfBytes } from '../document/byte_text.ts';
import { whereItCounts, isShortSecret } from '../document/short_secret.ts';

/** Shorter lines of a secret, like `}` or `---`, stand in too much else to be hidden by themselves. */
const shortestLine = 8;
/** What frames a key or certificate is known to everybody. */
const armour = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

function linesOf(text: string): string[] {
  if (!text.includes('\n')) return [];
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= shortestLine && !armour.test(line));
}

/** Shorter ones are words as well. */
const base64 = /^[A-Za-z0-9+/]{8,}={0,2}$/;

/** Whether the words stand in the list from there on: other text may be glued to the first's start and the last's end. */
function standsAt(phrase: readonly string[], items: readonly string[], start: number): boolean {
  return phrase.every((word, index) => {
    const item = items[start + index];
    if (item === undefined) return false;
    if (index === 0) return item.endsWith(word);
    return index === phrase.length - 1 ? item.startsWith(word) : item === word;
  });
}

export class Secrets {
  /** Whole texts and lines of them, in the order in which they were learned. */
  readonly texts = new Set<string>();
  readonly #whole = new Set<string>();
  /** Short ones among them, by the patterns that find them as words. */
  readonly #short = new Map<string, RegExp>();
  readonly #lines = new Set<string>();
  /** Secrets of several words, by their whole text. */
  readonly #phrases = new Map<string, readonly string[]>();

  /** A secret value: each of its lines is a secret too. */
  add(text: string): void {
    this.addWhole(text);
    const words = text.trim().split(/\s+/);
    if (words.length > 1) this.#phrases.set(text, words);
    for (const line of linesOf(text)) {
      this.#lines.add(line);
      this.texts.add(line);
    }
  }

  /** Text that was made with a secret: other lines of it are anybody's. */
  addWhole(text: string): void {
    if (text.trim() === '') return;
    if (isShortSecret(text)) this.#short.set(text, new RegExp(whereItCounts(text), 'u'));
    else this.#whole.add(text);
    this.texts.add(text);
  }

  /** Whether the text holds a secret (a short one as a word of its own), or is one of its lines; or base64 of it (slurp). */
  isIn(text: string): boolean {
    if (this.#whole.size + this.#short.size === 0) return false;
    for (const word of this.#short.values()) if (word.test(text)) return true;
    return (
      this.#stands(text) || (base64.test(text) && this.#stands(textOfBytes(Buffer.from(text, 'base64'))))
    );
  }

  /** Whether one that goes over several lines stands in the text: no line of it tells by itself that it is part of one. */
  isOverLines(text: string): boolean {
    for (const secret of this.#whole) if (secret.includes('\n') && text.includes(secret.trim())) return true;
    return false;
  }

  #stands(text: string): boolean {
    if (this.#lines.has(text.trim())) return true;
    for (const secret of this.#whole) if (text.includes(secret)) return true;
    return false;
  }

  /** Places of the items that are parts of a secret which was cut at its blanks, as the words of a command are. */
  partsIn(items: readonly string[]): ReadonlySet<number> {
    const places = new Set<number>();
    for (const phrase of this.#phrases.values())
      for (let start = 0; start + phrase.length <= items.length; start += 1)
        if (standsAt(phrase, items, start)) phrase.forEach((_, index) => places.add(start + index));
    return places;
  }
}
