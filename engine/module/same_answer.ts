// Whether a host's answer is the one that was pictured: but for what is true of the moment only, what the system numbers
// by itself, and what the picture leaves open.
import { isDeepStrictEqual } from 'node:util';
import { canonical } from './probe_identity.ts';
import { withoutNames } from './without_names.ts';

/**
 * True of the moment only, or numbered by the system: times, inodes, ids that a tool chooses. Of units and mounts the
 * system tells much that no picture holds; modules plan by what stands beside these.
 */
const fleeting = new Set([
  ...['mtime', 'atime', 'ctime', 'inode', 'device', 'links', 'seconds'],
  ...['properties', 'next', 'options'],
]);

const keyOf = (one: unknown): string => {
  const { name, dest } = Object(one) as { readonly name?: string; readonly dest?: string };
  return name ?? dest ?? '';
};

/** Lists of named things come in the host's order, which no step tells. */
function inOrder(list: readonly unknown[]): unknown[] {
  return [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

/** What of an answer outlasts the moment. An id of -1 is one that the picture leaves open. */
function lasting(answer: unknown): unknown {
  return withoutNames(answer, fleeting, { ordered: inOrder });
}

/** The host's own settings for a new user, and what is in an archive; a picture without it leaves it open. */
const mayBeOpen = new Set(['aging', 'groupNumbers', 'isGzip', 'isBare']);

/** The real answer with what the picture leaves open (ids of -1) left open as well. */
function levelled(real: unknown, pictured: unknown): unknown {
  if (pictured === '' && typeof real === 'string') return '';
  if (typeof pictured === 'number' && pictured < 0 && typeof real === 'number') return pictured;
  if (Array.isArray(real) && Array.isArray(pictured))
    return real.map((one, at) => levelled(one, pictured[at]));
  if (typeof real !== 'object' || real === null || typeof pictured !== 'object' || pictured === null)
    return real;
  const open = pictured as { readonly [name: string]: unknown };
  return Object.fromEntries(
    Object.entries(real)
      .filter(([name]) => name in open || !mayBeOpen.has(name))
      .map(([name, value]) => [name, levelled(value, open[name])]),
  );
}

export function isAsPictured(pictured: unknown, real: unknown): boolean {
  const [one, other] = [lasting(canonical(pictured)), lasting(canonical(real))];
  return isDeepStrictEqual(one, levelled(other, one));
}

export function isSameAnswer(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(lasting(canonical(one)), lasting(canonical(other)));
}

/** For people, cut to a few lines. */
export function shownAnswer(answer: unknown): string {
  return JSON.stringify(lasting(canonical(answer)) ?? null).slice(0, 600);
}
