// Patterns as Python's `re` writes them, made into JavaScript's. What JavaScript does not have is refused in words.

export type Pattern = { readonly regex: RegExp } | { readonly failed: string };

const token = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\$|\(\?P<\w+>|\(\?P=\w+\)/g;
const noMore = '(?![\\s\\S])';

/** `flags` are JavaScript's, besides those that the pattern itself sets by `(?i)`. */
export function pythonRegex(pattern: string, flags = ''): Pattern {
  const inline = /^\(\?([aimsLux]+)\)/.exec(pattern);
  const own = (inline?.[1] ?? '').split('').filter((flag) => 'ims'.includes(flag));
  const all = [...new Set([...flags.split(''), ...own])].join('');
  const body = pattern.slice(inline?.[0].length ?? 0).replace(token, (found) => {
    if (found === '\\A') return '(?<![\\s\\S])';
    if (found === '\\Z') return noMore;
    // Python's $ also matches before a line end that ends the text.
    if (found === '$' && !all.includes('m')) return `(?=\\n?${noMore})`;
    if (found.startsWith('(?P<')) return `(?<${found.slice(4)}`;
    if (found.startsWith('(?P=')) return `\\k<${found.slice(4, -1)}>`;
    return found;
  });
  try {
    return { regex: new RegExp(body, all) };
  } catch (error) {
    const reason = (error as Error).message.replace(/^.*: /, '');
    return { failed: `${pattern} is no regular expression: ${reason}` };
  }
}

/** Python's replacement text (`\1`, `\g<name>`, `\n`) for a match. */
export function expandReplacement(replacement: string, match: RegExpExecArray | RegExpMatchArray): string {
  return replacement.replace(
    /\\(?:g<(\w+)>|(\d{1,2})|([\s\S]))/g,
    (whole, named?: string, digits?: string, char?: string) => {
      const group = named ?? digits;
      if (group !== undefined)
        return (/^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group]) ?? '';
      const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
      return known[char ?? ''] ?? whole;
    },
  );
}
