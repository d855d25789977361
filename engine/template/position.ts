// From a place inside a text to a place in the file that holds the text.
import type { Position } from '../document/value.ts';
import type { Place } from './syntax/nodes.ts';

function offsetOf(text: string, { lineno, colno }: Place): number {
  let start = 0;
  for (let line = 0; line < lineno; line += 1) start = text.indexOf('\n', start) + 1;
  return start + colno;
}

/**
 * Where a place inside a scalar's text stands in its file, as far as can be told without the file: right for text that
 * is written on one line without escapes. `within` lets `exactPosition` tell it for all others.
 */
export function positionInside(
  position: Position | undefined,
  text: string,
  place: Place | undefined,
): Position | undefined {
  if (!position || !place || text === '') return position;
  const within = { at: position, text, offset: offsetOf(text, place) };
  const isOneLine = (position.endLine ?? position.line) === position.line && place.lineno === 0;
  if (!isOneLine || text.trimEnd().includes('\n')) return { ...position, within };
  const width = (position.endColumn ?? position.column) - position.column;
  const quote = width === text.length + 2 ? 1 : 0;
  return { file: position.file, line: position.line, column: position.column + quote + place.colno, within };
}

/** Where a template file begins that has a header line. */
export function afterHeader(text: string, position: Position): Position {
  return text.startsWith('#jinja2:') ? { ...position, line: position.line + 1 } : position;
}

/** The place of a character of a text. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { lineno: before.length - 1, colno: before.at(-1)?.length ?? 0 };
}

/** The same for a text that is the rest of a file from `position` on. With `text`, the word there is underlined. */
export function positionInFile(position: Position, place: Place, text = ''): Position {
  const line = position.line + place.lineno;
  const column = (place.lineno === 0 ? position.column : 1) + place.colno;
  const word = /^[\w.]+/.exec(text.split('\n')[place.lineno]?.slice(place.colno) ?? '')?.[0];
  const end = word === undefined ? {} : { endLine: line, endColumn: column + word.length };
  return { file: position.file, line, column, ...end };
}
