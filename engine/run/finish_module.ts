// A module's pure parts: its plan in a world, and its result from what its steps gave.
import type { Plan, Step } from '../module/contract.ts';
import { changes, type Execution, told } from './execution.ts';
import { isUncertain } from '../module/picture.ts';
import { callPure, type LookRequest, pictureAfter, type World } from './look.ts';

export async function planIn(request: LookRequest, world: World): Promise<Plan> {
  const plan = await callPure(request, () =>
    request.module.plan(request.params, world.seen, request.context),
  );
  return { ...plan, steps: plan.steps.map((step) => worded(step, request)) };
}

/** Steps are described to people long after their task: in the failure of a step, and by what waits for it. */
function worded(step: Step, { wordsFor }: LookRequest): Step {
  if (!wordsFor) return step;
  const describe = (args: never): string => wordsFor(step, step.kind.describe(args));
  return { ...step, kind: { ...step.kind, describe } };
}

export async function finish(
  request: LookRequest,
  world: World,
  plan: Plan,
  outcomes: readonly unknown[],
): Promise<Execution> {
  const { module, params, context } = request;
  const after = withoutDoubt(pictureAfter(world, plan.steps));
  const result = await callPure(
    request,
    () => module.result?.(params, world.seen, outcomes, after, context) ?? {},
  );
  return { end: 'done', changed: result.changed ?? changes(plan), result, ...told(plan) };
}

/** A result that needs an answer which the steps leave in doubt cannot be told: reading one is a type error. */
function withoutDoubt(after: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const [name, answer] of Object.entries(after))
    Object.defineProperty(told, name, {
      enumerable: true,
      get: () => {
        if (isUncertain(answer)) throw new TypeError(`${name} is in doubt`);
        return answer;
      },
    });
  return told;
}
