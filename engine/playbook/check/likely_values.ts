// Arguments whose templates read variables that the playbooks themselves set: told with their likely value. Extra
// variables, facts that tasks set and files that they include may say otherwise, so what is wrong is a warning.
import { isDict, isList, textOf, Unknown, type Value } from '../../document/value.ts';
import { hasTemplate, namesRead } from '../../template/template.ts';
import { engineActions } from '../engine_actions.ts';
import { chainOf, conditionsOf, itemsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Play, RoleUse, Task } from '../model.ts';
import { scalarText, valuePlace, warning } from '../problem.ts';
import { type GivenAt, LikelyScope } from '../static_scope.ts';
import { placeAt } from './parameters.ts';

/** Looks at the tasks of all plays first: any of them may set a variable that another one reads. */
export class LikelyValues {
  readonly #tasks: Task[] = [];
  readonly #roles = new Set<RoleUse['role']>();
  /** Names that tasks, loops and questions set. */
  readonly #set = new Set<string>();
  #maySetAny = false;

  /** Something that only the run knows may set variables. */
  expectMore(): void {
    this.#maySetAny = true;
  }

  play(play: Play): void {
    const prompts = play.keywords.get('vars_prompt');
    for (const { value } of prompts ? itemsOf(prompts) : [])
      if (isDict(value)) this.#set.add(scalarText(value.get('name') ?? null));
  }

  role({ role }: RoleUse): void {
    this.#roles.add(role);
  }

  task(task: Task): void {
    const { action, keywords } = task;
    const register = keywords.get('register');
    if (register) this.#set.add(scalarText(register.value));
    if (action.module === 'set_fact' || action.module === 'include_vars') {
      for (const key of action.args.keys()) this.#set.add(String(key));
      if (action.variableArgs || [...action.args.keys()].some((key) => hasTemplate(String(key))))
        this.#maySetAny = true;
    }
    if (action.module === 'include_vars') this.#maySetAny = true;
    const control = keywords.get('loop_control')?.value;
    if (control !== undefined && isDict(control))
      for (const name of ['loop_var', 'index_var']) this.#set.add(scalarText(control.get(name) ?? null));
    if (!engineActions.has(action.module)) this.#tasks.push(task);
  }

  report(loading: Loading): void {
    if (!this.#maySetAny) for (const task of this.#tasks) this.#check(task, loading);
  }

  #check(task: Task, loading: Loading): void {
    const { catalog } = loading.options;
    const { action } = task;
    if (catalog.canonical(action.module) === undefined) return;
    const scope = new LikelyScope(task, loading, (name, holder) => this.#mayChange(name, holder));
    const likely = new Map([...action.args].map(([key, value]) => [key, known(value, scope)]));
    const reasons = new Map(scope.given.map((given) => [given.name, given]));
    if (reasons.size === 0 || dependsOn(task, reasons)) return;
    for (const { code, at, path, summary, detail } of catalog.check(action.module, likely, {
      partial: true,
    })) {
      const [parameter] = path;
      const written = parameter === undefined ? undefined : action.args.get(parameter);
      const read = written === undefined ? [] : scope.readBy(written);
      if (code !== 'bad-parameter' || parameter === undefined || read.length === 0) continue;
      const position = placeAt(action.args, path, at, valuePlace(action.args, parameter, action.position));
      const related = read.map(({ name, position: place }) => ({
        message: `${name} is set here`,
        position: place,
      }));
      loading.report({
        ...warning('bad-parameter', summary, position, detail),
        related,
      });
    }
  }

  /** `holder` is the dict that gives the name its value as far as the text tells. */
  #mayChange(name: string, holder: ReadonlyMap<unknown, unknown>): boolean {
    if (this.#set.has(name) || name === 'item' || name.startsWith('ansible_')) return true;
    return [...this.#roles].some(({ vars, defaults }) =>
      [vars, defaults].some((dict) => dict !== holder && dict.has(name)),
    );
  }
}

/** The value with templates replaced where they are known; Unknown else. */
function known(value: Value, scope: LikelyScope): Value {
  if (isList(value)) return value.map((item) => known(item, scope));
  if (isDict(value)) return new Map([...value].map(([key, item]) => [key, known(item, scope)]));
  const text = textOf(value);
  if (text === undefined || !hasTemplate(text)) return value;
  return scope.evaluate(text) ?? new Unknown('the run');
}

/** Whether a condition looks at one of these: it may be there to keep the task from a value that is none. */
function dependsOn(task: Task, names: ReadonlyMap<string, GivenAt>): boolean {
  const isLooped = [...chainOf(task)].some(
    (each) => each.kind === 'task' && each.loop !== undefined && each !== task,
  );
  return (
    isLooped ||
    conditionsOf(task).some(({ value }) => {
      const text = textOf(value);
      if (text === undefined) return true;
      const read = [...namesRead(text, 'expression')];
      return read.length === 0 || read.some((name) => names.has(name) || name === 'vars');
    })
  );
}
