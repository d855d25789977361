// The end of a run: what became of each host, where the time went.
import type { HostRecap } from '../run/events.ts';
import type { Colour, Paint } from './colour.ts';

function hostColour(recap: HostRecap): Colour {
  if (recap.failed > 0 || recap.unreachable > 0) return 'red';
  if (recap.unknown > 0) return 'magenta';
  return recap.changed > 0 ? 'yellow' : 'green';
}

const shown: readonly (readonly [keyof HostRecap, Colour])[] = [
  ['ok', 'green'],
  ['changed', 'yellow'],
  ['unreachable', 'brightRed'],
  ['failed', 'red'],
  ['skipped', 'cyan'],
  ['rescued', 'yellow'],
  ['ignored', 'blue'],
];

/** In the short form these are named only when some host has one. */
const rare: ReadonlySet<keyof HostRecap> = new Set<keyof HostRecap>(['skipped', 'rescued', 'ignored']);

/** One line a host, as Ansible writes it; `unknown` only where check mode met some. */
export function recapLines(recap: ReadonlyMap<string, HostRecap>, paint: Paint, isShort = false): string[] {
  const hosts = [...recap].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(isShort ? 14 : 26, ...hosts.map(([host]) => host.length));
  const columns = shown.filter(
    ([name]) => !isShort || !rare.has(name) || hosts.some(([, counters]) => counters[name] > 0),
  );
  return hosts.map(([host, counters]) => {
    const cells = columns.map(([name, colour]) => cell(name, counters[name], colour, paint));
    if (counters.unknown > 0) cells.push(cell('unknown', counters.unknown, 'magenta', paint));
    return `${paint(hostColour(counters), host.padEnd(width))} : ${cells.join(' ')}`;
  });
}

function cell(name: string, count: number, colour: Colour, paint: Paint): string {
  const text = `${name}=${String(count).padEnd(4)}`;
  return count > 0 ? paint(colour, text) : text;
}

export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Time by role, the longest first; tasks outside of roles stand together. */
export function timeLines(byRole: ReadonlyMap<string, number>, total: number): string[] {
  const roles = [...byRole].sort(([, a], [, b]) => b - a);
  const lines = [`Total ${duration(total)}`];
  if (roles.length > 1 || (roles[0]?.[0] ?? '') !== '')
    for (const [role, milliseconds] of roles)
      lines.push(`${(role === '' ? '(no role)' : role).padEnd(26)} ${duration(milliseconds)}`);
  return lines;
}
