// What a page keeps of a run while events pass by: counts for everything, words where they matter, all of it bounded.
import {
  blankRecap,
  type HostRecap,
  type RunEvent,
  type Status,
  type TaskInfo,
  type TaskResult,
} from '../../run/events.ts';
import type { Value } from '../../document/value.ts';
import type { Redactor } from '../redact.ts';
import { Lane } from './lane.ts';
import { limits } from './limits.ts';
import { type Ended, isBad, isWordy, type Note, NoteMaker, type OpenItems, placeOf } from './note_maker.ts';

export interface HostTotals {
  milliseconds: number;
  roundTrips: number;
  bytes: number;
}

/** Hosts on which a task ended alike, without anything to tell. */
export interface HostGroup {
  readonly status: Status;
  readonly reason: string;
  readonly hosts: { readonly host: string; readonly milliseconds: number }[];
  more: number;
}

export interface TaskRecord {
  readonly number: number;
  readonly info: TaskInfo;
  readonly start: number;
  end: number;
  readonly counts: Map<Status, number>;
  readonly notes: Note[];
  moreNotes: number;
  readonly groups: Map<string, HostGroup>;
}

export interface PlayRecord {
  readonly name: string;
  readonly position: { readonly file: string; readonly line: number };
  readonly hosts: number;
  readonly start: number;
  end: number;
  readonly tasks: TaskRecord[];
}

export interface Attention {
  readonly kind: 'failed' | 'unreachable' | 'warning';
  readonly host: string | undefined;
  readonly task: TaskRecord | undefined;
  readonly text: string;
  readonly place: string | undefined;
}

type RunEnd = RunEvent & { readonly type: 'run-end' };

export class RunRecord {
  readonly began = new Date();
  readonly plays: PlayRecord[] = [];
  readonly attention: Attention[] = [];
  moreAttention = 0;
  readonly lanes = new Map<string, Lane>();
  readonly hosts = new Map<string, HostTotals>();
  tasks = 0;
  tasksLeftOut = 0;
  results = 0;
  playbooks: readonly string[] = [];
  checkMode = false;
  interrupted = false;
  duration = 0;
  recap: ReadonlyMap<string, HostRecap> = new Map();
  byRole: ReadonlyMap<string, number> = new Map();
  readonly #notes: NoteMaker;
  readonly #byId = new Map<string, TaskRecord>();
  readonly #started = new Map<string, number>();
  readonly #items = new Map<string, OpenItems>();

  constructor(redactor: Redactor) {
    this.#notes = new NoteMaker(redactor);
  }

  /** `at`: milliseconds since the run began, when the event happened. */
  async take(event: RunEvent, at: number): Promise<void> {
    this.#notes.take(event);
    switch (event.type) {
      case 'run-start':
        this.playbooks = event.playbooks;
        this.checkMode = event.checkMode;
        break;
      case 'play-start':
        this.#startPlay(event, event.hosts.length, at);
        break;
      case 'play-no-hosts':
        this.#startPlay(event, 0, at);
        break;
      case 'task-start':
        this.#task(event.task, at);
        break;
      case 'host-start':
        this.#started.set(`${event.host} ${event.task.id}`, at);
        break;
      case 'item':
        await this.#item(event.task, event.host, event.label, event.result);
        break;
      case 'result':
        await this.#result(event.task, event.host, event.result, at);
        break;
      case 'warning': {
        const position = event.problem.position;
        this.#heed({
          kind: 'warning',
          host: undefined,
          task: undefined,
          text: this.#notes.text(
            [event.problem.summary, event.problem.detail ?? ''].filter(Boolean).join('. '),
          ),
          place: position && `${position.file}:${position.line}`,
        });
        break;
      }
      case 'run-end':
        this.#end(event);
        break;
      case 'connected':
      case 'retry':
      case 'notified':
      case 'interrupted':
        break;
    }
  }

  #startPlay(
    { name, position }: { readonly name: string; readonly position: { file: string; line: number } },
    hosts: number,
    at: number,
  ): void {
    this.#byId.clear();
    this.plays.push({ name: this.#notes.text(name), position, hosts, start: at, end: at, tasks: [] });
  }

  /** A task that comes again in the same play (strategy free, a handler flushed twice) keeps its one entry. */
  #task(info: TaskInfo, at: number): TaskRecord | undefined {
    const known = this.#byId.get(info.id);
    if (known) return known;
    const play = this.plays.at(-1);
    if (!play) return undefined;
    this.tasks += 1;
    if (this.tasks > limits.tasks) {
      this.tasksLeftOut += 1;
      return undefined;
    }
    const record: TaskRecord = {
      number: this.tasks,
      info: { ...info, name: this.#notes.text(info.name) },
      start: at,
      end: at,
      counts: new Map(),
      notes: [],
      moreNotes: 0,
      groups: new Map(),
    };
    this.#byId.set(info.id, record);
    play.tasks.push(record);
    return record;
  }

  async #item(info: TaskInfo, host: string, label: Value, result: TaskResult): Promise<void> {
    const key = `${host} ${info.id}`;
    const open = this.#items.get(key) ?? { shown: [], more: 0 };
    this.#items.set(key, open);
    if (this.#isFull(this.#byId.get(info.id))) open.more += 1;
    else await this.#notes.addItem(open, info, label, result);
  }

  #isFull(task: TaskRecord | undefined): boolean {
    return task === undefined || task.notes.length >= limits.notesInTask;
  }

  async #result(info: TaskInfo, host: string, result: TaskResult, at: number): Promise<void> {
    const key = `${host} ${info.id}`;
    const start = this.#started.get(key) ?? at - result.durationMs;
    this.#started.delete(key);
    const items = this.#items.get(key);
    this.#items.delete(key);
    this.results += 1;
    this.#count(host, result, at - start);
    const task = this.#byId.get(info.id);
    const play = this.plays.at(-1);
    if (play) play.end = Math.max(play.end, at);
    this.#lane(host)?.add({ start, end: at, status: result.status, task: task?.number ?? 0, tasks: 1 });
    if (!task) return;
    task.end = Math.max(task.end, at);
    task.counts.set(result.status, (task.counts.get(result.status) ?? 0) + 1);
    await this.#tell(task, { info, host, result, milliseconds: at - start }, items);
    if (isBad(result.status) && !result.ignored)
      this.#heed({
        kind: result.status === 'unreachable' ? 'unreachable' : 'failed',
        host,
        task,
        text: this.#notes.reason(result),
        place: placeOf(info, result),
      });
  }

  /** With its words when there are some and there is room; diffs cost time, so none is made that would not be shown. */
  async #tell(task: TaskRecord, ended: Ended, items: OpenItems | undefined): Promise<void> {
    const wordy = isWordy(ended, items);
    const note = wordy && !this.#isFull(task) ? await this.#notes.note(ended, items) : undefined;
    if (note) {
      task.notes.push(note);
      return;
    }
    this.#group(task, ended);
    if (wordy) task.moreNotes += 1;
  }

  #count(host: string, result: TaskResult, milliseconds: number): void {
    const totals = this.hosts.get(host) ?? { milliseconds: 0, roundTrips: 0, bytes: 0 };
    totals.milliseconds += milliseconds;
    totals.roundTrips += result.roundTrips;
    totals.bytes += result.bytes;
    this.hosts.set(host, totals);
  }

  #lane(host: string): Lane | undefined {
    const known = this.lanes.get(host);
    if (known || this.lanes.size >= limits.lanes) return known;
    const made = new Lane(host, limits.blocksKept);
    this.lanes.set(host, made);
    return made;
  }

  #group(task: TaskRecord, { host, result, milliseconds }: Ended): void {
    const reason = result.status === 'skipped' && !result.noLog ? this.#notes.text(result.message ?? '') : '';
    const key = `${result.status} ${reason}`;
    const group = task.groups.get(key) ?? { status: result.status, reason, hosts: [], more: 0 };
    task.groups.set(key, group);
    if (group.hosts.length < limits.hostsInTask) group.hosts.push({ host, milliseconds });
    else group.more += 1;
  }

  #heed(attention: Attention): void {
    if (this.attention.length < limits.attention) this.attention.push(attention);
    else this.moreAttention += 1;
  }

  #end(event: RunEnd): void {
    for (const { host, task } of event.left)
      this.#heed({
        kind: 'warning',
        host,
        task: undefined,
        text: this.#notes.text(`${task.name} still runs on ${host}`),
        place: `${task.position.file}:${task.position.line}`,
      });
    this.duration = event.durationMs;
    this.interrupted = event.interrupted;
    this.byRole = event.byRole;
    this.recap = event.recap;
  }

  /** Counters of a host, zeroes when it did nothing that counts. */
  recapOf(host: string): HostRecap {
    return this.recap.get(host) ?? blankRecap;
  }
}
