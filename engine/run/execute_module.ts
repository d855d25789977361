// One module on one host with checked parameters: probes until done, plan, steps or their prediction, result.
import type { ConnectionFailure } from '../connection/contract.ts';
import type { Output, Plan } from '../module/contract.ts';
import {
  changes,
  endWithoutSteps,
  type Execution,
  nothingTold,
  type ResultValues,
  told,
} from './execution.ts';
import { finishDone, planIn } from './finish_module.ts';
import type { AheadOfTurn } from './host_view.ts';
import { look, type Looked, type LookRequest, Unreachable, type World } from './look.ts';
import { threw } from './module_threw.ts';
import { performSteps } from './perform_steps.ts';
import { foreseenSteps, predictModule, unknownModule } from './predict_module.ts';

export interface ExecutionRequest extends LookRequest {
  /** Ends our own shells of a user on the host. */
  readonly leave?: (user: string) => Promise<void>;
  /** Check mode: what a failure to reach the host waits for. */
  readonly mayYetBeReached?: (failure: ConnectionFailure) => string | undefined;
  readonly ahead?: AheadOfTurn | undefined;
}

/** Runs the module once. The caller repeats it after a lost connection when the answer says that it may. */
export async function executeModule(request: ExecutionRequest): Promise<Execution> {
  try {
    return await orNotYet(request, await execute(request));
  } catch (error) {
    if (error instanceof Unreachable)
      return orNotYet(request, { end: 'unreachable', failure: error.failure, repeatable: true });
    return threw(request.module, error);
  }
}

/** Who is not let in may be, once earlier tasks are done. */
async function orNotYet(request: ExecutionRequest, execution: Execution): Promise<Execution> {
  if (execution.end !== 'unreachable' || !request.context.checkMode) return execution;
  const waitsFor = request.mayYetBeReached?.(execution.failure);
  return waitsFor === undefined ? execution : unknownModule(request, waitsFor);
}

async function execute(request: ExecutionRequest): Promise<Execution> {
  const planned = await planNow(request);
  return planned.end === 'ended' ? planned.execution : planned.work.perform(request.shell, request.signal);
}

async function planNow(request: ExecutionRequest, isAnew = false): Promise<Planned> {
  const looked = await look(isAnew ? { ...request, ahead: undefined } : request);
  if (looked.end !== 'seen') return { end: 'ended', execution: await unseen(request, looked) };
  if (request.context.checkMode)
    return { end: 'ended', execution: await ifReached(request, await predictModule(request, looked.worlds)) };
  const [world, ...others] = looked.worlds;
  if (!world) throw new Error('A module was asked in no world');
  // A task with `check_mode: false` in a run of check mode: done for real only where it is known what is there.
  if (others.length > 0) {
    const waitsFor = 'answers that an earlier task would change';
    return { end: 'ended', execution: await unknownModule(request, waitsFor) };
  }
  const plan = await planIn(request, world);
  const ended = endWithoutSteps(plan);
  if (ended) return { end: 'ended', execution: ended };
  if (request.guard && plan.steps.length > 0) {
    // Answers that came along with earlier trips are old: what is going to change is looked at again.
    if (request.ahead && !isAnew) return planNow(request, true);
    const refused = request.guard(foreseenSteps(request, world, plan.steps));
    if (refused !== undefined)
      return { end: 'ended', execution: { end: 'failed', message: refused, changed: false, ...told(plan) } };
  }
  return { end: 'planned', plan, work: workOf(request, world, plan) };
}

/** What is to be done on a host that was not asked anything: a run would fail where nobody answers. */
async function ifReached(request: ExecutionRequest, foretold: Execution): Promise<Execution> {
  if (foretold.end === 'unreachable' || request.view === request.controlView) return foretold;
  const steps = foretold.foreseen?.possible.flat() ?? [];
  if (!steps.some(({ view }) => view === request.view)) return foretold;
  const reached = await request.connect();
  if (reached.ok || request.mayYetBeReached?.(reached.failure) !== undefined) return foretold;
  return { end: 'unreachable', failure: reached.failure, repeatable: true };
}

async function unseen(
  request: ExecutionRequest,
  looked: Exclude<Looked, { end: 'seen' }>,
): Promise<Execution> {
  switch (looked.end) {
    case 'failed':
      return { end: 'failed', message: looked.failed, changed: false, ...nothingTold };
    case 'unreachable':
      return { end: 'unreachable', failure: looked.failure, repeatable: true };
    case 'uncertain':
      return unknownModule(request, looked.waitsFor);
  }
}

function workOf(request: ExecutionRequest, world: World, plan: Plan): Work {
  // Real steps amid predicted ones: the picture is laid over what they made, so they are put into it again.
  const foreseen = request.isPredicted?.()
    ? { foreseen: { possible: [foreseenSteps(request, world, plan.steps)], waitsFor: '' } }
    : {};
  const fail: Work['fail'] = (message, done, output, values) => ({
    end: 'failed',
    message,
    changed: done > 0,
    ...told(plan),
    ...foreseen,
    ...(output ? { output } : {}),
    ...(values ? { more: values } : {}),
  });
  const finish = async (outcomes: readonly unknown[]): Promise<Execution> => {
    try {
      return await finishDone(request, world, plan, outcomes);
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      // The steps are done.
      return { ...threw(request.module, error), ...told(plan), changed: changes(plan) };
    }
  };
  return {
    fail,
    finish,
    perform: async (shell, signal) => {
      request.view.forgetPlaces();
      await endShells(plan, request);
      const performed = await performSteps(plan.steps, { ...request, shell, signal });
      if (performed.end === 'lost')
        return { end: 'unreachable', failure: performed.failure, repeatable: !performed.opaque };
      if (performed.end === 'failed')
        return fail(performed.failed, performed.outcomes.length, performed.output, performed.values);
      return { ...(await finish(performed.outcomes)), ...foreseen };
    },
  };
}

/** Before steps that need a user without processes: ours are not to be in the way. */
export async function endShells({ steps }: Plan, { leave }: ExecutionRequest): Promise<void> {
  for (const { kind, args } of steps) {
    const user = kind.endsShellsOf?.(args as never);
    if (user !== undefined) await leave?.(user);
  }
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
  readonly fail: (
    failed: string,
    done: number,
    output: Output | undefined,
    values?: ResultValues,
  ) => Execution;
}

/** For `async`: all that comes before the first step. */
export async function planModule(request: ExecutionRequest): Promise<Planned> {
  try {
    return await planNow(request);
  } catch (error) {
    const execution: Execution =
      error instanceof Unreachable
        ? { end: 'unreachable', failure: error.failure, repeatable: true }
        : threw(request.module, error);
    return { end: 'ended', execution };
  }
}
