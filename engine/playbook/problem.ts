// Short forms for making diagnostics of the playbook layer, and words for values in them.
import type { Diagnostic, DiagnosticCode } from '../document/diagnostic.ts';
import { nearFile } from '../document/near_file.ts';
import { nearestName } from '../document/nearest.ts';
import {
  bare,
  Float,
  type Dict,
  type Key,
  keyPositionOf,
  type List,
  type Position,
  positionOf,
  Undefined,
  Unknown,
  type Value,
} from '../document/value.ts';

export function error(
  code: DiagnosticCode,
  summary: string,
  position: Position,
  detail?: string,
): Diagnostic {
  return { code, severity: 'error', summary, position, ...(detail === undefined ? {} : { detail }) };
}

export function warning(
  code: DiagnosticCode,
  summary: string,
  position: Position,
  detail?: string,
): Diagnostic {
  return { ...error(code, summary, position, detail), severity: 'warning' };
}

/** `a dict`, `text`, `a number`: what stands there, for "must be ..., not ...". */
export function kindOfValue(value: Value): string {
  const inner = bare(value);
  if (inner === null) return 'nothing';
  if (inner instanceof Map) return 'a dict';
  if (Array.isArray(inner)) return 'a list';
  if (typeof inner === 'string') return 'text';
  if (typeof inner === 'boolean') return 'a boolean';
  if (inner instanceof Float || typeof inner === 'number' || typeof inner === 'bigint') return 'a number';
  if (inner instanceof Undefined || inner instanceof Unknown) return 'a value not known yet';
  return 'an unknown value';
}

/** `Did you mean copy?`, or `otherwise` when no name is near. */
export function suggestion(
  name: string,
  candidates: Iterable<string>,
  otherwise?: string,
): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? otherwise : `Did you mean ${nearest}?`;
}

/** `Did you mean tasks/main.yml?` before what is said of a file that is not found below these folders. */
export function fileSuggestion(name: string, folders: readonly string[], otherwise = ''): string | undefined {
  const near = nearFile(name, folders);
  return [near === undefined ? '' : `Did you mean ${near}?`, otherwise].join(' ').trim() || undefined;
}

/** Whether one of these names is a misspelt `name`: that it seems to be missing follows from it. */
export function isMisspelt(name: string, given: Iterable<string>, candidates: Iterable<string>): boolean {
  const known = [...candidates];
  return [...given].some((each) => !known.includes(each) && nearestName(each, known) === name);
}

/** Where the value of an entry stands; the container's own place when it was computed. */
export function valuePlace(container: List | Dict, key: Key, otherwise: Position): Position {
  return positionOf(container, key) ?? otherwise;
}

/** Where the key of an entry stands; else its value, else the container. */
export function keyPlace(container: List | Dict, key: Key, otherwise: Position): Position {
  return keyPositionOf(container, key) ?? positionOf(container, key) ?? otherwise;
}

/** A scalar as text for a message or a tag; a list or dict by its kind. */
export function scalarText(value: Value): string {
  const inner = bare(value);
  if (typeof inner === 'string') return inner;
  if (typeof inner === 'number' || typeof inner === 'bigint' || typeof inner === 'boolean')
    return String(inner);
  return inner instanceof Float ? String(inner.value) : kindOfValue(inner);
}
