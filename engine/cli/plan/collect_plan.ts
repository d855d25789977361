// Gathers the steps of a check mode run for a saved plan.
import path from 'node:path';
import { bare, isList, type Position } from '../../document/value.ts';
import { Redactor } from '../../report/redact.ts';
import type { RunEvent, TaskInfo, TaskResult } from '../../run/events.ts';
import type { PlannedTask } from './plan_file.ts';
import { StepDigests } from './step_digests.ts';

export function placeOf(position: Position, folder: string): string {
  return `${path.relative(folder, position.file)}:${position.line}`;
}

const includes = new Set(['include_tasks', 'include_role']);

export class PlanCollector {
  readonly tasks: PlannedTask[] = [];
  readonly #hosts = new Set<string>();
  readonly #hostKeys = new Map<string, string>();
  readonly #digests: StepDigests;
  readonly #folder: string;
  readonly #redactor = new Redactor();
  #promises: ReadonlySet<string> = new Set();
  readonly #items = new Map<string, number>();

  constructor(key: string, folder: string) {
    this.#digests = new StepDigests(key);
    this.#folder = folder;
  }

  /** What hosts showed by ssh, by their names. */
  get hostKeys(): Record<string, string> {
    return Object.fromEntries(this.#hostKeys);
  }

  get hosts(): string[] {
    return [...this.#hosts].sort();
  }

  readonly take = (event: RunEvent): void => {
    this.#redactor.take(event);
    if (event.type === 'run-start') this.#promises = event.promises ?? this.#promises;
    if (event.type === 'connected' && event.hostKey !== undefined)
      this.#hostKeys.set(event.host, event.hostKey);
    if (event.type === 'play-start') for (const host of event.hosts) this.#hosts.add(host);
    if (event.type === 'item') {
      const key = `${event.host} ${event.task.id}`;
      const item = this.#items.get(key) ?? 0;
      this.#items.set(key, item + 1);
      this.#add(event.task, event.host, event.result, item);
    } else if (event.type === 'result') {
      // Of a loop the items are told.
      const wasLoop = this.#items.delete(`${event.host} ${event.task.id}`);
      if (!wasLoop || !isList(bare(event.result.values.get('results') ?? null)))
        this.#add(event.task, event.host, event.result, undefined);
    }
  };

  #add(task: TaskInfo, host: string, result: TaskResult, item: number | undefined): void {
    this.#digests.addPromises(this.#promises);
    const possible = result.foreseen?.possible ?? [];
    const ways = possible.map((steps) =>
      steps
        .filter(({ step }) => step.kind.name !== 'unforeseen')
        .map((foreseen) => this.#digests.planned(foreseen)),
    );
    const steps = ways.flat();
    const isUnknown = result.status === 'unknown';
    if (steps.length === 0 && !isUnknown) return;
    this.tasks.push({
      host,
      task: this.#redactor.told(task.name),
      place: placeOf(task.position, this.#folder),
      ...(item === undefined ? {} : { item }),
      status: result.status,
      doer: this.#digests.doer(result.foreseen?.doer),
      steps,
      ...(ways.length > 1 && !isUnknown ? { ways } : {}),
      ...(isUnknown && includes.has(task.module) ? { opens: true } : {}),
    });
  }
}
