// Typing slips.
import { type Numbers, pick } from '../../../support/random.ts';

/** The word with one typing slip: two letters swapped, one dropped, doubled or replaced. */
export function misspelt(word: string, numbers: Numbers): string {
  if (word.length < 2) return `${word}x`;
  const at = Math.floor(numbers() * (word.length - 1));
  const [before, letter = '', next = '', after] = [
    word.slice(0, at),
    word[at],
    word[at + 1],
    word.slice(at + 2),
  ];
  const slips = [
    before + next + letter + after,
    before + next + after,
    before + letter + letter + next + after,
  ];
  return pick([...slips, `${before}${letter}x${after}`], numbers);
}
