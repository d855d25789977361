// The picture: what probes would answer after steps, without asking again. Check mode shows it to later tasks, and
// `result` reads it as `after`.
import type { Effect, Probe, Step, Uncertain } from './contract.ts';

export function isUncertain(answer: unknown): answer is Uncertain {
  return typeof answer === 'object' && answer !== null && 'uncertain' in answer && 'waitsFor' in answer;
}

/** An answer that may be one of these. Equal possibilities count once; a single one is certain. */
export function uncertain(possible: readonly unknown[], waitsFor: string): unknown {
  const distinct = [...new Map(possible.map((one) => [JSON.stringify(one), one])).values()];
  return distinct.length === 1 ? distinct[0] : ({ uncertain: distinct, waitsFor } satisfies Uncertain);
}

function effectsOn(probe: Probe<unknown>, step: Step): readonly Effect<never>[] {
  return step.kind.effects.filter((effect) => effect.probe.name === probe.kind.name);
}

/** Whether a step may change the answer of a probe. An opaque step may change any. */
export function mayTouch(step: Step, probe: Probe<unknown>): boolean {
  if (step.kind.opaque) return true;
  return effectsOn(probe, step).some((effect) => effect.touches(step.args as never, probe.args as never));
}

/**
 * The answer as it is after these steps; an uncertain one stays uncertain, each possibility taken on. Opaque steps are
 * passed over: what they do cannot be told, and the caller knows that from `mayTouch`.
 */
export function overlay(probe: Probe<unknown>, answer: unknown, steps: readonly Step[]): unknown {
  let current = answer;
  for (const step of steps)
    for (const effect of effectsOn(probe, step)) {
      if (!effect.touches(step.args as never, probe.args as never)) continue;
      current = predict(effect, step, probe, current);
    }
  return current;
}

function predict(effect: Effect<never>, step: Step, probe: Probe<unknown>, answer: unknown): unknown {
  const one = (before: unknown): unknown =>
    effect.predict(step.args as never, probe.args as never, before as never);
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
