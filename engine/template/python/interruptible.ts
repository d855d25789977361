// A pattern that goes back over its text again and again can take for ever, and while it does no signal is heard: the
// handlers wait for the event loop. Scripts of node:vm can be broken off by SIGINT; its handlers are then
// called, as they were put aside.
import { Script } from 'node:vm';
import { fail } from '../failure.ts';

const place = Symbol.for('hardway.interruptible');
const whatIsThere = new Script(`globalThis[Symbol.for('hardway.interruptible')]()`);
const holder = globalThis as { [place]?: () => unknown };

/** With fewer than two repeats without an end a match takes time in proportion to its text. */
const repeats = /[*+]|\{\d*,\}/g;

export function interruptible<T>(pattern: string, body: () => T): T {
  if ((pattern.match(repeats) ?? []).length < 2) return body();
  holder[place] = body;
  try {
    return whatIsThere.runInThisContext({ breakOnSigint: true }) as T;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw problem;
    // At once: what is left of a run may end before the loop comes to hear of a signal.
    if (!process.emit('SIGINT', 'SIGINT')) process.kill(process.pid, 'SIGINT');
    return fail(`the regular expression '${pattern}' was interrupted`);
  } finally {
    Reflect.deleteProperty(holder, place);
  }
}
