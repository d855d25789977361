// What a check mode run told against what the run after it did: by host, task and turn (a role may come twice).
import type { JsonEvent } from './hardway.ts';

function statuses(events: readonly JsonEvent[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { type, host, task, result } of events) {
    if (type !== 'result' || !task || !result) continue;
    const name = `${host ?? ''} ${task.role === null ? '' : `${task.role} : `}${task.name}`;
    let turn = 1;
    while (found.has(`${name} #${turn}`)) turn += 1;
    found.set(`${name} #${turn}`, result.status);
  }
  return found;
}

/** Every change that was neither told nor called unknown, and everything told to change that did not. */
export function untrue(check: readonly JsonEvent[], real: readonly JsonEvent[]): string[] {
  const [told, done] = [statuses(check), statuses(real)];
  const unsaid = [...done].filter(
    ([key, status]) => status === 'changed' && !['changed', 'unknown'].includes(told.get(key) ?? ''),
  );
  const unmet = [...told].filter(([key, status]) => status === 'changed' && done.get(key) !== 'changed');
  return [
    ...unsaid.map(([key]) => `${key} changed, and was told ${told.get(key) ?? 'nothing'}`),
    ...unmet.map(([key]) => `${key} was told to change, and was ${done.get(key) ?? 'nothing'}`),
  ];
}

/** Tasks that are unknown, with what they wait for; and how many there are of how many. */
export function unknownOf(check: readonly JsonEvent[]): { readonly lines: string[]; readonly share: number } {
  const results = check.filter(({ type }) => type === 'result');
  const unknown = results.filter(({ result }) => result?.status === 'unknown');
  return {
    lines: unknown.map(
      ({ host, task, result }) =>
        `${host ?? ''} ${task?.role ?? ''} : ${task?.name ?? ''}: ${result?.waits_for ?? ''}`,
    ),
    share: unknown.length / Math.max(1, results.length),
  };
}
