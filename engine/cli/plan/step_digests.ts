// A foreseen step as a saved plan keeps it: keyed digests of what it is given, and of the answers that it changes.
import { createHash, createHmac } from 'node:crypto';
import { Unknown } from '../../document/value.ts';
import { textOfBytes } from '../../document/byte_text.ts';
import { isUncertain } from '../../module/picture.ts';
import { canonical, targetOf } from '../../module/probe_identity.ts';
import type { Doer, ForeseenStep } from '../../run/execution.ts';
import { stepKindOf } from '../../run/host_view.ts';
import { lasting, ofPicture } from './lasting.ts';
import type { PlannedStep } from './plan_file.ts';

function base64Forms(text: string): string[] {
  // A text inside a longer one begins at one of three places of base64's groups; the edges hang on its neighbours.
  return [0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + text)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
}

/**
 * Contents that stand in the picture for what only a run makes (keys, certificates), and what was made of them: by their
 * texts, also as base64, and their digests.
 */
class MadeByRun {
  readonly #forms = new Set<string>();

  add(bytes: Uint8Array): void {
    const text = textOfBytes(bytes).trim();
    if (text === '') return;
    for (const form of [text, ...base64Forms(text)]) this.#forms.add(form);
    for (const name of ['md5', 'sha1', 'sha256', 'sha512'])
      this.#forms.add(createHash(name).update(bytes).digest('hex'));
  }

  isIn(text: string): boolean {
    for (const form of this.#forms) if (text.includes(form)) return true;
    return false;
  }

  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }
}

const numbersThatMayBeOpen = new Set(['uid', 'gid', 'size']);

/** Contents in memory, wherever they stand in the step. */
function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [...(value instanceof Map ? value.values() : Object.values(value))].flatMap(bytesIn);
}

export class StepDigests {
  readonly #key: string;
  readonly #made = new MadeByRun();
  /** How many texts were told as promises. */
  #promises = 0;

  constructor(key: string) {
    this.#key = key;
  }

  /** Texts that stand for what only a run makes. The set only grows. */
  addPromises(texts: ReadonlySet<string>): void {
    for (const text of [...texts].slice(this.#promises)) this.#made.add(Buffer.from(text));
    this.#promises = texts.size;
  }

  /** As check mode foresees it; steps are to be given in the order of the run. */
  planned(foreseen: ForeseenStep): PlannedStep {
    const { step, touched } = foreseen;
    for (const { bytes } of step.kind.makes?.(step.args as never) ?? []) this.#made.add(bytes);
    for (const bytes of bytesIn(step.args)) if (this.#isOpen(bytes)) this.#made.add(bytes);
    const isBeforeOpen = touched.some(({ before }) => this.#isOpen(before));
    // What a step is given is made of what stands there.
    const isGivenOpen = isBeforeOpen || this.#isOpen(step.args);
    const isPictured = touched.some((one) => one.isPictured);
    const basis = isBeforeOpen ? 'open' : isPictured ? 'picture' : 'host';
    return {
      target: targetOf(step),
      kind: step.kind.name,
      ...(step.kind.readsOnly === true ? { looks: true } : {}),
      inputs: this.inputs(foreseen),
      ...(isGivenOpen ? { givenOpen: true } : {}),
      before: this.before(foreseen, isPictured),
      after: this.#answers(touched.map(({ after }) => after)),
      basis,
    };
  }

  /** Of what the step is given and how it is done. */
  inputs({ step }: ForeseenStep): string {
    const { perform, act } = stepKindOf(step);
    const how = perform ? canonical(perform(step.args)) : String(act);
    return this.#digest([lasting(canonical(step.args)), how]);
  }

  /** `isPictured`: by what a picture and the host after it surely have in common. */
  before({ touched }: ForeseenStep, isPictured: boolean): string | null {
    const answers = touched.map(({ before }) => before);
    return isPictured ? this.#answers(answers, ofPicture) : this.#answers(answers);
  }

  /** Of who does it, and where. */
  doer(doer: Doer | undefined): string | null {
    return doer === undefined ? null : this.#digest(canonical(doer));
  }

  #answers(
    answers: readonly unknown[],
    level: (plain: unknown) => unknown = (plain) => plain,
  ): string | null {
    return answers.length === 0 ? null : this.#digest(answers.map((one) => level(lasting(canonical(one)))));
  }

  /** Whether it holds what only a run will tell. */
  #isOpen(value: unknown, name?: string): boolean {
    if (value instanceof Unknown || isUncertain(value)) return true;
    if (typeof value === 'number') return value < 0 && name !== undefined && numbersThatMayBeOpen.has(name);
    if (typeof value === 'string') return !this.#made.isEmpty && this.#made.isIn(value);
    if (value instanceof Uint8Array) return !this.#made.isEmpty && this.#made.isIn(textOfBytes(value));
    if (typeof value !== 'object' || value === null) return false;
    if (value instanceof Map) return [...value.values()].some((one) => this.#isOpen(one));
    return Object.entries(value).some(([key, one]) => this.#isOpen(one, key));
  }

  #digest(plain: unknown): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([plain]))
      .digest('hex');
  }
}
