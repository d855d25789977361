// Secrets of a few letters or digits stand in every second word: they count only where they are a word of their own.
// With any other character they stand in no word by chance, and count wherever they are.

/** A secret with fewer characters is short. */
const shortestLong = 4;

export function isShortSecret(text: string): boolean {
  return text.length < shortestLong;
}

/** The source of a pattern with flag u that finds exactly this text. */
export function exactly(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Where a short secret counts: source of a pattern with flag u. A word goes on with letters, digits and underscores. */
export function whereItCounts(text: string): string {
  const isWord = /^[\p{L}\p{N}_]+$/u.test(text);
  return isWord ? `(?<![\\p{L}\\p{N}_])${text}(?![\\p{L}\\p{N}_])` : exactly(text);
}
