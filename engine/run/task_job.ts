// One task on one host: the keywords that hold for it, evaluated, and what its items share.
import { bare, type Dict, textOf, Unknown, type Value } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import { effectiveKeyword, environmentOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import { text as pythonText } from '../template/python/printing.ts';
import { hasTemplate } from '../template/template.ts';
import type { Coming } from './ahead/coming.ts';
import type { LoopRest } from './ahead/early_items.ts';
import type { TaskInfo, TaskResult } from './events.ts';
import { asBoolean, asNumber, asText, type Evaluate, mergedDict, readKeyword } from './keywords.ts';
import { problemResult, registered, unknownResult } from './result_values.ts';
import type { HostState, PlayRun } from './state.ts';
import { TaskScope } from './task_scope.ts';

export interface TaskJob {
  readonly playRun: PlayRun;
  readonly task: Task;
  readonly info: TaskInfo;
  readonly host: HostState;
  /** A run_once task: the hosts for which its facts and variables stand as well. */
  readonly followers: readonly HostState[];
  readonly scope: TaskScope;
  readonly settings: TaskSettings;
  /** Check mode: what it waits for whether this task runs at all. */
  readonly doubt?: string;
  /** Cuts what runs: Ctrl-C after its grace, or the `timeout` of an attempt. */
  readonly signal: AbortSignal;
  /** What follows the task. */
  readonly coming?: Coming | undefined;
  /** While an item of its loop runs: those after it. */
  readonly rest?: LoopRest;
}

export interface TaskSettings {
  readonly checkMode: boolean;
  /** What the playbook says of the task itself, whatever the run. */
  readonly ownCheckMode?: boolean | undefined;
  readonly diff: boolean;
  readonly noLog: boolean;
  readonly ignoreErrors: boolean;
  readonly ignoreUnreachable: boolean;
  readonly timeoutSeconds: number;
  /** They are plain ones, in place of those that each item of the task's loop has for itself. */
  readonly areOfItems?: true;
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly result: TaskResult };

/** Keywords read one after another; the first that cannot be read becomes the task's result. */
export class KeywordReader {
  readonly #task: Task;
  readonly #evaluate: Evaluate;
  result: TaskResult | undefined;

  constructor(task: Task, evaluate: Evaluate) {
    this.#task = task;
    this.#evaluate = evaluate;
  }

  #read<T>(name: string, read: (value: Value) => T | undefined): T | undefined {
    const found = readKeyword(this.#task, name, this.#evaluate, read);
    if (found.ok) return found.value;
    this.result ??=
      found.waitsFor === undefined
        ? problemResult({
            code: 'template-failed',
            severity: 'error',
            summary: found.message,
            position: found.position,
          })
        : unknownResult(found.waitsFor, []);
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name, asBoolean);
  }

  number(name: string): number | undefined {
    return this.#read(name, asNumber);
  }

  text(name: string): string | undefined {
    return this.#read(name, asText);
  }

  environment(): Record<string, string> {
    const merged = mergedDict(environmentOf(this.#task), this.#evaluate);
    if (!merged.ok) {
      this.result ??= problemResult(merged.problem);
      return {};
    }
    const environment: Record<string, string> = {};
    for (const [key, value] of merged.value)
      environment[String(key)] = bare(value) instanceof Unknown ? '' : pythonText(value);
    return environment;
  }
}

const names = ['check_mode', 'diff', 'no_log', 'ignore_errors', 'ignore_unreachable', 'timeout'];

/** Whether settings may be others for each item of the task's loop. */
function differByItem(task: Task): boolean {
  if (!task.loop) return false;
  const texts = names.map((name) => textOf(effectiveKeyword(task, name)?.value ?? null));
  return texts.some((text) => text !== undefined && hasTemplate(text));
}

/** What holds where the playbook says nothing. */
export function plainSettings({ run }: PlayRun): TaskSettings {
  const { checkMode, diff, taskTimeoutSeconds: timeoutSeconds } = run.options;
  return { checkMode, diff, noLog: false, ignoreErrors: false, ignoreUnreachable: false, timeoutSeconds };
}

/** Of the whole task: with `areOfItems` where they have to be read for each item. */
export function readTaskSettings(playRun: PlayRun, task: Task, host: Host): Read<TaskSettings> {
  if (!differByItem(task)) return readSettings(playRun, task, host);
  return { ok: true, value: { ...plainSettings(playRun), areOfItems: true } };
}

/** `local`: the variables of an item. */
export function readSettings(playRun: PlayRun, task: Task, host: Host, local?: Dict): Read<TaskSettings> {
  const { run, play } = playRun;
  const scope = new TaskScope({ run, play, host, node: task, checkMode: run.options.checkMode });
  const reader = new KeywordReader(task, (value, position) => scope.evaluate(value, local, position));
  const ownCheckMode = reader.boolean('check_mode');
  const settings: TaskSettings = {
    checkMode: ownCheckMode ?? run.options.checkMode,
    ownCheckMode,
    diff: reader.boolean('diff') ?? run.options.diff,
    noLog: reader.boolean('no_log') ?? false,
    ignoreErrors: reader.boolean('ignore_errors') ?? false,
    ignoreUnreachable: reader.boolean('ignore_unreachable') ?? false,
    timeoutSeconds: reader.number('timeout') ?? run.options.taskTimeoutSeconds,
  };
  return reader.result ? { ok: false, result: reader.result } : { ok: true, value: settings };
}

/** The names that conditions about a result see: the registered name holds it already. */
export function withRegister(job: TaskJob, local: Dict, result: TaskResult): Dict {
  const name = textOf(job.task.keywords.get('register')?.value ?? null);
  const names: Dict = new Map<string, Value>(local as Map<string, Value>);
  if (name !== undefined) names.set(name, registered(result));
  return names;
}
