// Shows problems found before a run, all at once.
import type { Diagnostic } from '../document/diagnostic.ts';
import { renderDiagnostic, sortDiagnostics } from '../document/render.ts';
import type { Sources } from '../document/source.ts';

export interface Verdict {
  readonly mayRun: boolean;
}

/** Writes them to stderr. With `strict` a warning stops as well. */
export function showProblems(problems: readonly Diagnostic[], sources: Sources, isStrict = false): Verdict {
  const sorted = sortDiagnostics(problems);
  const colour = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  for (const problem of sorted) process.stderr.write(`${renderDiagnostic(problem, sources, { colour })}\n\n`);
  const errors = sorted.filter(({ severity }) => severity === 'error').length;
  const warnings = sorted.length - errors;
  if (errors > 0 || (isStrict && warnings > 0)) {
    const counts = [
      errors > 0 ? `${errors} error${errors === 1 ? '' : 's'}` : '',
      warnings > 0 ? `${warnings} warning${warnings === 1 ? '' : 's'}` : '',
    ];
    process.stderr.write(`${counts.filter((text) => text !== '').join(', ')}; nothing was run\n`);
    return { mayRun: false };
  }
  return { mayRun: true };
}
