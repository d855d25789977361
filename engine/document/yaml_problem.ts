// Syntax errors of the YAML parser in words that say what was meant.
import type { YAMLError } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import type { Position } from './value.ts';
import { findMistake } from './yaml_mistakes.ts';

/** The diagnostic for a parser error. `text` is the whole file, `position` where the parser gave up. */
export function syntaxProblem(error: YAMLError, text: string, position: Position): Diagnostic {
  const lines = text.split(/\r?\n/);
  const row = position.line - 1;
  const mistake = findMistake({
    code: error.code,
    message: error.message,
    lines,
    row,
    column: position.column - 1,
  });
  if (mistake) {
    const { summary, detail } = mistake;
    const isMoved = mistake.row !== undefined || mistake.column !== undefined;
    const at = isMoved ? place(position.file, mistake.row ?? row, mistake.column ?? 0) : position;
    return { code: 'yaml-syntax', severity: 'error', summary, detail, position: at };
  }
  const [summary, detail] = byCode[error.code] ?? [firstLine(error.message), undefined];
  const details = detail === undefined ? {} : { detail };
  return { code: 'yaml-syntax', severity: 'error', summary, ...details, position };
}

function place(file: string, row: number, column: number): Position {
  return { file, line: row + 1, column: column + 1, endLine: row + 1, endColumn: column + 2 };
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/[.:]$/, '');
}

const plainStart: readonly [string, string] = [
  'Plain text cannot begin with this character',
  'Quote the value: @, `, %, *, & and the like have a meaning in YAML',
];
const byCode: Readonly<Record<string, readonly [string, string] | undefined>> = {
  TAB_AS_INDENT: ['Tab in the indentation', 'YAML is indented with spaces only: replace the tab'],
  MULTILINE_IMPLICIT_KEY: [
    'Key goes on over several lines',
    'A colon is missing on an earlier line, or a line is indented wrongly',
  ],
  BAD_DQ_ESCAPE: [
    'Unknown escape in double quotes',
    'Write \\\\ for a backslash, or use single quotes, in which nothing is escaped',
  ],
  BAD_SCALAR_START: plainStart,
  BAD_ALIAS: plainStart,
  BLOCK_IN_FLOW: ['Indented block inside brackets', 'Inside [ ] and { } use the bracket form only'],
  RESOURCE_EXHAUSTION: ['Nested too deeply', 'At most 250 lists and dicts may stand in each other'],
  KEY_OVER_1024_CHARS: ['Key is longer than 1024 characters', 'A quote or colon is probably missing'],
};
