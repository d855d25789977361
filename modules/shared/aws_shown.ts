// Things of AWS as people read them in a diff.
import type { Shown } from '../../engine/module/contract.ts';
import type { Filters } from './aws_api.ts';

/** `vpc tag:Name=kube`: what was looked for. */
function title(type: string, filters: Filters): string {
  const words = Object.entries(filters).map(([name, values]) => `${name}=${values.join(',')}`);
  return [type, ...words].join(' ');
}

/** Whole things in JSON; one alone without a list around it. */
export function shownThings(type: string, filters: Filters, things: readonly unknown[]): Shown {
  const [first] = things;
  const text = things.length === 0 ? null : JSON.stringify(things.length === 1 ? first : things, null, 2);
  return { title: title(type, filters), lines: text === null ? null : text.split('\n') };
}
