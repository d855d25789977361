// Tasks that nobody wrote: gathering facts at the start of a play, checking a role's arguments at its start.
import { dict, isDict, textOf, type Dict, type Position, type Value, withMarks } from '../document/value.ts';
import type { Action, Keywords, Parent, Play, RoleUse, Task } from '../playbook/model.ts';

function engineTask(
  parent: Parent,
  position: Position,
  name: string,
  module: string,
  args: Dict,
  more: Keywords = new Map(),
): Task {
  const action: Action = { written: module, module, position, args, freeForm: undefined };
  return {
    kind: 'task',
    id: `${position.file}:${position.line} ${name}`,
    name: { value: name, position },
    position,
    action,
    keywords: new Map([['tags', { value: ['always'], position }], ...more]),
    loop: undefined,
    parent,
    isHandler: false,
  };
}

export function gatherFactsTask(play: Play): Task {
  const args: Dict = new Map();
  for (const name of ['gather_subset', 'gather_timeout', 'fact_path']) {
    const given = play.keywords.get(name);
    if (given) args.set(name, given.value);
  }
  return engineTask(play, play.position, 'Gathering Facts', 'setup', args);
}

/** The check of a role's arguments by its specification for the entry point in use; undefined when there is none. */
export function argumentSpecTask(use: RoleUse): Task | undefined {
  if (!use.validates) return undefined;
  const spec = use.role.argumentSpecs?.get(use.tasksFrom.replace(/\.ya?ml$/, ''));
  if (spec === undefined || !isDict(spec)) return undefined;
  const options = spec.get('options');
  const summary = textOf(spec.get('short_description') ?? null);
  const entry = use.tasksFrom.replace(/\.ya?ml$/, '');
  const name = `Validating arguments against arg spec '${entry}'${summary === undefined ? '' : ` - ${summary}`}`;
  // Braces in defaults and descriptions of a specification are text.
  const plain: Value = withMarks(options !== undefined && isDict(options) ? options : new Map(), {
    unsafe: true,
  });
  return engineTask(
    use,
    use.position,
    name,
    'validate_argument_spec',
    dict({ argument_spec: plain, provided_arguments: new Map() }),
  );
}
