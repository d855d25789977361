// CONTRACT. What the steps of a task gave, asked for by the kind of a step, as that knows the type of its outcome.
import type { Step, StepKind } from './contract.ts';

type AnyKind = StepKind<never, unknown>;
type OutcomeOf<Kind> = Kind extends StepKind<never, infer Outcome> ? Outcome : never;

/** A result reads what no step gave. In check mode it is one that only a run tells. */
class NotDone extends TypeError {}

export interface Outcomes {
  /** How many steps were done; none in check mode. */
  readonly count: number;
  /** Whether there are steps at all, done or in check mode only planned. */
  readonly hasSteps: boolean;
  /** In check mode what steps of these kinds would be given; nothing in a run. */
  planned<Kinds extends readonly AnyKind[]>(...kinds: Kinds): readonly unknown[];
  /** What steps of these kinds gave, in the order of the plan; nothing in check mode. */
  of<Kinds extends readonly AnyKind[]>(...kinds: Kinds): readonly OutcomeOf<Kinds[number]>[];
  /** What a step of these kinds gave, for a result that cannot be told without: check mode then calls it unknown. */
  one<Kinds extends readonly AnyKind[]>(...kinds: Kinds): OutcomeOf<Kinds[number]>;
}

interface Done<Outcome> {
  readonly kind: string;
  readonly outcome: Outcome;
}

/** Kinds are known by their name, as elsewhere: it is nobody else's. */
function isOf<Kind extends AnyKind>(
  done: Done<unknown>,
  kinds: readonly Kind[],
): done is Done<OutcomeOf<Kind>> {
  return kinds.some(({ name }) => name === done.kind);
}

/** `given` are the outcomes of the steps in order; undefined is none. */
export function outcomesOf(steps: readonly Step[], given: readonly unknown[]): Outcomes {
  const done = steps.flatMap(({ kind }, index): Done<unknown>[] =>
    given[index] === undefined ? [] : [{ kind: kind.name, outcome: given[index] }],
  );
  function of<Kinds extends readonly AnyKind[]>(...kinds: Kinds): OutcomeOf<Kinds[number]>[] {
    return done.flatMap((one) => (isOf<Kinds[number]>(one, kinds) ? [one.outcome] : []));
  }
  return {
    count: given.length,
    hasSteps: steps.length > 0,
    planned: (...kinds) =>
      given.length > 0
        ? []
        : steps.filter(({ kind }) => kinds.some(({ name }) => name === kind.name)).map(({ args }) => args),
    of,
    one: (...kinds) => {
      const [first] = of(...kinds);
      if (first !== undefined) return first;
      throw new NotDone(`No step was done of ${kinds.map(({ name }) => name).join(', ')}`);
    },
  };
}
