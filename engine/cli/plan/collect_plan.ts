// Gathers the steps of a check mode run for a saved plan.
import { createHmac } from 'node:crypto';
import path from 'node:path';
import { bare, isList } from '../../document/value.ts';
import { canonical, targetOf } from '../../module/probe_identity.ts';
import { Redactor } from '../../report/redact.ts';
import type { RunEvent, TaskInfo, TaskResult } from '../../run/events.ts';
import type { ForeseenStep } from '../../run/execution.ts';
import type { PlannedStep, PlannedTask } from './plan_file.ts';

/** True of the moment only: times, numbers that a system counts up, what a daemon reports of itself. */
const fleeting = new Set([
  ...['mtime', 'atime', 'ctime', 'inode', 'device', 'links', 'seconds', 'properties', 'status'],
  ...['resourceVersion', 'managedFields', 'generation', 'creationTimestamp'],
]);

function lasting(plain: unknown): unknown {
  if (Array.isArray(plain)) return plain.map(lasting);
  if (typeof plain !== 'object' || plain === null) return plain;
  const isFolder = 'type' in plain && plain.type === 'directory';
  return Object.fromEntries(
    Object.entries(plain)
      .filter(([name]) => !fleeting.has(name) && !(isFolder && name === 'size'))
      .map(([name, value]) => [name, lasting(value)]),
  );
}

export function placeOf({ position }: TaskInfo, folder: string): string {
  return `${path.relative(folder, position.file)}:${position.line}`;
}

export class PlanCollector {
  readonly tasks: PlannedTask[] = [];
  readonly #key: string;
  readonly #folder: string;
  readonly #redactor = new Redactor();
  readonly #items = new Map<string, number>();

  constructor(key: string, folder: string) {
    this.#key = key;
    this.#folder = folder;
  }

  readonly take = (event: RunEvent): void => {
    this.#redactor.take(event);
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
    const possible = result.foreseen?.possible ?? [];
    const steps = possible.flat().filter(({ step }) => step.kind.name !== 'unforeseen');
    if (steps.length === 0 && result.status !== 'unknown') return;
    this.tasks.push({
      host,
      task: this.#redactor.told(task.name),
      place: placeOf(task, this.#folder),
      ...(item === undefined ? {} : { item }),
      status: result.status,
      steps: steps.map((step) => this.#step(step)),
    });
  }

  #step({ step, touched }: ForeseenStep): PlannedStep {
    const side = (which: 'before' | 'after'): string | null =>
      touched.length === 0 ? null : this.#digest(touched.map((one) => lasting(canonical(one[which]))));
    return {
      target: targetOf(step),
      kind: step.kind.name,
      inputs: this.#digest(lasting(canonical(step.args))),
      before: side('before'),
      after: side('after'),
    };
  }

  #digest(plain: unknown): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([plain]))
      .digest('hex');
  }
}
