// What stops an installation, from deep inside of a fetch or an archive, as a value that the edge shows.
import {
  type Diagnostic,
  type DiagnosticCode,
  failure,
  type Outcome,
  success,
} from '../document/diagnostic.ts';
import type { Position } from '../document/value.ts';
import { withoutSecrets } from './address.ts';

/** An error, at its place where it has one. */
export function problemAt(
  position: Position | undefined,
  code: DiagnosticCode,
  summary: string,
  detail?: string,
): Diagnostic {
  return {
    ...{ code, severity: 'error', summary },
    ...(detail === undefined ? {} : { detail }),
    ...(position === undefined ? {} : { position }),
  };
}

/** Thrown and caught inside this folder only: `outcomeOf` makes a value of it. */
class Refusal extends Error {
  readonly problem: Diagnostic;
  constructor(problem: Diagnostic) {
    super(problem.summary);
    this.problem = problem;
  }
}

export function refuse(code: DiagnosticCode, summary: string, detail?: string, position?: Position): never {
  const shown = detail === undefined ? undefined : withoutSecrets(detail);
  throw new Refusal(problemAt(position, code, withoutSecrets(summary), shown));
}

export function isRefusal(error: unknown): error is Error {
  return error instanceof Refusal;
}

/** Passwords of addresses are taken out of what the system or a program says. */
export function reasonOf(error: unknown): string {
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** The value, or why there is none: a refusal, or what the file system refused. */
export async function outcomeOf<T>(
  what: string,
  work: () => T | Promise<T>,
  position?: Position,
): Promise<Outcome<T>> {
  const place = position === undefined ? {} : { position };
  try {
    return success(await work());
  } catch (error) {
    if (error instanceof Refusal) return failure({ ...place, ...error.problem });
    if (!isSystemError(error)) throw error;
    const summary = withoutSecrets(`${what} failed`);
    return failure({ code: 'fetch-failed', severity: 'error', summary, detail: reasonOf(error), ...place });
  }
}
