// Which probes are the same question, and how probes, steps and effects are made from their kinds.
import type { Effect, Predicted, Probe, ProbeKind, Step, StepKind, Target } from './contract.ts';

/** A probe of a kind. Keeps the types together that `Probe` then hides. */
export function probe<Args, Answer>(kind: ProbeKind<Args, Answer>, args: Args): Probe<Answer> {
  return { kind: kind, args };
}

export function step<Args, Outcome>(kind: StepKind<Args, Outcome>, args: Args): Step<Outcome> {
  return { kind: kind, args };
}

type ArgsOf<Kind> = Kind extends ProbeKind<infer Args, unknown> ? Args : never;
type AnswerOf<Kind> = Kind extends ProbeKind<never, infer Answer> ? Answer : never;

/** What a step does to the answers of a kind of probe, as `Effect` tells it, with the types of both. */
export function effect<
  StepArgs,
  Kind extends ProbeKind<never, unknown>,
  const After extends Predicted<AnswerOf<Kind>>,
  Outcome = never,
>(
  kind: Kind,
  does: {
    readonly touches: (step: StepArgs, asked: ArgsOf<Kind>) => boolean;
    /** `outcome` is that of a step that was done, or foretold in check mode. */
    readonly predict: (
      step: StepArgs,
      asked: ArgsOf<Kind>,
      answer: AnswerOf<Kind> | undefined,
      outcome?: Outcome,
    ) => After;
  },
): Effect<StepArgs> {
  return { probe: kind, ...does };
}

export function targetOf(asked: Probe<unknown> | Step): Target {
  const { target } = asked.kind;
  return typeof target === 'function' ? target(asked.args as never) : target;
}

/** Plain data with keys in order, undefined left out; bytes and handles by what identifies them. */
export function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return undefined;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].map(canonical);
  if (value instanceof Set) return [...(value as Set<unknown>)].map(canonical);
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined && typeof item !== 'function')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if ('sha256' in value && 'open' in value) return { sha256: value.sha256 };
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item)]));
}

/** Two probes or steps with equal identity are the same question or the same act. */
export function identityOf(asked: Probe<unknown> | Step): string {
  return `${asked.kind.name} ${targetOf(asked)} ${JSON.stringify(canonical(asked.args))}`;
}
