// Parameters that are Python patterns: a written one that does not compile would fail every host.
import { pythonRegex } from '../../document/python_regex.ts';
import { type Position, textOf } from '../../document/value.ts';
import { placeOf, positionInside } from '../../template/position.ts';
import { hasTemplate } from '../../template/template.ts';
import { asBoolean } from '../argument_types.ts';
import { itemsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Located, Task } from '../model.ts';
import { error, valuePlace, warning } from '../problem.ts';

export function checkPatterns(task: Task, loading: Loading): void {
  const { args, module, position } = task.action;
  for (const [key, value] of args) {
    const pattern = loading.options.catalog.traitsOf(module, String(key))?.pattern;
    if (pattern === undefined || (pattern !== true && asBoolean(args.get(pattern) ?? false) !== true))
      continue;
    for (const located of writtenIn({ value, position: valuePlace(args, key, position) }))
      checkPattern(located.text, located.position, loading);
  }
}

interface Written {
  readonly text: string;
  readonly position: Position;
}

function writtenIn(located: Located): Written[] {
  return itemsOf(located).flatMap(({ value, position }) => {
    const text = textOf(value);
    return text === undefined || hasTemplate(text) ? [] : [{ text, position }];
  });
}

/** A pattern that Python would take and we cannot is a warning: the run may never come there. */
function checkPattern(text: string, position: Position, loading: Loading): void {
  const made = pythonRegex(text);
  if ('regex' in made) return;
  const place = positionInside(position, text, placeOf(text, made.at ?? 0)) ?? position;
  loading.report((made.at === undefined ? warning : error)('bad-pattern', made.failed, place));
}
