// What filters, tests, lookups and globals may use of the running evaluation, and how each of them is declared.
import type { TemplateContext, TemplateSettings } from '../api.ts';
import type { Value } from '../../document/value.ts';
import type { Args } from '../python/arguments.ts';
import type { CallArguments } from '../python/special.ts';

export interface Tools {
  readonly context: TemplateContext;
  /** The value of a variable with its templates replaced; undefined when there is no such name. */
  read(name: string): Value | undefined;
  /** Every template in the value replaced. */
  resolve(value: Value): Value;
  /** The text of a template file at `place`, with more variables; `isNative` makes lists and dicts of text that looks so. */
  render(
    text: string,
    settings: TemplateSettings,
    variables: ReadonlyMap<string, Value>,
    isNative: boolean,
    place: string,
  ): Value;
  filter(name: string, value: Value, args: CallArguments): Value;
  test(name: string, value: Value, args: CallArguments): boolean;
  /** Says that the result depends on more than variables. */
  impure(what: string): void;
  warn(summary: string): void;
}

/**
 * A filter. `parameters` are names split by spaces, the filtered value first (see python/arguments.ts).
 * Marks: the result of most filters is computed, so it carries the marks of all arguments; with `passes` the filter
 * only picks and orders what it got, which has its own marks.
 */
export interface Filter {
  readonly parameters: string;
  readonly run: (args: Args, tools: Tools) => Value;
  readonly passes?: true;
  /** Takes Undefined arguments as they are. */
  readonly lazy?: true;
}

export interface Test {
  readonly parameters: string;
  readonly run: (args: Args, tools: Tools) => boolean;
  readonly lazy?: true;
}

export interface Lookup {
  /** The terms, flattened as the lookup wants them, and its options by name. */
  readonly run: (terms: readonly Value[], options: Options, tools: Tools) => readonly Value[];
  /** Reads more than variables and files of the playbook. */
  readonly impure?: true;
  /** Its result is not from outside, so it carries no `unsafe` mark of its own. */
  readonly terms?: 'raw';
}

/** A lookup's options by name. */
export type Options = ReadonlyMap<string, Value>;

export type Table<T> = Readonly<Record<string, T>>;
