// A role's argument specification as parameters of a module, so that both are checked by the same code.
import {
  bare,
  type Dict,
  isDict,
  isList,
  textOf,
  Undefined,
  Unknown,
  type Value,
} from '../document/value.ts';
import { toData } from '../module/data.ts';
import type { Module } from '../module/define.ts';
import {
  bool,
  dict,
  float,
  int,
  json,
  type Kind,
  list,
  optional,
  path,
  raw,
  type Settings,
  str,
} from '../module/kinds.ts';
import { checkParameters } from '../module/parameters.ts';
import { asBoolean, asText, asTextList } from './keywords.ts';

function optionsOf(spec: Dict): { [name: string]: Kind<unknown> } {
  const kinds: { [name: string]: Kind<unknown> } = {};
  for (const [name, one] of spec) kinds[String(name)] = kindOf(isDict(one) ? one : new Map<string, Value>());
  return kinds;
}

function plainKind(type: string, one: Dict, settings: Settings): Kind<unknown> {
  const options = one.get('options');
  switch (type) {
    case 'bool':
      return bool(settings);
    case 'int':
      return int(settings);
    case 'float':
      return float(settings);
    case 'path':
      return path(settings);
    case 'raw':
      return raw(settings);
    case 'json':
    case 'jsonarg':
      return json(settings);
    case 'dict':
      return options !== undefined && isDict(options) ? dict(settings, optionsOf(options)) : dict(settings);
    case 'list': {
      const elements = textOf(one.get('elements') ?? null);
      const item =
        elements === undefined ? raw() : plainKind(elements, new Map([...one, ['aliases', []]]), {});
      return list(item, settings);
    }
    default:
      return str(settings);
  }
}

function kindOf(one: Dict): Kind<unknown> {
  const aliases = asTextList(one.get('aliases') ?? null);
  const settings: Settings = {
    ...(aliases ? { aliases } : {}),
    ...(asBoolean(one.get('no_log') ?? false) === true ? { secret: true } : {}),
  };
  const kind = plainKind(textOf(one.get('type') ?? null) ?? 'str', one, settings);
  return asBoolean(one.get('required') ?? false) === true ? kind : optional(kind);
}

/** Choices may be of any type; they are compared after coercion, as text. */
function choiceErrors(spec: Dict, params: { readonly [name: string]: unknown }): string[] {
  const errors: string[] = [];
  for (const [name, one] of spec) {
    const choices = isDict(one) ? one.get('choices') : undefined;
    const value = params[String(name)];
    if (choices === undefined || !isList(choices) || value === undefined) continue;
    const allowed = choices.map((choice) => asText(choice) ?? JSON.stringify(toData(choice)));
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value])
      if (!allowed.includes(String(item)))
        errors.push(`value of ${String(name)} must be one of: ${allowed.join(', ')}, got: ${String(item)}`);
  }
  return errors;
}

/** What is wrong with the variables that a specification names. `read` gives a variable's evaluated value. */
export function validateArguments(spec: Dict, read: (name: string) => Value | undefined): readonly string[] {
  const given: Dict = new Map();
  const errors: string[] = [];
  for (const [name, one] of spec) {
    const names = [String(name), ...(asTextList(isDict(one) ? (one.get('aliases') ?? null) : null) ?? [])];
    for (const candidate of names) {
      const value = read(candidate);
      if (value instanceof Undefined || value === undefined) continue;
      // A value that only a real run would give is right.
      if (value instanceof Unknown) return [];
      if (bare(value) !== null) given.set(candidate, value);
      break;
    }
  }
  const module: Module = {
    name: 'the role',
    summary: '',
    params: optionsOf(spec),
    plan: () => ({ steps: [] }),
  };
  const checked = checkParameters(module, given);
  if (checked.status === 'unknown') return errors;
  if (checked.status === 'wrong')
    return checked.problems.map(({ summary, detail }) =>
      detail === undefined ? summary : `${summary}. ${detail}`,
    );
  return choiceErrors(spec, checked.params);
}
