// The picture: what probes would answer after steps, without asking again. Check mode shows it to later tasks, and
// `result` reads it as `after`.
import type { Effect, Predicted, Probe, Step, Uncertain } from './contract.ts';
import { canonical } from './probe_identity.ts';

export function isUncertain(answer: unknown): answer is Uncertain {
  return typeof answer === 'object' && answer !== null && 'uncertain' in answer && 'waitsFor' in answer;
}

/** More possible answers than these are no answer. */
const maxPossible = 8;

/** An answer that may be one of these. Equal possibilities count once; a single one is certain. */
export function uncertain<Answer>(possible: readonly Answer[], waitsFor: string): Predicted<Answer> {
  const distinct = [...new Map(possible.map((one) => [JSON.stringify(canonical(one)), one])).values()];
  if (distinct.length === 1) return distinct[0];
  return { uncertain: distinct.length > maxPossible ? [] : distinct, waitsFor } satisfies Uncertain;
}

/** Steps that check mode presumes done: one list that is certain, or several of which one is. */
export interface Happening {
  readonly possible: readonly (readonly Step[])[];
  readonly waitsFor: string;
}

/** Whether only doing it shows what it brings: a command, or a look at what others do. */
export function isUnforeseen({ kind }: Step): boolean {
  return kind.opaque === true || kind.readsOnly === true;
}

/** Whether nothing is known of this answer after the step. */
export function spoils(step: Step, probe: Probe<unknown>): boolean {
  if (probe.kind.spoiltBy?.(step, probe.args as never)) return true;
  return step.kind.spoils?.(step.args as never, probe) ?? step.kind.opaque === true;
}

/** The answer after what check mode presumes; not known at all after a step that may have changed anything. */
export function foresee(probe: Probe<unknown>, answer: unknown, happenings: readonly Happening[]): unknown {
  return happenings.reduce((before, happening) => afterHappening(probe, before, happening), answer);
}

function afterHappening(probe: Probe<unknown>, before: unknown, happening: Happening): unknown {
  const answers = happening.possible.map((steps) => afterSteps(probe, before, steps));
  const [first] = answers;
  if (answers.every((one) => one === first)) return first;
  const lost = answers.find((one) => isUncertain(one) && one.uncertain.length === 0);
  if (lost) return lost;
  return uncertain(
    answers.flatMap((one) => (isUncertain(one) ? one.uncertain : [one])),
    happening.waitsFor,
  );
}

function afterSteps(probe: Probe<unknown>, before: unknown, steps: readonly Step[]): unknown {
  let answer = before;
  for (const step of steps)
    answer = spoils(step, probe)
      ? ({ uncertain: [], waitsFor: step.kind.describe(step.args as never) } satisfies Uncertain)
      : overlay(probe, answer, [step]);
  return answer;
}

function effectsOn(probe: Probe<unknown>, step: Step): readonly Effect<never>[] {
  return step.kind.effects.filter((effect) => effect.probe.name === probe.kind.name);
}

/** Whether a step may change the answer of a probe. An opaque step may change any. */
export function mayTouch(step: Step, probe: Probe<unknown>): boolean {
  if (spoils(step, probe) || probe.kind.partAfter) return true;
  return effectsOn(probe, step).some((effect) => effect.touches(step.args as never, probe.args as never));
}

/**
 * The answer as it is after these steps; an uncertain one stays uncertain, each possibility taken on. Opaque steps are
 * passed over: what they do cannot be told, and the caller knows that from `mayTouch`.
 */
export function overlay(probe: Probe<unknown>, answer: unknown, steps: readonly Step[]): unknown {
  let current = answer;
  for (const step of steps) {
    for (const effect of effectsOn(probe, step)) {
      if (!effect.touches(step.args as never, probe.args as never)) continue;
      current = predict(effect, step, probe, current);
    }
    if (probe.kind.partAfter && !isUncertain(current) && current !== undefined)
      current = probe.kind.partAfter(step, probe.args as never, current);
  }
  return current;
}

function predict(effect: Effect<never>, step: Step, probe: Probe<unknown>, answer: unknown): unknown {
  const one = (before: unknown): unknown =>
    effect.predict(step.args as never, probe.args as never, before as never, step.outcome as never);
  if (!isUncertain(answer)) return one(answer);
  const predicted = answer.uncertain.map(one);
  if (predicted.length === 0) {
    // Nothing was known before, yet a step may fix the answer whatever it was (a file written over).
    const fixed = one(undefined);
    return fixed === undefined ? answer : fixed;
  }
  const possible = predicted.flatMap((after) => (isUncertain(after) ? after.uncertain : [after]));
  return predicted.some((after) => isUncertain(after) && after.uncertain.length === 0)
    ? { uncertain: [], waitsFor: answer.waitsFor }
    : uncertain(possible, answer.waitsFor);
}
