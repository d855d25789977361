// Arguments of the engine's own actions: include_tasks, import_tasks, include_role, import_role, meta.
import { bare, type Dict, isDict, type Position, textOf, type Value } from '../document/value.ts';
import { hasTemplate } from '../template/template.ts';
import { engineActions, metaActions } from './engine_actions.ts';
import { conditionsOf, roleOf } from './inherit.ts';
import { includeKeywords } from './keywords.ts';
import type { Loading } from './loading.ts';
import type { Located, Task } from './model.ts';
import { error, isMisspelt, keyPlace, kindOfValue, suggestion, valuePlace, warning } from './problem.ts';
import type { RoleFrom, RolePart } from './role_files.ts';

/** Reports what is wrong with the arguments of an action that the engine does itself. */
export function checkEngineAction(
  task: Task,
  keyPositions: ReadonlyMap<string, Position>,
  loading: Loading,
): void {
  const declared = engineActions.get(task.action.module);
  if (!declared) return;
  reportUnknown(task, declared.parameters, loading);
  if (task.isHandler && task.action.module.endsWith('_role'))
    loading.report(
      error('conflicting-keywords', `${task.action.module} cannot be a handler`, task.action.position),
    );
  if (task.action.module === 'meta') checkMeta(task, loading);
  if (task.action.module === 'include_tasks' || task.action.module === 'include_role')
    checkInclude(task, keyPositions, loading);
  if (task.action.module.startsWith('import_') && task.loop)
    loading.report(
      error(
        'conflicting-keywords',
        `${task.action.module} cannot loop`,
        task.loop.items.position,
        `It is read before the run. Use ${task.action.module.replace('import', 'include')}`,
      ),
    );
}

function reportUnknown(task: Task, parameters: readonly string[], loading: Loading): void {
  const { args, module, position } = task.action;
  for (const key of args.keys()) {
    const name = String(key);
    if (parameters.includes(name)) continue;
    const detail =
      name === 'apply'
        ? 'An import hands its own keywords on: write them beside it'
        : suggestion(name, parameters, `Its parameters are ${parameters.join(', ')}`);
    loading.report(
      error('unknown-parameter', `${module} has no parameter ${name}`, keyPlace(args, key, position), detail),
    );
  }
}

function checkInclude(task: Task, keyPositions: ReadonlyMap<string, Position>, loading: Loading): void {
  for (const [name, { position }] of task.keywords) {
    if (includeKeywords.has(name)) continue;
    loading.report(
      error(
        'conflicting-keywords',
        `${task.action.module} takes no keyword ${name}`,
        keyPositions.get(name) ?? position,
        `To give it to the included tasks, write it under apply`,
      ),
    );
  }
  const { args, position } = task.action;
  const apply = args.get('apply');
  if (apply === undefined || isDict(apply)) return;
  loading.report(
    error(
      'bad-parameter',
      `apply must be a dict, not ${kindOfValue(apply)}`,
      valuePlace(args, 'apply', position),
    ),
  );
}

export const flushAsHandler = 'flush_handlers cannot be used as a handler';

function checkMeta(task: Task, loading: Loading): void {
  const given = firstOf(task, 'free_form');
  const text = given && textOf(given.value);
  if (given && text === 'end_role' && (task.isHandler || !roleOf(task)))
    loading.report(error('bad-parameter', 'end_role stands outside of the tasks of a role', given.position));
  if (given && text === 'flush_handlers' && task.isHandler && conditionsOf(task).length === 0)
    loading.report(warning('bad-parameter', flushAsHandler, given.position, 'It fails when it is notified'));
  if (given && text === undefined) {
    loading.report(
      error('bad-parameter', `meta takes text, not ${kindOfValue(given.value)}`, given.position),
    );
    return;
  }
  if (given && text !== undefined && metaActions.some((action) => action === text)) return;
  // As in Ansible, the action is taken as it is written.
  const detail = hasTemplate(text ?? '')
    ? `It takes no template, but one of ${metaActions.join(', ')}`
    : suggestion(text ?? '', metaActions, `It takes one of ${metaActions.join(', ')}`);
  loading.report(
    text === undefined
      ? error('missing-parameter', 'meta names no action', task.action.position, detail)
      : error(
          'bad-parameter',
          `Unknown meta action ${text}`,
          given?.position ?? task.action.position,
          detail,
        ),
  );
}

/** The free text of an action, or the parameter that it stands for. */
export function firstOf(task: Task, name: string): Located | undefined {
  const { action } = task;
  if (action.freeForm) return action.freeForm;
  const value = action.args.get(name);
  if (value === undefined || value === null) return undefined;
  return { value, position: valuePlace(action.args, name, action.position) };
}

/** Whether another mistake that was told is why none of these is given. */
function isToldAlready({ action }: Task, names: readonly string[]): boolean {
  const parameters = engineActions.get(action.module)?.parameters ?? [];
  const given = [...action.args.keys()].map(String);
  return action.isBroken === true || names.some((name) => isMisspelt(name, given, parameters));
}

/** The file that import_tasks or include_tasks names; its absence is reported. */
export function namedTaskFile(task: Task, loading: Loading): Located | undefined {
  const file = firstOf(task, 'file');
  if (file && textOf(file.value) !== undefined) return file;
  if (!file && isToldAlready(task, ['file'])) return undefined;
  loading.report(
    file
      ? error('bad-parameter', `A file is named by text, not ${kindOfValue(file.value)}`, file.position)
      : error('missing-parameter', `${task.action.module} names no file`, task.action.position),
  );
  return undefined;
}

/** The role that import_role or include_role names; its absence is reported. */
export function namedRole(task: Task, loading: Loading): Located | undefined {
  const { args, position, module } = task.action;
  for (const key of ['name', 'role']) {
    const value = args.get(key);
    if (value === undefined || value === null) continue;
    const place = valuePlace(args, key, position);
    if (textOf(value) !== undefined) return { value, position: place };
    loading.report(error('bad-parameter', `A role is named by text, not ${kindOfValue(value)}`, place));
    return undefined;
  }
  if (isToldAlready(task, ['name', 'role'])) return undefined;
  loading.report(error('missing-parameter', `${module} names no role`, position, 'Give it name: ROLE'));
  return undefined;
}

/** Options of a role's import or include. `args` are evaluated as far as they can be. */
export interface RoleOptions {
  readonly from: RoleFrom;
  readonly public: boolean | undefined;
  readonly allowDuplicates: boolean;
  readonly validates: boolean;
}

const parts: readonly RolePart[] = ['tasks', 'handlers', 'vars', 'defaults'];

export function roleOptions(args: Dict, places: Dict, position: Position): RoleOptions {
  const from: RoleFrom = {};
  for (const part of parts) {
    const name = textOf(args.get(`${part}_from`) ?? null);
    if (name !== undefined) from[part] = { name, position: valuePlace(places, `${part}_from`, position) };
  }
  return {
    from,
    public: flag(args.get('public')),
    allowDuplicates: flag(args.get('allow_duplicates')) ?? true,
    validates: flag(args.get('rolespec_validate')) ?? true,
  };
}

function flag(value: Value | undefined): boolean | undefined {
  const inner = value === undefined ? undefined : bare(value);
  if (typeof inner === 'boolean') return inner;
  const text = typeof inner === 'string' ? inner.toLowerCase() : '';
  if (['yes', 'true', 'on', '1'].includes(text)) return true;
  return ['no', 'false', 'off', '0'].includes(text) ? false : undefined;
}
