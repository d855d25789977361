// Waiting for what AWS does after a call: states that come by themselves, within a limit.
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsFailure } from './failure.ts';

/** Ends early, with a failure, when the run is interrupted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new AwsFailure('Aborted', 'wait', 'The run was interrupted');
  }
}

/** What a look found: what was waited for, or how far it is, in words; a function where these must be asked for. */
export type Look<T> = { readonly reached: T } | { readonly still: string | (() => Promise<string>) };

export interface Waiting {
  /** `instance web (i-1) to run`; stands in the message when the limit is reached. */
  readonly what: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Milliseconds between looks; doubled at each, up to the longest. */
const firstPause = 250;
const longestPause = 5000;

/** Looks until it is reached. A look that can never succeed throws. */
export async function waitUntil<T>(
  { what, seconds, signal }: Waiting,
  look: () => Promise<Look<T>>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (let between = firstPause; ; between = Math.min(longestPause, between * 2)) {
    const found = await look();
    if ('reached' in found) return found.reached;
    const left = end - Date.now();
    if (left <= 0)
      throw new AwsFailure(
        'WaitTimeout',
        'wait',
        `Waited ${seconds} s for ${what}: ${typeof found.still === 'string' ? found.still : await found.still()}. Look at it in AWS, or give more wait_timeout`,
      );
    await pause(Math.min(between, left), signal);
  }
}
