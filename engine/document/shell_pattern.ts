// Patterns of the shell (`*`, `?`, `[a-z]`, `[!a-z]`) for whole names, as Python's fnmatch reads them.

const special = /[.+^${}()|\\[\]*?/-]/g;

/** As in Python, a range that ends before it begins is no part of a set. */
function withoutEmpty(range: string, first: string, last: string): string {
  return first > last ? '' : range;
}

/** A `[` that is not closed stands for itself. */
export function shellPattern(pattern: string): RegExp {
  const parts = pattern.split(/(\[!?\]?[^\]]*\]|[*?])/);
  const body = parts.map((part, index) => {
    if (index % 2 === 0) return part.replace(special, '\\$&');
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const inner = part
      .slice(1, -1)
      .replace(/(.)-(.)/gs, withoutEmpty)
      .replace(/[\\\][^]/g, '\\$&');
    return `[${inner.replace(/^!/, '^')}]`;
  });
  return new RegExp(`^(?:${body.join('')})$`, 's');
}
