// A task's arguments for one host and item: templates replaced, omitted ones left out, module_defaults beneath.
import { failure, type Outcome, success } from '../document/diagnostic.ts';
import {
  type Dict,
  isDict,
  isList,
  type Key,
  marksOf,
  type Position,
  positionOf,
  textOf,
  Undefined,
  Unknown,
  type Value,
} from '../document/value.ts';
import type { Module } from '../module/define.ts';
import { moduleDefaultsOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import { isOmit } from '../template/omit.ts';
import { definedValue, fromOutside, type TaskScope } from './task_scope.ts';

/** Kinds whose text is an expression: evaluated by the check of parameters, not before. */
function isExpression(module: Module, parameter: string): boolean {
  const name = kindOf(module, parameter)?.name;
  return name === 'conditions' || name === 'expression';
}

function kindOf(module: Module, parameter: string): Module['params'][string] | undefined {
  const direct = module.params[parameter];
  return (
    direct ??
    Object.values(module.params).find((candidate) => candidate.aliases?.includes(parameter) === true)
  );
}

/** Conditions that one template gives as a list are that list; any other is evaluated as it stands. */
function listedConditions(raw: Value, scope: TaskScope, local: Dict, position: Position): Outcome<Value> {
  if (textOf(raw) === undefined) return success(raw);
  const given = scope.evaluate(raw, local, position);
  if (!given.ok || !isList(given.value)) return success(raw);
  return given.value.some((item) => marksOf(item).unsafe) ? failure(fromOutside) : given;
}

/** An Undefined anywhere inside makes the argument undefined; a dict or list keeps what is not omitted. */
function complete(value: Value, position: Task['position']): Outcome<Value> {
  if (value instanceof Undefined) return definedValue(value, position);
  if (isList(value)) {
    const items: Value[] = [];
    for (const item of value) {
      if (isOmit(item)) continue;
      const inner = complete(item, position);
      if (!inner.ok) return inner;
      items.push(inner.value);
    }
    return success(items);
  }
  if (isDict(value)) {
    const entries: Dict = new Map<Key, Value>();
    for (const [key, item] of value) {
      if (isOmit(item)) continue;
      const inner = complete(item, position);
      if (!inner.ok) return inner;
      entries.set(key, inner.value);
    }
    return success(entries);
  }
  return success(value);
}

function shortName(written: string): string {
  return written.replace(/^ansible\.(builtin|legacy)\./, '');
}

function defaultsFor(task: Task, module: Module, scope: TaskScope, local: Dict): Outcome<Dict> {
  const defaults: Dict = new Map();
  for (const located of moduleDefaultsOf(task)) {
    const evaluated = scope.evaluate(located.value, local, located.position);
    if (!evaluated.ok) return evaluated;
    if (!isDict(evaluated.value)) continue;
    for (const [name, values] of evaluated.value) {
      const written = String(name);
      const isOurs =
        shortName(written) === module.name ||
        module.fullNames?.includes(written) === true ||
        written === task.action.written;
      if (isOurs && isDict(values)) for (const [key, value] of values) defaults.set(key, value);
    }
  }
  return success(defaults);
}

/** The arguments as values. An Unknown stays in its place: the check of parameters makes the task unknown. */
export function evaluateArguments(task: Task, module: Module, scope: TaskScope, local: Dict): Outcome<Dict> {
  const defaults = defaultsFor(task, module, scope, local);
  if (!defaults.ok) return defaults;
  const evaluated: Dict = new Map(defaults.value);
  const { action } = task;
  if (action.variableArgs) {
    const more = scope.evaluate(action.variableArgs.value, local, action.variableArgs.position);
    if (!more.ok) return more;
    const value = complete(more.value, action.variableArgs.position);
    if (!value.ok) return value;
    if (value.value instanceof Unknown) return success(new Map([['args', value.value]]));
    if (!isDict(value.value))
      return failure({
        code: 'wrong-type',
        severity: 'error',
        summary: 'args must be a dict',
        position: action.variableArgs.position,
      });
    for (const [key, item] of value.value) evaluated.set(key, item);
  }
  const written: Dict = new Map(action.args);
  if (action.freeForm && module.freeForm !== undefined) written.set(module.freeForm, action.freeForm.value);
  for (const [key, raw] of written) {
    const position = positionOf(action.args, key) ?? action.freeForm?.position ?? action.position;
    const name = textOf(key) ?? String(key);
    if (isExpression(module, name)) {
      const areMany = kindOf(module, name)?.name === 'conditions';
      const listed = areMany ? listedConditions(raw, scope, local, position) : success(raw);
      if (!listed.ok) return listed;
      evaluated.set(key, listed.value);
      continue;
    }
    const value = scope.evaluate(raw, local, position);
    if (!value.ok) return value;
    if (isOmit(value.value)) {
      evaluated.delete(key);
      continue;
    }
    const whole = complete(value.value, position);
    if (!whole.ok) return whole;
    // set_fact's names may be templates; a parameter's name never is.
    const named = module.anyParameter ? scope.evaluate(key, local, position) : success(key);
    if (!named.ok) return named;
    evaluated.set(textOf(named.value) ?? key, whole.value);
  }
  return success(evaluated);
}
