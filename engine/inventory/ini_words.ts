// A line of an INI inventory to words, by the rules of Python's shlex in POSIX mode with comments.

export interface Word {
  readonly text: string;
  /** Where it begins, counted from 0. */
  readonly at: number;
  readonly end: number;
}

/** The words of a line, or what is wrong with it and where. */
export function splitWords(line: string): readonly Word[] | { readonly wrong: string; readonly at: number } {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    const character = line.charAt(at);
    if (/\s/.test(character)) at += 1;
    else if (character === '#') break;
    else {
      const word = readWord(line, at);
      if ('wrong' in word) return word;
      words.push(word);
      // A # ends a word and begins a comment, also in the middle of it.
      if (line.charAt(word.end) === '#') break;
      at = word.end;
    }
  }
  return words;
}

function readWord(line: string, start: number): Word | { readonly wrong: string; readonly at: number } {
  let text = '';
  let at = start;
  while (at < line.length) {
    const character = line.charAt(at);
    if (/[\s#]/.test(character)) break;
    if (character === '\\') {
      if (at + 1 >= line.length) return { wrong: 'A backslash stands at the end of the line', at };
      text += line.charAt(at + 1);
      at += 2;
    } else if (character === "'" || character === '"') {
      const quoted = readQuoted(line, at, character);
      if (!quoted) return { wrong: 'A quote is not closed', at };
      text += quoted.text;
      at = quoted.end;
    } else {
      text += character;
      at += 1;
    }
  }
  return { text, at: start, end: at };
}

function readQuoted(line: string, start: number, quote: string): { text: string; end: number } | undefined {
  let text = '';
  for (let at = start + 1; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === quote) return { text, end: at + 1 };
    const next = line.charAt(at + 1);
    if (character === '\\' && quote === '"' && (next === '"' || next === '\\')) {
      text += next;
      at += 1;
    } else text += character;
  }
  return undefined;
}
