// CONTRACT. Kinds of parameters: how a value from a playbook is coerced, what a module's code sees, how it is documented.
// `engine/module/coerce.ts` does the coercion of each kind as ansible-core's modules do it.
import type { TSchema } from 'typebox';
import type { Value } from '../document/value.ts';
import type { Data } from './contract.ts';

export type KindName =
  | 'bool'
  | 'int'
  | 'float'
  | 'str'
  | 'list'
  | 'dict'
  | 'path'
  | 'mode'
  | 'raw'
  | 'json'
  | 'bytes'
  | 'conditions'
  | 'expression';

/** How one parameter is coerced, checked, documented. `T` is the type that a module's code sees. */
export interface Kind<T> extends Settings {
  readonly name: KindName;
  readonly required: boolean;
  readonly default?: T;
  readonly choices?: readonly string[];
  readonly elements?: Kind<unknown>;
  readonly options?: { readonly [name: string]: Kind<unknown> };
  /** Of the coerced value, without alternatives that coercion takes. */
  readonly schema: TSchema;
  /** Never set; carries `T`. */
  readonly type?: T;
}

export interface Settings {
  readonly aliases?: readonly string[];
  /** Never shown in a result, diff or log. */
  readonly secret?: boolean;
  readonly doc?: string;
  /** Why and what to use instead. */
  readonly deprecated?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Text is a Python pattern; a name: only where the parameter of that name is true. */
  readonly pattern?: true | string;
  /** Names a file of the control machine that is sought in these folders, unless `remote_src` is true. */
  readonly local?: 'files' | 'templates' | 'vars';
  /** A place of the control machine that need not be there: below the play's folder, or the user's home by `~`. */
  readonly kept?: true;
}

type Named<P> = { readonly [Name in keyof P]: P[Name] extends Kind<infer T> ? T : never };
/** The evaluated parameters of a module, by its parameter declarations. */
export type Parameters<P> = Named<P>;

/** One expression of a condition list (`assert`'s `that`), evaluated by the engine. */
export interface Condition {
  /** As it is written: an expression, or the answer itself. */
  readonly text: string | boolean;
  readonly holds: boolean;
}

/** An expression and its value (`debug`'s `var`), evaluated by the engine. */
export interface Evaluated {
  readonly text: string;
  readonly value: Value;
  readonly isDefined: boolean;
}

function kind<T>(name: KindName, schema: TSchema, settings: Settings): Kind<T> {
  return { ...settings, name, schema, required: true };
}

function range(settings: Settings): { minimum?: number; maximum?: number } {
  return {
    ...(settings.minimum === undefined ? {} : { minimum: settings.minimum }),
    ...(settings.maximum === undefined ? {} : { maximum: settings.maximum }),
  };
}

export function bool(settings: Settings = {}): Kind<boolean> {
  return kind('bool', { type: 'boolean' }, settings);
}

export function int(settings: Settings = {}): Kind<number> {
  return kind('int', { type: 'integer', ...range(settings) }, settings);
}

export function float(settings: Settings = {}): Kind<number> {
  return kind('float', { type: 'number', ...range(settings) }, settings);
}

export function str(settings: Settings = {}): Kind<string> {
  return kind('str', { type: 'string' }, settings);
}

/** A path on the host; a leading `~` and `$HOME` become the home folder. */
export function path(settings: Settings = {}): Kind<string> {
  return kind('path', { type: 'string' }, settings);
}

/**
 * A file's mode: four octal digits (`'0644'`), a symbolic mode (`'u+x,go='`), or `'preserve'`. An integer is the mode
 * itself, as YAML reads `0644`; text of digits is octal.
 */
export function mode(settings: Settings = {}): Kind<string> {
  return kind('mode', { type: 'string' }, settings);
}

/** Text that is never shown. */
export function secret(settings: Settings = {}): Kind<string> {
  return str({ ...settings, secret: true });
}

/** Any value, untouched: 1.0 stays a float, marks and key order stay. */
export function raw(settings: Settings = {}): Kind<Value> {
  return kind('raw', {}, settings);
}

/** Text as it is; lists and dicts become JSON text. */
export function json(settings: Settings = {}): Kind<string> {
  return kind('json', { type: 'string' }, settings);
}

/** A size: `10M`, `1.5 GB` or a number of bytes. */
export function bytes(settings: Settings = {}): Kind<number> {
  return kind('bytes', { type: 'integer' }, settings);
}

/** One of these words, alone in the playbook or in a list. The last argument may be settings. */
export function oneOf<const Words extends readonly (string | Settings)[]>(
  ...words: Words
): Kind<Extract<Words[number], string>> {
  type Choice = Extract<Words[number], string>;
  const choices = words.filter((word) => typeof word === 'string');
  const settings = words.find((word): word is Settings => typeof word !== 'string') ?? {};
  return { ...kind<Choice>('str', { type: 'string', enum: choices }, settings), choices };
}

/** A list; text is split at commas and a number becomes a list of one, as Ansible does it. */
export function list<T = string>(elements?: Kind<T>, settings: Settings = {}): Kind<readonly T[]> {
  const of = elements ?? str();
  return { ...kind<readonly T[]>('list', { type: 'array', items: of.schema }, settings), elements: of };
}

/** A dict with any keys, or with these options only. */
export function dict(settings?: Settings): Kind<{ readonly [key: string]: Data }>;
export function dict<O extends { readonly [name: string]: Kind<unknown> }>(
  settings: Settings,
  options: O,
): Kind<Named<O>>;
export function dict(
  settings: Settings = {},
  options?: { readonly [name: string]: Kind<unknown> },
): Kind<unknown> {
  if (!options) return kind('dict', { type: 'object' }, settings);
  return { ...kind('dict', objectSchema(options), settings), options };
}

/** A list of dicts with these options. */
export function listOf<O extends { readonly [name: string]: Kind<unknown> }>(
  options: O,
  settings: Settings = {},
): Kind<readonly Named<O>[]> {
  return list(dict({}, options), settings);
}

/** Expressions without braces, one or a list; the engine evaluates each when the task runs. */
export function conditions(settings: Settings = {}): Kind<readonly Condition[]> {
  const schema = { type: ['string', 'boolean', 'array'] };
  return kind('conditions', schema, settings);
}

/** One expression without braces; the engine evaluates it. */
export function expression(settings: Settings = {}): Kind<Evaluated> {
  return kind('expression', { type: 'string' }, settings);
}

/** The same parameter, not required. Without a default the module sees undefined. */
export function optional<T>(of: Kind<T>): Kind<T | undefined>;
export function optional<T>(of: Kind<T>, fallback: NoInfer<T>): Kind<T>;
export function optional<T>(of: Kind<T>, fallback?: T): Kind<T | undefined> {
  return { ...of, required: false, ...(fallback === undefined ? {} : { default: fallback }) };
}

/** What a module sees when none is given: for one that works by another's plan. A required one is an own bug: thrown. */
export function defaultsOf<P extends { readonly [name: string]: Kind<unknown> }>(params: P): Parameters<P>;
export function defaultsOf(params: { readonly [name: string]: Kind<unknown> }): unknown {
  return Object.fromEntries(
    Object.entries(params).map(([name, of]) => {
      if (of.required) throw new Error(`The parameter ${name} has no default: it is required`);
      return [name, of.default];
    }),
  );
}

/** JSON schema of named parameters; a dict that has no others. */
export function objectSchema(options: { readonly [name: string]: Kind<unknown> }): TSchema {
  const required = Object.keys(options).filter((name) => options[name]?.required);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(options).map(([name, of]) => [
        name,
        {
          ...of.schema,
          ...(of.doc === undefined ? {} : { description: of.doc }),
          ...(of.default === undefined ? {} : { default: of.default }),
        },
      ]),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}
