// Failures that pass with time: a thing that was just made is not known everywhere at once, and what was just removed
// holds on to others for a while. Source: EC2 API reference, "Eventual consistency" and "Error codes".
import { AwsFailure, isNotFound } from './failure.ts';
import { waitUntil, type Look, type Waiting } from './wait.ts';

/** What is to go is still used by another thing. */
function isInUse(error: unknown): boolean {
  return error instanceof AwsFailure && /^DependencyViolation$|InUse$/.test(error.code);
}

/** Makes the call again while it fails in a way that passes; the last failure is what is told. */
export async function whilePassing<T>(
  passes: (error: unknown) => boolean,
  seconds: number,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  const attempt = async (): Promise<Look<T>> => {
    try {
      return { reached: await call() };
    } catch (error) {
      if (!passes(error) || Date.now() >= end || !(error instanceof AwsFailure)) throw error;
      return { still: error.message };
    }
  };
  // The attempt itself ends it, a moment before.
  return waitUntil({ what: 'a call to be taken', seconds: seconds + 1, signal }, attempt);
}

/** The same while something uses what is to go. */
export async function whileInUse<T>(
  seconds: number,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  return whilePassing(isInUse, seconds, signal, call);
}

/** Calls that delete: what is gone already is as wished. */
export async function unlessGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** What is read of a thing; undefined when it went since it was listed. */
export async function ifThere<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return undefined;
  }
}

/** The thing that was just made, once AWS shows it as `isReady` wants it. */
export async function onceShown<T>(
  waiting: Waiting,
  look: () => Promise<readonly T[]>,
  isReady: (thing: T) => boolean = () => true,
): Promise<T> {
  return waitUntil(waiting, async () => {
    // A look for an id that is not known everywhere yet may be refused instead of finding nothing.
    const found = await look().catch((error: unknown) => {
      if (isNotFound(error)) return [];
      throw error;
    });
    const [thing] = found;
    if (thing === undefined) return { still: 'AWS does not show it yet' };
    return isReady(thing) ? { reached: thing } : { still: 'it is not ready yet' };
  });
}
