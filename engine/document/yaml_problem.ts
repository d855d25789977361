// Syntax errors of the YAML parser in words that say what was meant.
import type { YAMLError } from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import type { Position } from './value.ts';

interface Explanation {
  readonly summary: string;
  readonly detail: string;
  /** Where the cause stands on the line, counted from 0, when that is not where the parser gave up. */
  readonly column?: number;
}

export const unquotedTemplate = {
  summary: 'Value begins with a template and is not quoted',
  detail: 'YAML reads { as the start of a dict; quote the whole value: "{{ ... }}"',
};

/** The diagnostic for a parser error. `text` is the whole file. */
export function syntaxProblem(error: YAMLError, text: string, position: Position): Diagnostic {
  const lines = text.split(/\r?\n/);
  const line = lines[position.line - 1] ?? '';
  const found = explainLine(line, error) ?? explainBefore(lines, position, error);
  if (found) {
    const { column, ...words } = found;
    const at =
      column === undefined
        ? position
        : {
            file: position.file,
            line: position.line,
            column: column + 1,
            endLine: position.line,
            endColumn: column + 2,
          };
    return { code: 'yaml-syntax', severity: 'error', ...words, position: at };
  }
  const [summary, detail] = byCode[error.code] ?? [firstLine(error.message), undefined];
  return {
    code: 'yaml-syntax',
    severity: 'error',
    summary,
    ...(detail === undefined ? {} : { detail }),
    position,
  };
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/[.:]$/, '');
}

/** Mistakes that the text of the line itself gives away. */
function explainLine(line: string, error: YAMLError): Explanation | undefined {
  const tab = /^ *\t/.exec(line);
  if (tab)
    return {
      summary: 'Tab in the indentation',
      detail: 'YAML is indented with spaces only: replace the tab',
      column: tab[0].length - 1,
    };
  const template = /(?:^\s*|[:-]\s+)(\{\{)/.exec(line);
  if (template)
    return {
      ...unquotedTemplate,
      column: template.index + template[0].length - 2,
    };
  const afterQuote = /[:-]\s+(["'])(?:(?!\1).)*\1\s*[^\s#,\]}:]/.exec(line);
  if (afterQuote && error.code === 'UNEXPECTED_TOKEN')
    return {
      summary: 'Text goes on after the closing quote',
      detail: 'Quote the whole value, or none of it',
      column: afterQuote.index + afterQuote[0].length - 1,
    };
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY') return nestedColon(line);
  const glued = /^\s*(?:- +)?[\w.-]+:(?=[^\s:/])/.exec(line);
  if (glued && (error.code === 'MISSING_CHAR' || error.code === 'MULTILINE_IMPLICIT_KEY'))
    return {
      summary: 'Space is missing after a colon',
      detail: 'A key is followed by a colon and a space: `key: value`',
      column: glued[0].length - 1,
    };
  return undefined;
}

function nestedColon(line: string): Explanation {
  const colons = [...line.matchAll(/:(?=\s|$)/g)];
  const second = colons[1]?.index;
  return {
    summary: 'Value holds a colon and a space and is not quoted',
    detail: 'YAML reads `: ` as a key and its value; quote the whole value',
    ...(second === undefined ? {} : { column: second }),
  };
}

/** Mistakes whose cause is the key without a colon, or the wrong indentation, on or before the line. */
function explainBefore(
  lines: readonly string[],
  position: Position,
  error: YAMLError,
): Explanation | undefined {
  if (error.code === 'MISSING_CHAR' && /Implicit map keys need/.test(error.message)) {
    const line = lines[position.line - 1] ?? '';
    const glued = /:(?=\S)/.exec(line);
    return glued
      ? {
          summary: 'Space is missing after a colon',
          detail: 'A key is followed by a colon and a space: `key: value`',
          column: glued.index,
        }
      : {
          summary: 'Line has no colon',
          detail:
            'In a dict every entry is `key: value`; text that goes on from the line before is indented more',
        };
  }
  return undefined;
}

const indentation = 'Line is indented wrongly';
const byCode: Readonly<Record<string, readonly [string, string] | undefined>> = {
  BAD_INDENT: [indentation, 'Entries of one list or dict begin in the same column'],
  TAB_AS_INDENT: ['Tab in the indentation', 'YAML is indented with spaces only: replace the tab'],
  MULTILINE_IMPLICIT_KEY: [
    'Key goes on over several lines',
    'A colon is missing on an earlier line, or a line is indented wrongly',
  ],
  BAD_DQ_ESCAPE: [
    'Unknown escape in double quotes',
    'Write \\\\ for a backslash, or use single quotes, in which nothing is escaped',
  ],
  BAD_SCALAR_START: [
    'Plain text cannot begin with this character',
    'Quote the value: @, `, % and the like have a meaning in YAML',
  ],
  DUPLICATE_KEY: ['Key is given twice', 'Remove one of them'],
  BLOCK_IN_FLOW: ['Indented block inside brackets', 'Inside [ ] and { } use the bracket form only'],
  RESOURCE_EXHAUSTION: ['Nested too deeply', 'At most 250 lists and dicts may stand in each other'],
  KEY_OVER_1024_CHARS: ['Key is longer than 1024 characters', 'A quote or colon is probably missing'],
};
