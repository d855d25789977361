// CONTRACT. Problems are values. They are collected on the way, sorted and rendered once, at the edge.
import type { Position } from './value.ts';

export type Severity = 'error' | 'warning';

/**
 * What a problem is about, for filters and tests. A closed list: a new kind of problem adds a code here.
 */
export type DiagnosticCode =
  | 'yaml-syntax'
  | 'yaml-duplicate-key'
  | 'vault'
  | 'file-not-found'
  | 'file-unreadable'
  | 'wrong-type'
  | 'unknown-keyword'
  | 'conflicting-keywords'
  | 'missing-keyword'
  | 'unknown-module'
  | 'unsupported-module'
  | 'no-module'
  | 'module-failed'
  | 'several-modules'
  | 'unknown-parameter'
  | 'missing-parameter'
  | 'bad-parameter'
  | 'bad-pattern'
  | 'unknown-role'
  | 'unknown-handler'
  | 'unknown-tag'
  | 'unknown-task'
  | 'template-syntax'
  | 'template-undefined'
  | 'template-failed'
  | 'template-unknown'
  | 'unknown-filter'
  | 'unknown-test'
  | 'unknown-lookup'
  | 'inventory-syntax'
  | 'unknown-host-pattern'
  | 'unknown-group'
  | 'recursion'
  | 'bad-option'
  | 'unsupported'
  | 'deprecated'
  | 'background-failed'
  | 'not-asked'
  | 'requirement'
  | 'fetch-failed'
  | 'unsafe-content'
  | 'in-the-way'
  | 'lock';

export interface RelatedPlace {
  readonly message: string;
  readonly position: Position;
}

/**
 * One problem. `summary` says what failed in a findable sentence without a full stop; `detail` says what was found and
 * what to do, naming the nearest right name when there is one.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly summary: string;
  readonly detail?: string;
  readonly position?: Position;
  readonly related?: readonly RelatedPlace[];
}

/** A value, or why there is none. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Diagnostic };

export function success<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failure<T = never>(problem: Diagnostic): Outcome<T> {
  return { ok: false, problem };
}
