// Events as JSON lines, one object a line, for programs: `--output json`.
import type { HostRecap, RunEvent, TaskInfo, TaskResult } from '../run/events.ts';
import { differenceLines } from './difference_text.ts';
import { jsonText } from './json_text.ts';
import { type Plain, Redactor } from './redact.ts';
import { inOrder, type Reporter } from './reporter.ts';
import { shownValues } from './shown_values.ts';

type Line = { [key: string]: Plain };

const censored = 'the output has been hidden because no_log is set';

function taskLine(task: TaskInfo, redactor: Redactor): Line {
  return {
    id: task.id,
    name: redactor.told(task.name),
    module: task.module,
    role: task.role ?? null,
    position: {
      file: redactor.text(task.position.file),
      line: task.position.line,
      column: task.position.column,
    },
    handler: task.isHandler,
  };
}

async function resultLine(result: TaskResult, redactor: Redactor): Promise<Line> {
  const line: Line = {
    status: result.status,
    ignored: result.ignored,
    duration_ms: Math.round(result.durationMs),
    round_trips: result.roundTrips,
    bytes: result.bytes,
    values: shownValues(result, redactor),
  };
  if (result.waitsFor !== undefined) line['waits_for'] = redactor.told(result.waitsFor);
  if (result.delegatedTo !== undefined) line['delegated_to'] = redactor.told(result.delegatedTo);
  if (result.noLog) return line;
  if (result.warnings.length > 0) line['warnings'] = result.warnings.map((text) => redactor.told(text));
  const message = redactor.message(result);
  if (message !== undefined) line['message'] = message;
  const position = result.problem?.position;
  if (position)
    line['problem'] = { file: redactor.text(position.file), line: position.line, column: position.column };
  const diffs: Plain[] = [];
  for (const difference of result.differences)
    diffs.push((await differenceLines(difference)).map((text) => redactor.told(text)).join('\n'));
  if (diffs.length > 0) line['diff'] = diffs;
  return line;
}

function recapLine(recap: ReadonlyMap<string, HostRecap>, redactor: Redactor): Line {
  return Object.fromEntries([...recap].map(([host, counters]) => [redactor.text(host), { ...counters }]));
}

async function eventLine(event: RunEvent, redactor: Redactor): Promise<Line> {
  switch (event.type) {
    case 'run-start':
      return { playbooks: [...event.playbooks], check_mode: event.checkMode };
    case 'play-start':
      return {
        name: redactor.told(event.name),
        hosts: event.hosts.map((host) => redactor.text(host)),
        line: event.position.line,
        file: redactor.text(event.position.file),
      };
    case 'play-no-hosts':
      return { name: redactor.told(event.name) };
    case 'connected':
      return { host: redactor.told(event.host), duration_ms: Math.round(event.durationMs) };
    case 'task-start':
      return { task: taskLine(event.task, redactor) };
    case 'host-start':
      return { task: event.task.id, host: redactor.text(event.host) };
    case 'item':
      return {
        task: event.task.id,
        host: redactor.text(event.host),
        label: event.result.noLog ? censored : redactor.label(event.label),
        result: await resultLine(event.result, redactor),
      };
    case 'retry':
      return {
        task: event.task.id,
        host: redactor.text(event.host),
        attempt: event.attempt,
        of: event.of,
        result: await resultLine(event.result, redactor),
      };
    case 'result':
      return {
        task: taskLine(event.task, redactor),
        host: redactor.text(event.host),
        result: await resultLine(event.result, redactor),
      };
    case 'pausing':
      return { task: event.task.id, host: redactor.text(event.host), seconds: event.seconds };
    case 'notified':
      return { handler: redactor.told(event.handler), host: redactor.text(event.host) };
    case 'warning':
      return { summary: redactor.told(event.problem.summary), code: event.problem.code };
    case 'interrupted':
      return {
        running: event.running.map(({ host, task }) => ({ host: redactor.text(host), task: task.id })),
      };
    case 'background':
      return {
        running: event.running.map(({ host, task }) => ({ host: redactor.text(host), task: task.id })),
      };
    case 'run-end':
      return {
        recap: recapLine(event.recap, redactor),
        duration_ms: Math.round(event.durationMs),
        by_role_ms: Object.fromEntries([...event.byRole].map(([role, ms]) => [role, Math.round(ms)])),
        interrupted: event.interrupted,
        left: event.left.map(({ host, task }) => ({ host: redactor.text(host), task: task.id })),
        unhandled: event.unhandled.map(({ host, handler }) => ({
          host: redactor.text(host),
          handler: redactor.told(handler),
        })),
      };
  }
}

export function jsonLines(write: (text: string) => void): Reporter {
  const redactor = new Redactor();
  const reporter = inOrder(async (event) => {
    redactor.take(event);
    const line = await eventLine(event, redactor);
    write(`${jsonText({ type: event.type, ...line })}\n`);
  });
  // Programs read these lines: they do not wait for an answer at the terminal.
  const held = { shown: (text: string) => redactor.told(text), release: () => undefined };
  return { ...reporter, hold: () => Promise.resolve(held) };
}
