// Python's escapes in string literals.

const simple: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;

/** The text that a literal's inside stands for. An unknown escape keeps its backslash, as in Python. */
export function unescapePython(inside: string): string {
  if (!inside.includes('\\')) return inside;
  return inside.replace(
    escape,
    (
      whole,
      x: string | undefined,
      u: string | undefined,
      wide: string | undefined,
      octal: string | undefined,
      other: string | undefined,
    ) => {
      const hex = x ?? u ?? wide;
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
      return simple[other ?? ''] ?? whole;
    },
  );
}
