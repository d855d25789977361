// Which text from outside could do harm, and what of it became keys of dicts: keys carry no marks.

/** Braces, quotations, calls, filters, comparisons and words of logic; `%` may be a letter of a URL. */
const couldAct = /[{}()[\]'"\\|~=<>%]|\b(?:and|or|not|in|is|if|else)\b/;

/**
 * Text that could be taken for a template, or that does something in the expression of a condition, be it only to end a
 * quotation; only such text needs the mark that keeps it from being evaluated.
 */
export function couldBeEvaluated(text: string): boolean {
  return couldAct.test(text);
}

const keys = new Set<string>();

/** Remembers a key that came from outside; what reads the same is from outside too, for the rest of the process. */
export function noteKey(key: unknown): void {
  if (typeof key === 'string' && couldBeEvaluated(key)) keys.add(key);
}

export function isNotedKey(key: unknown): boolean {
  return keys.size > 0 && typeof key === 'string' && keys.has(key);
}
