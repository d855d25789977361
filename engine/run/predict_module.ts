// Check mode: what a module would do, from the worlds that its answers leave open. Nothing is guessed: where worlds
// differ, or nothing is known, the task is unknown and the picture says so to later tasks.
import { isDeepStrictEqual } from 'node:util';
import { Unknown } from '../document/value.ts';
import type { EngineEffects, Plan, Step } from '../module/contract.ts';
import type { Module } from '../module/define.ts';
import { isUncertain, overlay, spoils } from '../module/picture.ts';
import { canonical, identityOf } from '../module/probe_identity.ts';
import { unforeseen } from '../module/vocabulary/unforeseen.ts';
import { commandNotRun, tellsOnlyWhenDone } from './check_amid_run.ts';
import {
  changes,
  endWithoutSteps,
  type Execution,
  type Foreseen,
  type ForeseenStep,
  nothingTold,
  told,
} from './execution.ts';
import { finish, planIn } from './finish_module.ts';
import { HostView, stepKindOf } from './host_view.ts';
import { look, type LookRequest, viewOf, type World } from './look.ts';

interface Prediction {
  readonly execution: Execution;
  readonly steps: readonly ForeseenStep[];
  readonly mayFail?: string | undefined;
}

/** What every command returns, whether its module declares it or not. */
const outputNames = ['rc', 'stdout', 'stderr', 'stdout_lines', 'stderr_lines', 'start', 'end', 'delta'];

function unknownNames(module: Module, plan?: Plan): string[] {
  const declared = Object.keys(module.returns ?? {});
  const isOpaque = plan?.steps.some((step) => stepKindOf(step).opaque === true) === true;
  return [...new Set([...declared, ...(isOpaque ? outputNames : [])])];
}

/** The first step that check mode cannot tell the outcome of, in people's words. */
function notDone({ steps }: Plan): string {
  const step = steps.find((each) => stepKindOf(each).opaque === true) ?? steps[0];
  return step ? stepKindOf(step).describe(step.args) : 'a step that check mode does not do';
}

/** The steps with what each of them changes in the answers that the module asked for. */
export function foreseenSteps(request: LookRequest, world: World, steps: readonly Step[]): ForeseenStep[] {
  const answers = new Map(Object.entries(world.seen));
  return steps.map((step) => {
    const touched = [...world.probes].flatMap(([name, probe]) => {
      const before = answers.get(name);
      if (spoils(step, probe)) return [];
      const after = overlay(probe, before, [step]);
      answers.set(name, after);
      const isPictured = viewOf(request, probe).isPictured(probe);
      return after === before ? [] : [{ probe, before, after, isPictured }];
    });
    return { step, view: viewOf(request, step), touched };
  });
}

async function predictIn(request: LookRequest, world: World): Promise<Prediction> {
  const plan = await planIn(request, world);
  const ended = endWithoutSteps(plan);
  if (ended) return { execution: ended, steps: [] };
  for (const view of new Set(plan.steps.map((step) => viewOf(request, step))))
    await view.learnPlaces(
      plan.steps.filter((step) => viewOf(request, step) === view),
      request,
    );
  const { unmet, doubt, steps: stepsTold } = await lookAtNeeds(request, plan.steps);
  if (unmet !== undefined) {
    // Those before it are done.
    const { why, index } = unmet;
    const execution: Execution = { end: 'failed', message: why, changed: index > 0, ...told(plan) };
    return { execution, steps: foreseenSteps(request, world, stepsTold.slice(0, index)) };
  }
  if (request.isAmidRun === true && tellsOnlyWhenDone(plan))
    return { execution: await commandNotRun(request, world, plan), steps: [] };
  const steps = foreseenSteps(request, world, stepsTold);
  const mayFail = doubt ?? whyItMayFail(stepsTold);
  const unknown: Execution = {
    end: 'predicted',
    changed: changes(plan),
    unknownNames: unknownNames(request.module, plan),
    waitsFor: notDone(plan),
    ...told(plan),
  };
  if (plan.steps.some((step) => stepKindOf(step).opaque === true))
    return { execution: unknown, steps, mayFail };
  // The steps have no outcomes yet. A result that cannot be told without them is unknown, not wrong.
  try {
    return {
      execution: await finish(request, world, { ...plan, steps: stepsTold }, outcomesUntold(plan.steps)),
      steps,
      mayFail,
    };
  } catch (error) {
    if (plan.steps.length > 0 && error instanceof TypeError) return { execution: unknown, steps, mayFail };
    throw error;
  }
}

/** What comes in time, and what a command makes of a file, are for a run to tell. An API was asked in a dry run. */
function whyItMayFail(steps: readonly Step[]): string | undefined {
  for (const { kind, args } of steps) {
    const isWaiting = kind.readsOnly === true;
    const why = kind.mayFail?.(args as never) ?? (isWaiting ? kind.describe(args as never) : undefined);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** A wait has no outcome to tell; one that tells something makes a result unknown that reads it. */
function outcomesUntold(steps: readonly Step[]): readonly unknown[] {
  const outcomes: unknown[] = [];
  for (const [index, { kind }] of steps.entries())
    if (kind.readsOnly === true && (kind.parse !== undefined || kind.act !== undefined))
      Object.defineProperty(outcomes, index, {
        enumerable: true,
        get: () => {
          throw new TypeError(`What ${kind.name} tells is not known`);
        },
      });
  return outcomes;
}

interface Needs {
  /** The first step that would fail, and why. */
  readonly unmet?: { readonly why: string; readonly index: number } | undefined;
  /** The steps, with the outcomes that needs foretell. */
  readonly steps: readonly Step[];
  /** Why one of them may fail for this user. */
  readonly doubt?: string | undefined;
}

/** What steps need, each met with those before it done. What is not known is presumed to hold. */
async function lookAtNeeds(request: LookRequest, planned: readonly Step[]): Promise<Needs> {
  const wanted = planned.flatMap((step, index) =>
    (step.kind.needs?.(step.args as never) ?? []).map((need) => ({
      ...need,
      index,
      view: viewOf(request, need.probe),
    })),
  );
  const answers = new Map<(typeof wanted)[number], unknown>();
  for (const view of new Set(wanted.map((need) => need.view))) {
    const here = wanted.filter((need) => need.view === view);
    const answered = await view.ask(
      here.map(({ probe }) => probe),
      request,
    );
    if (answered.ok) for (const [at, need] of here.entries()) answers.set(need, answered.answers[at]);
  }
  const steps = [...planned];
  let doubt: string | undefined;
  for (const need of wanted.filter((one) => answers.has(one))) {
    const { probe, unmet, foretells, index } = need;
    const answer = overlay(probe, answers.get(need), steps.slice(0, index));
    const step = steps[index];
    const foretell = (told: unknown): void => {
      if (step) steps[index] = { ...step, outcome: { ...(step.outcome ?? {}), ...(told as object) } };
    };
    if (isUncertain(answer)) {
      if (need.untold) foretell(need.untold);
      continue;
    }
    const why = unmet(answer as never);
    if (why !== undefined) return { unmet: { why, index }, steps };
    doubt ??= need.doubt?.(answer as never, request.context.user);
    if (foretells) foretell(foretells(answer as never));
  }
  return { steps, doubt };
}

function changedIn(execution: Execution): boolean {
  return 'changed' in execution && execution.changed === true;
}

/** A prediction without its outcome is still one of a task that runs. */
function endOf({ end }: Execution): string {
  return end === 'predicted' ? 'done' : end;
}

function foreseenIn(predictions: readonly Prediction[], waitsFor: string): Foreseen {
  const distinct = new Map(
    predictions.map(({ steps }) => [steps.map(({ step }) => identityOf(step)).join('\n'), steps]),
  );
  const mayFail = predictions.find((one) => one.mayFail !== undefined)?.mayFail;
  return { possible: [...distinct.values()], waitsFor, ...(mayFail === undefined ? {} : { mayFail }) };
}

const earlier = 'answers that an earlier task would change';

export async function predictModule(request: LookRequest, worlds: readonly World[]): Promise<Execution> {
  const predictions: Prediction[] = [];
  for (const world of worlds) {
    const prediction = await predictPossibly(request, world, worlds.length > 1);
    if (!prediction) return unknownModule(request, earlier);
    predictions.push(prediction);
  }
  // A prediction presumes that tasks do what they are for: a world in which this one fails is not that one.
  const good = predictions.filter(({ execution }) => execution.end !== 'failed');
  const counted = good.length > 0 && request.mayFail !== true ? good : predictions;
  const [first, ...others] = counted;
  if (!first) throw new Error('Check mode looked at no world');
  const foreseen = foreseenIn(counted, earlier);
  const executions = counted.map(({ execution }) => execution);
  const agree = others.every(
    ({ execution }) =>
      endOf(execution) === endOf(first.execution) && changedIn(execution) === changedIn(first.execution),
  );
  if (!agree)
    return {
      end: 'unknown',
      changed: executions.some(changedIn) ? undefined : false,
      waitsFor: earlier,
      unknownNames: unknownNames(request.module),
      ...nothingTold,
      ...commonEffects(executions, earlier),
      foreseen,
    };
  const { execution } = first;
  const common = execution.end === 'unreachable' ? execution : commonResult(execution, executions, request);
  if (common.end === 'unreachable') return common;
  return { ...common, ...commonEffects(executions, earlier), foreseen };
}

/** Worlds are made of answers that may not go together; a module may stumble over one that cannot be. */
async function predictPossibly(
  request: LookRequest,
  world: World,
  isOneOfSeveral: boolean,
): Promise<Prediction | undefined> {
  try {
    return await predictIn(request, world);
  } catch (error) {
    if (isOneOfSeveral && error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The result, when it is the same in every world; else what it returns is not known. */
function commonResult(
  first: Exclude<Execution, { end: 'unreachable' }>,
  all: readonly Execution[],
  request: LookRequest,
): Execution {
  const shown = (one: object, part: string): string =>
    JSON.stringify([canonical((one as { readonly [name: string]: unknown })[part])]);
  const differ = (part: 'result' | 'differences' | 'warnings'): boolean =>
    all.some((other) => shown(other, part) !== shown(first, part));
  const common = {
    ...first,
    ...(differ('differences') ? { differences: [] } : {}),
    ...(differ('warnings') ? { warnings: [] } : {}),
  };
  if (common.end !== 'done' || !differ('result')) return common;
  const { changed, differences, warnings, result } = common;
  const names = [...new Set([...unknownNames(request.module), ...Object.keys(result)])];
  return { end: 'predicted', changed, unknownNames: names, waitsFor: earlier, differences, warnings };
}

/** Facts and variables that worlds do not agree on are unknown. */
function commonEffects(all: readonly Execution[], waitsFor: string): { readonly effects?: EngineEffects } {
  const effects = all.flatMap((one) => ('effects' in one ? [one.effects] : []));
  const [first] = effects;
  if (!first) return {};
  const isSame = effects.length === all.length && effects.every((one) => isDeepStrictEqual(one, first));
  if (isSame) return { effects: first };
  const unknown = unknownEffects(effects, waitsFor);
  // Where each world tells them, those that are alike in all are known.
  const { facts } = unknown;
  if (!facts || effects.length < all.length) return { effects: unknown };
  const known = Object.entries(first.facts ?? {}).filter(([name, value]) =>
    effects.every((one) => one.facts && name in one.facts && isDeepStrictEqual(one.facts[name], value)),
  );
  return { effects: { ...unknown, facts: { ...facts, ...Object.fromEntries(known) } } };
}

export function unknownEffects(effects: readonly EngineEffects[], waitsFor: string): EngineEffects {
  const unknown = (part: 'facts' | 'hostVariables'): { readonly [name: string]: Unknown } =>
    Object.fromEntries(
      effects.flatMap((one) => Object.keys(one[part] ?? {})).map((name) => [name, new Unknown(waitsFor)]),
    );
  const isAny = (part: 'facts' | 'hostVariables'): boolean => effects.some((one) => one[part] !== undefined);
  return {
    ...(isAny('facts') ? { facts: unknown('facts') } : {}),
    ...(isAny('hostVariables') ? { hostVariables: unknown('hostVariables') } : {}),
  };
}

/** What a task can touch of which no plan can be made. */
export function unforeseenOf(
  reach: Module['reach'],
  views: Pick<LookRequest, 'view' | 'controlView'>,
  params: { readonly [name: string]: unknown },
  waitsFor: string,
): Foreseen {
  if (reach === 'nothing') return { possible: [[]], waitsFor };
  const apis = { step: unforeseen('apis', waitsFor), view: views.controlView, touched: [] };
  if (reach === 'apis') return { possible: [[], [apis]], waitsFor };
  const what = reach === undefined ? 'everything' : reach(params);
  const view = what !== 'everything' && what.where === 'control' ? views.controlView : views.view;
  const here = { step: unforeseen(what, waitsFor), view, touched: [] };
  return { possible: [[], what === 'everything' ? [here, apis] : [here]], waitsFor };
}

/** Nothing is known of an answer that the module needs. Which facts it would set is asked of the host as it is now. */
export async function unknownModule(request: LookRequest, waitsFor: string): Promise<Execution> {
  const { module } = request;
  const isReader = module.reach === 'nothing';
  const named = namedFacts(module, request.params, waitsFor);
  return {
    end: 'unknown',
    changed: isReader ? false : undefined,
    waitsFor,
    unknownNames: unknownNames(module),
    ...nothingTold,
    ...(named ? { effects: named } : isReader ? await effectsNow(request, waitsFor) : {}),
    foreseen: unforeseenOf(module.reach, request, request.params, waitsFor),
  };
}

/** The facts that a module says it sets, all unknown. */
export function namedFacts(
  module: Module,
  params: { readonly [name: string]: unknown },
  waitsFor: string,
): EngineEffects | undefined {
  const names = module.facts?.(params) ?? [];
  if (names.length === 0) return undefined;
  return { facts: Object.fromEntries(names.map((name) => [name, new Unknown(waitsFor)])) };
}

async function effectsNow(
  request: LookRequest,
  waitsFor: string,
): Promise<{ readonly effects?: EngineEffects }> {
  const bare = { ...request, view: new HostView(), controlView: new HostView() };
  const looked = await look(bare);
  const world = looked.end === 'seen' ? looked.worlds[0] : undefined;
  const plan = world && (await planIn(bare, world));
  if (!plan?.effects) return {};
  return { effects: unknownEffects([plan.effects], waitsFor) };
}
