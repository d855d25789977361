// Words and patterns as ssh_config(5) has them.
import { homedir } from 'node:os';

/** Splits a line into words; quotes keep spaces, and `#` begins a comment where a word could begin. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    const next = line[at + 1] ?? '';
    if (char === '\\' && (next === '"' || next === "'" || next === '\\' || (next === ' ' && quote === ''))) {
      word = (word ?? '') + next;
      at += 1;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '#' && word === undefined) break;
    else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function patternExpression(pattern: string, flags: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`, flags);
}

/** True when some pattern fits and no negated one does. */
export function matchesPatterns(
  name: string,
  patterns: readonly string[],
  letters: 'as written' | 'in either case',
): boolean {
  const flags = letters === 'as written' ? '' : 'i';
  let isMatch = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!patternExpression(isNegated ? pattern.slice(1) : pattern, flags).test(name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

/** Replaces `%x` by the tokens given; `%%` is a percent sign, others stay. */
export function expandTokens(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%([A-Za-z%])/g, (all, letter: string) =>
    letter === '%' ? '%' : (tokens[letter] ?? all),
  );
}

/** A file name with `~` and `${NAME}` replaced. */
export function expandPath(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const named = text.replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '');
  return named === '~' || named.startsWith('~/') ? homedir() + named.slice(1) : named;
}
