// Which module a task calls and with which arguments, in all the forms that a task may be written in.
import type { Diagnostic } from '../document/diagnostic.ts';
import {
  type Dict,
  isDict,
  keyPositionOf,
  type Position,
  positionOf,
  setPosition,
  textOf,
  type Value,
} from '../document/value.ts';
import { parseKeyValues, splitModuleText } from './key_values.ts';
import type { Entry, OtherKey } from './entry.ts';
import { chooseModule } from './module_choice.ts';
import { engineActions, isCommandModule, takesFreeText } from './engine_actions.ts';
import type { Action, Located } from './model.ts';
import { type ModulePlaces, resolveModule } from './module_name.ts';
import { error, kindOfValue, valuePlace } from './problem.ts';
import type { Loading } from './loading.ts';

interface Call {
  readonly written: string;
  readonly position: Position;
  /** The arguments as written beside the module's name. */
  readonly given: Located;
}

interface Arguments {
  args: Dict;
  freeForm?: Located;
  variableArgs?: Located;
  /** Text that could not be taken apart: which arguments it holds is not known. */
  isBroken?: true;
}

/** Finds the task's module and reads its arguments; undefined when there is none, which is reported. */
export function readAction(entry: Entry, places: ModulePlaces, loading: Loading): Action | undefined {
  const call = findCall(entry, places, loading);
  if (!call) return undefined;
  const module = resolveModule(call.written, call.position, places, loading);
  const own = readArguments(call, module, loading);
  const extra = readArgsKeyword(entry.keywords.get('args'), loading);
  const { freeForm, ...rest } = mergeArguments(own, extra);
  const text = freeForm && checkFreeText(freeForm, rest, call, module, loading);
  return { written: call.written, module, position: call.position, freeForm: text, ...rest };
}

function findCall(entry: Entry, places: ModulePlaces, loading: Loading): Call | undefined {
  const [action, local] = [entry.keywords.get('action'), entry.keywords.get('local_action')];
  if (action && local) {
    loading.report(
      error('conflicting-keywords', 'action and local_action stand in one task', local.position),
    );
  }
  const old = action ?? local;
  const chosen = chooseModule(entry, places, loading, old !== undefined);
  return old ? readOldForm(old, loading) : chosen && callOf(chosen);
}

function callOf({ name, located, keyPosition }: OtherKey): Call {
  return { written: name, position: keyPosition, given: located };
}

/** `action: copy src=a dest=b` or `action: {module: copy, src: a, dest: b}`. */
function readOldForm(located: Located, loading: Loading): Call | undefined {
  const { value, position } = located;
  const moduleText = isDict(value) ? textOf(value.get('module') ?? null) : textOf(value);
  if (moduleText === undefined || moduleText.trim() === '') {
    loading.report(withoutModule(located));
    return undefined;
  }
  const split = splitModuleText(moduleText);
  if (!split.ok) {
    loading.report({ ...split.problem, position });
    return undefined;
  }
  const { name, rest } = split.value;
  if (!isDict(value))
    return { written: name, position, given: { value: rest === '' ? null : rest, position } };
  const args = copyWithout(value, ['module', 'args']);
  const place = valuePlace(value, 'module', position);
  const nested = { value: value.get('args') ?? null, position: valuePlace(value, 'args', position) };
  for (const source of [nested, { value: rest === '' ? null : rest, position: place }])
    copyEntries(writtenInside(source, name, loading), args);
  return { written: name, position: place, given: { value: args, position } };
}

function withoutModule({ value, position }: Located): Diagnostic {
  if (!isDict(value) && textOf(value) === undefined)
    return error('wrong-type', `action must be text or a dict, not ${kindOfValue(value)}`, position);
  const module = isDict(value) ? (value.get('module') ?? null) : null;
  if (module === null || textOf(module) !== undefined)
    return error('no-module', 'action names no module', position);
  const place = isDict(value) ? valuePlace(value, 'module', position) : position;
  return error('wrong-type', `module must be text, not ${kindOfValue(module)}`, place);
}

/** What stands under `args` in the old form, or behind the module's name; free text under its internal name. */
function writtenInside({ value, position }: Located, module: string, loading: Loading): Dict {
  if (value === null) return new Map();
  if (isDict(value)) return value;
  const text = textOf(value);
  if (text === undefined) {
    loading.report(error('wrong-type', `args must be a dict, not ${kindOfValue(value)}`, position));
    return new Map();
  }
  const { args, freeForm } = textArguments(text, position, module, loading);
  if (freeForm) {
    args.set('_raw_params', freeForm.value);
    setPosition(args, '_raw_params', freeForm.position);
  }
  return args;
}

function copyWithout(source: Dict, names: readonly string[]): Dict {
  const made: Dict = new Map();
  copyEntries(source, made, names);
  return made;
}

function copyEntries(source: Dict, target: Dict, without: readonly string[] = []): void {
  for (const [key, value] of source) {
    if (typeof key === 'string' && without.includes(key)) continue;
    target.set(key, value);
    const position = positionOf(source, key);
    if (position) setPosition(target, key, position, keyPositionOf(source, key));
  }
}

function readArguments(call: Call, module: string, loading: Loading): Arguments {
  const { value, position } = call.given;
  if (value === null) return { args: new Map() };
  if (isDict(value)) return withoutRawParams(value, position);
  const text = textOf(value);
  if (text !== undefined) return textArguments(text, position, module, loading);
  const summary = `Arguments of ${call.written} must be a dict or text, not ${kindOfValue(value)}`;
  loading.report(error('wrong-type', summary, position));
  return { args: new Map() };
}

/** `_raw_params` as a key is the free text under its internal name. */
function withoutRawParams(args: Dict, position: Position): Arguments {
  const raw = args.get('_raw_params');
  if (raw === undefined) return { args };
  const freeForm = { value: raw, position: valuePlace(args, '_raw_params', position) };
  return { args: copyWithout(args, ['_raw_params']), freeForm };
}

function textArguments(text: string, position: Position, module: string, loading: Loading): Arguments {
  const parsed = parseKeyValues(text, isCommandModule(module));
  if (!parsed.ok) {
    loading.report({ ...parsed.problem, position });
    return { args: new Map(), isBroken: true };
  }
  const args: Dict = new Map();
  for (const [key, value] of parsed.value.options) {
    args.set(key, value);
    const place = placeInText(text, key, position);
    setPosition(args, key, place, place);
  }
  const { free } = parsed.value;
  return free === undefined ? { args } : { args, freeForm: { value: free, position } };
}

/** Where `key=` stands in a text that is written as it reads: on one line, without quotes or escapes around it. */
function placeInText(text: string, key: string, position: Position): Position {
  const { line, column, endLine = line, endColumn = 0 } = position;
  const at = ` ${text}`.indexOf(` ${key}=`);
  if (line !== endLine || endColumn - column !== text.length || at < 0) return position;
  const length = text.slice(at).search(/(?:\s|$)/);
  return { ...position, column: column + at, endColumn: column + at + length };
}

function readArgsKeyword(located: Located | undefined, loading: Loading): Arguments {
  if (!located || located.value === null) return { args: new Map() };
  const { value, position } = located;
  if (isDict(value)) return withoutRawParams(value, position);
  const text = textOf(value);
  if (text === '') return { args: new Map() };
  if (text?.includes('{{')) return { args: new Map(), variableArgs: located };
  const detail = 'Write a dict, or one template that yields a dict';
  loading.report(error('wrong-type', `args must be a dict, not ${kindOfValue(value)}`, position, detail));
  return { args: new Map() };
}

/** What stands beside the module's name goes before `args:`. */
function mergeArguments(own: Arguments, extra: Arguments): Arguments {
  const freeForm = own.freeForm ?? extra.freeForm;
  const optional = {
    ...(freeForm ? { freeForm } : {}),
    ...(extra.variableArgs ? { variableArgs: extra.variableArgs } : {}),
    ...(own.isBroken ? { isBroken: own.isBroken } : {}),
  };
  if (extra.args.size === 0) return { args: own.args, ...optional };
  const args = copyWithout(extra.args, []);
  copyEntries(own.args, args);
  return { args, ...optional };
}

/** Free text of a module that takes none is a template of arguments, or a mistake. */
function checkFreeText(
  freeForm: Located,
  rest: { args: Dict; variableArgs?: Located },
  call: Call,
  module: string,
  loading: Loading,
): Located | undefined {
  const isBuilt = engineActions.has(module) || loading.options.catalog.canonical(module) !== undefined;
  if (!isBuilt || takesFreeText(module, loading.options.catalog)) {
    if (isCommandModule(module) && rest.args.has('cmd'))
      loading.report(
        error('conflicting-keywords', `${call.written} has both cmd and free text`, freeForm.position),
      );
    return freeForm;
  }
  const text: Value = freeForm.value;
  if (textOf(text)?.includes('{{')) rest.variableArgs = freeForm;
  else
    loading.report(
      error(
        'bad-parameter',
        `${call.written} takes no free text`,
        freeForm.position,
        `Write its parameters as a dict, or as key=value. Found: ${textOf(text) ?? kindOfValue(text)}`,
      ),
    );
  return undefined;
}
