// A dict whose values are made when they are asked for: `hostvars` of thousands of hosts, `vars` of a scope.
import type { Key, Value } from './value.ts';

/** Where a lazy dict's entries come from. */
export interface LazyEntries {
  get(key: Key): Value | undefined;
  has(key: Key): boolean;
  keys(): Iterable<Key>;
}

/**
 * Looks like any Dict. `get` and `has` ask for one entry; going through it makes every entry, so code that walks whole
 * values (marking, redaction, printing for a log) should leave a LazyDict out unless the user asked for all of it.
 */
export class LazyDict extends Map<Key, Value> {
  readonly #entries: LazyEntries;

  constructor(entries: LazyEntries) {
    super();
    this.#entries = entries;
  }

  /** The same entries, each passed through `look` when it is asked for. */
  watched(look: (value: Value) => Value): LazyDict {
    return new LazyDict({
      get: (key) => {
        const value = this.get(key);
        return value === undefined ? undefined : look(value);
      },
      has: (key) => this.has(key),
      keys: () => this.keys(),
    });
  }

  override get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  override has(key: Key): boolean {
    return this.#entries.has(key);
  }

  override get size(): number {
    return [...this.#entries.keys()].length;
  }

  override *keys(): MapIterator<Key> {
    yield* this.#entries.keys();
  }

  override *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  override *entries(): MapIterator<[Key, Value]> {
    for (const key of this.#entries.keys()) {
      const value = this.#entries.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  override [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  override forEach(each: (value: Value, key: Key, map: Map<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  override set(): never {
    throw new Error('A lazy dict cannot be changed');
  }

  override delete(): never {
    throw new Error('A lazy dict cannot be changed');
  }

  override clear(): never {
    throw new Error('A lazy dict cannot be changed');
  }
}
