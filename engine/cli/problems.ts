// Shows problems found before a run, all at once.
import type { Diagnostic } from '../document/diagnostic.ts';
import { countDiagnostics, renderDiagnostic, sortDiagnostics, withoutRepeats } from '../document/render.ts';
import type { Sources } from '../document/source.ts';

/** A problem that needs no place: what failed, and why or what to do. */
export function oneLine({ summary, detail }: Diagnostic): string {
  return detail === undefined ? summary : `${summary}: ${detail}`;
}

export interface Verdict {
  readonly mayRun: boolean;
}

export interface Showing {
  /** A warning stops as well. */
  readonly isStrict?: boolean;
  /** What an error leaves. */
  readonly undone?: string;
}

/** Writes them to stderr. */
export function showProblems(
  problems: readonly Diagnostic[],
  sources: Sources,
  { isStrict = false, undone = 'nothing was run' }: Showing = {},
): Verdict {
  const sorted = sortDiagnostics(withoutRepeats(problems));
  const colour = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  const options = { colour, folder: process.cwd() };
  for (const problem of sorted) process.stderr.write(`${renderDiagnostic(problem, sources, options)}\n\n`);
  const stopping = sorted.some(({ severity }) => severity === 'error' || isStrict);
  if (stopping) {
    process.stderr.write(`${countDiagnostics(sorted)}; ${undone}\n`);
    return { mayRun: false };
  }
  return { mayRun: true };
}
