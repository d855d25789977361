// Making a thing once: AWS has no token of the client's for most kinds of thing, so a lost reply must not lead to a
// second call before it was looked whether the first was done.
import { AwsFailure, isOutcomeUnknown, isThrottled } from './failure.ts';
import { pause } from './wait.ts';

const tries = 8;
/** Milliseconds; doubled at each try, up to the longest. */
const firstPause = 250;
const longestPause = 8000;

/** Some time between half of it and all of it, so that several callers do not come back together. */
function pauseBefore(tryNumber: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(longestPause, firstPause * 2 ** tryNumber);
  return pause(longest / 2 + Math.random() * (longest / 2), signal);
}

/**
 * Calls `make` (by a client of `once`) until it is done. A call that was refused for its rate is made again; after one
 * whose outcome is unknown `find` is asked first, and what it finds is what was made.
 */
export async function makeOnce<T>(
  make: () => Promise<T>,
  find: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  for (let tryNumber = 0; ; tryNumber += 1) {
    try {
      return await make();
    } catch (error) {
      const again = error instanceof AwsFailure && (isThrottled(error.code) || isOutcomeUnknown(error));
      if (!again || tryNumber + 1 >= tries || signal.aborted) throw error;
      await pauseBefore(tryNumber, signal);
      if (isOutcomeUnknown(error)) {
        const found = await find();
        if (found !== undefined) return found;
      }
    }
  }
}
