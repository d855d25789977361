// For the run that does a plan: each task's steps are held against the plan before the first of them is done.
import type { HostRecap, RunEvent } from '../../run/events.ts';
import type { ForeseenStep } from '../../run/execution.ts';
import type { GuardedTask } from '../../run/options.ts';
import { targetOf } from '../../module/probe_identity.ts';
import { placeOf } from './collect_plan.ts';
import { countMoved, keyMoved, nameOf, otherDoer } from './compare_plans.ts';
import type { PlannedStep, PlannedTask, SavedPlan } from './plan_file.ts';
import { StepDigests } from './step_digests.ts';

export class PlanGuard {
  readonly #folder: string;
  readonly #digests: StepDigests;
  /** By host, place and item; the turns of a task that comes more than once in order. */
  readonly #left = new Map<string, PlannedTask[]>();
  readonly #done = new Set<PlannedTask>();
  readonly #all: readonly PlannedTask[];
  /** By the attempts of one task in its turn. */
  readonly #taken = new WeakMap<object, PlannedTask>();
  readonly #open: ReadonlySet<string>;
  readonly #hostKeys: SavedPlan['hostKeys'];

  constructor({ key, folder, tasks, hostKeys }: SavedPlan) {
    this.#hostKeys = hostKeys;
    this.#folder = folder;
    this.#digests = new StepDigests(key);
    this.#all = tasks;
    for (const task of tasks) {
      const at = keyOf(task.host, task.place, task.item);
      this.#left.set(at, [...(this.#left.get(at) ?? []), task]);
    }
    this.#open = new Set(tasks.filter(({ opens }) => opens).map(({ host }) => host));
  }

  /** Hosts that show another key than they did, and what is wrong. */
  readonly #strangers = new Map<string, string>();

  readonly take = (event: RunEvent): void => {
    if (event.type !== 'connected') return;
    const why = keyMoved(this.#hostKeys[event.host], event.hostKey);
    if (why !== undefined) this.#strangers.set(event.host, why);
  };

  /** Why these steps may not be done; undefined when the plan has them. */
  readonly refuses = (task: GuardedTask, steps: readonly ForeseenStep[]): string | undefined => {
    // What only looks or waits changes nothing, though check mode may have left it out (`when: not ansible_check_mode`).
    if (steps.every(({ step }) => step.kind.readsOnly === true)) return undefined;
    const place = placeOf(task.position, this.#folder);
    const stranger = this.#strangers.get(task.place);
    if (stranger !== undefined)
      return `Not as planned (${place}): ${task.place}: ${stranger}. Nothing of it was done`;
    const earlier = this.#taken.get(task.turn);
    const planned = earlier ?? this.#take(task, place);
    if (planned) this.#taken.set(task.turn, planned);
    const moved = planned
      ? this.#moved(planned, task, steps, earlier !== undefined)
      : this.#open.has(task.host)
        ? undefined
        : `the plan has no ${steps[0]?.step.kind.name ?? 'step'} here`;
    if (moved !== undefined) return `Not as planned (${place}): ${moved}. Nothing of it was done`;
    if (planned) this.#done.add(planned);
    return undefined;
  };

  /** What was planned and not done on hosts where all went well. */
  undone(recap: ReadonlyMap<string, HostRecap>): string[] {
    const isWell = ({ host }: PlannedTask): boolean => {
      const ended = recap.get(host);
      return ended !== undefined && ended.failed === 0 && ended.unreachable === 0;
    };
    return this.#all
      .filter((task) => task.status === 'changed' && !this.#done.has(task) && isWell(task))
      .map((task) => `${nameOf(task)}: it had nothing to do any more`);
  }

  #take(task: GuardedTask, place: string): PlannedTask | undefined {
    // A loop that was unknown stands in the plan without its items.
    const keys = [keyOf(task.host, place, task.item), keyOf(task.host, place, undefined)];
    for (const key of keys) {
      const [next, ...others] = this.#left.get(key) ?? [];
      if (!next) continue;
      if (next.item !== task.item && next.status !== 'unknown') continue;
      if (next.item === task.item && others.length > 0) this.#left.set(key, others);
      return next;
    }
    return undefined;
  }

  #moved(
    planned: PlannedTask,
    task: GuardedTask,
    steps: readonly ForeseenStep[],
    isAgain: boolean,
  ): string | undefined {
    if (planned.status === 'unknown') return undefined;
    if (planned.doer !== this.#digests.doer(task.doer)) return otherDoer;
    const ways = planned.ways ?? [planned.steps];
    // What an earlier attempt of the same task began is its own doing.
    if (isAgain) return otherKind(ways.flat(), steps);
    const moved = ways.map((way) => this.#wayMoved(way, steps));
    return moved.includes(undefined) ? undefined : moved[0];
  }

  #wayMoved(way: readonly PlannedStep[], now: readonly ForeseenStep[]): string | undefined {
    const planned = way.filter(({ looks }) => looks !== true);
    const steps = now.filter(({ step }) => step.kind.readsOnly !== true);
    if (planned.length !== steps.length) return countMoved(planned.length, steps.length);
    return steps
      .map((now, at) => {
        const was = planned[at];
        return was && this.#stepMoved(was, now);
      })
      .find((one) => one !== undefined);
  }

  #stepMoved(planned: PlannedStep, now: ForeseenStep): string | undefined {
    const { kind, args } = now.step;
    if (planned.kind !== kind.name || planned.target !== targetOf(now.step))
      return `planned was ${planned.kind} on ${planned.target}, now it is ${kind.name} on ${targetOf(now.step)}`;
    const words = kind.describe(args as never);
    if (
      planned.basis !== 'open' &&
      planned.before !== null &&
      planned.before !== this.#digests.before(now, planned.basis === 'picture')
    )
      return `${words}: what it changes is no longer as it was`;
    if (planned.givenOpen !== true && planned.inputs !== this.#digests.inputs(now))
      return `${words}: it would do something else`;
    return undefined;
  }
}

function keyOf(host: string, place: string, item: number | undefined): string {
  return `${host} ${place} ${item ?? ''}`;
}

function otherKind(planned: readonly PlannedStep[], steps: readonly ForeseenStep[]): string | undefined {
  const other = steps.find(
    ({ step }) =>
      step.kind.readsOnly !== true &&
      !planned.some(({ kind, target }) => kind === step.kind.name && target === targetOf(step)),
  );
  return other && `the plan has no ${other.step.kind.name} on ${targetOf(other.step)} here`;
}
