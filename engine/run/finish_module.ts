// A module's pure parts: its plan in a world, and its result from what its steps gave.
import type { Plan } from '../module/contract.ts';
import { changes, type Execution, told } from './execution.ts';
import { isUncertain } from '../module/picture.ts';
import { callPure, type LookRequest, pictureAfter, type World } from './look.ts';

export async function planIn(request: LookRequest, world: World): Promise<Plan> {
  return callPure(request, () => request.module.plan(request.params, world.seen, request.context));
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
