// `hardway module -o`: a line a host, as Ansible writes it.
import { textOf } from '../document/value.ts';
import type { RunEvent, TaskResult } from '../run/events.ts';
import { withoutControls } from './controls.ts';
import { jsonText } from './json_text.ts';
import { Redactor } from './redact.ts';
import { inOrder, type Reporter } from './reporter.ts';
import { dataAlone } from './shown_values.ts';

/** Their output is a text of its own, not a field among others. */
const commands = new Set(['command', 'shell', 'raw', 'script']);

function dataText(result: TaskResult, redactor: Redactor): string {
  return jsonText(dataAlone(result, redactor), 1).replaceAll(/\n */g, '');
}

function commandText({ values }: TaskResult, redactor: Redactor): string {
  const text = (name: string): string =>
    redactor.told(textOf(values.get(name) ?? null) ?? '').replaceAll('\n', String.raw`\n`);
  const stderr = text('stderr');
  const code = redactor.label(values.get('rc') ?? -1);
  return `rc=${code} | (stdout) ${text('stdout')}${stderr === '' ? '' : ` (stderr) ${stderr}`}`;
}

function line({ host, task, result }: RunEvent & { type: 'result' }, redactor: Redactor): string {
  const { status } = result;
  const name = redactor.told(host);
  if (status === 'skipped') return `${name} | SKIPPED`;
  if (status === 'unreachable') return `${name} | UNREACHABLE!: ${redactor.message(result) ?? ''}`;
  if (status === 'unknown') return `${name} | UNKNOWN => waits for ${redactor.told(result.waitsFor ?? '')}`;
  if (status === 'failed') return `${name} | FAILED! => ${dataText(result, redactor)}`;
  const word = status === 'changed' ? 'CHANGED' : 'SUCCESS';
  return commands.has(task.module) &&
    !result.noLog &&
    result.open === undefined &&
    !result.values.has('ansible_job_id')
    ? `${name} | ${word} | ${commandText(result, redactor)}`
    : `${name} | ${word} => ${dataText(result, redactor)}`;
}

export function oneLineReport(write: (text: string) => void): Reporter {
  const redactor = new Redactor();
  return inOrder((event) => {
    redactor.take(event);
    if (event.type === 'result') write(`${withoutControls(line(event, redactor))}\n`);
    if (event.type === 'warning')
      write(`[WARNING]: ${withoutControls(redactor.told(event.problem.summary))}\n`);
  });
}
