// Asks what a module needs to know. In check mode an answer may be uncertain: then there are several worlds, one for
// each possible answer, and the module is asked in each of them without ever seeing the doubt.
import type { Connected, ConnectionFailure } from '../connection/contract.ts';
import type { PlanContext, Probe, Step, Uncertain } from '../module/contract.ts';
import { type CheckedValues, done, type Module, probesOf } from '../module/define.ts';
import type { ForeseenStep } from './execution.ts';
import { HostNeeded } from './host_context.ts';
import { isUncertain, overlay } from '../module/picture.ts';
import { unfitProbes } from '../module/unfit.ts';
import { type Asker, type HostView, targetOf } from './host_view.ts';

export interface LookRequest extends Asker {
  readonly module: Module;
  readonly params: CheckedValues;
  readonly context: PlanContext;
  readonly view: HostView;
  /** Answers of the control machine and of APIs, shared by all hosts. */
  readonly controlView: HostView;
  /** Opens the connection, for a pure function that looks at what only a connected host tells. */
  readonly connect: () => Promise<Connected<unknown>>;
  /** A failure is borne (`ignore_errors`): check mode may not presume that it does not come. */
  readonly mayFail?: boolean;
  /** The task alone is in check mode (`check_mode: true`): the run does things. */
  readonly isAmidRun?: boolean;
  /** What people are told of a step in place of its own words, which may show what they must not see. */
  readonly wordsFor?: (step: Step, words: string) => string;
  /** Says why these steps may not be done. */
  readonly guard?: (steps: readonly ForeseenStep[]) => string | undefined;
}

/** Ends a look or a plan from inside: the host that it must know cannot be reached. */
export class Unreachable extends Error {
  readonly failure: ConnectionFailure;
  constructor(failure: ConnectionFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Calls a module's pure function, connecting first when it looks at the host. */
export async function callPure<T>(
  request: LookRequest,
  name: 'probes' | 'plan' | 'result',
  body: () => T,
): Promise<T> {
  try {
    return atOnce(name, body());
  } catch (error) {
    if (!(error instanceof HostNeeded)) throw error;
    const connected = await request.connect();
    if (!connected.ok) throw new Unreachable(connected.failure);
    return atOnce(name, body());
  }
}

/** Where questions are asked ahead of their turn nobody waits for a promise. */
function atOnce<T>(name: string, given: T): T {
  if (given instanceof Promise)
    throw new TypeError(`${name} gives a Promise: it is a pure function, not async`);
  return given;
}

/** Types do not hold a user's module in JavaScript: what it gave wrongly fails its task. */
export function refuse(wrong: string | undefined): void {
  if (wrong !== undefined) throw new TypeError(wrong);
}

export interface World {
  readonly seen: Readonly<Record<string, unknown>>;
  readonly probes: ReadonlyMap<string, Probe<unknown>>;
}

export type Looked =
  | { readonly end: 'seen'; readonly worlds: readonly World[] }
  | { readonly end: 'uncertain'; readonly waitsFor: string }
  | { readonly end: 'failed'; readonly failed: string }
  | { readonly end: 'unreachable'; readonly failure: ConnectionFailure };

/** A module that keeps asking is a bug of the module; real ones need two or three rounds. */
const maxRounds = 50;
/** More worlds than these are called unknown. */
const maxWorlds = 8;

export function viewOf(request: LookRequest, asked: Probe<unknown> | Step): HostView {
  return targetOf(asked.kind as never, asked.args) === 'host' ? request.view : request.controlView;
}

/** What the probes would answer once the steps are done: no further round trip. */
export function pictureAfter(world: World, steps: readonly Step[]): Record<string, unknown> {
  const after: Record<string, unknown> = { ...world.seen };
  for (const [name, probe] of world.probes) after[name] = overlay(probe, world.seen[name], steps);
  return after;
}

export async function look(request: LookRequest): Promise<Looked> {
  return lookFurther(request, { seen: {}, probes: new Map() }, 0);
}

async function lookFurther(request: LookRequest, world: World, round: number): Promise<Looked> {
  const { module } = request;
  if (round === maxRounds) throw new Error(`Module ${module.name} does not stop asking`);
  const wanted = await callPure(
    request,
    'probes',
    () => module.probes?.(request.params, world.seen, request.context) ?? done,
  );
  if (module.file !== undefined) refuse(unfitProbes(wanted));
  if (wanted === done) return { end: 'seen', worlds: [world] };
  const asked = probesOf(wanted).filter(([name]) => !(name in world.seen));
  if (asked.length === 0) return { end: 'seen', worlds: [world] };
  const seen: Record<string, unknown> = { ...world.seen };
  const probes = new Map(world.probes);
  for (const view of new Set([request.view, request.controlView])) {
    const part = asked.filter(([, probe]) => viewOf(request, probe) === view);
    if (part.length === 0) continue;
    const answered = await view.ask(
      part.map(([, probe]) => probe),
      request,
    );
    if (!answered.ok)
      return 'failed' in answered
        ? { end: 'failed', failed: answered.failed }
        : { end: 'unreachable', failure: answered.failure };
    for (const [index, [name, probe]] of part.entries()) {
      seen[name] = answered.answers[index];
      probes.set(name, probe);
    }
  }
  return splitWorlds(request, { seen, probes }, round);
}

function possibleAnswers(world: World, name: string, { uncertain, notThere }: Uncertain): readonly unknown[] {
  const probe = world.probes.get(name);
  if (uncertain.length > 0 || !probe || notThere === true) return uncertain;
  const others = Object.entries(world.seen).filter(([other]) => other !== name);
  return (
    probe.kind.mayBe?.(
      probe.args as never,
      others.map(([, seen]) => seen),
    ) ?? []
  );
}

async function splitWorlds(request: LookRequest, world: World, round: number): Promise<Looked> {
  const doubtful = Object.entries(world.seen).find(([, answer]) => isUncertain(answer));
  if (!doubtful) return lookFurther(request, world, round + 1);
  const [name, answer] = doubtful as [string, Uncertain];
  const answers = possibleAnswers(world, name, answer);
  if (answers.length === 0) return { end: 'uncertain', waitsFor: answer.waitsFor };
  const worlds: World[] = [];
  for (const possible of answers) {
    const looked = await splitWorlds(request, { ...world, seen: { ...world.seen, [name]: possible } }, round);
    if (looked.end !== 'seen') return looked;
    worlds.push(...looked.worlds);
    if (worlds.length > maxWorlds) return { end: 'uncertain', waitsFor: answer.waitsFor };
  }
  return { end: 'seen', worlds };
}
