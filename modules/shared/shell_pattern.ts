// Patterns of the shell (`*`, `?`, `[a-z]`, `[!a-z]`) for whole names, as Python's fnmatch reads them.

const special = /[.+^${}()|\\[\]*?/-]/g;

/** A `[` that is not closed stands for itself. */
export function shellPattern(pattern: string): RegExp {
  const parts = pattern.split(/(\[!?\]?[^\]]*\]|[*?])/);
  const body = parts.map((part, index) => {
    if (index % 2 === 0) return part.replace(special, '\\$&');
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const inner = part.slice(1, -1).replace(/[\\\][]/g, '\\$&');
    return `[${inner.replace(/^!/, '^')}]`;
  });
  return new RegExp(`^(?:${body.join('')})$`, 's');
}
