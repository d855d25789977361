// A module's pure parts: its plan in a world, and its result from what its steps gave.
import { Unknown } from '../document/value.ts';
import type { ModuleResult, Plan, ResultData, Step } from '../module/contract.ts';
import { changes, type Execution, told } from './execution.ts';
import { outcomesOf } from '../module/outcomes.ts';
import { isUncertain } from '../module/picture.ts';
import { unfitPlan, unfitResult } from '../module/unfit.ts';
import { withDifferences } from './differences.ts';
import { afterLooks, withLooks } from './look_again.ts';
import { callPure, type LookRequest, pictureAfter, refuse, viewOf, type World } from './look.ts';

export async function planIn(request: LookRequest, world: World): Promise<Plan> {
  const plan = await callPure(request, 'plan', () =>
    request.module.plan(request.params, world.seen, request.context),
  );
  if (request.module.file !== undefined) refuse(unfitPlan(plan));
  // A saved plan is held against the steps of the module alone.
  const looks = !request.context.checkMode && !request.guard;
  const whole = looks ? withLooks(plan, world) : plan;
  const told = { ...whole, steps: whole.steps.map((step) => worded(step, request)) };
  return request.context.diff ? withDifferences(told, world) : told;
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
  const seen = afterLooks(plan, outcomes, pictureAfter(world, ended(plan.steps, outcomes)));
  return resultWith(request, world, plan, { ...seen, after: withoutDoubt(seen.after) });
}

/** The steps with what came of them; those of a prediction have no outcome. */
function ended(steps: readonly Step[], outcomes: readonly unknown[]): readonly Step[] {
  return steps.map((step, index) => (index < outcomes.length ? { ...step, outcome: outcomes[index] } : step));
}

async function resultWith(
  request: LookRequest,
  world: World,
  plan: Plan,
  { outcomes, after }: { readonly outcomes: readonly unknown[]; readonly after: Record<string, unknown> },
): Promise<Execution> {
  const { module, params, context } = request;
  const result = await callPure(
    request,
    'result',
    () => module.result?.(params, world.seen, outcomesOf(plan.steps, outcomes), after, context) ?? {},
  );
  if (module.file !== undefined) refuse(unfitResult(result));
  return { end: 'done', changed: result.changed ?? changes(plan), result, ...told(plan) };
}

/** A result reads an answer that the picture of its steps leaves in doubt. */
class InDoubt extends TypeError {}

/** After steps that were done: what their picture leaves in doubt is asked, if the result reads it. */
export async function finishDone(
  request: LookRequest,
  world: World,
  plan: Plan,
  outcomes: readonly unknown[],
): Promise<Execution> {
  try {
    return withoutUnknown(await finish(request, world, plan, outcomes));
  } catch (error) {
    if (!(error instanceof InDoubt)) throw error;
  }
  const { outcomes: own, after } = afterLooks(
    plan,
    outcomes,
    pictureAfter(world, ended(plan.steps, outcomes)),
  );
  for (const [name, probe] of world.probes) {
    if (!isUncertain(after[name])) continue;
    const answered = await viewOf(request, probe).ask([probe], { ...request, ahead: undefined });
    if (answered.ok) after[name] = answered.answers[0];
    else if ('failure' in answered)
      return { end: 'unreachable', failure: answered.failure, repeatable: false };
    else return { end: 'failed', message: answered.failed, changed: changes(plan), ...told(plan) };
  }
  return withoutUnknown(await resultWith(request, world, plan, { outcomes: own, after }));
}

/** What was done leaves nothing unknown: a number that only a further look would give is not told. */
function withoutUnknown(execution: Execution): Execution {
  if (execution.end !== 'done' || !holdsUnknown(execution.result)) return execution;
  return { ...execution, result: known(execution.result) as ModuleResult };
}

function isPlain(data: ResultData): data is Readonly<Record<string, ResultData>> {
  return typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype;
}

function holdsUnknown(data: ResultData | undefined): boolean {
  if (data === undefined || data instanceof Unknown) return true;
  if (Array.isArray(data)) return (data as readonly ResultData[]).some(holdsUnknown);
  return isPlain(data) && Object.values(data).some(holdsUnknown);
}

function known(data: ResultData): ResultData {
  if (Array.isArray(data)) return (data as readonly ResultData[]).map(known);
  if (!isPlain(data)) return data;
  const entries = Object.entries(data as Readonly<Record<string, ResultData | undefined>>);
  return Object.fromEntries(
    entries.flatMap(([name, value]): [string, ResultData][] =>
      value === undefined || value instanceof Unknown ? [] : [[name, known(value)]],
    ),
  );
}

/** A result that needs an answer which the steps leave in doubt cannot be told: reading one is a type error. */
function withoutDoubt(after: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const [name, answer] of Object.entries(after))
    Object.defineProperty(told, name, {
      enumerable: true,
      get: () => {
        if (isUncertain(answer)) throw new InDoubt(`${name} is in doubt`);
        return answer;
      },
    });
  return told;
}
