// One module on one host with checked parameters: probes until done, plan, steps or their prediction, result.
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionFailure } from '../connection/contract.ts';
import type {
  Difference,
  EngineEffects,
  ModuleResult,
  Output,
  Plan,
  ResultData,
  Step,
} from '../module/contract.ts';
import { stepKindOf } from './host_view.ts';
import {
  callPure,
  look,
  type Looked,
  type LookRequest,
  pictureAfter,
  Unreachable,
  viewOf,
  type World,
} from './look.ts';
import { performSteps } from './perform_steps.ts';

export type ExecutionRequest = LookRequest;

interface Told {
  readonly differences: readonly Difference[];
  readonly warnings: readonly string[];
  readonly effects?: EngineEffects;
  /** Values besides the module's own: those of a background job. */
  readonly more?: ResultValues;
}

export type ResultValues = { readonly [name: string]: ResultData };

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
  const planned = await planNow(request);
  return planned.end === 'ended' ? planned.execution : planned.work.perform(request.shell, request.signal);
}

async function planNow(request: ExecutionRequest): Promise<Planned> {
  const looked = await look(request);
  if (looked.end !== 'seen') return { end: 'ended', execution: unseen(request, looked) };
  if (request.context.checkMode) return { end: 'ended', execution: await predict(request, looked.worlds) };
  const [world] = looked.worlds;
  if (!world) throw new Error('A module was asked in no world');
  const plan = await planIn(request, world);
  const ended = endWithoutSteps(plan);
  if (ended) return { end: 'ended', execution: ended };
  return { end: 'planned', plan, work: workOf(request, world, plan) };
}

function unseen(request: ExecutionRequest, looked: Exclude<Looked, { end: 'seen' }>): Execution {
  switch (looked.end) {
    case 'failed':
      return { end: 'failed', message: looked.failed, changed: false, ...nothingTold };
    case 'unreachable':
      return { end: 'unreachable', failure: looked.failure, repeatable: true };
    case 'uncertain':
      return { end: 'unknown', waitsFor: looked.waitsFor, unknownNames: unknownNames(request) };
  }
}

function workOf(request: ExecutionRequest, world: World, plan: Plan): Work {
  const fail = (message: string, done: number, output: Output | undefined): Execution => ({
    end: 'failed',
    message,
    changed: done > 0,
    ...told(plan),
    ...(output ? { output } : {}),
  });
  return {
    fail,
    finish: (outcomes) => finish(request, world, plan, outcomes),
    perform: async (shell, signal) => {
      const performed = await performSteps(plan.steps, { ...request, shell, signal });
      if (performed.end === 'lost')
        return { end: 'unreachable', failure: performed.failure, repeatable: !performed.opaque };
      if (performed.end === 'failed')
        return fail(performed.failed, performed.outcomes.length, performed.output);
      return finish(request, world, plan, performed.outcomes);
    },
  };
}

export type Planned =
  | { readonly end: 'planned'; readonly plan: Plan; readonly work: Work }
  /** Nothing is to be done, or nothing can be: this is the module's end already. */
  | { readonly end: 'ended'; readonly execution: Execution };

/** What is left of a module once it planned; the steps may be done elsewhere and later. */
export interface Work {
  readonly perform: (shell: ExecutionRequest['shell'], signal: AbortSignal) => Promise<Execution>;
  /** The module's result from the outcomes of all its steps. */
  readonly finish: (outcomes: readonly unknown[]) => Promise<Execution>;
  readonly fail: (failed: string, done: number, output: Output | undefined) => Execution;
}

/** For `async`: all that comes before the first step. */
export async function planModule(request: ExecutionRequest): Promise<Planned> {
  try {
    return await planNow(request);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { end: 'ended', execution: { end: 'unreachable', failure: error.failure, repeatable: true } };
  }
}
