// Tasks that nobody wrote: gathering facts at the start of a play, checking a role's arguments at its start.
import { dict, type Dict, type Position, withMarks } from '../document/value.ts';
import { specOfUse } from './arguments.ts';
import type { Action, Keywords, Parent, Play, RoleUse, Task } from './model.ts';

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
  const spec = specOfUse(use);
  if (!spec) return undefined;
  const entry = use.tasksFrom.replace(/\.(?:ya?ml|json)$/, '');
  const summary = spec.shortDescription === undefined ? '' : ` - ${spec.shortDescription}`;
  // Braces in defaults and descriptions of a specification are text.
  const plain = withMarks(spec.options, { unsafe: true });
  const context = { type: 'role', name: use.role.name, argument_spec_name: entry, path: use.role.path };
  return engineTask(
    use,
    use.position,
    `Validating arguments against arg spec '${entry}'${summary}`,
    'validate_argument_spec',
    dict({
      argument_spec: plain,
      provided_arguments: use.params,
      validate_args_context: withMarks(dict(context), { unsafe: true }),
    }),
  );
}
