// What a step of the lab gives back: a value, or the reason why it cannot be had on this machine.

/** Told to the user as one sentence that says what is wrong and one that says how to get what is missing. */
export interface Problem {
  readonly summary: string;
  readonly remedy?: string;
  /** The last lines that the failing program printed. */
  readonly output?: string;
}

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export function succeeded<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem };
}

/** The problem as text for a terminal: sentences first, then what the program printed, indented. */
export function describeProblem(problem: Problem): string {
  const sentences = problem.remedy === undefined ? problem.summary : `${problem.summary}; ${problem.remedy}`;
  const output = problem.output?.trim() ?? '';
  return output === '' ? sentences : `${sentences}\n${output.replace(/^/gm, '  ')}`;
}
