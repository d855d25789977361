// Names that a task gives to variables: what ansible-core refuses when it comes there is refused here, what works there
// but cannot be written in a template is warned of.
import { isDict, type Key, textOf, type Value } from '../../document/value.ts';
import { hasTemplate } from '../../template/template.ts';
import type { Loading } from '../loading.ts';
import type { Keywords, Task } from '../model.ts';
import { isVariableName, variableNameRule } from '../names.ts';
import { error, keyPlace, warning } from '../problem.ts';

export function checkFactNames(task: Task, loading: Loading): void {
  const { action } = task;
  if (action.module === 'set_fact') checkNames(action.args, task, loading, ['cacheable']);
  if (action.module === 'set_stats') checkNames(action.args.get('data') ?? null, task, loading);
  if (action.module !== 'set_fact' || action.freeForm || action.variableArgs) return;
  if ([...action.args.keys()].every((key) => key === 'cacheable'))
    loading.report(
      error('missing-parameter', 'set_fact sets no variable', action.position, 'Give it NAME: VALUE'),
    );
}

function checkNames(given: Value, task: Task, loading: Loading, others: readonly Key[] = []): void {
  if (!isDict(given)) return;
  for (const key of given.keys()) {
    const name = String(key);
    if (others.includes(key) || hasTemplate(name) || isVariableName(name)) continue;
    const place = keyPlace(given, key, task.action.position);
    loading.report(error('wrong-type', `${name} cannot be the name of a variable`, place, variableNameRule));
  }
}

/** `loop_var` is read by the label, which is `{{ loop_var }}` unless another one is given. */
export function checkLoopNames(loopControl: Keywords, loading: Loading): void {
  for (const name of ['loop_var', 'index_var']) {
    const located = loopControl.get(name);
    const text = located && textOf(located.value);
    if (!located || text === undefined || hasTemplate(text) || isVariableName(text)) continue;
    const isRead = name === 'loop_var' && !loopControl.has('label') && !/^[A-Za-z_]\w*$/.test(text);
    const make = isRead ? error : warning;
    loading.report(make('wrong-type', `${name} cannot be "${text}"`, located.position, variableNameRule));
  }
}
