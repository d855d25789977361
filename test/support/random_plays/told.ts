// What a run by --check told against what the run after it did.
import { bare } from '../../../engine/document/value.ts';
import { Redactor } from '../../../engine/report/redact.ts';
import type { RunEvent, Status } from '../../../engine/run/events.ts';
import type { Played } from '../play_here.ts';

export interface BothPlayed {
  readonly check: Played;
  readonly real: Played;
}

const commandModules = new Set(['command', 'shell', 'raw', 'script']);

/** Status by host, task and item; a task that comes again, by an include, has its turn behind its name. */
export function statuses(events: readonly RunEvent[]): Map<string, Status> {
  const found = new Map<string, Status>();
  const turns = new Map<string, number>();
  /** Items of the loop that is under way, by its task. */
  const items = new Map<string, number>();
  const redactor = new Redactor();
  for (const event of events) {
    if (event.type !== 'item' && event.type !== 'result') continue;
    const name = `${event.host}: ${event.task.name}`;
    const turn = turns.get(name) ?? 0;
    const key = turn === 0 ? name : `${name} #${turn + 1}`;
    // Whether a command goes well is not told; one whose failure is borne was tried.
    const { ignored, values } = event.result;
    const isTried =
      commandModules.has(event.task.module) &&
      event.result.status === 'failed' &&
      ignored &&
      values.has('rc');
    const hasChanged = bare(values.get('changed') ?? false) === true;
    const status = isTried ? (hasChanged ? 'changed' : 'ok') : event.result.status;
    if (event.type === 'item') {
      const taken = items.get(name) ?? 0;
      items.set(name, taken + 1);
      found.set(`${key} (item ${taken}, ${redactor.label(event.label)})`, status);
      continue;
    }
    if ((items.get(name) ?? 0) === 0) found.set(key, status);
    items.delete(name);
    turns.set(name, turn + 1);
  }
  return found;
}

function hasFailed({ real }: BothPlayed, host: string): boolean {
  return (real.recap.get(host)?.failed ?? 0) > 0;
}

const hostOf = (key: string): string => key.split(':')[0] ?? '';

/** Modelled modules: everything that is said comes about, and nothing is left unsaid. */
export function toldExactly(runs: BothPlayed): string | undefined {
  const [check, real] = [statuses(runs.check.events), statuses(runs.real.events)];
  for (const key of new Set([...check.keys(), ...real.keys()]))
    if (check.get(key) !== real.get(key))
      return `${key} was told ${check.get(key) ?? 'nothing'} and was ${real.get(key) ?? 'nothing'}`;
  const [said, then] = [runs.check.said.join('\n'), runs.real.said.join('\n')];
  return said === then ? undefined : `debug told\n${said}\nand then\n${then}`;
}

/** Hosts of which it is not known which files are included: their tasks are told by the include alone. */
function withOpenIncludes({ check }: BothPlayed): ReadonlySet<string> {
  const isOpen = (event: RunEvent): boolean =>
    (event.type === 'item' || event.type === 'result') &&
    event.task.module.startsWith('include_') &&
    event.result.status === 'unknown';
  return new Set(check.events.flatMap((event) => (isOpen(event) && 'host' in event ? [event.host] : [])));
}

/** With commands: every change was told or called unknown, and what was told comes about, on hosts where nothing fails. */
export function toldSoundly(runs: BothPlayed): string | undefined {
  const [check, real] = [statuses(runs.check.events), statuses(runs.real.events)];
  const unknownLoops = [...check].filter(([, status]) => status === 'unknown').map(([key]) => key);
  const open = withOpenIncludes(runs);
  for (const [key, status] of real) {
    if (hasFailed(runs, hostOf(key))) continue;
    const told = check.get(key);
    const isCovered =
      told === 'unknown' ||
      unknownLoops.some((loop) => key.startsWith(`${loop} (`)) ||
      (told === undefined && open.has(hostOf(key)));
    if (status !== told && !isCovered) return `${key} was ${status} and was told ${told ?? 'nothing'}`;
  }
  for (const [key, told] of check) {
    if (hasFailed(runs, hostOf(key)) || told === 'unknown' || real.get(key) === told) continue;
    // Of a handler in doubt it may be known that its condition is false: then nothing is done either way.
    if (told === 'skipped' && !real.has(key)) continue;
    return `${key} was told ${told} and was ${real.get(key) ?? 'nothing'}`;
  }
  return undefined;
}

/** How many results of a check are unknown, and of how many. */
export function countUnknown({ check }: BothPlayed): { unknown: number; results: number } {
  const told = [...statuses(check.events).values()];
  return { unknown: told.filter((status) => status === 'unknown').length, results: told.length };
}
