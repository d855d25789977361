// A coming task evaluated before its turn, to guess what it will ask. Nothing here is used when the turn comes: the
// task is evaluated again then, and only equal questions find their answers.
import { type Dict, Unknown, type Value } from '../../document/value.ts';
import type { PlanContext } from '../../module/contract.ts';
import type { CheckedValues, Module } from '../../module/define.ts';
import { conditionsOf } from '../../playbook/inherit.ts';
import type { Task } from '../../playbook/model.ts';
import { pureOnly } from '../../template/pure_only.ts';
import { evaluateArguments } from '../arguments.ts';
import { checkedArguments, needsHome } from '../checked_arguments.ts';
import { connectionSettings } from '../connection_settings.ts';
import { engineActionFor } from '../engine_actions.ts';
import { hostContext } from '../host_context.ts';
import { othersNamed } from '../homes_of_others.ts';
import type { HostShell } from '../host_shell.ts';
import { isTagged } from '../is_tagged.ts';
import { itemLabel, itemVariables, type LoopControl, loopControl, loopItems } from '../loop_items.ts';
import type { HostState, PlayRun } from '../state.ts';
import { KeywordReader } from '../task_job.ts';
import { TaskScope } from '../task_scope.ts';
import type { JoinedItems } from './joined_items.ts';

/** What one item of a coming task is going to run with, as far as can be told now. */
export interface EarlyItem {
  readonly module: Module;
  readonly params: CheckedValues;
  readonly environment: Readonly<Record<string, string>>;
  readonly context: PlanContext;
  readonly scope: TaskScope;
  /** The loop's names. */
  readonly local: Dict;
  /** The machine's version at which all its answers were known and it planned nothing. */
  settledAt?: number;
}

export interface EarlyPlace {
  readonly playRun: PlayRun;
  readonly host: HostState;
  /** Answers are asked on this shell only. */
  readonly shell: HostShell;
  readonly shellName: string;
}

/** Longer loops are asked in their turn. */
const mostItems = 500;

class EarlyTask {
  readonly #place: EarlyPlace;
  readonly #task: Task;
  readonly scope: TaskScope;

  constructor(place: EarlyPlace, task: Task) {
    const { playRun, host } = place;
    this.#place = place;
    this.#task = task;
    const { run, play } = playRun;
    const { checkMode } = run.options;
    this.scope = new TaskScope({ run, play, host: host.host, node: task, checkMode, isEarly: true });
  }

  /** Whether its place is the shell at hand, and its answers are its own. */
  isHere(): boolean {
    const { playRun, host, shellName } = this.#place;
    const { run } = playRun;
    const task = this.#task;
    if (engineActionFor(task.action.module) || !isTagged(run.options, task, this.scope)) return false;
    const reader = this.#reader();
    const isElsewhere = reader.text('delegate_to') !== undefined || reader.boolean('run_once') === true;
    if (isElsewhere || task.keywords.has('async') || reader.result) return false;
    const reached = connectionSettings(task, host.host, this.scope, run.options, () => undefined);
    return reached.ok && run.known.shell(reached.value.spec, reached.value.become) === shellName;
  }

  #reader(local?: Dict): KeywordReader {
    return new KeywordReader(this.#task, (value, position) => this.scope.evaluate(value, local, position));
  }

  items(): EarlyItem[] | undefined {
    const task = this.#task;
    if (!task.loop) return this.#all([new Map()]);
    const items = loopItems(task, this.scope);
    if (!items.ok || items.value instanceof Unknown || items.value.length > mostItems) return undefined;
    const control = loopControl(task, this.scope);
    if (!control.ok || control.value.pauseSeconds > 0) return undefined;
    const list = items.value;
    return this.#all(list.map((_, index) => itemVariables(control.value, list, index)));
  }

  #all(locals: readonly Dict[]): EarlyItem[] | undefined {
    const items: EarlyItem[] = [];
    for (const local of locals) {
      const item = this.item(local);
      if (item === 'open') return undefined;
      if (item) items.push(item);
    }
    return items;
  }

  /** Undefined: its conditions hold it back. `open`: it cannot be told yet. */
  item(local: Dict): EarlyItem | 'open' | undefined {
    const { playRun, host, shell } = this.#place;
    const { run } = playRun;
    const task = this.#task;
    for (const { value, position } of conditionsOf(task)) {
      const { end } = this.scope.conditions(value, local, position);
      if (end === 'false') return undefined;
      if (end !== 'true') return 'open';
    }
    const reader = this.#reader(local);
    const environment = reader.environment();
    const checkMode = reader.boolean('check_mode') ?? run.options.checkMode;
    const diff = reader.boolean('diff') ?? run.options.diff;
    const module = run.services.modules.find(task.action.module);
    if (reader.result || !module) return 'open';
    const args = evaluateArguments(task, module, this.scope, local);
    const home = shell.opened?.capabilities.home;
    const isKnown =
      args.ok && (home !== undefined || !needsHome(args.value)) && othersNamed(args.value).length === 0;
    const checked = isKnown && checkedArguments(task, module, args.value, { scope: this.scope, local, home });
    if (!checked || checked.status !== 'ok') return 'open';
    const { params, secretParameters } = checked;
    const { verbosity, isPlanned } = run.options;
    const hostName = host.name;
    const context = hostContext(shell, {
      ...{ checkMode, diff, verbosity, isPlanned },
      ...{ hostName, secretParameters },
    });
    return { module, params, environment, context, scope: this.scope, local };
  }
}

/** The items of a coming task; undefined when they cannot be told yet, or are not asked on this shell. */
export function earlyItems(place: EarlyPlace, task: Task): EarlyItem[] | undefined {
  return pureOnly(() => {
    const early = new EarlyTask(place, task);
    return early.isHere() ? early.items() : undefined;
  });
}

/** The items of the running task's loop that come after one. */
export interface LoopRest {
  readonly items: readonly Value[];
  readonly control: LoopControl;
  /** Of the item that runs now. */
  readonly index: number;
  readonly joined: JoinedItems;
}

interface RestItem {
  readonly index: number;
  /** Undefined: its conditions hold it back. `open`: it cannot be told yet. */
  readonly item: EarlyItem | 'open' | undefined;
}

export function* restItems(place: EarlyPlace, task: Task, rest: LoopRest): Generator<RestItem, undefined> {
  const { control, items, joined } = rest;
  if (control.pauseSeconds > 0) return;
  const early = new EarlyTask(place, task);
  for (let index = rest.index + 1; index < items.length; index += 1) {
    if (!joined.early.has(index)) {
      const local = itemVariables(control, items, index);
      const told = pureOnly(() => ({ item: early.item(local) }));
      joined.early.set(index, told ? told.item : 'open');
    }
    yield { index, item: joined.early.get(index) };
  }
}

/**
 * The same as they are now, and open where evaluating them does something. `readsFiles` is false where what an
 * evaluation reads may be what an earlier item writes.
 */
export function* exactItems(
  place: EarlyPlace,
  task: Task,
  rest: LoopRest,
  readsFiles: boolean,
): Generator<RestItem, undefined> {
  const { control, items } = rest;
  const early = new EarlyTask(place, task);
  for (let index = rest.index + 1; index < items.length; index += 1) {
    const local = itemVariables(control, items, index);
    const told = pureOnly(
      () => {
        itemLabel(control, items[index] ?? null, early.scope, local);
        return { item: early.item(local) };
      },
      { readsFiles },
    );
    yield { index, item: told ? told.item : 'open' };
  }
}
