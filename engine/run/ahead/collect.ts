// What coming tasks would ask now: the loop's further items first, then the tasks that the text has next, up to one
// that is going to change something, as that drops what is known.
import type { Probe } from '../../module/contract.ts';
import { done, probesOf } from '../../module/define.ts';
import { isUncertain } from '../../module/picture.ts';
import { targetOf } from '../../module/probe_identity.ts';
import type { HostView } from '../host_view.ts';
import type { Node, Task } from '../../playbook/model.ts';
import { roleKey } from '../role_key.ts';
import type { TaskJob } from '../task_job.ts';
import { comingTasks } from './coming.ts';
import { type EarlyItem, earlyItems, type EarlyPlace, restItems } from './early_items.ts';
import { placeQuestions } from './file_places.ts';
import { claimOf } from './host_ahead.ts';
import { mayJoin } from './join_items.ts';
import type { Machine } from './known_answers.ts';

/** Early probes in one trip. */
const mostProbes = 600;
/** A module that keeps asking is its own affair. */
const mostRounds = 10;

export interface Wanted {
  readonly probe: Probe<unknown>;
  readonly environment: Readonly<Record<string, string>>;
  readonly claims: Set<string>;
}

export function isEarly(probe: Probe<unknown>): boolean {
  return probe.kind.stability === 'stable' && targetOf(probe) === 'host';
}

interface CollectFor {
  readonly job: TaskJob;
  readonly place: EarlyPlace;
  readonly view: HostView;
  readonly machine: Machine;
  readonly keyOf: (probe: Probe<unknown>, environment: Readonly<Record<string, string>>) => string;
}

/** Finds what coming tasks would ask now. */
export class Collector {
  readonly #for: CollectFor;
  readonly #wanted: Map<string, Wanted>;

  /** `wanted` holds the task's own probes of the trip, and is filled. */
  constructor(collectFor: CollectFor, wanted: Map<string, Wanted>) {
    this.#for = collectFor;
    this.#wanted = wanted;
  }

  /** `afterSteps`: everything is to be asked anew, so that only little is asked while things change. */
  collect(afterSteps: boolean): void {
    const { job, place } = this.#for;
    const { playRun, host, task, rest, coming } = job;
    let left = host.ahead.pace;
    if (rest) {
      // A loop that begins is asked as a whole.
      left += rest.index === 0 && !afterSteps ? rest.items.length : rest.joined.reach;
      let changes = false;
      const joins = rest.items.length > 1 && mayJoin(job);
      if (joins && !afterSteps) this.#placesOfRunning();
      for (const { index, item } of restItems(place, task, rest)) {
        if (rest.joined.has(index) || item === undefined || item === 'open') continue;
        left -= 1;
        if (left <= 0 || this.#wanted.size >= mostProbes) return;
        if (this.#follow(item, claimOf(host, task), joins) === undefined) continue;
        if (!joins) return;
        changes = true;
      }
      if (changes) return;
    }
    const isRoleDone = (use: { identity: string; allowDuplicates: boolean }): boolean =>
      !use.allowDuplicates && playRun.rolesDone.has(roleKey(host, use.identity));
    const included = (include: Task): readonly Node[] | undefined =>
      playRun.run.includes.nodesOf(playRun, host, include);
    for (const next of comingTasks(coming, { host, isRoleDone, included })) {
      left -= 1;
      if (left <= 0 || this.#wanted.size >= mostProbes) return;
      const items = host.ahead.early.get(next) ?? earlyItems(place, next);
      if (!items) continue;
      host.ahead.early.set(next, items);
      const joins = items.length > 1;
      for (const item of items) if (this.#follow(item, claimOf(host, next), joins) === 'changes') return;
    }
  }

  /** Where its files are has to be known before further items may go along with its steps. */
  #placesOfRunning(): void {
    const { job, keyOf } = this.#for;
    const claim = claimOf(job.host, job.task);
    for (const { probe, environment } of [...this.#wanted.values()])
      for (const place of placeQuestions(probe))
        this.#want(keyOf(place, environment), place, environment, claim);
  }

  /** `joins`: it is one of a loop, and may be done together with others. */
  #follow(item: EarlyItem, claim: string, joins: boolean): 'changes' | undefined {
    if (item.settledAt === this.#for.machine.version) return undefined;
    try {
      return this.#rounds(item, claim, joins && !item.context.checkMode);
    } catch {
      // A guess at a module's later questions, from answers that are not all there.
      return undefined;
    }
  }

  #rounds(item: EarlyItem, claim: string, joins: boolean): 'changes' | undefined {
    const { module, params, context } = item;
    const seen: Record<string, unknown> = {};
    const missing = new Set<string>();
    for (let round = 0; round < mostRounds; round += 1) {
      const asked = module.probes?.(params, seen, context) ?? done;
      const fresh =
        asked === done ? [] : probesOf(asked).filter(([name]) => !(name in seen) && !missing.has(name));
      if (fresh.length === 0) break;
      let waits = false;
      for (const [name, probe] of fresh) {
        const known = isEarly(probe) ? this.#answerOf(probe, item, claim) : undefined;
        if (known) seen[name] = known.answer;
        else missing.add(name);
        waits ||= !known && isEarly(probe);
        if (joins) for (const place of placeQuestions(probe)) this.#answerOf(place, item, claim);
      }
      if (waits) return undefined;
    }
    if (missing.size > 0) return undefined;
    const plan = module.plan(params, seen, context);
    if (plan.effects?.pause || plan.fail !== undefined) return 'changes';
    // Check mode does no step, so that answers stay true.
    if (plan.steps.length > 0 && !context.checkMode) return 'changes';
    item.settledAt = this.#for.machine.version;
    return undefined;
  }

  #want(key: string, probe: Probe<unknown>, environment: Wanted['environment'], claim: string): void {
    const wanted = this.#wanted.get(key);
    if (wanted) wanted.claims.add(claim);
    else this.#wanted.set(key, { probe, environment, claims: new Set([claim]) });
  }

  /** The answer as check mode pictures it; when there is none, it is wanted. */
  #answerOf(
    probe: Probe<unknown>,
    { environment }: EarlyItem,
    claim: string,
  ): { answer: unknown } | undefined {
    const { view, job, machine, keyOf } = this.#for;
    const key = keyOf(probe, environment);
    job.host.ahead.noteClaim(claim, machine, key);
    const known = machine.known(key);
    if (!known) {
      this.#want(key, probe, environment, claim);
      return undefined;
    }
    machine.claim(key, claim);
    const answer = view.pictured(probe, known.answer);
    if (isUncertain(answer)) throw new Error('Nothing is asked from an uncertain answer');
    return { answer };
  }
}
