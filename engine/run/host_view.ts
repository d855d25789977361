// What is known of one host (or of the control machine): real answers, and in check mode the picture laid over them.
// Every question of the engine goes through here, so that asking ahead has one place to keep and drop answers.
import type { AskedAhead, ConnectionFailure, Shell } from '../connection/contract.ts';
import { textContent } from '../module/content.ts';
import { foresee, type Happening, mayTouch, spoils } from '../module/picture.ts';
import { unfitScript } from '../module/unfit.ts';
import { content as contentOf, type FileContent } from '../module/vocabulary/content.ts';
import { BindMounts } from './bind_mounts.ts';
import { type Unforeseen, unforeseenKind } from '../module/vocabulary/unforeseen.ts';
import { way, type Way, type WayQuestion } from '../module/vocabulary/way.ts';
import { UnknownReached } from '../template/failure.ts';
import { RealPlaces } from './real_places.ts';
import type {
  Control,
  Output,
  Probe,
  ProbeFailure,
  ProbeKind,
  Script,
  Step,
  StepKind,
  Target,
  Uncertain,
} from '../module/contract.ts';

export type AnyProbeKind = ProbeKind<unknown, unknown>;
export type AnyStepKind = StepKind<unknown, unknown>;

export function probeKindOf(probe: Probe<unknown>): AnyProbeKind {
  return probe.kind as unknown as AnyProbeKind;
}

export function stepKindOf(step: Step): AnyStepKind {
  return step.kind as unknown as AnyStepKind;
}

export function targetOf(
  kind: { readonly target: Target | ((args: unknown) => Target) },
  args: unknown,
): Target {
  return typeof kind.target === 'function' ? kind.target(args) : kind.target;
}

/** One round trip, and what it brings along for coming tasks. */
export interface TripAhead {
  readonly ahead: AskedAhead | undefined;
  /** Called when the trip is over, with the answers to the probes that it was made for. */
  readonly end: (answers: readonly unknown[]) => void;
}

/** What asking ahead does for one attempt of a task. `ahead/ask_ahead.ts` has it. */
export interface AheadOfTurn {
  /** The answer that an earlier trip brought, while it is true. */
  known(probe: Probe<unknown>): { readonly answer: unknown } | undefined;
  asking(probes: readonly Probe<unknown>[]): TripAhead;
  /** What these steps gave when they went along with an earlier item's; undefined when they did not. */
  arrived(steps: readonly Step[]): readonly Output[] | undefined;
  /** Steps are about to begin: further items of the loop are planned, to go along with them. */
  join(steps: readonly Step[]): Promise<void>;
  /** Steps begin; called back when they have ended. */
  beginSteps(steps: readonly Step[]): () => void;
  /** The trip of the plan's last steps. */
  behind(steps: readonly Step[]): TripAhead;
}

/** Who asks: the shell and environment of one task on one host. */
export interface Asker {
  readonly shell: Pick<Shell, 'run'>;
  readonly control: Control;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Brings answers from earlier trips, and what coming tasks ask along. */
  readonly ahead?: Pick<AheadOfTurn, 'known' | 'asking'> | undefined;
  /** Check mode: whether any step was predicted before, on whatever host. */
  readonly isPredicted?: () => boolean;
  /** The run is one of check mode: what is asked is kept by its place, whatever links lead there. */
  readonly keepsPlaces?: boolean;
}

export type Answered =
  | { readonly ok: true; readonly answers: readonly unknown[] }
  | { readonly ok: false; readonly failed: string }
  | { readonly ok: false; readonly failure: ConnectionFailure };

export function isProbeFailure(answer: unknown): answer is ProbeFailure {
  return (
    typeof answer === 'object' && answer !== null && 'failed' in answer && typeof answer.failed === 'string'
  );
}

export function withEnvironment(script: Script, environment: Readonly<Record<string, string>>): Script {
  return Object.keys(environment).length === 0
    ? script
    : { ...script, environment: { ...environment, ...script.environment } };
}

/** `gone`: an earlier step would remove it. Undefined: it is as it was. */
export type PredictedFile = Uint8Array | { readonly unknown: string } | 'gone' | undefined;

export class HostView {
  /** Check mode: what would have happened, in order. */
  readonly #foreseen: Happening[] = [];

  readonly #binds = new BindMounts();

  /** Check mode: where paths of this host lead. */
  readonly #places = new RealPlaces();

  /** Of the control machine: the links on the way along a path, told at once. */
  readonly #wayNow: ((path: string) => Way) | undefined;

  constructor(wayNow?: (path: string) => Way) {
    this.#wayNow = wayNow;
  }

  /**
   * Answers in the order of the probes; those of the host share one round trip. In check mode a path that will lead
   * elsewhere is asked about there, in another.
   */
  async ask(probes: readonly Probe<unknown>[], asker: Asker): Promise<Answered> {
    if (asker.keepsPlaces !== true) return this.#told(probes, probes, await askNow(probes, asker), asker);
    const ways = this.#ways(probes);
    const first = await askNow([...probes, ...ways], asker);
    if (!first.ok) return first;
    this.#learn(ways, first.answers.slice(probes.length));
    const learned = await this.learnPlaces(probes, asker);
    if (!learned.ok) return learned;
    const placed = probes.map((probe) => this.#places.placed(probe, this.#foreseen));
    const moved = [...probes.keys()].filter((at) => this.#isMoved(probes[at]));
    if (moved.length === 0) return this.#told(probes, placed, first, asker);
    const again = await askNow(
      moved.flatMap((at) => placed[at] ?? []),
      asker,
    );
    if (!again.ok) return again;
    const answers = [...first.answers];
    for (const [index, at] of moved.entries()) answers[at] = again.answers[index];
    return this.#told(probes, placed, { ok: true, answers }, asker);
  }

  /** Check mode: asks for the links on the way along the paths of probes or steps, until it is told where they lead. */
  async learnPlaces(asked: readonly (Probe<unknown> | Step)[], asker: Asker): Promise<Answered> {
    for (;;) {
      const ways = this.#ways(asked);
      if (ways.length === 0 || asker.keepsPlaces !== true) return { ok: true, answers: [] };
      const answered = await askNow(ways, asker);
      if (!answered.ok) return answered;
      this.#learn(ways, answered.answers);
    }
  }

  #ways(asked: readonly (Probe<unknown> | Step)[]): Probe<Way>[] {
    return this.#places.missing(asked, this.#foreseen).map((path) => way(path));
  }

  #learn(ways: readonly Probe<Way>[], answers: readonly unknown[]): void {
    for (const [at, { args }] of ways.entries())
      this.#places.learn((args as WayQuestion).path, answers[at] as Way);
  }

  #isMoved(probe: Probe<unknown> | undefined): boolean {
    return probe !== undefined && !this.#places.isWhereItIs(probe, this.#foreseen);
  }

  /** Raw answers as they are foreseen: by the places of what was asked. */
  #told(
    probes: readonly Probe<unknown>[],
    placed: readonly Probe<unknown>[],
    raw: Answered,
    asker: Asker,
  ): Answered {
    if (!raw.ok) return raw;
    const mayCome = asker.isPredicted?.() === true;
    const real = probes.map((probe, at) => {
      const answer = raw.answers[at];
      return mayCome ? orUncertain(answer, () => this.#whatSpoils(probe)) : answer;
    });
    const failed = real.find(isProbeFailure);
    if (failed) return { ok: false, failed: failed.failed };
    const answers = placed.map((probe, at) => {
      const answer = foresee(probe, real[at], this.#foreseen);
      return this.#places.withLink(probes[at] ?? probe, answer, this.#foreseen);
    });
    return { ok: true, answers };
  }

  /** A real answer as check mode pictures it. */
  pictured(probe: Probe<unknown>, answer: unknown): unknown {
    return foresee(this.#places.placed(probe, this.#foreseen), answer, this.#foreseen);
  }

  /** Check mode: whether an earlier step may have changed the answer. */
  isPictured(probe: Probe<unknown>): boolean {
    if (this.#foreseen.length === 0) return false;
    const placed = this.#places.placed(probe, this.#foreseen);
    return this.#foreseen.some(({ possible }) => possible.flat().some((step) => mayTouch(step, placed)));
  }

  /** A step is done for real amid predicted ones: links may be others from here on. */
  forgetPlaces(): void {
    this.#places.forget();
  }

  get hasPredictions(): boolean {
    return this.#foreseen.length > 0;
  }

  /**
   * Check mode: what a file will hold by what happened so far; undefined when that leaves it as it is, `unknown` with
   * what it waits for when it cannot be told.
   */
  predictedFile(path: string): PredictedFile {
    if (this.#foreseen.length === 0) return undefined;
    const untouched: FileContent = { found: 'nothing' };
    const asked = this.#placedHere(contentOf(path));
    const predicted = foresee(asked, untouched, this.#foreseen) as FileContent | Uncertain;
    if ('uncertain' in predicted) return { unknown: predicted.waitsFor };
    if (predicted.found === 'file') return predicted.content.bytes;
    const there: FileContent = { found: 'file', content: textContent('') };
    const left = foresee(asked, there, this.#foreseen) as FileContent | Uncertain;
    return 'found' in left && left.found === 'nothing' ? 'gone' : undefined;
  }

  #learnHere(probe: Probe<unknown>): void {
    for (let ways = this.#ways([probe]); this.#wayNow && ways.length > 0; ways = this.#ways([probe]))
      this.#learn(
        ways,
        ways.map(({ args }) => this.#wayNow?.((args as WayQuestion).path) ?? new Map()),
      );
  }

  #placedHere<T extends Probe<unknown>>(probe: T): T {
    this.#learnHere(probe);
    return this.#places.placed(probe, this.#foreseen);
  }

  /** Check mode, of the control machine: an answer that is had at once, as it is foreseen. */
  foreseeHere<Answer>(probe: Probe<Answer>, answer: (place: string) => Answer): unknown {
    const placed = this.#placedHere(probe);
    const now = answer((placed.args as { readonly path: string }).path);
    return this.#places.withLink(probe, foresee(placed, now, this.#foreseen), this.#foreseen);
  }

  /** Check mode, of the control machine: where a path will lead; undefined when that cannot be told. */
  leadsTo(path: string): string | undefined {
    this.#learnHere(contentOf(path));
    const led = this.#places.foreseen(path, 'end', this.#foreseen);
    return 'place' in led ? led.place : undefined;
  }

  /** Check mode: the last thing that would be done to the machine itself, which the APIs asked from it are not. */
  whatHappens(): string | undefined {
    const last = this.#foreseen
      .flatMap(({ possible }) => possible.flat())
      .findLast(({ kind, args }) => {
        const isOfApis = kind.name === unforeseenKind.name && (args as Unforeseen).what === 'apis';
        return kind.readsOnly !== true && !isOfApis && !targetOf(kind as never, args).startsWith('api:');
      });
    return last?.kind.describe(last.args as never);
  }

  /** Check mode: later answers show this as done. */
  predict({ possible, waitsFor }: Happening): void {
    if (possible.every((steps) => steps.length === 0)) return;
    const placed = possible.map((steps) => this.#placedSteps(steps, waitsFor));
    this.#foreseen.push({ possible: placed, waitsFor });
  }

  /** Each step by the places where its paths lead when the ones before it are done. */
  #placedSteps(steps: readonly Step[], waitsFor: string): Step[] {
    const placed: Step[] = [];
    for (const step of steps) {
      const so = [...this.#foreseen, { possible: [placed], waitsFor }];
      const here = this.#places.placed(step, so);
      const lead = (path: string): string => {
        const led = this.#places.foreseen(path, 'end', so);
        return 'place' in led ? led.place : path;
      };
      placed.push(here, ...this.#binds.mirrored(here));
      this.#binds.take(here, lead);
    }
    return placed;
  }

  /** What may have changed even an answer that could not be had. */
  #whatSpoils(probe: Probe<unknown> | undefined): string | undefined {
    const steps = this.#foreseen.flatMap(({ possible }) => possible.flat());
    const last = probe && steps.findLast((step) => spoils(step, probe));
    return last?.kind.describe(last.args as never);
  }
}

/** Raw answers; those of the host in one round trip. */
async function askNow(probes: readonly Probe<unknown>[], asker: Asker): Promise<Answered> {
  const answers = new Array<unknown>(probes.length);
  const onHost: number[] = [];
  for (const [index, probe] of probes.entries()) {
    const kind = probeKindOf(probe);
    const known = asker.ahead?.known(probe);
    if (known) answers[index] = known.answer;
    else if (targetOf(kind, probe.args) === 'host') onHost.push(index);
    else answers[index] = await askControl(kind, probe.args, asker.control);
  }
  if (onHost.length === 0) return { ok: true, answers };
  const asked = onHost.map((index) => probes[index]).filter((probe) => probe !== undefined);
  const answered = await askHost(asked, asker);
  if (!answered.ok) return answered;
  for (const [position, index] of onHost.entries()) answers[index] = answered.answers[position];
  return { ok: true, answers };
}

/** One round trip. */
async function askHost(asked: readonly Probe<unknown>[], asker: Asker): Promise<Answered> {
  const trip = asker.ahead?.asking(asked);
  const scripts = asked.map((probe) => scriptOf(probe, asker.environment));
  let answers: readonly unknown[] = [];
  try {
    const outputs = await asker.shell.run(scripts, { signal: asker.signal, ahead: trip?.ahead });
    if (!outputs.ok) return { ok: false, failure: outputs.failure };
    // The last answer may be that of a script that was killed.
    if (asker.signal.aborted) return { ok: false, failed: 'It was stopped while it looked at the host' };
    answers = asked.map((probe, index) => readAnswer(probe, outputs.value[index]));
    return { ok: true, answers };
  } finally {
    trip?.end(answers);
  }
}

/** What is not there yet may be made by a step that check mode only predicted: nothing is known of it. */
function orUncertain(answer: unknown, whatSpoils: () => string | undefined): unknown {
  if (!isProbeFailure(answer)) return answer;
  const waitsFor = answer.notYet === true ? answer.failed : whatSpoils();
  const notThere = answer.notThere === true ? { notThere: true } : {};
  return waitsFor === undefined ? answer : ({ uncertain: [], waitsFor, ...notThere } satisfies Uncertain);
}

async function askControl(kind: AnyProbeKind, args: unknown, control: Control): Promise<unknown> {
  if (!kind.answer)
    throw new Error(`Probe kind ${kind.name} is not asked on a host and has no answer function`);
  try {
    return await kind.answer(args, control);
  } catch (error) {
    if (error instanceof UnknownReached) return { failed: error.unknown.waitsFor, notYet: true };
    throw error;
  }
}

export function scriptOf(probe: Probe<unknown>, environment: Readonly<Record<string, string>>): Script {
  const kind = probeKindOf(probe);
  if (!kind.ask) throw new Error(`Probe kind ${kind.name} is asked on a host and has no script`);
  const asked = kind.ask(probe.args);
  const wrong = unfitScript(asked, `ask of probe ${kind.name}`);
  if (wrong !== undefined) throw new TypeError(wrong);
  const script = withEnvironment(asked, environment);
  return script.userEnvironment === true ? script : { ...script, shares: 'looks' };
}

export function readAnswer(probe: Probe<unknown>, output: Output | undefined): unknown {
  if (!output) throw new Error('A shell gave fewer outputs than scripts');
  const kind = probeKindOf(probe);
  if (!kind.parse) throw new Error(`Probe kind ${kind.name} has no parser for its output`);
  return kind.parse(output, probe.args);
}
