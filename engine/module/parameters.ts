// CONTRACT. From a task's arguments (values, templates already evaluated) to what a module's code sees, or what is wrong.
import { nearestName } from '../document/nearest.ts';
import {
  bare,
  Float,
  isDict,
  isList,
  marksOf,
  textOf,
  Undefined,
  Unknown,
  type Dict,
  type Key,
  type Value,
} from '../document/value.ts';
import { coerceScalar, dictOf, listItems } from './coerce.ts';
import { constraintProblems } from './constraints.ts';
import { findUnknown, secretTexts, toData } from './data.ts';
import type { CheckedValues, Module, Params } from './define.ts';
import type { Condition, Evaluated, Kind } from './kinds.ts';
import { pythonText } from './python_text.ts';

/** A refused parameter. `path` leads from the arguments to the entry: `['options', 0, 'name']`. */
export interface ParameterProblem {
  readonly code: 'unknown-parameter' | 'missing-parameter' | 'bad-parameter';
  /** Empty when the task as a whole lacks something. */
  readonly path: readonly Key[];
  readonly at: 'key' | 'value';
  readonly summary: string;
  readonly detail?: string;
}

export type Checked =
  | {
      readonly status: 'ok';
      readonly params: CheckedValues;
      /** Texts that report must hide wherever they turn up in this task's result. */
      readonly secrets: readonly string[];
      /** Names of the parameters that hold them. */
      readonly secretParameters: ReadonlySet<string>;
      /** Deprecated parameters, as sentences. */
      readonly warnings: readonly string[];
    }
  /** Check mode: a value waits for something that did not run. */
  | { readonly status: 'unknown'; readonly waitsFor: string; readonly params: CheckedValues }
  | { readonly status: 'wrong'; readonly problems: readonly ParameterProblem[] };

export interface CheckOptions {
  /** The host user's home folder, for `~` in paths. */
  readonly home?: string;
  /** Of other users, by name, for `~name`. */
  readonly homes?: ReadonlyMap<string, string>;
  /** The whole path of a place that is kept on the control machine. */
  readonly kept?: (written: string) => string;
  /** Evaluates a bare expression; only modules with parameters of kind `conditions` or `expression` need it. */
  readonly evaluate?: {
    condition(text: string): { readonly holds: boolean } | { readonly failed: string };
    expression(text: string): { readonly value: Value } | { readonly failed: string };
  };
  /** More arguments may come when the task runs: nothing is missing yet. */
  readonly partial?: boolean;
}

interface Check {
  readonly module: string;
  readonly options: CheckOptions;
  readonly problems: ParameterProblem[];
  readonly warnings: string[];
  /** Parameters whose misspelt names were told: nothing is said of their absence. */
  readonly meant: Set<string>;
}

/** Checks and coerces arguments. Values of class Unknown are right everywhere, and make the outcome `unknown`. */
export function checkParameters(module: Module, args: Dict, options: CheckOptions = {}): Checked {
  const check: Check = { module: module.name, options, problems: [], warnings: [], meant: new Set() };
  const params = checkDict(check, module.params, args, [], module.anyParameter);
  const given = givenNames(module.params, args);
  for (const name of check.meant) for (const names of [given.all, given.doubtful]) names.add(name);
  if (!options.partial)
    check.problems.push(...constraintProblems(module.name, module.constraints ?? {}, params, given));
  if (check.problems.length > 0) return { status: 'wrong', problems: check.problems };
  const unknown = findUnknown(args);
  if (unknown) return { status: 'unknown', waitsFor: unknown.waitsFor, params };
  return { status: 'ok', params, warnings: check.warnings, ...secretsOf(module.params, args) };
}

/** Canonical names of the parameters that hold a value, and of those that may turn out to be omitted. */
function givenNames(params: Params, args: Dict) {
  const given = { all: new Set<string>(), doubtful: new Set<string>() };
  for (const [key, value] of args) {
    const name = canonicalName(params, String(key)) ?? String(key);
    if (bare(value) !== null) given.all.add(name);
    if (value instanceof Unknown && value.mayBeMissing) given.doubtful.add(name);
  }
  return given;
}

function canonicalName(params: Params, word: string): string | undefined {
  if (Object.hasOwn(params, word)) return word;
  return Object.keys(params).find((name) => params[name]?.aliases?.includes(word));
}

function secretsOf(
  params: Params,
  args: Dict,
): { readonly secrets: readonly string[]; readonly secretParameters: ReadonlySet<string> } {
  const secrets: string[] = [];
  const secretParameters = new Set<string>();
  for (const [key, value] of args) {
    const name = canonicalName(params, String(key)) ?? String(key);
    const texts = secretTexts(value, params[name]?.secret === true);
    if (texts.length === 0) continue;
    secretParameters.add(name);
    secrets.push(...texts.filter((text) => text !== ''));
    // Where a text is wanted, the module gets what Python prints.
    const isScalar = params[name]?.elements === undefined && params[name]?.name !== 'dict';
    if (isScalar && (isDict(value) || isList(value))) secrets.push(pythonText(value));
  }
  return { secrets, secretParameters };
}

function checkDict(
  check: Check,
  params: Params,
  args: Dict,
  path: readonly Key[],
  anyParameter?: Kind<unknown>,
): { [name: string]: unknown } {
  const found: { [name: string]: unknown } = {};
  const givenBy = new Map<string, string>();
  const meant = new Set<string>();
  for (const [key, value] of args) {
    const word = String(key);
    const name = canonicalName(params, word);
    const kind = name === undefined ? anyParameter : params[name];
    if (!kind) {
      const near = nearestParameter(params, word);
      check.problems.push(unknownName(check.module, params, near, [...path, key]));
      if (near !== undefined) meant.add(canonicalName(params, near) ?? near);
      continue;
    }
    const earlier = givenBy.get(name ?? word);
    if (earlier !== undefined && word === name) continue;
    givenBy.set(name ?? word, word);
    if (kind.deprecated !== undefined)
      check.warnings.push(`${check.module}: ${word} is deprecated: ${kind.deprecated}`);
    // As in Ansible, null means not given, but for parameters that take any value.
    if (bare(value) === null && kind.name !== 'raw') continue;
    found[name ?? word] = coerce(check, kind, value, [...path, key]);
  }
  for (const [name, kind] of Object.entries(params)) {
    if (Object.hasOwn(found, name)) continue;
    if (kind.required && !check.options.partial && !meant.has(name))
      check.problems.push(missing(check.module, params, name, path));
    found[name] = kind.default;
  }
  if (path.length === 0) for (const name of meant) check.meant.add(name);
  return found;
}

function nearestParameter(params: Params, word: string): string | undefined {
  return nearestName(
    word,
    Object.entries(params).flatMap(([name, kind]) => [name, ...(kind.aliases ?? [])]),
  );
}

function unknownName(
  module: string,
  params: Params,
  near: string | undefined,
  path: readonly Key[],
): ParameterProblem {
  const where = path.length > 1 ? `${module}: ${placeOf(path.slice(0, -1))} has` : `${module} has`;
  return {
    code: 'unknown-parameter',
    path,
    at: 'key',
    summary: `${where} no parameter ${String(path.at(-1))}`,
    detail:
      near === undefined ? `It takes ${Object.keys(params).sort().join(', ')}` : `Did you mean ${near}?`,
  };
}

function missing(module: string, params: Params, name: string, path: readonly Key[]): ParameterProblem {
  const aliases = params[name]?.aliases ?? [];
  const where = path.length > 0 ? ` in ${placeOf(path)}` : '';
  return {
    code: 'missing-parameter',
    path,
    at: 'key',
    summary: `${module} needs the parameter ${name}${where}`,
    ...(aliases.length > 0 ? { detail: `It may also be written ${aliases.join(', ')}` } : {}),
  };
}

/** `options[0].name` */
function placeOf(path: readonly Key[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

/** A word cut short, `start` for `started`, or mistyped. */
function nearestChoice(word: string, choices: readonly string[]): string | undefined {
  const isStart = word.length > 1;
  return (
    (isStart ? choices.find((choice) => choice.startsWith(word)) : undefined) ?? nearestName(word, choices)
  );
}

function refuse(
  check: Check,
  path: readonly Key[],
  value: Value,
  wanted: string,
  choices: readonly string[] = [],
): unknown {
  const near = marksOf(value).secret ? undefined : nearestChoice(textOf(value) ?? '', choices);
  check.problems.push({
    code: 'bad-parameter',
    path,
    at: 'value',
    summary: `${check.module}: ${placeOf(path)} must be ${wanted}`,
    detail: `Found ${foundText(value)}${near === undefined ? '' : `. Did you mean ${near}?`}`,
  });
  return undefined;
}

function foundText(value: Value): string {
  const inner = bare(value);
  if (marksOf(value).secret) return 'a secret value';
  if (isDict(inner)) return 'a dict';
  if (isList(inner)) return 'a list';
  if (inner === null) return 'nothing';
  const shown = typeof inner === 'string' ? JSON.stringify(inner) : pythonText(inner);
  const type = typeof inner === 'boolean' ? 'boolean' : inner instanceof Float ? 'float' : 'integer';
  return typeof inner === 'string' ? `the text ${shown}` : `the ${type} ${shown}`;
}

/** What the module sees; undefined after a problem. */
function coerce(check: Check, kind: Kind<unknown>, value: Value, path: readonly Key[]): unknown {
  if (value instanceof Unknown) return value;
  if (value instanceof Undefined)
    return kind.name === 'raw' ? value : refuse(check, path, null, `defined: ${value.name} is not`);
  if (kind.name === 'list') return coerceList(check, kind, value, path);
  if (kind.name === 'dict') return coerceDict(check, kind, value, path);
  if (kind.name === 'conditions') return evaluateConditions(check, value, path);
  if (kind.name === 'expression') return evaluateExpression(check, value, path);
  const coerced = coerceScalar(kind, value, { home: check.options.home, homes: check.options.homes });
  if ('wanted' in coerced) return refuse(check, path, value, coerced.wanted, kind.choices);
  if (kind.kept && typeof coerced.value === 'string')
    return check.options.kept?.(coerced.value) ?? coerced.value;
  return inRange(check, kind, coerced.value, value, path);
}

function inRange(
  check: Check,
  kind: Kind<unknown>,
  coerced: unknown,
  value: Value,
  path: readonly Key[],
): unknown {
  if (typeof coerced !== 'number') return coerced;
  if (kind.minimum !== undefined && coerced < kind.minimum)
    return refuse(check, path, value, `at least ${kind.minimum}`);
  if (kind.maximum !== undefined && coerced > kind.maximum)
    return refuse(check, path, value, `at most ${kind.maximum}`);
  return coerced;
}

function coerceList(check: Check, kind: Kind<unknown>, value: Value, path: readonly Key[]): unknown {
  const items = listItems(value);
  if (!items) return refuse(check, path, value, 'a list');
  const elements = kind.elements;
  if (!elements) throw new Error(`A list without elements in ${check.module}`);
  const inList = isList(bare(value));
  return items.map((item, index) => coerce(check, elements, item, inList ? [...path, index] : path));
}

function coerceDict(check: Check, kind: Kind<unknown>, value: Value, path: readonly Key[]): unknown {
  const entries = dictOf(value);
  if (!entries) return refuse(check, path, value, 'a dict');
  return kind.options ? checkDict(check, kind.options, entries, path) : toData(entries);
}

function evaluateConditions(
  check: Check,
  value: Value,
  path: readonly Key[],
): readonly Condition[] | undefined {
  const inner = bare(value);
  const items = isList(inner) ? inner : [inner];
  const conditions: Condition[] = [];
  for (const [index, item] of items.entries()) {
    const text = bare(item);
    const place = isList(inner) ? [...path, index] : path;
    // The whole waits for it.
    if (text instanceof Unknown) continue;
    if (typeof text === 'boolean') conditions.push({ text, holds: text });
    else if (typeof text !== 'string') refuse(check, place, item, 'an expression');
    else {
      const outcome = check.options.evaluate?.condition(text) ?? { holds: true };
      if ('failed' in outcome)
        refuse(check, place, item, `an expression that can be evaluated: ${outcome.failed}`);
      else conditions.push({ text, holds: outcome.holds });
    }
  }
  return conditions;
}

function evaluateExpression(check: Check, value: Value, path: readonly Key[]): Evaluated | undefined {
  const text = pythonText(value);
  const outcome = check.options.evaluate?.expression(text) ?? { value };
  if ('failed' in outcome) {
    refuse(check, path, value, `an expression that can be evaluated: ${outcome.failed}`);
    return undefined;
  }
  return { text, value: outcome.value, isDefined: !(outcome.value instanceof Undefined) };
}
