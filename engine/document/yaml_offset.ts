// Where a character of a scalar's text stands in its YAML file: quotes, escapes, folding and indentation taken back.
import type { Sources } from './source.ts';
import type { Position } from './value.ts';

/** For each character of the decoded text (and one past its end), its offset in the file from the scalar's start. */
type Offsets = readonly number[];

/**
 * The place of the character at `offset` of a scalar that begins at `at`. `length` is how many characters are meant.
 * Falls back to the scalar's own place when its file was not kept.
 */
export function positionInScalar(sources: Sources, at: Position, offset: number, length = 1): Position {
  const text = sources.text(at.file);
  if (text === undefined) return at;
  const start = offsetOf(text, at);
  const offsets = offsetsOf(text.slice(start), at.column - 1, text, start);
  const last = Math.max(0, offsets.length - 1);
  const from = start + (offsets[Math.min(offset, last)] ?? 0);
  const to = start + (offsets[Math.min(offset + length, last)] ?? 0);
  const begin = placeOf(text, from);
  const end = placeOf(text, Math.max(to, from + 1));
  const isOneLine = end.line === begin.line;
  return {
    file: at.file,
    ...begin,
    endLine: begin.line,
    endColumn: isOneLine ? end.column : lineEnd(text, from) - from + begin.column,
  };
}

/**
 * A place inside a scalar's text, exactly. Where the text is only a part of the scalar (`key=value` words), its place in
 * the line is searched; otherwise the scalar's own place is given.
 */
export function exactPosition(sources: Sources, position: Position): Position {
  const { within, ...plain } = position;
  if (within === undefined) return position;
  const { at, text, offset } = within;
  const file = sources.text(at.file);
  if (file === undefined) return plain;
  const start = offsetOf(file, at);
  const offsets = offsetsOf(file.slice(start), at.column - 1, file, start);
  const length = /^[\w.]+/.exec(text.slice(offset))?.[0].length ?? 1;
  if (isWritten(file, start, offsets, text)) {
    const last = text.trimEnd().length - 1;
    if (offset <= last) return positionInScalar(sources, at, offset, length);
    // Where the text ends too early: just behind it.
    const { line, column } = positionInScalar(sources, at, last);
    return { file: at.file, line, column: column + 1 };
  }
  const line = sources.line(at.file, at.line) ?? '';
  const found = line.indexOf(text, at.column - 1);
  if (found < 0 || line.includes(text, found + 1)) return at;
  const column = found + offset + 1;
  return { file: at.file, line: at.line, column, endLine: at.line, endColumn: column + length };
}

/** Whether the file's characters are those of the text, but for escapes and folded line ends. */
function isWritten(file: string, start: number, offsets: Offsets, text: string): boolean {
  for (let index = 0; index < text.trimEnd().length; index += 1) {
    const at = offsets[index];
    if (at === undefined) return false;
    const [written, meant] = [file.charAt(start + at), text.charAt(index)];
    const isSame = written === meant || written === '\\' || (/\s/.test(written) && /\s/.test(meant));
    if (!isSame) return false;
  }
  return true;
}

function offsetOf(text: string, { line, column }: Position): number {
  let start = 0;
  for (let count = 1; count < line; count += 1) {
    const next = text.indexOf('\n', start);
    if (next === -1) break;
    start = next + 1;
  }
  return start + column - 1;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function offsetsOf(rest: string, column: number, text: string, start: number): Offsets {
  switch (rest[0]) {
    case '"':
    case "'":
      return flowOffsets(rest, 1, rest[0]);
    case '|':
    case '>':
      return blockOffsets(rest, parentIndent(text, start, column));
    default:
      return flowOffsets(rest, 0, undefined);
  }
}

/** Plain and quoted text: line breaks with the blanks around them are one space, or one break fewer than there are. */
function flowOffsets(rest: string, from: number, quote: string | undefined): Offsets {
  const offsets: number[] = [];
  let at = from;
  while (at < rest.length) {
    const character = rest.charAt(at);
    if (character === quote && !(quote === "'" && rest[at + 1] === "'")) break;
    const fold = /^[ \t]*\r?\n\s*/.exec(rest.slice(at));
    if (fold) {
      const breaks = fold[0].split('\n').length - 1;
      for (let count = 0; count < Math.max(1, breaks - 1); count += 1) offsets.push(at);
      at += fold[0].length;
      continue;
    }
    const width = elementWidth(rest, at, quote);
    if (width.decoded > 0) offsets.push(...Array.from({ length: width.decoded }, () => at));
    at += width.written;
  }
  return [...offsets, at];
}

/** How many characters an element is written with, and how many UTF-16 units of text it stands for. */
function elementWidth(
  rest: string,
  at: number,
  quote: string | undefined,
): { written: number; decoded: number } {
  const character = rest.charAt(at);
  if (quote === "'" && character === "'") return { written: 2, decoded: 1 };
  if (quote !== '"' || character !== '\\') return { written: 1, decoded: 1 };
  const escape = /^\\(?:x..|u.{4}|U.{8}|\r?\n[ \t]*|.)/s.exec(rest.slice(at))?.[0] ?? '\\';
  if (/^\\\r?\n/.test(escape)) return { written: escape.length, decoded: 0 };
  const isAstral = escape.startsWith('\\U') && parseInt(escape.slice(2), 16) > 0xffff;
  return { written: escape.length, decoded: isAstral ? 2 : 1 };
}

/** The indentation of the line that a block scalar's header stands on, beyond which its text is indented. */
function parentIndent(text: string, start: number, column: number): number {
  const line = text.slice(start - column, start);
  // Inside `- key: |` the key's own column counts.
  const dashes = /^ *(?:- +)*/.exec(line)?.[0] ?? '';
  return /\S/.test(line.slice(dashes.length)) ? dashes.length : Math.max(0, dashes.lastIndexOf('-'));
}

/** Literal and folded blocks. */
function blockOffsets(rest: string, parent: number): Offsets {
  const header = /^[^\n]*\n?/.exec(rest)?.[0] ?? '';
  const lines = linesFrom(rest, header.length);
  const indicated = /[1-9]/.exec(header.split('#')[0] ?? '')?.[0];
  const firstText = lines.find(({ text }) => text.trim() !== '');
  const indent = indicated === undefined ? leading(firstText?.text ?? '') : parent + Number(indicated);
  const offsets: number[] = [];
  const isFolded = rest.startsWith('>');
  for (const [index, { text, at }] of lines.entries()) {
    if (text.trim() !== '' && leading(text) < indent) break;
    const content = text.slice(indent);
    for (let unit = 0; unit < content.length; unit += 1) offsets.push(at + indent + unit);
    if (!(isFolded && isLastBreakDropped(lines, index, indent))) offsets.push(at + text.length);
  }
  return offsets.length > 0 ? offsets : [0];
}

interface Line {
  readonly text: string;
  readonly at: number;
}

function linesFrom(rest: string, from: number): Line[] {
  let at = from;
  return rest
    .slice(from)
    .split('\n')
    .map((text) => {
      const line = { text: text.replace(/\r$/, ''), at };
      at += text.length + 1;
      return line;
    });
}

function leading(text: string): number {
  return text.length - text.trimStart().length;
}

/** In a folded block, of the breaks between two lines of text one is dropped when empty lines stand between them. */
function isLastBreakDropped(lines: readonly Line[], index: number, indent: number): boolean {
  const isPlain = (text: string | undefined): boolean =>
    text !== undefined && text.trim() !== '' && leading(text) === indent;
  const here = lines[index]?.text;
  const next = lines[index + 1]?.text;
  if (!isPlain(here) || next?.trim() !== '') return false;
  const after = lines.slice(index + 1).find(({ text }) => text.trim() !== '');
  return isPlain(after?.text);
}
