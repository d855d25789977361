// One module on one host with checked parameters: probes until done, plan, steps or their prediction, result.
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionFailure } from '../connection/contract.ts';
import type { Difference, EngineEffects, ModuleResult, Output, Plan, Step } from '../module/contract.ts';
import { stepKindOf, targetOf } from './host_view.ts';
import { callPure, look, type LookRequest, pictureAfter, Unreachable, viewOf, type World } from './look.ts';
import { performSteps } from './perform_steps.ts';

export type ExecutionRequest = LookRequest;

interface Told {
  readonly differences: readonly Difference[];
  readonly warnings: readonly string[];
  readonly effects?: EngineEffects;
}

export type Execution =
  | ({ readonly end: 'done'; readonly changed: boolean; readonly result: ModuleResult } & Told)
  /** Check mode: it would run, but what it returns (by these names) only a real run tells. */
  | ({
      readonly end: 'predicted';
      readonly changed: boolean;
      readonly unknownNames: readonly string[];
      readonly waitsFor: string;
    } & Told)
  /** Check mode: not even whether it would change anything can be told. */
  | { readonly end: 'unknown'; readonly waitsFor: string; readonly unknownNames: readonly string[] }
  | ({ readonly end: 'skipped'; readonly reason: string } & Told)
  | ({
      readonly end: 'failed';
      readonly message: string;
      readonly output?: Output;
      readonly changed: boolean;
    } & Told)
  | { readonly end: 'unreachable'; readonly failure: ConnectionFailure; readonly repeatable: boolean };

const nothingTold: Told = { differences: [], warnings: [] };

function told(plan: Plan): Told {
  return {
    differences: plan.differences ?? [],
    warnings: plan.warnings ?? [],
    ...(plan.effects ? { effects: plan.effects } : {}),
  };
}

/** Steps that only look or wait are no change. */
function changes(plan: Plan): boolean {
  return plan.steps.some((step) => stepKindOf(step).readsOnly !== true);
}

/** The first step that check mode cannot tell the outcome of, in people's words. */
function notDone({ steps }: Plan): string {
  const step = steps.find((each) => stepKindOf(each).opaque === true) ?? steps[0];
  return step ? stepKindOf(step).describe(step.args) : 'a step that check mode does not do';
}

function endWithoutSteps(plan: Plan): Execution | undefined {
  if (plan.fail !== undefined) return { end: 'failed', message: plan.fail, changed: false, ...told(plan) };
  if (plan.skip !== undefined) return { end: 'skipped', reason: plan.skip, ...told(plan) };
  return undefined;
}

async function finish(
  request: ExecutionRequest,
  world: World,
  plan: Plan,
  outcomes: readonly unknown[],
): Promise<Execution> {
  const { module, params, context } = request;
  const after = pictureAfter(world, plan.steps);
  const result = await callPure(
    request,
    () => module.result?.(params, world.seen, outcomes, after, context) ?? {},
  );
  return { end: 'done', changed: result.changed ?? changes(plan), result, ...told(plan) };
}

/** What every command returns, whether its module declares it or not. */
const outputNames = ['rc', 'stdout', 'stderr', 'stdout_lines', 'stderr_lines', 'start', 'end', 'delta'];

function unknownNames(request: ExecutionRequest, plan?: Plan): string[] {
  const declared = Object.keys(request.module.returns ?? {});
  const isOpaque = plan?.steps.some((step) => stepKindOf(step).opaque === true) === true;
  return [...new Set([...declared, ...(isOpaque ? outputNames : [])])];
}

async function planIn(request: ExecutionRequest, world: World): Promise<Plan> {
  return callPure(request, () => request.module.plan(request.params, world.seen, request.context));
}

type Prediction = Execution & { readonly steps?: readonly Step[] };

async function predictIn(request: ExecutionRequest, world: World): Promise<Prediction> {
  const plan = await planIn(request, world);
  const ended = endWithoutSteps(plan);
  if (ended) return ended;
  const unknown: Execution = {
    end: 'predicted',
    changed: changes(plan),
    unknownNames: unknownNames(request, plan),
    waitsFor: notDone(plan),
    ...told(plan),
  };
  const { steps } = plan;
  if (steps.some((step) => stepKindOf(step).opaque === true || stepKindOf(step).readsOnly === true))
    return { ...unknown, steps };
  // The steps have no outcomes yet. A result that cannot be told without them is unknown, not wrong.
  try {
    return { ...(await finish(request, world, plan, [])), steps };
  } catch (error) {
    if (steps.length > 0 && error instanceof TypeError) return { ...unknown, steps };
    throw error;
  }
}

function changedIn(execution: Execution): boolean {
  return 'changed' in execution && execution.changed;
}

async function predict(request: ExecutionRequest, worlds: readonly World[]): Promise<Execution> {
  const predictions: Prediction[] = [];
  for (const world of worlds) predictions.push(await predictIn(request, world));
  // A prediction presumes that earlier tasks do what they are for: a world in which this one fails is not that one.
  const good = predictions.filter(({ end }) => end !== 'failed');
  const [first, ...others] = good.length > 0 ? good : predictions;
  if (!first) throw new Error('Check mode looked at no world');
  const waitsFor = 'answers that an earlier task would change';
  const agree = others.every(
    (other) => endOf(other) === endOf(first) && changedIn(other) === changedIn(first),
  );
  if (!agree) return { end: 'unknown', waitsFor, unknownNames: unknownNames(request) };
  const { steps, ...execution } = first;
  for (const step of steps ?? []) viewOf(request, step).predict([step]);
  return execution.end === 'done' ? commonResult(execution, others, waitsFor, request) : execution;
}

/** A prediction without its outcome is still one of a task that runs. */
function endOf({ end }: Prediction): string {
  return end === 'predicted' ? 'done' : end;
}

/** The result, when it is the same in every world; else what it returns is not known. */
function commonResult(
  first: Execution & { readonly end: 'done' },
  others: readonly Prediction[],
  waitsFor: string,
  request: ExecutionRequest,
): Execution {
  const isSame = (other: Prediction): boolean =>
    other.end === 'done' && isDeepStrictEqual(other.result, first.result);
  if (others.every(isSame)) return first;
  const { changed, differences, warnings, result } = first;
  const names = [...new Set([...unknownNames(request), ...Object.keys(result)])];
  return { end: 'predicted', changed, unknownNames: names, waitsFor, differences, warnings };
}

/** Runs the module once. The caller repeats it after a lost connection when the answer says that it may. */
export async function executeModule(request: ExecutionRequest): Promise<Execution> {
  try {
    return await execute(request);
  } catch (error) {
    if (error instanceof Unreachable) return { end: 'unreachable', failure: error.failure, repeatable: true };
    throw error;
  }
}

async function execute(request: ExecutionRequest): Promise<Execution> {
  const looked = await look(request);
  if (looked.end === 'failed')
    return { end: 'failed', message: looked.failed, changed: false, ...nothingTold };
  if (looked.end === 'unreachable') return { end: 'unreachable', failure: looked.failure, repeatable: true };
  if (looked.end === 'uncertain')
    return { end: 'unknown', waitsFor: looked.waitsFor, unknownNames: unknownNames(request) };
  if (request.context.checkMode) return predict(request, looked.worlds);
  const [world] = looked.worlds;
  if (!world) throw new Error('A module was asked in no world');
  const plan = await planIn(request, world);
  const ended = endWithoutSteps(plan);
  if (ended) return ended;
  const performed = await performSteps(plan.steps, request);
  if (performed.end === 'lost')
    return { end: 'unreachable', failure: performed.failure, repeatable: !performed.opaque };
  if (performed.end === 'failed')
    return {
      end: 'failed',
      message: performed.failed,
      changed: performed.outcomes.length > 0,
      ...told(plan),
      ...(performed.output ? { output: performed.output } : {}),
    };
  return finish(request, world, plan, performed.outcomes);
}

export interface StartableStep {
  readonly step: Step;
  /** The module's result once the script's outcome is known. */
  readonly finish: (outcome: unknown) => Promise<Execution>;
}

/** For `async`: the one script that the plan would send; undefined when the plan is anything else. */
export async function planOneScript(request: ExecutionRequest): Promise<StartableStep | undefined> {
  const looked = await look(request);
  const world = looked.end === 'seen' ? looked.worlds[0] : undefined;
  if (!world) return undefined;
  const plan = await planIn(request, world);
  const [step, ...more] = plan.steps;
  if (endWithoutSteps(plan) || !step || more.length > 0) return undefined;
  const kind = stepKindOf(step);
  if (!kind.perform || targetOf(kind, step.args) !== 'host') return undefined;
  return { step, finish: (outcome) => finish(request, world, plan, [outcome]) };
}
