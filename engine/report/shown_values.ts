// What is shown of a result as data.
import type { TaskResult } from '../run/events.ts';
import { isShownAsLines } from './difference_text.ts';
import { sortedData } from './json_text.ts';
import type { Plain, Redactor } from './redact.ts';

/** All of it but differences, which are told as lines, and nothing of what `no_log` hides. */
export function shownValues(result: TaskResult, redactor: Redactor): { [key: string]: Plain } {
  if (result.noLog) return { censored: 'the output has been hidden because no_log is set' };
  return redactor.dict(new Map([...result.values].filter(([key]) => !isShownAsLines(result, key))));
}

/** As Ansible prints it, which tells by other means how the task ended. */
export function dataAlone(result: TaskResult, redactor: Redactor): Plain {
  const shown = Object.entries(shownValues(result, redactor));
  return sortedData(Object.fromEntries(shown.filter(([key]) => key !== 'failed' && key !== 'skipped')));
}
