// Arguments of filters, tests, functions and methods, bound to names as a Python call binds them.
import { type Dict, type Integer, type Value, Undefined, bare } from '../../document/value.ts';
import { Nothing, UndefinedFailure, fail } from '../failure.ts';
import { isTruthy, needed } from './compare.ts';
import { asInteger, numeric } from './numbers.ts';
import { text, typeName } from './printing.ts';
import type { CallArguments } from './special.ts';

/**
 * Bound arguments. `rest` and `named` hold what `*name` and `**name` in the parameter list collect.
 * The getters fail with the function's and the parameter's name when the argument has another type.
 */
export class Args {
  readonly what: string;
  readonly rest: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly #values: ReadonlyMap<string, Value>;

  constructor(
    what: string,
    values: ReadonlyMap<string, Value>,
    rest: readonly Value[],
    named: ReadonlyMap<string, Value>,
  ) {
    this.what = what;
    this.#values = values;
    this.rest = rest;
    this.named = named;
  }

  /** The same call with other arguments. */
  with(values: ReadonlyMap<string, Value>): Args {
    return new Args(this.what, values, this.rest, this.named);
  }

  /** The argument as it came, or undefined when it was not given. */
  optional(name: string): Value | undefined {
    return this.#values.get(name);
  }

  /** The argument when given (None counts), else the fallback. */
  or(name: string, fallback: Value): Value {
    const value = this.#values.get(name);
    return value === undefined ? fallback : value;
  }

  /** Whether it was given and is not None. */
  has(name: string): boolean {
    const value = this.#values.get(name);
    return value !== undefined && value !== null;
  }

  value(name: string): Value {
    return (
      this.#values.get(name) ??
      (this.#values.has(name) ? null : fail(`${this.what}: missing argument ${name}`))
    );
  }

  /** The argument's str(). */
  text(name: string, fallback?: string): string {
    const value = this.#values.get(name);
    if (value === undefined || (value === null && fallback !== undefined))
      return fallback ?? text(this.value(name));
    return text(value);
  }

  bool(name: string, fallback: boolean): boolean {
    const value = this.#values.get(name);
    return value === undefined ? fallback : isTruthy(value);
  }

  integer(name: string, fallback?: number): Integer {
    const value = this.#values.get(name);
    if (value === undefined || (value === null && fallback !== undefined))
      return fallback ?? fail(`${this.what}: missing argument ${name}`);
    return (
      asInteger(needed(value)) ?? fail(`${this.what}: ${name} must be an integer, not ${typeName(value)}`)
    );
  }

  count(name: string, fallback?: number): number {
    return Number(this.integer(name, fallback));
  }

  number(name: string, fallback?: number): number {
    const value = this.#values.get(name);
    if (value === undefined) return fallback ?? fail(`${this.what}: missing argument ${name}`);
    const found =
      numeric(needed(value)) ?? fail(`${this.what}: ${name} must be a number, not ${typeName(value)}`);
    return Number(found.value);
  }

  list(name: string): readonly Value[] {
    const inner = needed(this.value(name));
    return Array.isArray(inner)
      ? inner
      : fail(`${this.what}: ${name} must be a list, not ${typeName(inner)}`);
  }

  dict(name: string): Dict {
    const inner = needed(this.value(name));
    return inner instanceof Map
      ? inner
      : fail(`${this.what}: ${name} must be a dict, not ${typeName(inner)}`);
  }
}

/** A parameter list is a text of names: `*name` collects the rest by place, `**name` the rest by name. */
export function bind(what: string, parameters: readonly string[], call: CallArguments, isLazy = false): Args {
  const values = new Map<string, Value>();
  const plain = parameters.filter((name) => !name.startsWith('*'));
  const rest = call.positional.slice(plain.length);
  if (rest.length > 0 && !parameters.some((name) => /^\*[^*]/.test(name)))
    fail(`${what} takes at most ${plain.length} arguments, ${call.positional.length} were given`);
  for (const [index, name] of plain.entries()) {
    const value = call.positional[index];
    if (value !== undefined) values.set(name, value);
  }
  const named = new Map<string, Value>();
  for (const [name, value] of call.named) {
    if (values.has(name)) fail(`${what} got several values for argument ${name}`);
    if (plain.includes(name)) values.set(name, value);
    else if (parameters.some((parameter) => parameter.startsWith('**'))) named.set(name, value);
    else fail(`${what} has no argument ${name}`, `It takes: ${plain.join(', ') || 'none'}`);
  }
  if (!isLazy)
    for (const value of [...values.values(), ...rest, ...named.values()]) {
      const inner = bare(value);
      if (inner instanceof Undefined && !(inner instanceof Nothing)) throw new UndefinedFailure(inner);
    }
  return new Args(what, values, rest, named);
}
