// Asking ahead for one attempt of a task: what its trips bring along for the tasks that come after it, and what earlier
// trips brought for it.
import type { AskedAhead, BecomeSpec } from '../../connection/contract.ts';
import type { Output, Probe, Script, Step } from '../../module/contract.ts';
import type { CheckedValues } from '../../module/define.ts';
import { isUnforeseen } from '../../module/picture.ts';
import type { Answered } from '../../module/vocabulary/independent.ts';
import { identityOf, targetOf } from '../../module/probe_identity.ts';
import {
  type AheadOfTurn,
  type HostView,
  isProbeFailure,
  readAnswer,
  scriptOf,
  stepKindOf,
  type TripAhead,
} from '../host_view.ts';
import type { HostShell } from '../host_shell.ts';
import type { TaskJob } from '../task_job.ts';
import { Collector, isEarly, type Wanted } from './collect.ts';
import type { EarlyPlace } from './early_items.ts';
import { joinItems, type JoinFor, type Joining, mayJoin } from './join_items.ts';
import type { JoinedItem } from './joined_items.ts';
import type { AheadTrip, Machine } from './known_answers.ts';

/** Seconds that one early probe may take, and bytes that it may print. */
const earlySeconds = 5;
const earlyBytes = 256 * 1024;

export interface AheadRequest {
  readonly job: TaskJob;
  readonly shell: HostShell;
  readonly become: BecomeSpec | undefined;
  readonly view: HostView;
  readonly params: CheckedValues;
  readonly environment: Readonly<Record<string, string>>;
  readonly isDelegated: boolean;
}

function limited(script: Script): Script {
  return {
    ...script,
    timeoutSeconds: Math.min(script.timeoutSeconds ?? earlySeconds, earlySeconds),
    maxOutputBytes: Math.min(script.maxOutputBytes ?? earlyBytes, earlyBytes),
  };
}

function isWhole(output: Output): boolean {
  return output.timedOut !== true && output.stdout.length < earlyBytes && output.stderr.length < earlyBytes;
}

export class Ahead implements AheadOfTurn {
  readonly #request: AheadRequest;
  readonly #machine: Machine;
  readonly #shellName: string;
  /** This item's steps went along with an earlier one's. */
  readonly #joined: JoinedItem | undefined;
  /** Those that go along with this item's. */
  #joining: readonly Joining[] = [];
  /** What the running item was answered. */
  readonly #answers = new Map<string, Answered>();
  #hasAsked = false;
  #hasDone = false;

  constructor(request: AheadRequest) {
    const { known } = request.job.playRun.run;
    this.#request = request;
    this.#machine = known.machine(request.shell.spec);
    this.#shellName = known.shell(request.shell.spec, request.become);
    const { rest } = request.job;
    this.#joined = rest?.joined.take(rest.index, request);
  }

  #key(probe: Probe<unknown>, environment: Readonly<Record<string, string>>): string {
    return `${this.#shellName} ${JSON.stringify(environment)} ${identityOf(probe)}`;
  }

  /** What an earlier trip brought, while it is true. */
  known(probe: Probe<unknown>): { readonly answer: unknown } | undefined {
    const { environment, isDelegated, job } = this.#request;
    const before = this.#joined?.answer(probe);
    if (before) return this.#noted(probe, before);
    if (isDelegated || !isEarly(probe)) return undefined;
    this.#hasAsked = true;
    const found = this.#machine.known(this.#key(probe, environment));
    // What was guessed of the coming tasks may be wrong as well.
    if (!found && job.host.ahead.early.has(job.task)) job.host.ahead.early.clear();
    return found && this.#noted(probe, found);
  }

  #noted(probe: Probe<unknown>, found: { readonly answer: unknown }): { readonly answer: unknown } {
    this.#answers.set(identityOf(probe), { probe, answer: found.answer });
    return found;
  }

  /** A trip with the task's own probes. */
  asking(probes: readonly Probe<unknown>[]): TripAhead {
    this.#hasAsked = true;
    return this.#trip(probes, 0);
  }

  arrived(steps: readonly Step[]): readonly Output[] | undefined {
    if (this.#joined?.didJust(steps) !== true) return undefined;
    this.#hasDone = true;
    return this.#joined.outputs;
  }

  async join(steps: readonly Step[]): Promise<void> {
    const { job, view } = this.#request;
    const { rest } = job;
    if (!rest || !this.#isOn || !mayJoin(job)) return;
    const joinFor: JoinFor = {
      ...{ job, rest, view, machine: this.#machine, place: this.#place },
      isControl: this.#machine === job.playRun.run.known.control,
      known: (probe, environment) =>
        isEarly(probe) ? this.#machine.known(this.#key(probe, environment)) : undefined,
    };
    const { environment } = this.#request;
    this.#joining = await joinItems(joinFor, { steps, environment, asked: [...this.#answers.values()] });
    rest.joined.shell = this.#request.shell.opened;
    rest.joined.reach = 2 * this.#joining.length;
    for (const { index, item } of this.#joining) rest.joined.set(index, item);
  }

  /** A trip with the last steps of the task. */
  behind(steps: readonly Step[]): TripAhead {
    this.#machine.drop();
    const trip = this.#trip([], 1, steps.some(isUnforeseen) ? this.#request.job.task.id : undefined);
    const joining = this.#joining;
    this.#joining = [];
    return joining.length === 0 ? trip : this.#withJoining(joining, trip);
  }

  /** What the joining items' steps gave is kept for their turns. */
  #withJoining(joining: readonly Joining[], { ahead, end }: TripAhead): TripAhead {
    const { rest, signal } = this.#request.job;
    const isTold = new Set<number>();
    const take = (outputs: readonly (Output | undefined)[]): void => {
      let from = 0;
      for (const { index, item, scripts } of joining) {
        const all = outputs.slice(from, (from += scripts.length));
        const missing = all.indexOf(undefined);
        item.outputs = all
          .slice(0, missing < 0 ? all.length : missing)
          .filter((output) => output !== undefined);
        // It failed, or was cut with what it had done; without an answer for another reason nobody knows.
        const isOver = missing < 0 || (missing > 0 && (item.outputs.at(-1)?.rc !== 0 || signal.aborted));
        if (isOver) isTold.add(index);
      }
      ahead?.take(outputs.slice(from));
    };
    return {
      ahead: { scripts: [...joining.flatMap(({ scripts }) => scripts), ...(ahead?.scripts ?? [])], take },
      end: (answers) => {
        for (const { index } of joining) if (!isTold.has(index)) rest?.joined.forget(index);
        end(answers);
      },
    };
  }

  /** Steps begin; call what it gives back when they have ended. */
  beginSteps(steps: readonly Step[]): () => void {
    const { job, isDelegated } = this.#request;
    const { known } = job.playRun.run;
    this.#hasDone = true;
    if (steps.some((step) => !isUnforeseen(step))) job.host.ahead.changed();
    const isFar =
      isDelegated || steps.some((step) => isUnforeseen(step) || targetOf(step).startsWith('api:'));
    const spared = isDelegated || this.#machine === known.control ? undefined : job.task.id;
    const spread = (): void => {
      if (isFar) known.dropOthers(this.#machine, spared);
      // Steps that mix both sides may write files of the control machine.
      else if (steps.some((step) => stepKindOf(step).act !== undefined) && this.#machine !== known.control)
        known.control.drop();
    };
    spread();
    const end = this.#machine.beginSteps();
    return () => {
      end();
      spread();
    };
  }

  /** The attempt is over. */
  end(): void {
    if (this.#hasAsked && !this.#hasDone) this.#request.job.host.ahead.unchanged();
  }

  get #isOn(): boolean {
    const { job, isDelegated } = this.#request;
    const { run } = job.playRun;
    const { options } = run;
    if (!options.askAhead || options.step || isDelegated || this.#machine.isSlow) return false;
    // A job that runs apart may change anything at any time.
    return [...run.jobs.values()].every((running) => running.isFinished);
  }

  get #place(): EarlyPlace {
    const { job, shell } = this.#request;
    return { playRun: job.playRun, host: job.host, shell, shellName: this.#shellName };
  }

  #trip(own: readonly Probe<unknown>[], ownSteps: 0 | 1, behind?: string): TripAhead {
    if (!this.#isOn) return { ahead: undefined, end: () => undefined };
    const { environment } = this.#request;
    const ownKeys = own.map((probe) => this.#key(probe, environment));
    const wanted = new Map<string, Wanted>();
    for (const [index, probe] of own.entries())
      if (isEarly(probe)) wanted.set(ownKeys[index] ?? '', { probe, environment, claims: new Set() });
    const { job, view } = this.#request;
    const place = this.#place;
    const keyOf = this.#key.bind(this);
    new Collector({ job, place, view, machine: this.#machine, keyOf }, wanted).collect(ownSteps === 1);
    const early = [...wanted].flatMap(([key, asked]) => {
      const script = ownKeys.includes(key) ? undefined : scriptAhead(asked);
      return script ? [{ key, asked, script }] : [];
    });
    const trip = this.#machine.beginTrip(ownSteps, behind);
    return {
      ahead: early.length === 0 ? undefined : this.#asked(early, trip),
      end: (answers) => {
        for (const [index, key] of ownKeys.entries()) {
          const [answer, probe] = [answers[index], own[index]];
          if (probe && answer !== undefined) this.#noted(probe, { answer });
          const claims = wanted.get(key)?.claims;
          if (claims && answer !== undefined && !isProbeFailure(answer)) trip.keep(key, answer, claims);
        }
        trip.end();
      },
    };
  }

  #asked(early: readonly Early[], trip: AheadTrip): AskedAhead {
    return {
      scripts: early.map(({ script }) => script),
      take: (outputs) => {
        for (const [index, { key, asked }] of early.entries()) {
          const { probe, claims } = asked;
          const output = outputs[index];
          if (output?.timedOut === true) this.#machine.isSlow = true;
          if (!output || !isWhole(output)) continue;
          const answer = answerIn(probe, output);
          if (answer !== undefined) trip.keep(key, answer, claims);
        }
      },
    };
  }
}

interface Early {
  readonly key: string;
  readonly asked: Wanted;
  readonly script: Script;
}

/** A user's probe that cannot be put fails its own task, not the one that would ask it along. */
function scriptAhead({ probe, environment }: Wanted): Script | undefined {
  try {
    return limited(scriptOf(probe, environment));
  } catch {
    return undefined;
  }
}

/** A failed early probe is passed over: the task asks again in its turn, and tells of it. */
function answerIn(probe: Probe<unknown>, output: Output): unknown {
  try {
    const answer = readAnswer(probe, output);
    return isProbeFailure(answer) ? undefined : answer;
  } catch {
    return undefined;
  }
}
