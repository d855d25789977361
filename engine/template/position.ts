// From a place inside a text to a place in the file that holds the text.
import type { Position } from '../document/value.ts';
import type { Place } from './syntax/nodes.ts';

/**
 * Where a place inside a scalar's text stands in its file. Exact for one-line scalars and block scalars (`|`, `>`) as far
 * as the scalar's own position tells how it was written; otherwise the scalar's position.
 */
export function positionInside(
  position: Position | undefined,
  text: string,
  place: Place | undefined,
): Position | undefined {
  if (!position || !place) return position;
  const lines = text.replace(/\n+$/, '').split('\n').length;
  const spanned = (position.endLine ?? position.line) - position.line + 1;
  if (spanned === 1 && lines === 1 && place.lineno === 0) {
    const width = (position.endColumn ?? position.column) - position.column;
    const quote = width === text.length + 2 ? 1 : 0;
    return { file: position.file, line: position.line, column: position.column + quote + place.colno };
  }
  // A block scalar starts on the line after its sign; its columns are not known here.
  if (spanned > lines) return { file: position.file, line: position.line + 1 + place.lineno, column: 1 };
  return position;
}
