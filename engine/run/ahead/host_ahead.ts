// What one host keeps over its tasks for asking ahead: how far to look, and what was guessed of coming tasks.
import type { Task } from '../../playbook/model.ts';
import { chainOf } from '../../playbook/inherit.ts';
import type { EarlyItem } from './early_items.ts';
import type { Machine } from './known_answers.ts';

const mostTasks = 128;
const fewestTasks = 2;

export class HostAhead {
  /** Coming tasks that one trip looks at: fewer while things change, as each change drops what is known. */
  #pace = 16;
  readonly early = new Map<Task, readonly EarlyItem[]>();
  readonly #claims = new Map<string, Map<string, Machine>>();

  get pace(): number {
    return this.#pace;
  }

  changed(): void {
    this.#pace = Math.max(fewestTasks, Math.floor(this.#pace / 2));
  }

  unchanged(): void {
    this.#pace = Math.min(mostTasks, this.#pace * 2);
  }

  noteClaim(claim: string, machine: Machine, key: string): void {
    const claims = this.#claims.get(claim) ?? new Map<string, Machine>();
    this.#claims.set(claim, claims.set(key, machine));
  }

  /** An include's turn is over, and with it all that was guessed of what it brings. */
  forgetIncluded(include: Task): void {
    for (const task of this.early.keys())
      if (task !== include && [...chainOf(task)].includes(include)) this.early.delete(task);
  }

  /** The task's turn is over: answers that nobody else waits for are forgotten. */
  release(task: Task, claim: string): void {
    this.early.delete(task);
    for (const [key, machine] of this.#claims.get(claim) ?? []) machine.release(key, claim);
    this.#claims.delete(claim);
  }
}

/** Names a task on a host: `web1 /site.yml:12`. */
export function claimOf(host: { readonly name: string }, task: Task): string {
  return `${host.name} ${task.id}`;
}
