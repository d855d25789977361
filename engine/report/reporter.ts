// What the command line knows of a report: it takes events, and is closed at the end.
import type { RunEvent } from '../run/events.ts';

export interface Reporter {
  readonly take: (event: RunEvent) => void;
  /** Waits until everything was written. */
  close(): Promise<void>;
}

/** Handles events one after another, although some have to read contents first. */
export function inOrder(handle: (event: RunEvent) => void | Promise<void>): Reporter {
  const waiting: RunEvent[] = [];
  let busy: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    for (let event = waiting.shift(); event; event = waiting.shift()) await handle(event);
    busy = undefined;
  };
  return {
    take: (event) => {
      waiting.push(event);
      busy ??= drain();
    },
    close: async () => {
      while (busy) await busy;
    },
  };
}
