// What is wrong with a role's argument specs as such. Ansible finds it when the role starts, if at all: so all but what no
// run can use is a warning here.
import type { Diagnostic } from '../document/diagnostic.ts';
import { type Dict, isDict, isList, type Key, type Position, textOf, type Value } from '../document/value.ts';
import { error, keyPlace, kindOfValue, suggestion, valuePlace, warning } from './problem.ts';

const types = 'str path bool int float list dict json jsonarg bytes bits raw'.split(' ');
const ofEntry =
  'short_description description version_added author options attributes seealso deprecated notes todo examples'.split(
    ' ',
  );
const ofOption = (
  'description version_added type required default choices elements options aliases no_log deprecated_aliases ' +
  'removed_in_version removed_at_date removed_from_collection apply_defaults fallback context ' +
  'mutually_exclusive required_together required_one_of required_if required_by'
).split(' ');

/** `specs` is the value of `argument_specs`, which stands at `position`. */
export function specProblems(specs: Value, position: Position): readonly Diagnostic[] {
  if (specs === null) return [];
  if (!isDict(specs)) return [notDict('argument_specs', specs, position)];
  return [...specs.keys()].flatMap((name) => {
    const [entry, at] = [specs.get(name) ?? null, valuePlace(specs, name, position)];
    if (entry === null) return [];
    if (!isDict(entry)) return [notDict(`The entry point ${String(name)}`, entry, at)];
    return [...unknownKeys(entry, ofEntry, 'an entry point', at), ...optionsOf(entry, at)];
  });
}

function notDict(what: string, value: Value, position: Position): Diagnostic {
  return error('wrong-type', `${what} must be a dict, not ${kindOfValue(value)}`, position);
}

function unknownKeys(dict: Dict, known: readonly string[], of: string, position: Position): Diagnostic[] {
  return [...dict.keys()]
    .filter((key) => !known.includes(String(key)))
    .map((key) => {
      const summary = `Unknown key ${String(key)} of ${of} of an argument spec`;
      return warning(
        'unknown-keyword',
        summary,
        keyPlace(dict, key, position),
        suggestion(String(key), known),
      );
    });
}

function optionsOf(dict: Dict, position: Position): Diagnostic[] {
  const [options, at] = [dict.get('options') ?? null, valuePlace(dict, 'options', position)];
  if (options === null) return [];
  if (!isDict(options))
    return [warning('wrong-type', `options must be a dict, not ${kindOfValue(options)}`, at)];
  return [...options.keys()].flatMap((name) => optionProblems(options, name, at));
}

function optionProblems(options: Dict, name: Key, position: Position): Diagnostic[] {
  const [option, at] = [options.get(name) ?? null, valuePlace(options, name, position)];
  if (option === null) return [];
  if (!isDict(option))
    return [warning('wrong-type', `Option ${String(name)} must be a dict, not ${kindOfValue(option)}`, at)];
  const choices = option.get('choices') ?? null;
  const noList =
    choices === null || isList(choices) || isTemplate(choices)
      ? []
      : [
          warning(
            'wrong-type',
            `choices must be a list, not ${kindOfValue(choices)}`,
            valuePlace(option, 'choices', at),
          ),
        ];
  return [
    ...unknownKeys(option, ofOption, 'an option', at),
    ...['type', 'elements'].flatMap((key) => unknownType(option, key, at)),
    ...noList,
    ...optionsOf(option, at),
  ];
}

function isTemplate(value: Value): boolean {
  return textOf(value)?.includes('{{') === true;
}

function unknownType(option: Dict, key: string, position: Position): Diagnostic[] {
  const type = textOf(option.get(key) ?? null);
  if (type === undefined || types.includes(type) || type.includes('{{')) return [];
  const at = valuePlace(option, key, position);
  return [
    warning('wrong-type', `Type ${type} is not known`, at, suggestion(type, types) ?? types.join(', ')),
  ];
}
