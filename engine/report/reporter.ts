// What the command line knows of a report: it takes events, and is closed at the end.
import type { RunEvent } from '../run/events.ts';

/** A report that stands still while a question is at the terminal. */
interface Held {
  /** A text as the report would show it, without secrets. */
  shown(text: string): string;
  release(): void;
}

export interface Reporter {
  readonly take: (event: RunEvent) => void;
  /** Waits until what was taken so far is written, and writes no more until it is released. */
  hold?(): Promise<Held>;
  /** Waits until everything was written. */
  close(): Promise<void>;
}

type Taken =
  | { readonly event: RunEvent; readonly at: number }
  | { readonly reached: () => void; readonly until: Promise<void> };

interface InOrder extends Reporter {
  /** The same as `hold`; gives what releases it. */
  stop(): Promise<() => void>;
}

/**
 * Handles events one after another, although some have to read contents first.
 * `at` is when the event happened, as performance.now() tells it.
 */
export function inOrder(handle: (event: RunEvent, at: number) => void | Promise<void>): InOrder {
  let waiting: Taken[] = [];
  let busy: Promise<void> | undefined;
  // Taken by the batch: to shift one by one out of a long queue costs its square.
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      for (const one of batch)
        if ('event' in one) await handle(one.event, one.at);
        else {
          one.reached();
          await one.until;
        }
    }
    busy = undefined;
  };
  return {
    take: (event) => {
      waiting.push({ event, at: performance.now() });
      busy ??= drain();
    },
    stop: () =>
      new Promise((resolve) => {
        let release: () => void = () => undefined;
        const until = new Promise<void>((end) => (release = end));
        waiting.push({ reached: () => resolve(release), until });
        busy ??= drain();
      }),
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
    hold: async () => {
      const held: Held[] = [];
      for (const reporter of reporters) if (reporter.hold) held.push(await reporter.hold());
      return {
        shown: (text) => held.reduce((left, one) => one.shown(left), text),
        release: () => {
          for (const one of held) one.release();
        },
      };
    },
    close: async () => {
      for (const reporter of reporters) await reporter.close();
    },
  };
}
