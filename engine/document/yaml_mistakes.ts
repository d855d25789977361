// Common mistakes in YAML, known by the text around the place where the parser gave up.

export interface Refused {
  /** The parser's kind of error and its words. */
  readonly code: string;
  readonly message: string;
  readonly lines: readonly string[];
  /** Where it gave up; both count from 0. */
  readonly row: number;
  readonly column: number;
}

export interface Mistake {
  readonly summary: string;
  readonly detail: string;
  /** Where the cause stands when it is not where the parser gave up; both count from 0. */
  readonly row?: number;
  readonly column?: number;
}

type Detector = (refused: Refused) => Mistake | undefined;

export const unquotedTemplate = {
  summary: 'Value begins with a template and is not quoted',
  detail: 'YAML reads { as the start of a dict; quote the whole value: "{{ ... }}"',
};
const missingSpace = {
  summary: 'Space is missing after a colon',
  detail: 'A key is followed by a colon and a space: `key: value`',
};
const noColon = {
  summary: 'Line has no colon',
  detail: 'In a dict every entry is `key: value`; text that goes on from the line before is indented more',
};

const lineOf = ({ lines, row }: Refused): string => lines[row] ?? '';

const tab: Detector = (refused) => {
  const found = /^ *\t/.exec(lineOf(refused));
  return found
    ? {
        summary: 'Tab in the indentation',
        detail: 'YAML is indented with spaces only: replace the tab',
        column: found[0].length - 1,
      }
    : undefined;
};

const template: Detector = (refused) => {
  const found = /(?:^\s*|[:-]\s+)(\{\{)/.exec(lineOf(refused));
  return found ? { ...unquotedTemplate, column: found.index + found[0].length - 2 } : undefined;
};

/** The line above (or this one) on which a quote begins and does not end. */
const openQuote: Detector = ({ code, message, lines, row }) => {
  if (code !== 'MISSING_CHAR' || !message.startsWith('Missing closing')) return undefined;
  for (let above = Math.min(row, lines.length - 1); above >= 0; above -= 1) {
    const line = lines[above] ?? '';
    for (const found of line.matchAll(/(?:^\s*|[:-]\s+|[,[{]\s*)(["'])/g)) {
      const column = found.index + found[0].length - 1;
      if (!line.includes(found[1] ?? '', column + 1))
        return {
          summary: 'Quote is not closed',
          detail: 'The closing quote is missing, or a line of the text is indented less than its key',
          row: above,
          column,
        };
    }
  }
  return undefined;
};

/** The bracket that is still open where the parser gave up. */
const openBracket: Detector = ({ code, message, lines, row, column: end }) => {
  if (!/^Flow (?:map|sequence)/.test(message) || (code !== 'BAD_INDENT' && code !== 'MISSING_CHAR'))
    return undefined;
  let closed = 0;
  for (let above = Math.min(row, lines.length - 1); above >= 0; above -= 1) {
    const whole = lines[above] ?? '';
    const line = above === row ? whole.slice(0, end) : whole;
    for (let column = line.length - 1; column >= 0; column -= 1) {
      if ('])}'.includes(line.charAt(column))) closed += 1;
      else if (!'[{'.includes(line.charAt(column))) continue;
      else if (closed > 0) closed -= 1;
      else
        return {
          summary: 'Bracket is not closed',
          detail: `A ${line.charAt(column) === '[' ? ']' : '}'} is missing`,
          row: above,
          column,
        };
    }
  }
  return undefined;
};

const afterQuote: Detector = (refused) => {
  const found = /[:-]\s+(["'])(?:(?!\1).)*\1\s*[^\s#,\]}:]/.exec(lineOf(refused));
  if (!found || refused.code !== 'UNEXPECTED_TOKEN') return undefined;
  return {
    summary: 'Text goes on after the closing quote',
    detail: 'Quote the whole value with the other kind of quotes, or none of it',
    column: found.index + found[0].length - 1,
  };
};

const nestedColon: Detector = (refused) => {
  if (refused.code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const colons = [...lineOf(refused).matchAll(/:(?=\s|$)/g)];
  const second = colons.find(({ index }) => index >= refused.column)?.index;
  if (second !== undefined)
    return {
      summary: 'Value holds a colon and a space and is not quoted',
      detail: 'YAML reads `: ` as a key and its value; quote the whole value',
      column: second,
    };
  const below = refused.lines.findIndex((line, row) => row > refused.row && line.trim() !== '');
  return {
    summary: 'Line is indented more than the entry before it',
    detail: 'Entries of one dict begin in the same column, and the entry before has its value already',
    ...(below > 0 ? { row: below, column: indentOf(refused.lines[below] ?? '') } : {}),
  };
};

const gluedColon: Detector = (refused) => {
  if (refused.code !== 'MISSING_CHAR' && refused.code !== 'MULTILINE_IMPLICIT_KEY') return undefined;
  const found = /^\s*(?:- +)?[\w.-]+ ?:(?=[^\s:/])/.exec(lineOf(refused));
  return found ? { ...missingSpace, column: found[0].length - 1 } : undefined;
};

const mixed: Detector = (refused) => {
  const line = lineOf(refused);
  const isFirst = refused.column === indentOf(line);
  const isKeyBesideItems = refused.message.startsWith('Unexpected scalar at node end') && isFirst;
  const isItemBesideKeys = refused.code === 'MULTILINE_IMPLICIT_KEY' && isFirst && /^\s*-(?:\s|$)/.test(line);
  if (!isKeyBesideItems && !isItemBesideKeys) return undefined;
  return {
    summary: 'List and dict are mixed',
    detail: 'Entries with a dash and entries with a key cannot stand in the same column of one value',
  };
};

const missingColon: Detector = (refused) => {
  const isMissing =
    (refused.code === 'MISSING_CHAR' && refused.message.startsWith('Implicit map keys need')) ||
    refused.code === 'MULTILINE_IMPLICIT_KEY';
  return isMissing && !/:(?:\s|$)/.test(lineOf(refused)) ? noColon : undefined;
};

const listOnKeyLine: Detector = ({ message }) =>
  message.startsWith('Unexpected block-seq-ind')
    ? {
        summary: 'List begins on the line of its key',
        detail: 'Put the dash on the next line, write [a, b], or quote the text',
      }
    : undefined;

const strayBracket: Detector = ({ message }) =>
  /^Unexpected flow-(?:map|seq)-end/.test(message)
    ? { summary: 'Bracket closes nothing', detail: 'Remove it, or quote the text that holds it' }
    : undefined;

const wrongIndent: Detector = (refused) =>
  refused.code === 'BAD_INDENT' || refused.message.startsWith('Sequence item without')
    ? {
        summary: 'Line is indented wrongly',
        detail: 'Entries of one list or dict begin in the same column',
        column: indentOf(lineOf(refused)),
      }
    : undefined;

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

const detectors: readonly Detector[] = [
  tab,
  template,
  openQuote,
  openBracket,
  afterQuote,
  nestedColon,
  mixed,
  gluedColon,
  missingColon,
  listOnKeyLine,
  strayBracket,
  wrongIndent,
];

/** The first mistake that the text gives away; undefined when none does. */
export function findMistake(refused: Refused): Mistake | undefined {
  for (const detector of detectors) {
    const mistake = detector(refused);
    if (mistake) return mistake;
  }
  return undefined;
}
