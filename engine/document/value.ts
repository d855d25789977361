// CONTRACT. The one value type that flows from YAML through templates, variables and registers.
// JavaScript's own values lose what playbooks need: 1 and 1.0, big integers, key order, `__proto__` as a key.
// Integers are `number` when safe, else `bigint`; a float is always a boxed `Float`, so a bare `number` is an integer.
// Scalars that carry marks are boxed in `Marked`; most values are bare. Use `bare()` before looking at a scalar.
import { append } from './append.ts';
import { noteKey } from './outside_text.ts';

/** A floating point number. Kept apart from integers because Python prints and types them differently. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Where a value or problem stands. Lines and columns count from 1; `endColumn` is exclusive. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** The place is `offset` characters into this text, which a scalar at `at` holds: `exactPosition` finds it. */
  readonly within?: { readonly at: Position; readonly text: string; readonly offset: number };
}

/**
 * A name that has no value. It flows until somebody needs its value.
 * `name` is the expression as the user wrote it, `hint` a nearer explanation when one is known.
 */
export class Undefined {
  readonly name: string;
  readonly hint: string | undefined;
  readonly origin: Position | undefined;
  constructor(name: string, hint?: string, origin?: Position) {
    this.name = name;
    this.hint = hint;
    this.origin = origin;
  }
}

/** A vault value that no given password opens. It is defined, and whoever needs it fails. */
export class Locked extends Undefined {
  readonly why: string;
  constructor(why: string, origin?: Position) {
    super('vault value', why, origin);
    this.why = why;
  }
}

/** What is wrong where a value is needed. */
export function missingText(missing: Undefined): string {
  return missing instanceof Locked ? missing.why : `'${missing.name}' is undefined`;
}

/** Check mode only: a value that only a real run would give. `waitsFor` names what did not run. */
export class Unknown {
  readonly waitsFor: string;
  /** Of a dict: the entries that are known all the same. */
  readonly known: Dict | undefined;
  /** Taken out of something unknown: it may not even be there. */
  readonly mayBeMissing: boolean;
  constructor(waitsFor: string, more: { readonly known?: Dict; readonly mayBeMissing?: boolean } = {}) {
    this.waitsFor = waitsFor;
    this.known = more.known;
    this.mayBeMissing = more.mayBeMissing ?? false;
  }

  /** What stands under a key of it. */
  entry(key: Key): Value {
    return this.known?.get(key) ?? new Unknown(this.waitsFor, { mayBeMissing: true });
  }
}

export type Integer = number | bigint;
export type Scalar = null | boolean | Integer | Float | string;
/** Dict keys. A float with an integral value is the same key as that integer, as in Python. */
export type Key = null | boolean | Integer | string;

/** What a scalar may carry besides its value. */
export interface Marks {
  /** Text from outside (hosts, lookups, `!unsafe`): never templated again. */
  readonly unsafe?: boolean;
  /** From a vault or a no_log parameter: shown as stars by report, nowhere else in clear. */
  readonly secret?: boolean;
}

/** A scalar with marks. Made by `withMarks` only, and never nested. */
export class Marked {
  readonly value: Scalar;
  readonly marks: Marks;
  constructor(value: Scalar, marks: Marks) {
    this.value = value;
    this.marks = marks;
  }

  /** The same scalar with these marks as well. */
  markedToo(marks: Marks): Marked {
    return new Marked(this.value, joinMarks(this.marks, marks));
  }
}

/**
 * Text that Ansible keeps as text even when it looks like a list or dict: what `to_json`, `string` and the like give,
 * also once it stands in a fact, an item or a result.
 */
export class KeptText extends Marked {
  declare readonly value: string;

  override markedToo(marks: Marks): KeptText {
    return new KeptText(this.value, joinMarks(this.marks, marks));
  }
}

export type List = Value[];
/** A Python tuple: a list that prints with parentheses. Becomes a plain list when it leaves a template. */
export class Tuple extends Array<Value> {
  /** Made by `tuple(items)`; `map` and `filter` give plain lists. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}
export type Dict = Map<Key, Value>;

export function tuple(items: readonly Value[]): Tuple {
  const made = new Tuple();
  append(made, items);
  return made;
}
export type Value = Scalar | Marked | List | Dict | Undefined | Unknown;

/** The scalar without its box; anything else as it is. */
export function bare(value: Value): Exclude<Value, Marked> {
  return value instanceof Marked ? value.value : value;
}

const noMarks: Marks = Object.freeze({});

/** The marks of a scalar; containers have none of their own (their scalars do). */
export function marksOf(value: Value): Marks {
  return value instanceof Marked ? value.marks : noMarks;
}

/** Joins marks: a mark that either side carries, both carry. */
export function joinMarks(a: Marks, b: Marks): Marks {
  if (a === b || (!b.unsafe && !b.secret)) return a;
  if (!a.unsafe && !a.secret) return b;
  const unsafe = a.unsafe === true || b.unsafe === true;
  const secret = a.secret === true || b.secret === true;
  return { ...(unsafe ? { unsafe } : {}), ...(secret ? { secret } : {}) };
}

/** The value with these marks added to every scalar in it. Containers are copied, Undefined and Unknown kept. */
export function withMarks(value: Value, marks: Marks): Value {
  if (!marks.unsafe && !marks.secret) return value;
  if (value instanceof Undefined || value instanceof Unknown) return value;
  if (value instanceof Marked) return value.markedToo(marks);
  if (value instanceof Tuple) return tuple(value.map((item) => withMarks(item, marks)));
  if (Array.isArray(value)) return value.map((item) => withMarks(item, marks));
  if (value instanceof Map) {
    if (marks.unsafe) for (const key of value.keys()) noteKey(key);
    return new Map([...value].map(([key, item]) => [key, withMarks(item, marks)]));
  }
  return new Marked(value, marks);
}

export function isDict(value: Value): value is Dict {
  return value instanceof Map;
}

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

/** The text of a string value, with or without marks; undefined when it is no string. */
export function textOf(value: Value): string | undefined {
  const inner = bare(value);
  return typeof inner === 'string' ? inner : undefined;
}

export function isInteger(value: Value): value is Integer {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** An integer in its one form: `number` when safe, else `bigint`. */
export function integer(value: bigint): Integer {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

export function dict(entries: Readonly<Record<string, Value>>): Dict {
  return new Map(Object.entries(entries));
}

// Positions of what stands in a container, kept beside it: they cost nothing to code that does not ask.
interface Places {
  readonly keys: Map<Key, Position>;
  readonly values: Map<Key, Position>;
}
const places = new WeakMap<object, Places>();

function placesOf(container: List | Dict): Places {
  const known = places.get(container);
  if (known) return known;
  const made: Places = { keys: new Map(), values: new Map() };
  places.set(container, made);
  return made;
}

/** Records where an entry of a container was written. For a list the key is the index. */
export function setPosition(container: List | Dict, key: Key, value: Position, ofKey?: Position): void {
  const at = placesOf(container);
  at.values.set(key, value);
  if (ofKey) at.keys.set(key, ofKey);
}

/** Where the value of an entry was written; undefined when it was computed. */
export function positionOf(container: List | Dict, key: Key): Position | undefined {
  return places.get(container)?.values.get(key);
}

/** Where the key of an entry was written. */
export function keyPositionOf(container: List | Dict, key: Key): Position | undefined {
  return places.get(container)?.keys.get(key);
}
