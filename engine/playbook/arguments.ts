// A role's argument spec (meta/argument_specs.yml) and the check of arguments against it, when the role starts or by
// the action validate_argument_spec. Types convert as ansible-core converts them: a number is fine where text is
// wanted, `a,b` where a list is.
import {
  bare,
  type Dict,
  Float,
  isDict,
  isInteger,
  isList,
  type Key,
  textOf,
  Undefined,
  Unknown,
  type Value,
} from '../document/value.ts';
import { convertible } from './argument_types.ts';
import type { ParameterProblem } from './catalog.ts';
import type { Role, RoleUse } from './model.ts';
import { kindOfValue, scalarText, suggestion } from './problem.ts';

/** The spec of one entry point: the `options` of `argument_specs.main`. */
export interface EntryPoint {
  readonly options: Dict;
  readonly shortDescription: string | undefined;
}

/** The spec for an entry point (`main`, or the name of tasks_from); undefined when the role has none. */
export function entryPointOf(role: Role, tasksFrom: string): EntryPoint | undefined {
  const specs = role.argumentSpecs;
  const stem = tasksFrom.replace(/\.(?:ya?ml|json)$/, '');
  const found = specs?.get(tasksFrom) ?? specs?.get(stem);
  if (found === undefined || !isDict(found) || found.size === 0) return undefined;
  const options = found.get('options');
  const none: Dict = new Map();
  return {
    options: options !== undefined && isDict(options) ? options : none,
    shortDescription: textOf(found.get('short_description') ?? null),
  };
}

/** The entry point against which a use of a role is checked when it starts. */
export function specOfUse(use: RoleUse): EntryPoint | undefined {
  return use.validates ? entryPointOf(use.role, use.tasksFrom) : undefined;
}

/** The names that the check looks up among the variables: a spec knows no others. */
export function argumentNames(options: Dict): string[] {
  return [...options.keys()].map(String);
}

/**
 * What is wrong with `values` (evaluated). Names that the spec does not know are refused, so give only those of
 * `argumentNames` and the role's own parameters. A value of class Unknown is right everywhere.
 */
export function checkArguments(options: Dict, values: Dict): readonly ParameterProblem[] {
  return checkOptions(options, values, []);
}

function checkOptions(options: Dict, values: Dict, path: readonly Key[]): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  const names = aliasesOf(options);
  for (const [key, value] of values) {
    const name = String(key);
    const option = options.get(names.get(name) ?? name);
    if (option === undefined) problems.push(unknownArgument(name, [...path, key], names.keys()));
    else if (isDict(option)) problems.push(...checkValue(option, value, [...path, key]));
  }
  const given = new Set([...values.keys()].map((key) => names.get(String(key)) ?? String(key)));
  for (const [key, option] of options) {
    if (!isDict(option) || !isOn(option.get('required')) || given.has(String(key))) continue;
    const within = path.length > 0 ? ` in ${path.join('.')}` : '';
    problems.push({
      code: 'missing-parameter',
      path,
      at: 'key',
      summary: `Argument ${String(key)} is required${within}`,
    });
  }
  return problems;
}

/** From every name and alias to the name. */
function aliasesOf(options: Dict): Map<string, string> {
  const names = new Map<string, string>();
  for (const [key, option] of options) {
    names.set(String(key), String(key));
    const aliases = isDict(option) ? option.get('aliases') : undefined;
    if (aliases !== undefined && isList(aliases))
      for (const alias of aliases) names.set(scalarText(alias), String(key));
  }
  return names;
}

function isOn(value: Value | undefined): boolean {
  const inner = value === undefined ? false : bare(value);
  return inner === true || (typeof inner === 'string' && ['yes', 'true', 'on'].includes(inner.toLowerCase()));
}

function unknownArgument(name: string, path: readonly Key[], known: Iterable<string>): ParameterProblem {
  const detail = suggestion(name, known);
  return {
    code: 'unknown-parameter',
    path,
    at: 'key',
    summary: `Argument ${name} is unknown`,
    ...(detail === undefined ? {} : { detail }),
  };
}

function checkValue(option: Dict, value: Value, path: readonly Key[]): ParameterProblem[] {
  if (value instanceof Unknown) return [];
  const label = path.join('.');
  if (value instanceof Undefined)
    return [
      bad(path, `Argument ${label} has no value`, value.hint ?? `Variable ${value.name} is not defined`),
    ];
  const type = textOf(option.get('type') ?? 'str') ?? 'str';
  if (value === null && !isOn(option.get('required')) && (option.get('default') ?? null) === null) return [];
  const converted = convertible(type, value);
  if (converted === undefined)
    return [bad(path, `Argument ${label} must be of type ${type}`, `Found ${shown(value)}`)];
  const elements = textOf(option.get('elements') ?? null);
  if (type === 'list' && isList(converted))
    return converted.flatMap((item, index) => checkElement(option, elements, item, [...path, index]));
  return [...checkChoice(option, converted, path), ...checkNested(option, converted, path)];
}

function checkElement(
  option: Dict,
  elements: string | undefined,
  item: Value,
  path: readonly Key[],
): ParameterProblem[] {
  if (item instanceof Unknown) return [];
  const converted = elements === undefined ? item : convertible(elements, item);
  if (converted === undefined)
    return [
      bad(path, `Argument ${path.join('.')} must be of type ${elements ?? ''}`, `Found ${shown(item)}`),
    ];
  return [...checkChoice(option, converted, path), ...checkNested(option, converted, path)];
}

function checkNested(option: Dict, value: Value, path: readonly Key[]): ParameterProblem[] {
  const nested = option.get('options');
  return nested !== undefined && isDict(nested) && isDict(value) ? checkOptions(nested, value, path) : [];
}

function checkChoice(option: Dict, value: Value, path: readonly Key[]): ParameterProblem[] {
  const choices = option.get('choices');
  if (choices === undefined || !isList(choices) || isDict(value)) return [];
  const allowed = choices.map(scalarText);
  if (allowed.includes(scalarText(value))) return [];
  const otherwise = `It must be one of ${allowed.join(', ')}`;
  const near = suggestion(scalarText(value), allowed, otherwise);
  return [bad(path, `Argument ${path.join('.')} cannot be ${scalarText(value)}`, near ?? otherwise)];
}

function bad(path: readonly Key[], summary: string, detail: string): ParameterProblem {
  return { code: 'bad-parameter', path, at: 'value', summary, detail };
}

function shown(value: Value): string {
  const inner = bare(value);
  const isScalar = typeof inner === 'string' || isInteger(inner) || inner instanceof Float;
  return isScalar ? `${kindOfValue(value)}: ${scalarText(value)}` : kindOfValue(value);
}
