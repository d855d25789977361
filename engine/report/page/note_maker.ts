// The words of results: messages, output, items, diffs. Secrets leave them here, before anything is cut or kept.
import { append } from '../../document/append.ts';
import type { Value } from '../../document/value.ts';
import type { RunEvent, Status, TaskInfo, TaskResult } from '../../run/events.ts';
import { jsonText } from '../json_text.ts';
import { differenceLines, isShownAsLines } from '../difference_text.ts';
import type { Redactor } from '../redact.ts';
import { Budget, limits, shortened } from './limits.ts';

export interface Item {
  readonly label: string;
  readonly status: Status;
  readonly message: string;
  readonly diffs: readonly string[];
}

/** What is worth telling of one result. */
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

/** Items of a loop that is still running. */
export interface OpenItems {
  readonly shown: Item[];
  more: number;
}

/** One host's part in a task. */
export interface Ended {
  readonly info: TaskInfo;
  readonly host: string;
  readonly result: TaskResult;
  readonly milliseconds: number;
}

/** Modules whose words are the purpose of the task. */
const speaking = new Set(['debug']);
const hidden = 'hidden by no_log';

export function isBad(status: Status): boolean {
  return status === 'failed' || status === 'unreachable';
}

function speaks(info: TaskInfo, { status }: TaskResult): boolean {
  return isBad(status) || status === 'unknown' || speaking.has(info.module);
}

/** There is something to tell beside the status. */
export function isWordy({ info, result }: Ended, items: OpenItems | undefined): boolean {
  const isLoudLoop = items?.shown.some(({ status }) => status !== 'ok' && status !== 'skipped') ?? false;
  const hasDiff = result.differences.length > 0 && !result.noLog;
  return isLoudLoop || hasDiff || speaks(info, result) || result.warnings.length > 0 || result.ignored;
}

export function placeOf(info: TaskInfo, result: TaskResult): string {
  const { file, line } = result.problem?.position ?? info.position;
  return `${file}:${line}`;
}

export class NoteMaker {
  readonly #redactor: Redactor;
  readonly #words = new Budget(limits.textCharacters);
  readonly #badWords = new Budget(limits.textCharacters);

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Before anything of it is noted. */
  take(event: RunEvent): void {
    this.#redactor.take(event);
  }

  /** Secrets go before anything is cut: half a secret would no longer be known as one. */
  text(text: string): string {
    return shortened(this.#redactor.told(text), limits.messageCharacters);
  }

  /** Why a host failed, in one text. */
  reason(result: TaskResult): string {
    return result.noLog ? hidden : this.text(this.#redactor.message(result) ?? 'failed');
  }

  async addItem(open: OpenItems, info: TaskInfo, label: Value, result: TaskResult): Promise<void> {
    const room = isBad(result.status) ? limits.badItemsInNote : limits.itemsInNote;
    if (open.shown.length >= room) {
      open.more += 1;
      return;
    }
    open.shown.push({
      label: result.noLog ? `(${hidden})` : this.text(this.#redactor.label(label)),
      status: result.status,
      message: result.noLog || !speaks(info, result) ? '' : this.text(this.#redactor.message(result) ?? ''),
      diffs: await this.#diffs(result),
    });
  }

  /** Undefined when the page has no room for it. */
  async note(ended: Ended, items: OpenItems | undefined): Promise<Note | undefined> {
    const { info, host, result, milliseconds } = ended;
    const isFailure = isBad(result.status);
    const note: Note = {
      host,
      status: result.status,
      ignored: result.ignored,
      milliseconds,
      delegatedTo: result.delegatedTo,
      message: speaks(info, result) ? this.#message(result) : '',
      output: isFailure && !result.noLog ? this.#output(result) : '',
      place: isFailure ? placeOf(info, result) : undefined,
      warnings: result.noLog ? [] : result.warnings.map((text) => this.text(text)),
      items: items?.shown ?? [],
      moreItems: items?.more ?? 0,
      diffs: await this.#diffs(result),
    };
    return (isFailure ? this.#badWords : this.#words).take(sizeOf(note)) ? note : undefined;
  }

  #message(result: TaskResult): string {
    if (result.noLog) return hidden;
    if (result.status === 'unknown') return `waits for ${this.text(result.waitsFor ?? 'what did not run')}`;
    const message = this.#redactor.message(result);
    if (message !== undefined) return this.text(message);
    const said = [...result.values].filter(
      ([key]) => !['changed', 'failed', 'results'].includes(String(key)) && !isShownAsLines(result, key),
    );
    return said.length === 0 ? '' : this.text(jsonText(this.#redactor.value(new Map(said)), 2));
  }

  #output(result: TaskResult): string {
    const parts: string[] = [];
    for (const name of ['rc', 'stdout', 'stderr']) {
      const value = this.#redactor.value(result.values.get(name) ?? null);
      const text = typeof value === 'string' ? value.trimEnd() : value === null ? '' : jsonText(value);
      if (text !== '') parts.push(`${name}: ${text}`);
    }
    return this.text(parts.join('\n'));
  }

  async #diffs(result: TaskResult): Promise<string[]> {
    if (result.noLog) return [];
    const texts: string[] = [];
    for (const difference of result.differences) {
      const lines = await differenceLines(difference);
      const shown = lines.slice(0, limits.diffLines).map((line) => this.text(line));
      if (lines.length > shown.length) shown.push(`… ${lines.length - shown.length} lines more`);
      if (shown.length > 0) texts.push(shown.join('\n'));
    }
    return texts;
  }
}

/** Characters that it takes on the page, with some for the markup around them. */
function sizeOf({ message, output, diffs, warnings, items }: Note): number {
  const texts = [message, output, ...diffs, ...warnings];
  for (const item of items) append(texts, [item.label, item.message, ...item.diffs]);
  return texts.reduce((sum, text) => sum + text.length + 40, 200);
}
