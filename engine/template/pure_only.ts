// Evaluation that must leave no trace: asking ahead evaluates a task before its turn, only to guess what it will ask.
// Evaluation is synchronous, so one flag reaches every session under way, those of hostvars and nested templates too.

class NotPure extends Error {}

let isPureOnly = false;
let mayReadFiles = true;

/** Files of the control machine and its environment may be read early: the value only guesses a question. */
const harmless = new Set([
  ...['csvfile', 'env', 'file', 'fileglob', 'filetree', 'first_found', 'ini', 'template', 'unvault'].map(
    (name) => `lookup ${name}`,
  ),
  'a test of a file',
  'fileglob',
]);

/** Called by every function that does something or gives another value each time, before it does so. */
export function refuseImpure(what: string): void {
  if (isPureOnly && !(mayReadFiles && harmless.has(what))) throw new NotPure(what);
}

interface PureOptions {
  /** False: files of the control machine count as what changes. */
  readonly readsFiles?: boolean;
}

/** The body's value; undefined when it called what must not be called early. */
export function pureOnly<T>(body: () => T, { readsFiles = true }: PureOptions = {}): T | undefined {
  const [before, couldRead] = [isPureOnly, mayReadFiles];
  isPureOnly = true;
  mayReadFiles = readsFiles;
  try {
    return body();
  } catch (error) {
    if (error instanceof NotPure) return undefined;
    throw error;
  } finally {
    isPureOnly = before;
    mayReadFiles = couldRead;
  }
}
