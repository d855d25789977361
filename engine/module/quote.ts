// The one place where text becomes part of a shell script.

/** A word that means exactly this text to a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Script text that goes into another script as it is. Made by `sh` and `words` only. */
export class ShellText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Part = string | number | readonly string[] | ShellText;

function partText(part: Part): string {
  if (part instanceof ShellText) return part.text;
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return quote(part);
  return part.map(quote).join(' ');
}

/**
 * A script with its values quoted: `` sh`rm -f -- ${path}` ``. A list becomes several words, another `sh` text goes in
 * unchanged. Backslashes in the template reach the shell as written.
 */
export function sh(strings: TemplateStringsArray, ...parts: readonly Part[]): ShellText {
  let text = strings.raw[0] ?? '';
  for (const [index, part] of parts.entries()) text += partText(part) + (strings.raw[index + 1] ?? '');
  return new ShellText(text);
}

/** Scripts one after another, each on a line of its own; empty ones are left out. */
export function lines(...scripts: readonly (ShellText | undefined)[]): ShellText {
  return new ShellText(
    scripts
      .filter((script) => script !== undefined)
      .map((script) => script.text)
      .join('\n'),
  );
}
