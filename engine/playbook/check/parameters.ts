// A task's arguments against its module's parameters.
import {
  type Dict,
  isDict,
  isList,
  type Key,
  type Position,
  textOf,
  Unknown,
  type Value,
} from '../../document/value.ts';
import { engineActions } from '../engine_actions.ts';
import { itemsOf, moduleDefaultsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { ParameterProblem } from '../catalog.ts';
import type { Located, Task } from '../model.ts';
import { withoutBuiltin } from '../names.ts';
import { hasTemplate } from '../../template/template.ts';
import { error, keyPlace, kindOfValue, valuePlace, warning } from '../problem.ts';
import { evaluateConstants } from '../static_scope.ts';
import type { TemplateCheck } from './templates.ts';

/** Checks arguments that are written down; those that only the run knows are checked there. */
export function checkArgumentsOf(task: Task, templates: TemplateCheck, loading: Loading): void {
  const { catalog } = loading.options;
  const { action } = task;
  checkTemplates(task, templates, loading);
  if (action.variableArgs) checkVariableArgs(action.variableArgs, loading);
  if (engineActions.has(action.module) || catalog.canonical(action.module) === undefined) return;
  const args: Dict = new Map(action.args);
  const freeName = catalog.freeForm(action.module);
  if (action.freeForm && freeName !== undefined) args.set(freeName, action.freeForm.value);
  const known = evaluateConstants(args, loading, action.position) as Dict;
  const partial = action.variableArgs !== undefined || action.isBroken === true || hasDefaults(task, loading);
  for (const problem of catalog.check(action.module, known, { partial })) {
    const place = placeOf(problem, task, freeName);
    const known = notBuilt(problem, task, loading);
    if (known === undefined) {
      const told = mayBeOmitted(problem, args) ? warning : error;
      loading.report(told(problem.code, problem.summary, place, problem.detail));
    } else loading.report(warning('unsupported-module', known, place, 'The task fails when it is reached'));
  }
}

/** Labels of SELinux, which Ansible takes wherever it takes a file's mode. */
const labels = ['seuser', 'serole', 'setype', 'selevel'];

function notBuilt(
  { code, path: [name, ...below] }: ParameterProblem,
  task: Task,
  loading: Loading,
): string | undefined {
  if (code !== 'unknown-parameter' || below.length > 0 || !labels.includes(String(name))) return undefined;
  const { module } = task.action;
  if (loading.options.catalog.kindOf(module, 'mode') === undefined) return undefined;
  return `${module}: ${String(name)} is not built in, as labels of SELinux are set by nothing of ours`;
}

/** A parameter that nobody knows is not given where its value is `omit`: `seuser: "{{ item.seuser | default(omit) }}"`. */
function mayBeOmitted({ code, path: [name, ...below] }: ParameterProblem, args: Dict): boolean {
  const text = name === undefined || below.length > 0 ? undefined : textOf(args.get(name) ?? null);
  return code === 'unknown-parameter' && text !== undefined && hasTemplate(text) && /\bomit\b/.test(text);
}

/** `args: "{{ ... }}"` that needs no variable to be seen to yield no dict. */
function checkVariableArgs({ value, position }: Located, loading: Loading): void {
  const known = evaluateConstants(value, loading, position);
  const isRight = isDict(known) || known instanceof Unknown || textOf(known)?.includes('=') === true;
  if (!isRight)
    loading.report(error('wrong-type', `args must be a dict, not ${kindOfValue(known)}`, position));
}

function checkTemplates(task: Task, templates: TemplateCheck, loading: Loading): void {
  const { action } = task;
  for (const located of [action.freeForm, action.variableArgs])
    if (located) templates.value(located.value, located.position);
  for (const [key, value] of action.args) {
    const position = valuePlace(action.args, key, action.position);
    const kind = loading.options.catalog.kindOf(action.module, String(key));
    if (kind === 'conditions') templates.conditions({ value, position }, String(key));
    else if (kind === 'expression') checkExpression({ value, position }, templates);
    else templates.value(value, position);
  }
}

function checkExpression({ value, position }: Located, templates: TemplateCheck): void {
  const text = textOf(value);
  if (text !== undefined) templates.expression(text, position);
}

/** Whether module_defaults give this module more arguments. */
function hasDefaults(task: Task, loading: Loading): boolean {
  const { catalog } = loading.options;
  const isMeant = (key: Key): boolean => {
    const name = String(key);
    return (
      name.startsWith('group/') || (catalog.canonical(name) ?? withoutBuiltin(name)) === task.action.module
    );
  };
  return moduleDefaultsOf(task)
    .flatMap(itemsOf)
    .some(({ value }) => !isDict(value) || [...value.keys()].some(isMeant));
}

function placeOf(problem: ParameterProblem, task: Task, freeName: string | undefined): Position {
  const { action } = task;
  const [first] = problem.path;
  if (first === undefined) return action.position;
  if (!action.args.has(first))
    return (first === freeName ? action.freeForm?.position : undefined) ?? action.position;
  return placeAt(action.args, problem.path, problem.at, action.position);
}

/** Where the entry at `path` was written, or the nearest around it. */
export function placeAt(top: Dict, path: readonly Key[], at: 'key' | 'value', otherwise: Position): Position {
  let container: Value = top;
  let place = otherwise;
  for (const [index, key] of path.entries()) {
    if (!isDict(container) && !isList(container)) return place;
    const isLast = index === path.length - 1;
    place = isLast && at === 'key' ? keyPlace(container, key, place) : valuePlace(container, key, place);
    const next: Value | undefined = isDict(container) ? container.get(key) : container[Number(key)];
    if (next === undefined) return place;
    container = next;
  }
  return place;
}
