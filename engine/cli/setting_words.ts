// The words of ansible.cfg and its variables that stand for true and false.
const truths: ReadonlySet<string> = new Set(['1', 'yes', 'true', 'on', 'y', 't']);
const falsehoods: ReadonlySet<string> = new Set(['0', 'no', 'false', 'off', 'n', 'f']);

export function isTrueWord(text: string): boolean {
  return truths.has(text.toLowerCase());
}

/** Not every text that is no word of truth. */
export function isFalseWord(text: string): boolean {
  return falsehoods.has(text.toLowerCase());
}
