// One line for each task when all its hosts are done: how many ended how, and how long it took.
import type { RunEvent, Status, TaskInfo, TaskResult } from '../run/events.ts';
import type { Colour, Paint } from './colour.ts';
import { duration } from './recap.ts';
import type { Redactor } from './redact.ts';

interface Tally {
  readonly task: TaskInfo;
  readonly began: number;
  running: number;
  ended: number;
  readonly counts: Map<Status, number>;
  /** What debug said, each text once. */
  readonly said: Set<string>;
}

const shown: readonly (readonly [Status, Colour])[] = [
  ['unreachable', 'brightRed'],
  ['failed', 'red'],
  ['unknown', 'magenta'],
  ['changed', 'yellow'],
  ['ok', 'green'],
  ['skipped', 'grey'],
];

const longestSaid = 300;

/** The engine's own check of a role's arguments is news only when it fails. */
function isWorthALine({ task, counts }: Tally): boolean {
  const isQuietCheck = task.module === 'validate_argument_spec' && [...counts.keys()].join() === 'ok';
  return counts.size > 0 && !isQuietCheck;
}

export class TaskTallies {
  readonly #columns: number;
  readonly #paint: Paint;
  readonly #redactor: Redactor;
  readonly #print: (line: string) => void;
  readonly #tallies = new Map<string, Tally>();

  constructor(columns: number, paint: Paint, redactor: Redactor, print: (line: string) => void) {
    this.#columns = columns;
    this.#paint = paint;
    this.#redactor = redactor;
    this.#print = print;
  }

  /** Nothing more than the tally is told of such a result. */
  isEnough(task: TaskInfo, result: TaskResult): boolean {
    const isBad = result.status === 'failed' || result.status === 'unreachable';
    if (isBad && !result.ignored) return false;
    if (task.module === 'debug' && !result.noLog && result.status === 'ok') {
      const text = this.#redactor.value(result.values.get('msg') ?? null);
      if (typeof text === 'string' && text !== '' && !result.values.has('results'))
        this.#tallies.get(task.id)?.said.add(text.slice(0, longestSaid));
    }
    return result.noLog || (result.warnings.length === 0 && result.differences.length === 0);
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'task-start':
        this.#flush(false);
        this.#tally(event.task);
        break;
      case 'host-start':
        this.#tally(event.task).running += 1;
        break;
      case 'result': {
        const tally = this.#tally(event.task);
        tally.running -= 1;
        tally.ended = performance.now();
        const { status, ignored } = event.result;
        const counted = ignored ? 'ok' : status;
        tally.counts.set(counted, (tally.counts.get(counted) ?? 0) + 1);
        break;
      }
      case 'play-start':
      case 'play-no-hosts':
      case 'run-end':
        this.#flush(true);
        break;
      default:
        break;
    }
  }

  #tally(task: TaskInfo): Tally {
    const known = this.#tallies.get(task.id);
    if (known) return known;
    const now = performance.now();
    const made: Tally = { task, began: now, running: 0, ended: now, counts: new Map(), said: new Set() };
    this.#tallies.set(task.id, made);
    return made;
  }

  #flush(all: boolean): void {
    for (const [id, tally] of this.#tallies)
      if (all || tally.running <= 0) {
        this.#tallies.delete(id);
        if (isWorthALine(tally)) this.#print(this.#line(tally));
        for (const text of tally.said) this.#print(this.#paint('grey', `      ${text}`));
      }
  }

  #line({ task, began, ended, counts }: Tally): string {
    const kind = task.isHandler ? 'handler ' : '';
    const title = this.#redactor.told(
      `${kind}${task.role === undefined ? '' : `${task.role} : `}${task.name}`,
    );
    const parts = shown
      .filter(([status]) => (counts.get(status) ?? 0) > 0)
      .map(([status, colour]): readonly [string, Colour] => [`${counts.get(status) ?? 0} ${status}`, colour]);
    const plain = parts.map(([text]) => text).join(', ');
    const time = duration(ended - began).padStart(9);
    const width = Math.max(20, this.#columns - plain.length - time.length - 5);
    const name = title.length > width ? `${title.slice(0, width - 1)}…` : title.padEnd(width);
    const painted = parts.map(([text, colour]) => this.#paint(colour, text)).join(', ');
    return `  ${name}  ${painted}${this.#paint('grey', time)}`;
  }
}
