// The shape of Python's methods in the tables by type.
import type { Value } from '../../document/value.ts';
import type { Args } from './arguments.ts';

/** A method: its parameters as in arguments.ts and what it does to the value it is called on. */
export interface Method<T> {
  readonly parameters: string;
  readonly run: (self: T, args: Args) => Value;
}

/** Methods by name. Built without a prototype, so that no inherited name is found. */
export type MethodTable<T> = Readonly<Record<string, Method<T>>>;
