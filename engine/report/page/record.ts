// What a page keeps of a run while events pass by: counts for everything, words where they matter, all of it bounded.
import type { HostRecap, RunEvent, Status, TaskInfo, TaskResult } from '../../run/events.ts';
import { differenceLines } from '../difference_text.ts';
import type { Redactor } from '../redact.ts';
import { Lane } from './lane.ts';
import { Budget, limits, shortened } from './limits.ts';

export interface HostTotals {
  milliseconds: number;
  roundTrips: number;
  bytes: number;
}

export interface Item {
  readonly label: string;
  readonly status: Status;
  readonly message: string;
  readonly diffs: readonly string[];
}

/** What is worth telling of one result: words, items, diffs. */
export interface Note {
  readonly host: string;
  readonly status: Status;
  readonly ignored: boolean;
  readonly milliseconds: number;
  readonly delegatedTo: string | undefined;
  readonly message: string;
  readonly output: string;
  readonly place: string | undefined;
  readonly warnings: readonly string[];
  readonly items: readonly Item[];
  readonly moreItems: number;
  readonly diffs: readonly string[];
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

interface OpenItems {
  readonly shown: Item[];
  more: number;
}

const blankRecap: HostRecap = {
  ok: 0,
  changed: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
  unknown: 0,
};

function isBad(status: Status): boolean {
  return status === 'failed' || status === 'unreachable';
}

/** Modules whose words are the purpose of the task. */
const speaking = new Set(['debug']);

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
  readonly #redactor: Redactor;
  readonly #words = new Budget(limits.textCharacters);
  readonly #badWords = new Budget(limits.textCharacters);
  readonly #byId = new Map<string, TaskRecord>();
  readonly #started = new Map<string, number>();
  readonly #items = new Map<string, OpenItems>();

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** `at`: milliseconds since the run began, when the event happened. */
  async take(event: RunEvent, at: number): Promise<void> {
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
          text: this.#text([event.problem.summary, event.problem.detail ?? ''].filter(Boolean).join('. ')),
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
    this.plays.push({ name: this.#text(name), position, hosts, start: at, end: at, tasks: [] });
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
      info: { ...info, name: this.#text(info.name) },
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

  async #item(info: TaskInfo, host: string, label: string, result: TaskResult): Promise<void> {
    this.#redactor.learn(result.secrets);
    const key = `${host} ${info.id}`;
    const open = this.#items.get(key) ?? { shown: [], more: 0 };
    this.#items.set(key, open);
    const isFull = (this.#byId.get(info.id)?.notes.length ?? 0) >= limits.notesInTask;
    if (isFull || (open.shown.length >= limits.itemsInNote && !isBad(result.status))) {
      open.more += 1;
      return;
    }
    const isHidden = result.noLog;
    open.shown.push({
      label: isHidden ? '(hidden by no_log)' : this.#text(label),
      status: result.status,
      message: isHidden || !this.#speaks(info, result) ? '' : this.#text(result.message ?? ''),
      diffs: await this.#diffs(result),
    });
  }

  #speaks(info: TaskInfo, result: TaskResult): boolean {
    return isBad(result.status) || result.status === 'unknown' || speaking.has(info.module);
  }

  async #result(info: TaskInfo, host: string, result: TaskResult, at: number): Promise<void> {
    this.#redactor.learn(result.secrets);
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
    // Diffs cost time: none is made that would not be shown.
    const isWordy = this.#isWordy(info, result, items);
    const note =
      isWordy && task.notes.length < limits.notesInTask
        ? await this.#note(info, host, result, at - start, items)
        : undefined;
    if (note && this.#hasRoom(note)) task.notes.push(note);
    else {
      this.#group(task, host, result, at - start);
      if (isWordy) task.moreNotes += 1;
    }
    if (isBad(result.status) && !result.ignored)
      this.#heed({
        kind: result.status === 'unreachable' ? 'unreachable' : 'failed',
        host,
        task,
        text: result.noLog ? 'hidden by no_log' : this.#text(result.message ?? 'failed'),
        place: placeOf(info, result),
      });
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

  /** There is something to tell beside the status. */
  #isWordy(info: TaskInfo, result: TaskResult, items: OpenItems | undefined): boolean {
    const isLoudLoop = items?.shown.some(({ status }) => status !== 'ok' && status !== 'skipped') ?? false;
    const hasDiff = result.differences.length > 0 && !result.noLog;
    return (
      isLoudLoop || hasDiff || this.#speaks(info, result) || result.warnings.length > 0 || result.ignored
    );
  }

  async #note(
    info: TaskInfo,
    host: string,
    result: TaskResult,
    milliseconds: number,
    items: OpenItems | undefined,
  ): Promise<Note> {
    const hidden = result.noLog;
    const speaks = this.#speaks(info, result);
    return {
      host,
      status: result.status,
      ignored: result.ignored,
      milliseconds,
      delegatedTo: result.delegatedTo,
      message: speaks ? this.#message(result) : '',
      output: isBad(result.status) && !hidden ? this.#output(result) : '',
      place: isBad(result.status) ? placeOf(info, result) : undefined,
      warnings: hidden ? [] : result.warnings.map((text) => this.#text(text)),
      items: items?.shown ?? [],
      moreItems: items?.more ?? 0,
      diffs: await this.#diffs(result),
    };
  }

  #message(result: TaskResult): string {
    if (result.noLog) return 'hidden by no_log';
    if (result.status === 'unknown') return `waits for ${this.#text(result.waitsFor ?? 'what did not run')}`;
    if (result.message !== undefined) return this.#text(result.message);
    const said = [...result.values].filter(
      ([key]) => !['changed', 'failed', 'results'].includes(String(key)),
    );
    return said.length === 0
      ? ''
      : shortened(JSON.stringify(this.#redactor.value(new Map(said)), null, 2), limits.messageCharacters);
  }

  #output(result: TaskResult): string {
    const parts: string[] = [];
    for (const name of ['rc', 'stdout', 'stderr']) {
      const value = this.#redactor.value(result.values.get(name) ?? null);
      const text = typeof value === 'string' ? value.trimEnd() : value === null ? '' : JSON.stringify(value);
      if (text !== '') parts.push(`${name}: ${text}`);
    }
    return this.#text(parts.join('\n'));
  }

  async #diffs(result: TaskResult): Promise<string[]> {
    if (result.noLog) return [];
    const texts: string[] = [];
    for (const difference of result.differences) {
      const lines = await differenceLines(difference);
      const shown = lines.slice(0, limits.diffLines).map((line) => this.#text(line));
      if (lines.length > shown.length) shown.push(`… ${lines.length - shown.length} lines more`);
      if (shown.length > 0) texts.push(shown.join('\n'));
    }
    return texts;
  }

  /** Secrets go before anything is cut: half a secret would no longer be known as one. */
  #text(text: string): string {
    return shortened(this.#redactor.text(text), limits.messageCharacters);
  }

  #hasRoom(note: Note): boolean {
    const size =
      note.message.length +
      note.output.length +
      [...note.diffs, ...note.warnings].reduce((sum, text) => sum + text.length, 0) +
      note.items.reduce(
        (sum, { label, message, diffs }) => sum + label.length + message.length + diffs.join('').length + 40,
        200,
      );
    return (isBad(note.status) ? this.#badWords : this.#words).take(size);
  }

  #group(task: TaskRecord, host: string, result: TaskResult, milliseconds: number): void {
    const reason = result.status === 'skipped' && !result.noLog ? this.#text(result.message ?? '') : '';
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

function placeOf(info: TaskInfo, result: TaskResult): string {
  const { file, line } = result.problem?.position ?? info.position;
  return `${file}:${line}`;
}
