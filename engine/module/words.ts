// A command line as words, as a POSIX shell (and Python's shlex) splits it, without expanding anything.

/** Throws `SyntaxError` when a quotation is not closed; callers that take a playbook's text check with `wordProblem`. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoteMark: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    const next = text[at + 1];
    if (quoteMark !== undefined) {
      if (char === quoteMark) quoteMark = undefined;
      else if (char === '\\' && quoteMark === '"' && (next === '"' || next === '\\')) {
        word = (word ?? '') + next;
        at += 1;
      } else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quoteMark = char;
      word ??= '';
    } else if (char === '\\') {
      if (next === undefined) throw new SyntaxError('nothing follows the last backslash');
      word = (word ?? '') + next;
      at += 1;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quoteMark !== undefined) throw new SyntaxError(`the quotation mark ${quoteMark} is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}

/** Why a command line cannot be split; undefined when it can. */
export function wordProblem(text: string): string | undefined {
  try {
    splitWords(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
