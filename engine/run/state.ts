// What a run keeps: by host, by play, and for all. Mutable here and nowhere else.
import { setMaxListeners } from 'node:events';
import type { Connected, Connection } from '../connection/contract.ts';
import type { Value } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import type { HandlerBlock } from '../playbook/handlers.ts';
import type { Play, RoleUse, Task } from '../playbook/model.ts';
import pLimit from 'p-limit';
import { EarlyIncludes } from './ahead/early_includes.ts';
import { HostAhead } from './ahead/host_ahead.ts';
import { KnownAnswers } from './ahead/known_answers.ts';
import type { Job } from './async_jobs.ts';
import { blankRecap, type HostRecap, type RunEvent, type TaskInfo, type TaskResult } from './events.ts';
import { wayNow } from './foreseen_files.ts';
import { HostView } from './host_view.ts';
import { doubtfulMembership } from './membership.ts';
import type { RunOptions } from './options.ts';
import { Secrets } from './secrets.ts';
import type { RunServices } from './services.ts';

export type Counters = { -readonly [Name in keyof HostRecap]: HostRecap[Name] };

export interface HostFailure {
  readonly task: TaskInfo;
  readonly node: Task;
  readonly result: TaskResult;
  /** any_errors_fatal: the host itself did nothing wrong, and is counted neither as failed nor as rescued. */
  readonly ofAnother?: boolean;
  /** A run_once task: the host that ran it. What becomes of the failure there holds here too. */
  readonly of?: HostState;
}

/** One host over the whole run. */
export class HostState {
  readonly host: Host;
  readonly name: string;
  readonly view = new HostView();
  readonly counters: Counters = { ...blankRecap };
  /** Results that were counted as failed, where `counters` has each missing file of an include by itself. */
  failedTasks = 0;
  /** Set when a task failed and nothing has rescued it yet. */
  failure: HostFailure | undefined;
  unreachable = false;
  /** How often its errors were cleared: failures that were put aside before are then not taken up again. */
  clearings = 0;
  /** `meta: end_host` and its kin: nothing more in this play (or batch). */
  ended = false;
  /** `meta: end_role`: nothing more until this role is left. */
  leavingRole: RoleUse | undefined;
  /** `--start-at-task`: nothing in this play before this task. */
  seeks: Task | undefined;
  readonly notified = new Set<Task>();
  /** Check mode: handlers that may have been notified, and what that waits for. */
  readonly maybeNotified = new Map<Task, string>();
  /** Handlers under way: what flushes within them does not begin them again. */
  readonly handling = new Set<Task>();
  /** Check mode: it cannot be told whether this host still takes part, for it waits for this. */
  doubt: string | undefined;
  /** Check mode: variables that nobody can tell may have been set or not; it waits for this. For the rest of the run. */
  blind: string | undefined;
  /** Check mode: the same for one play, whose vars_files an earlier task writes. */
  blindInPlay: string | undefined;
  /** Check mode: groups in which it may be, and what that waits for; `all` when it may not be there at all. */
  readonly maybeIn = new Map<string, string>();
  /** Check mode: a task put it into a group of unknown name, which waits for this. */
  maybeAnywhere: string | undefined;
  /** Check mode: what it waits for whether it is one of the play's hosts. */
  doubtfulMember: string | undefined;
  /** Check mode: how many blocks around the task that is under way would rescue its failure. */
  rescuers = 0;
  /** Check mode: a task of such a block may fail, for all that is known; it waits for this. */
  mayBeRescued: string | undefined;
  readonly ahead = new HostAhead();

  constructor(host: Host) {
    this.host = host;
    this.name = host.name;
  }

  get isActive(): boolean {
    return !this.failure && !this.unreachable && !this.ended && !this.leavingRole;
  }
}

export class RunState {
  readonly services: RunServices;
  readonly options: RunOptions;
  readonly hosts = new Map<string, HostState>();
  /** The control machine and the APIs, as all hosts' tasks see them. */
  readonly controlView = new HostView(wayNow);
  readonly connections = new Map<string, Promise<Connected<Connection>>>();
  readonly clients = new Map<
    string,
    { readonly client: Promise<unknown>; readonly close?: () => Promise<void> }
  >();
  readonly known = new KnownAnswers();
  readonly includes = new EarlyIncludes();
  /** Background jobs that async_status may be asked for, by host and id. */
  readonly jobs = new Map<string, Job>();
  /** Those that end with this process: the run's end waits for them. */
  readonly background = new Set<Job>();
  /** Texts that must not be shown. Grows while values with the mark are read. */
  readonly secrets = new Secrets();
  /** Check mode: texts that stand for others, which only a run makes. */
  readonly promises = new Set<string>();
  /** Values that were searched for such texts. */
  readonly scannedForSecrets = new WeakSet<object>();
  readonly running = new Map<string, { readonly host: string; readonly task: TaskInfo }>();
  readonly millisecondsByRole = new Map<string, number>();
  /** Values given by set_stats, shown at the end. */
  readonly stats = new Map<string, Value>();
  /** `--start-at-task`: no play has had its task yet. */
  seekingStart: boolean;
  /** Answered `c` to `--step`. */
  stepThrough = false;
  /** The last question of `--step`. */
  stepAsked: Promise<boolean> = Promise.resolve(true);
  /** Nobody answered one: the end of stdin. */
  stepUnanswered = false;
  /** Cuts what still runs, some time after the first Ctrl-C. */
  readonly cut = new AbortController();
  /** A whole batch failed, or an error that stops everything. */
  broken = false;

  constructor(services: RunServices, options: RunOptions) {
    this.services = services;
    this.options = options;
    this.seekingStart = options.startAtTask !== undefined;
    // Each host that waits listens.
    setMaxListeners(0, services.signal, this.cut.signal);
  }

  get isStopped(): boolean {
    return this.services.signal.aborted;
  }

  /** Check mode: whether a step was predicted anywhere. */
  get hasPredictions(): boolean {
    return (
      this.controlView.hasPredictions || [...this.hosts.values()].some(({ view }) => view.hasPredictions)
    );
  }

  emit(event: RunEvent): void {
    this.services.emit(event);
  }

  hostState(host: Host): HostState {
    const known = this.hosts.get(host.name);
    if (known) return known;
    const made = new HostState(host);
    this.hosts.set(host.name, made);
    return made;
  }

  /** Counts the time of a task for the recap: wall time, as neighbours run at once. */
  countTime(role: string | undefined, milliseconds: number): void {
    const name = role ?? '';
    this.millisecondsByRole.set(name, (this.millisecondsByRole.get(name) ?? 0) + milliseconds);
  }
}

/** Limits how many bodies run at once. */
export type Limit = <T>(body: () => Promise<T>) => Promise<T>;

/** One batch of one play. */
export interface PlayRun {
  readonly run: RunState;
  readonly play: Play;
  readonly name: string;
  readonly strategy: 'linear' | 'free';
  /** All hosts of this batch, failed ones too. */
  readonly hosts: readonly HostState[];
  readonly ofOtherBatches: ReadonlySet<HostState>;
  /** Hosts of all batches, and those of the play's pattern that an earlier play lost. */
  allHosts: readonly HostState[];
  /** The hosts of the play's pattern as the inventory has them now, those that failed too. */
  readonly matchHosts: () => readonly HostState[];
  /** In the order in which they run; includes may append. */
  readonly handlerBlocks: HandlerBlock[];
  readonly forks: Limit;
  readonly throttles: Map<string, Limit>;
  /** Tasks whose oddity was told. */
  readonly oddTasks: Set<string>;
  /** `host name + role identity` of roles that did something in this play. */
  readonly rolesDone: Set<string>;
  /** The same for roles that are still running. */
  readonly rolesTouched: Set<string>;
  readonly maxFailPercentage: number | undefined;
  readonly forceHandlers: boolean;
  /** `--start-at-task`: where this play begins, if it is the first one. */
  readonly start: Task | undefined;
  /** any_errors_fatal or max_fail_percentage ended it. */
  stopped: boolean;
  /** `meta: end_play`: no further batch either. */
  endedPlay: boolean;
}

export function newLimit(atOnce: number): Limit {
  const limit = pLimit(Math.max(1, Math.floor(atOnce)));
  return (body) => limit(body);
}

/** Tells the variables which hosts take part now: ansible_play_hosts and its kin. */
export function setPlayState({ run, hosts, allHosts }: PlayRun): void {
  const isIn = (host: HostState): boolean => !host.failure && !host.unreachable && !host.ended;
  run.services.variables.setPlayState({
    allHosts: allHosts.map((host) => host.name),
    activeHosts: allHosts.filter(isIn).map((host) => host.name),
    batch: hosts.filter(isIn).map((host) => host.name),
    checkMode: run.options.checkMode,
    diffMode: run.options.diff,
    membership: doubtfulMembership(run),
    pictured: run.options.checkMode ? (file) => run.controlView.predictedFile(file) : undefined,
  });
}
