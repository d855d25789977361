// What steps leave open in the picture and only the host can tell (the number of an owner who is named) is asked
// along with them, in their round trip.
import type { Plan, Probe, Step, StepKind } from '../module/contract.ts';
import { isUncertain } from '../module/picture.ts';
import { step } from '../module/probe_identity.ts';
import { probeKindOf, readAnswer, targetOf } from './host_view.ts';
import { pictureAfter, type World } from './look.ts';

interface LookAgain {
  /** The module's own name for the answer. */
  readonly name: string;
  readonly probe: Probe<unknown>;
}

interface Seen {
  readonly name: string;
  readonly answer: unknown;
}

const lookAgainKind: StepKind<LookAgain, Seen> = {
  name: 'look again',
  target: 'host',
  joins: () => true,
  perform: ({ probe }) => {
    const { ask } = probeKindOf(probe);
    if (!ask) throw new Error(`Probe kind ${probe.kind.name} has no script`);
    return ask(probe.args);
  },
  parse: (output, { name, probe }) => ({ name, answer: readAnswer(probe, output) }),
  describe: ({ name }) => `look at ${name} again`,
  effects: [],
};

function isLook({ kind }: Step): boolean {
  return kind.name === lookAgainKind.name;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The plan with a look behind its steps for each answer that they leave open. */
export function withLooks(plan: Plan, world: World): Plan {
  if (plan.steps.length === 0 || plan.fail !== undefined) return plan;
  const pictured = pictureAfter(world, plan.steps);
  const looks = [...world.probes].flatMap(([name, probe]) => {
    const kind = probeKindOf(probe);
    const answer = pictured[name];
    if (!kind.again || isUncertain(answer) || targetOf(kind, probe.args) !== 'host') return [];
    const args = kind.again(probe.args, answer);
    return args === undefined ? [] : [step(lookAgainKind, { name, probe: { kind: probe.kind, args } })];
  });
  return looks.length === 0 ? plan : { ...plan, steps: [...plan.steps, ...looks] };
}

/** What the module's own steps gave, and what was seen after them, laid over the picture. */
export function afterLooks(
  plan: Plan,
  outcomes: readonly unknown[],
  pictured: Readonly<Record<string, unknown>>,
): { readonly outcomes: readonly unknown[]; readonly after: Record<string, unknown> } {
  const own = plan.steps.filter((one) => !isLook(one)).length;
  const after = { ...pictured };
  for (const seen of outcomes.slice(own) as readonly Seen[]) {
    const before = after[seen.name];
    // An answer that could not be read leaves the picture as it is.
    if (isRecord(before) && isRecord(seen.answer) && !('failed' in seen.answer))
      after[seen.name] = { ...before, ...seen.answer };
  }
  return { outcomes: outcomes.slice(0, own), after };
}
