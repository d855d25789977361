// Lines of a text with their ends.

/** Each with its line end; the last may have none. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The same where a lone carriage return ends a line as well. */
export function linesOfAnyEnd(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

export function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}
