// The report for people: plays, tasks and hosts as Ansible writes them, failures with their place in the source.
import type { Diagnostic } from '../document/diagnostic.ts';
import { renderDiagnostic } from '../document/render.ts';
import type { Sources } from '../document/source.ts';
import type { HostTask, RunEvent, Status, TaskInfo, TaskResult } from '../run/events.ts';
import type { Colour, Paint } from './colour.ts';
import { SafePaint, withoutControls } from './controls.ts';
import { differenceLines, isShownAsLines } from './difference_text.ts';
import { LiveLines, type Terminal } from './live_lines.ts';
import { recapLines, timeLines } from './recap.ts';
import { jsonText, sortedData } from './json_text.ts';
import { type Plain, Redactor } from './redact.ts';
import { inOrder, type Reporter } from './reporter.ts';
import { TaskTallies } from './task_tallies.ts';

export interface TerminalOptions {
  /** One line a task, with hosts only where something is wrong; else one a host, as Ansible has it. */
  readonly isShort?: boolean;
  readonly verbosity: number;
  readonly isTerminal: boolean;
  readonly paint: Paint;
  readonly sources: Sources;
}

const words: Readonly<Record<Status, readonly [string, Colour]>> = {
  ok: ['ok', 'green'],
  changed: ['changed', 'yellow'],
  skipped: ['skipping', 'cyan'],
  failed: ['fatal', 'red'],
  unreachable: ['fatal', 'brightRed'],
  unknown: ['unknown', 'magenta'],
};

/** Whether the result is what the user wants to read without any -v: a message of the playbook's author. */
function isMessage(task: TaskInfo, result: TaskResult): boolean {
  const msg = result.values.get('msg');
  if (task.module === 'debug') return true;
  return task.module === 'assert' && result.quiet !== true && msg !== 'All assertions passed';
}

export function terminalReport(terminal: Terminal, options: TerminalOptions): Reporter {
  const report = new TerminalReport(terminal, options);
  const reporter = inOrder((event) => report.handle(event));
  return {
    take: reporter.take,
    hold: async () => {
      const release = await reporter.stop();
      report.suspend();
      return {
        shown: (text) => report.shown(text),
        release: () => {
          report.resume();
          release();
        },
      };
    },
    close: async () => {
      await reporter.close();
      report.close();
    },
  };
}

class TerminalReport {
  readonly #terminal: Terminal;
  readonly #options: TerminalOptions;
  readonly #safe: SafePaint;
  readonly #redactor = new Redactor();
  readonly #live: LiveLines | undefined;
  readonly #tallies: TaskTallies | undefined;
  #lastTask = '';

  constructor(terminal: Terminal, options: TerminalOptions) {
    this.#terminal = terminal;
    this.#safe = new SafePaint(options.paint);
    this.#options = { ...options, paint: this.#safe.paint };
    this.#live = options.isTerminal ? new LiveLines(terminal) : undefined;
    const columns = Math.min(terminal.columns ?? 100, 120);
    this.#tallies =
      options.isShort === true
        ? new TaskTallies(columns, this.#safe.paint, this.#redactor, (line) => this.#print(line))
        : undefined;
  }

  close(): void {
    this.#live?.close();
  }

  shown(question: string): string {
    return withoutControls(this.#redactor.told(question));
  }

  /** No live line wipes what stands at the terminal now. */
  suspend(): void {
    this.#live?.suspend();
  }

  resume(): void {
    this.#live?.resume();
  }

  async handle(event: RunEvent): Promise<void> {
    const { verbosity, paint } = this.#options;
    this.#redactor.take(event);
    this.#tallies?.take(event);
    switch (event.type) {
      case 'run-start':
        if (event.checkMode) this.#print(paint('cyan', 'Check mode: nothing is changed'));
        break;
      case 'play-start':
        this.#lastTask = '';
        this.#play(event.name);
        break;
      case 'play-no-hosts':
        this.#play(event.name);
        this.#print(paint('cyan', 'skipping: no hosts matched'));
        break;
      case 'connected':
        if (verbosity >= 3)
          this.#print(
            paint(
              'grey',
              `<${this.#redactor.told(event.host)}> connected in ${Math.round(event.durationMs)} ms`,
            ),
          );
        break;
      case 'task-start':
        this.#taskHeader(event.task);
        break;
      case 'host-start':
        this.#live?.start(
          `${event.host} ${event.task.id}`,
          withoutControls(this.#redactor.text(event.host)),
          withoutControls(this.#redactor.told(event.task.name)),
        );
        break;
      case 'item':
        if (this.#tallies?.isEnough(event.task, event.result) !== true)
          await this.#result(event.task, event.host, event.result, this.#redactor.label(event.label));
        break;
      case 'retry':
        this.#retry(event);
        break;
      case 'result':
        this.#live?.end(`${event.host} ${event.task.id}`);
        await this.#finalResult(event.task, event.host, event.result);
        break;
      case 'pausing':
        this.#print(`Pausing for ${event.seconds} seconds`);
        break;
      case 'notified':
        if (verbosity >= 2)
          this.#print(paint('grey', `notified: [${event.host}] => ${this.#redactor.told(event.handler)}`));
        break;
      case 'warning':
        this.#problem(event.problem);
        break;
      case 'interrupted':
        this.#interrupted(event.running);
        break;
      case 'background':
        for (const line of hostTasks(event.running))
          this.#print(paint('grey', `waiting for the background task ${line}`));
        break;
      case 'run-end':
        this.#end(event);
    }
  }

  #play(name: string): void {
    this.#print(
      this.#tallies ? `\n${this.#options.paint('bold', name)}` : `\n${this.#banner(`PLAY [${name}]`)}`,
    );
  }

  #retry(event: RunEvent & { type: 'retry' }): void {
    if (this.#tallies) return;
    const left = event.of - event.attempt + 1;
    const text = `FAILED - RETRYING: [${event.host}]: ${this.#redactor.told(event.task.name)} (${left} retries left).`;
    this.#print(this.#options.paint('grey', text));
  }

  #print(text: string): void {
    this.#write(this.#safe.finished(this.#redactor.text(text)));
  }

  #write(text: string): void {
    const line = `${text}\n`;
    if (this.#live) this.#live.print(line);
    else this.#terminal.write(line);
  }

  #banner(title: string): string {
    const width = Math.min(this.#terminal.columns ?? 80, 120);
    return this.#options.paint('bold', `${title} ${'*'.repeat(Math.max(3, width - title.length - 1))}`);
  }

  #problem(problem: Diagnostic): void {
    const { summary, detail } = problem;
    const told: Diagnostic = {
      ...problem,
      summary: withoutControls(this.#redactor.told(summary)),
      ...(detail === undefined ? {} : { detail: withoutControls(this.#redactor.told(detail)) }),
    };
    const text = renderDiagnostic(told, this.#options.sources, {
      colour: this.#options.paint('bold', '') !== '',
      folder: process.cwd(),
    });
    this.#write(this.#redactor.text(text));
  }

  #taskHeader(task: TaskInfo): void {
    const key = `${task.id} ${task.use ?? 0}`;
    if (this.#tallies || this.#lastTask === key) return;
    this.#lastTask = key;
    this.#print(
      `\n${this.#banner(`${task.isHandler ? 'RUNNING HANDLER' : 'TASK'} [${this.#redactor.told(taskTitle(task))}]`)}`,
    );
    if (this.#options.verbosity >= 2)
      this.#print(this.#options.paint('grey', `task path: ${task.position.file}:${task.position.line}`));
  }

  /** A loop's own line follows its items only when it adds something. */
  async #finalResult(task: TaskInfo, host: string, result: TaskResult): Promise<void> {
    if (this.#tallies?.isEnough(task, result) === true) return;
    const isLoop = result.values.has('results') && !result.values.has('skipped_reason');
    const isTold =
      result.status === 'unreachable' || (result.status === 'failed' && result.problem) || result.included;
    if (!isLoop || isTold || result.cut) await this.#result(task, host, result, undefined);
    if (result.ignored) this.#print(this.#options.paint('blue', '...ignoring'));
  }

  async #result(task: TaskInfo, host: string, result: TaskResult, label: string | undefined): Promise<void> {
    const { paint, verbosity } = this.#options;
    if (result.included) {
      for (const one of result.included) {
        const item = one.label === undefined ? '' : ` => (item=${this.#redactor.label(one.label)})`;
        this.#print(paint('cyan', `included: ${this.#redactor.told(one.name)} for ${host}${item}`));
      }
      if (result.status === 'ok') return;
    }
    const [word, colour] = words[result.status];
    const isBad = result.status === 'failed' || result.status === 'unreachable';
    if (this.#tallies && isBad) this.#print(paint('bold', `\n${taskTitle(task)}`));
    const name = label !== undefined && isBad ? 'failed' : word;
    const place =
      result.delegatedTo === undefined ? host : `${host} -> ${this.#redactor.told(result.delegatedTo)}`;
    const item = label === undefined ? '' : ` => (item=${result.noLog ? '(censored due to no_log)' : label})`;
    const traffic = verbosity >= 3 ? ` (${result.roundTrips} round trips, ${result.bytes} bytes)` : '';
    const line = `${name}: [${place}]${item}${this.#tail(task, result)}${traffic}`;
    this.#print(paint(result.ignored ? 'blue' : colour, line));
    if (!result.noLog)
      for (const warning of result.warnings)
        this.#print(paint('magenta', `[WARNING]: ${this.#redactor.told(warning)}`));
    if (isBad) this.#whyFailed(task, result);
    if (!result.noLog) for (const difference of result.differences) await this.#difference(difference);
  }

  #tail(task: TaskInfo, result: TaskResult): string {
    const { status } = result;
    if (result.noLog)
      return status === 'failed' || this.#options.verbosity > 0
        ? ' => {"censored": "the output has been hidden because no_log is set"}'
        : '';
    const message = this.#redactor.message(result);
    if (status === 'unreachable') return `: UNREACHABLE! => ${message ?? ''}`;
    if (status === 'failed') return `: FAILED! => ${message ?? this.#dataOfFailure(result)}`;
    if (status === 'unknown')
      return ` => waits for ${this.#redactor.told(result.waitsFor ?? 'what did not run')}`;
    if (status === 'skipped') return this.#options.verbosity > 0 ? ` => ${message ?? ''}` : '';
    if (this.#options.verbosity === 0 && !isMessage(task, result)) return '';
    return ` => ${jsonText(this.#shownValues(task, result), 4)}`;
  }

  /** A message that is no text: a list of lines given to `assert` or `fail`. */
  #dataOfFailure({ values }: TaskResult): string {
    const message = values.get('msg');
    return message === undefined ? 'failed' : jsonText(this.#redactor.value(message), 4);
  }

  #shownValues(task: TaskInfo, result: TaskResult): Plain {
    const { values } = result;
    const isMessageAlone = task.module === 'debug' && values.has('msg');
    const { verbosity } = this.#options;
    const shown = [...values].filter(([key]) =>
      isMessageAlone
        ? key === 'msg'
        : (verbosity > 0 || !hiddenKeys.has(String(key))) && !isShownAsLines(result, key),
    );
    return sortedData(this.#redactor.value(new Map(shown)));
  }

  #whyFailed(task: TaskInfo, result: TaskResult): void {
    if (result.noLog) return;
    const position = result.problem?.position ?? task.position;
    const problem: Diagnostic = {
      code: result.problem?.code ?? 'template-failed',
      severity: 'error',
      summary: 'The task failed',
      position,
      ...(result.problem?.related ? { related: result.problem.related } : {}),
    };
    // The message stands in the line above: only the place is wanted here.
    const [, ...place] = renderDiagnostic(problem, this.#options.sources, { folder: process.cwd() }).split(
      '\n',
    );
    this.#print(place.join('\n'));
    const frames = this.#redactor.value(result.values.get('exception') ?? null);
    if (this.#options.verbosity >= 3 && typeof frames === 'string') this.#print(frames);
    for (const name of ['assertion', 'rc', 'stdout', 'stderr']) {
      const value = this.#redactor.value(result.values.get(name) ?? null);
      const text = typeof value === 'string' ? value.trimEnd() : value === null ? '' : jsonText(value);
      if (text !== '' && !(this.#redactor.message(result) ?? '').includes(text))
        this.#print(`  ${name}: ${lastLines(text)}`);
    }
  }

  async #difference(difference: TaskResult['differences'][number]): Promise<void> {
    const { paint } = this.#options;
    for (const line of await differenceLines(difference)) {
      const colour: Colour | undefined = line.startsWith('+')
        ? 'green'
        : line.startsWith('-')
          ? 'red'
          : line.startsWith('@@')
            ? 'cyan'
            : undefined;
      const told = this.#redactor.told(line);
      this.#print(colour ? paint(colour, told) : told);
    }
  }

  #interrupted(running: readonly HostTask[]): void {
    const { paint } = this.#options;
    this.#print(paint('brightRed', '\nInterrupted. Press Ctrl-C again to leave at once.'));
    for (const { host, task } of running)
      this.#print(`  still running on ${host}: ${task.name}; it ends by itself or is cut after 5 s`);
  }

  #end(event: RunEvent & { type: 'run-end' }): void {
    this.#live?.close();
    const { paint } = this.#options;
    this.#print(`\n${this.#banner('PLAY RECAP')}`);
    for (const line of recapLines(event.recap, paint, this.#tallies !== undefined)) this.#print(line);
    this.#print(paint('grey', `\n${timeLines(event.byRole, event.durationMs).join('\n')}`));
    for (const line of hostTasks(event.left))
      this.#print(paint('cyan', `left running in the background: ${line}`));
    for (const { host, handler } of event.unhandled)
      this.#print(paint('cyan', `notified and not run: handler ${this.#redactor.told(handler)} on ${host}`));
    if (event.interrupted)
      this.#print(
        paint(
          'brightRed',
          'Interrupted: tasks that were cut may have left their work half done; run again to finish it.',
        ),
      );
  }
}

/** What Ansible leaves out of a message. */
const hiddenKeys = new Set(['changed', 'failed', 'skipped', 'invocation', 'skip_reason']);

/** `name on host`, with a count where a loop began several. */
function hostTasks(tasks: readonly HostTask[]): string[] {
  const counts = new Map<string, number>();
  for (const { host, task } of tasks) {
    const key = `${task.name} on ${host}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => (count === 1 ? key : `${key} (${count} jobs)`));
}

/** An included role's own name stands in the task's already. */
function taskTitle({ role, name, module }: TaskInfo): string {
  return role === undefined || module === 'include_role' ? name : `${role} : ${name}`;
}

/** The end of a long output says why. */
function lastLines(text: string): string {
  const lines = text.split('\n');
  return lines.length <= 12 ? text : ['...', ...lines.slice(-12)].join('\n');
}
