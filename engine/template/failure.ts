// How an evaluation ends early. Inside the interpreter a problem is thrown, as it may arise at any depth of an
// expression; the functions of template.ts catch it and give it back as a value. Nothing else of the engine sees it.
import type { Diagnostic, DiagnosticCode } from '../document/diagnostic.ts';
import { Locked, Undefined, type Unknown } from '../document/value.ts';
import type { Place } from './syntax/nodes.ts';

/** A problem on its way out of the interpreter. `place` is inside the text, set by the node that was being evaluated. */
export class Failure extends Error {
  readonly code: DiagnosticCode;
  readonly detail: string | undefined;
  place: Place | undefined;
  /** The template file that holds the place; empty for the text that the evaluation began with. */
  file: string | undefined;
  /** Set when the problem was already told with its position by an inner evaluation. */
  readonly told: Diagnostic | undefined;

  constructor(code: DiagnosticCode, summary: string, detail?: string, told?: Diagnostic) {
    super(summary);
    this.code = code;
    this.detail = detail;
    this.told = told;
  }
}

/** What an inline `if` without `else` gives: it prints as nothing and is false, but has no attributes and no value. */
export class Nothing extends Undefined {}

/** A name without a value was needed. Apart from other failures because `default` and `is defined` stop it. */
export class UndefinedFailure extends Failure {
  readonly missing: Undefined;
  constructor(missing: Undefined) {
    const code = missing instanceof Locked ? 'vault' : 'template-undefined';
    super(code, missing.hint ?? `${missing.name} is undefined`);
    this.missing = missing;
    const known = written.get(missing);
    this.place = known?.place;
    this.file = known && (known.file ?? '');
  }
}

const written = new WeakMap<Undefined, { readonly place: Place; readonly file: string | undefined }>();

/** `{{ }}` wrote this value: when the output is put together later and fails for it, that is the place. */
export function noteWritten(missing: Undefined, place: Place, file: string | undefined): void {
  written.set(missing, { place, file });
}

/** An expression needed a value that only a real run gives: the whole expression is Unknown. */
export class UnknownReached extends Error {
  readonly unknown: Unknown;
  constructor(unknown: Unknown) {
    super(`waits for ${unknown.waitsFor}`);
    this.unknown = unknown;
  }
}

export function fail(summary: string, detail?: string): never {
  throw new Failure('template-failed', summary, detail);
}
