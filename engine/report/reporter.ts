// What the command line knows of a report: it takes events, and is closed at the end.
import type { RunEvent } from '../run/events.ts';

export interface Reporter {
  readonly take: (event: RunEvent) => void;
  /** Waits until everything was written. */
  close(): Promise<void>;
}

/**
 * Handles events one after another, although some have to read contents first.
 * `at` is when the event happened, as performance.now() tells it.
 */
export function inOrder(handle: (event: RunEvent, at: number) => void | Promise<void>): Reporter {
  let waiting: { readonly event: RunEvent; readonly at: number }[] = [];
  let busy: Promise<void> | undefined;
  // Taken by the batch: to shift one by one out of a long queue costs its square.
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      for (const { event, at } of batch) await handle(event, at);
    }
    busy = undefined;
  };
  return {
    take: (event) => {
      waiting.push({ event, at: performance.now() });
      busy ??= drain();
    },
    close: async () => {
      while (busy) await busy;
    },
  };
}

export function allOf(reporters: readonly Reporter[]): Reporter {
  return {
    take: (event) => {
      for (const reporter of reporters) reporter.take(event);
    },
    close: async () => {
      for (const reporter of reporters) await reporter.close();
    },
  };
}
