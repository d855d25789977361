// What YAML 1.1 says of characters, as PyYAML and libyaml hold to it: which may stand in a text, and which end a line.
import type { Diagnostic } from './diagnostic.ts';
import type { Position } from './value.ts';

// Bytes that are no UTF-8 are kept as lone surrogates and told elsewhere.
const refused = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ud800-\udfff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const otherLineEnds = /\r(?!\n)|[\x85\u2028\u2029]/g;

/**
 * The text with every line end as the parser knows it. A character stands for a character, so that places stay what
 * they are. In a block scalar PyYAML keeps U+2028 and U+2029; here they are line ends like all others.
 */
export function withPlainLineEnds(text: string): string {
  return text.replace(otherLineEnds, '\n');
}

/** Characters that may not stand in YAML as they are, not in a comment either. */
export function refusedCharacters(
  text: string,
  place: (start: number, end: number) => Position,
): readonly Diagnostic[] {
  return Array.from(text.matchAll(refused), ({ 0: character, index }): Diagnostic => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return {
      code: 'yaml-syntax',
      severity: 'error',
      summary: `Character U+${code} cannot stand in YAML`,
      detail: `Remove it, or write it as an escape in double quotes: "\\u${code.toLowerCase()}"`,
      position: place(index, index + character.length),
    };
  });
}
