// Events as JSON lines, one object a line, for programs: `--output json`.
import type { HostRecap, RunEvent, TaskInfo, TaskResult } from '../run/events.ts';
import { differenceLines } from './difference_text.ts';
import { jsonText } from './json_text.ts';
import { type Plain, Redactor } from './redact.ts';
import { inOrder, type Reporter } from './reporter.ts';

type Line = { [key: string]: Plain };

const censored = 'the output has been hidden because no_log is set';

function taskLine(task: TaskInfo, redactor: Redactor): Line {
  return {
    id: task.id,
    name: redactor.text(task.name),
    module: task.module,
    role: task.role ?? null,
    position: { file: task.position.file, line: task.position.line, column: task.position.column },
    handler: task.isHandler,
  };
}

async function resultLine(result: TaskResult, redactor: Redactor): Promise<Line> {
  redactor.learn(result.secrets);
  const line: Line = {
    status: result.status,
    ignored: result.ignored,
    duration_ms: Math.round(result.durationMs),
    round_trips: result.roundTrips,
    bytes: result.bytes,
    values: result.noLog ? { censored } : redactor.value(result.values),
  };
  if (result.waitsFor !== undefined) line['waits_for'] = redactor.text(result.waitsFor);
  if (result.delegatedTo !== undefined) line['delegated_to'] = result.delegatedTo;
  if (result.warnings.length > 0) line['warnings'] = result.warnings.map((text) => redactor.text(text));
  if (result.noLog) return line;
  if (result.message !== undefined) line['message'] = redactor.text(result.message);
  const position = result.problem?.position;
  if (position) line['problem'] = { file: position.file, line: position.line, column: position.column };
  const diffs: Plain[] = [];
  for (const difference of result.differences)
    diffs.push((await differenceLines(difference)).map((text) => redactor.text(text)).join('\n'));
  if (diffs.length > 0) line['diff'] = diffs;
  return line;
}

function recapLine(recap: ReadonlyMap<string, HostRecap>): Line {
  return Object.fromEntries([...recap].map(([host, counters]) => [host, { ...counters }]));
}

async function eventLine(event: RunEvent, redactor: Redactor): Promise<Line> {
  switch (event.type) {
    case 'run-start':
      return { playbooks: [...event.playbooks], check_mode: event.checkMode };
    case 'play-start':
      return {
        name: redactor.text(event.name),
        hosts: [...event.hosts],
        line: event.position.line,
        file: event.position.file,
      };
    case 'play-no-hosts':
      return { name: redactor.text(event.name) };
    case 'connected':
      return { host: event.host, duration_ms: Math.round(event.durationMs) };
    case 'task-start':
      return { task: taskLine(event.task, redactor) };
    case 'host-start':
      return { task: event.task.id, host: event.host };
    case 'item':
      return {
        task: event.task.id,
        host: event.host,
        label: event.result.noLog ? censored : redactor.text(event.label),
        result: await resultLine(event.result, redactor),
      };
    case 'retry':
      return {
        task: event.task.id,
        host: event.host,
        attempt: event.attempt,
        of: event.of,
        result: await resultLine(event.result, redactor),
      };
    case 'result':
      return {
        task: taskLine(event.task, redactor),
        host: event.host,
        result: await resultLine(event.result, redactor),
      };
    case 'notified':
      return { handler: event.handler, host: event.host };
    case 'warning':
      return { summary: redactor.text(event.problem.summary), code: event.problem.code };
    case 'interrupted':
      return { running: event.running.map(({ host, task }) => ({ host, task: task.id })) };
    case 'background':
      return { running: event.running.map(({ host, task }) => ({ host, task: task.id })) };
    case 'run-end':
      return {
        recap: recapLine(event.recap),
        duration_ms: Math.round(event.durationMs),
        by_role_ms: Object.fromEntries([...event.byRole].map(([role, ms]) => [role, Math.round(ms)])),
        interrupted: event.interrupted,
        left: event.left.map(({ host, task }) => ({ host, task: task.id })),
        unhandled: event.unhandled.map(({ host, handler }) => ({ host, handler: redactor.text(handler) })),
      };
  }
}

export function jsonLines(write: (text: string) => void): Reporter {
  const redactor = new Redactor();
  return inOrder(async (event) => {
    const line = await eventLine(event, redactor);
    write(`${jsonText({ type: event.type, ...line })}\n`);
  });
}
