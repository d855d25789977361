// Making a thing of which AWS lets two of one name be: two runs at the same moment would make twins.
import { AwsFailure } from './failure.ts';
import { pause } from './wait.ts';

const tries = 6;
/** Milliseconds at least, and as many by chance, until another maker has looked and taken its own back. */
const settling = 2000;
/** At most, until AWS shows what was just made. */
const looks = 20;

interface Making {
  /** What is made, in words. */
  readonly what: string;
  /** Gives the id. */
  readonly make: () => Promise<string>;
  /** Ids of all that would be taken for it. */
  readonly list: () => Promise<readonly string[]>;
  /** Takes back what was just made. */
  readonly remove: (id: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Looks until what was just made is shown: before that AWS may not show what others made either. */
async function listWith(
  id: string,
  list: Making['list'],
  signal: AbortSignal,
  settles: number,
): Promise<readonly string[]> {
  for (let look = 1; ; look += 1) {
    const found = await list();
    if (found.includes(id) || look === looks) return found;
    await pause(settles / 4, signal);
  }
}

/**
 * Makes it and looks who else did. Whoever sees another's takes its own back, and later takes the other's if that is
 * still there, or tries again. So of two makers one sees both at the latest, and two never stay. Gives the id of the one
 * that stays.
 */
export async function makeAlone(
  { what, make, list, remove, signal }: Making,
  settles = settling,
): Promise<string> {
  const removed = new Set<string>();
  for (let tryNumber = 0; tryNumber < tries; tryNumber += 1) {
    const id = await make();
    const others = (await listWith(id, list, signal, settles)).filter(
      (one) => one !== id && !removed.has(one),
    );
    if (others.length === 0) return id;
    await remove(id);
    removed.add(id);
    await pause(settles * (1 + Math.random()), signal);
    const [kept] = (await list()).filter((one) => !removed.has(one)).sort();
    if (kept !== undefined) return kept;
  }
  throw new AwsFailure(
    'Twins',
    'wait',
    `Another run makes ${what}, too, again and again: let one of them end`,
  );
}
