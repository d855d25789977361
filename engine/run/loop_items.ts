// The items of a task's loop, and the names that each item's evaluation sees.
import { failure, type Outcome, success } from '../document/diagnostic.ts';
import { bare, type Dict, isDict, isList, Undefined, Unknown, type Value } from '../document/value.ts';
import type { Task } from '../playbook/model.ts';
import type { TaskResult } from './events.ts';
import { asBoolean, asNumber, asText } from './keywords.ts';
import { skippedResult } from './result_values.ts';
import { definedValue, type TaskScope } from './task_scope.ts';

export interface LoopControl {
  readonly variable: string;
  readonly indexVariable: string | undefined;
  /** Raw: evaluated for each item. */
  readonly label: Value | undefined;
  readonly pauseSeconds: number;
  readonly extended: boolean;
  readonly extendedAllItems: boolean;
  /** Raw condition after which the loop ends. */
  readonly breakWhen: Value | undefined;
}

/** `with_NAME` is the lookup of that name, each entry of the list a term of its own; `loop` is the list itself. */
export function loopItems(task: Task, scope: TaskScope): Outcome<readonly Value[] | Unknown> {
  const { loop } = task;
  if (!loop) return success([]);
  const { position } = loop.items;
  const evaluated =
    loop.kind === 'loop'
      ? scope.evaluate(loop.items.value, undefined, position)
      : lookupItems(loop.lookup ?? 'items', loop.items.value, task, scope);
  if (!evaluated.ok) return evaluated;
  const value = evaluated.value;
  if (value instanceof Unknown) return success(value);
  const defined = definedValue(value, position);
  if (!defined.ok) return defined;
  if (isList(value)) return success(value);
  return failure({
    code: 'wrong-type',
    severity: 'error',
    summary: 'The loop has no list to go through',
    detail: `Found ${isDict(value) ? 'a dict; dict2items makes a list of it' : 'a single value'}`,
    position,
  });
}

function lookupItems(lookup: string, raw: Value, task: Task, scope: TaskScope): Outcome<Value> {
  const position = task.loop?.items.position;
  const terms = scope.evaluate(raw, undefined, position);
  if (!terms.ok || terms.value instanceof Unknown) return terms;
  const local: Dict = new Map<string, Value>([['hardway_loop_terms', terms.value]]);
  const spread = isList(bare(terms.value)) ? '*' : '';
  return scope.expression(`query('${lookup}', ${spread}hardway_loop_terms)`, local, position);
}

export function loopControl(task: Task, scope: TaskScope): Outcome<LoopControl> {
  const raw = task.keywords.get('loop_control');
  const given = raw && isDict(raw.value) ? raw.value : new Map<string, Value>();
  const read = (name: string): Outcome<Value | undefined> => {
    const value = given.get(name);
    if (value === undefined) return success(undefined);
    const evaluated = scope.evaluate(value, undefined, raw?.position);
    return evaluated.ok ? definedValue(evaluated.value, raw?.position) : evaluated;
  };
  const values = new Map<string, Value>();
  for (const name of ['loop_var', 'index_var', 'pause', 'extended', 'extended_allitems']) {
    const value = read(name);
    if (!value.ok) return value;
    if (value.value !== undefined) values.set(name, value.value);
  }
  const text = (name: string): string | undefined => {
    const value = values.get(name);
    return value === undefined ? undefined : asText(value);
  };
  return success({
    variable: text('loop_var') ?? 'item',
    indexVariable: text('index_var'),
    label: given.get('label'),
    pauseSeconds: asNumber(values.get('pause') ?? 0) ?? 0,
    extended: asBoolean(values.get('extended') ?? false) ?? false,
    extendedAllItems: asBoolean(values.get('extended_allitems') ?? true) ?? true,
    breakWhen: given.get('break_when'),
  });
}

/** The names that the evaluation of one item sees. */
export function itemVariables(control: LoopControl, items: readonly Value[], index: number): Dict {
  const item = items[index] ?? null;
  const names: Dict = new Map<string, Value>([
    [control.variable, item],
    ['ansible_loop_var', control.variable],
  ]);
  if (control.indexVariable !== undefined) {
    names.set(control.indexVariable, index);
    names.set('ansible_index_var', control.indexVariable);
  }
  if (control.extended) names.set('ansible_loop', extendedLoop(control, items, index));
  return names;
}

function extendedLoop(control: LoopControl, items: readonly Value[], index: number): Dict {
  const length = items.length;
  const loop: Dict = new Map<string, Value>([
    ['index', index + 1],
    ['index0', index],
    ['first', index === 0],
    ['last', index === length - 1],
    ['length', length],
    ['revindex', length - index],
    ['revindex0', length - index - 1],
  ]);
  if (control.extendedAllItems) loop.set('allitems', [...items]);
  const previous = items[index - 1];
  const next = items[index + 1];
  if (index > 0 && previous !== undefined) loop.set('previtem', previous);
  if (next !== undefined) loop.set('nextitem', next);
  return loop;
}

/** What the report shows of an item: its label, or the item itself in short. */
export function itemLabel(control: LoopControl, item: Value, scope: TaskScope, local: Dict): Value {
  if (control.label === undefined) return item;
  const evaluated = scope.evaluate(control.label, local);
  return evaluated.ok && !(evaluated.value instanceof Undefined) ? evaluated.value : item;
}

export function noItems(): TaskResult {
  return skippedResult('No items in the list', { skipped_reason: 'No items in the list', results: [] });
}
