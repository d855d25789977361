// The items of one loop whose steps went along with those of an earlier item. In its own turn such an item is evaluated
// like any other, but finds the answers that its steps were made from, and what these steps gave.
import type { Shell } from '../../connection/contract.ts';
import type { Output, Probe, Step } from '../../module/contract.ts';
import type { CheckedValues } from '../../module/define.ts';
import { canonical, identityOf } from '../../module/probe_identity.ts';
import type { EarlyItem } from './early_items.ts';

/** What an item runs with. */
export interface Given {
  readonly params: CheckedValues;
  readonly environment: Readonly<Record<string, string>>;
}

function givenText({ params, environment }: Given): string {
  return JSON.stringify(canonical([params, environment]));
}

export class JoinedItem {
  readonly #given: string;
  readonly #answers: ReadonlyMap<string, unknown>;
  readonly #steps: readonly string[];
  /** Of its steps, up to the one that failed or was cut. */
  outputs: readonly Output[] = [];

  constructor(given: Given, answers: ReadonlyMap<string, unknown>, steps: readonly Step[]) {
    this.#given = givenText(given);
    this.#answers = answers;
    this.#steps = steps.map(identityOf);
  }

  get hasSteps(): boolean {
    return this.#steps.length > 0;
  }

  isGiven(given: Given): boolean {
    return this.#given === givenText(given);
  }

  answer(probe: Probe<unknown>): { readonly answer: unknown } | undefined {
    const identity = identityOf(probe);
    return this.#answers.has(identity) ? { answer: this.#answers.get(identity) } : undefined;
  }

  didJust(steps: readonly Step[]): boolean {
    return (
      steps.length === this.#steps.length &&
      steps.every((step, index) => identityOf(step) === this.#steps[index])
    );
  }
}

export class JoinedItems {
  readonly #items = new Map<number, JoinedItem>();
  /** Items as they were evaluated before their turn, by index. */
  readonly early = new Map<number, EarlyItem | 'open' | undefined>();
  /** Items behind the running one that are worth asking about: as many again as went along last. */
  reach = 0;
  /** Where the items are done. */
  shell: Shell | undefined;

  set(index: number, item: JoinedItem): void {
    this.#items.set(index, item);
  }

  has(index: number): boolean {
    return this.#items.has(index);
  }

  /** Its outcome is not known, or it was not begun: in its turn it asks for itself. */
  forget(index: number): void {
    this.#items.delete(index);
  }

  /** Steps of it were done already, so that its result must be told. */
  isBegun(index: number): boolean {
    return (this.#items.get(index)?.outputs.length ?? 0) > 0;
  }

  /** For an item that was begun: its result is told on an open shell, even when no other is opened any more. */
  shellOf(index: number): Shell | undefined {
    return this.isBegun(index) ? this.shell : undefined;
  }

  /** Used once: an item that is tried again asks for itself. */
  take(index: number, given: Given): JoinedItem | undefined {
    const item = this.#items.get(index);
    this.#items.delete(index);
    return item?.isGiven(given) === true ? item : undefined;
  }
}
