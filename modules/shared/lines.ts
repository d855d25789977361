// Lines of a text with their ends, and where a new one goes.
import { pythonRegex } from '../../engine/module/python_regex.ts';

/** Each with its line end; the last may have none. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

export function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}

export type Place = { readonly index: number; readonly isMatch: boolean } | { readonly failed: string };

export interface PlaceWish {
  readonly insertafter?: string | undefined;
  readonly insertbefore?: string | undefined;
  /** Take the first line that matches, not the last. */
  readonly first?: boolean;
}

/** Where to insert: behind or before the line that matches; at the end when none does. */
export function placeFor(lines: readonly string[], { insertafter, insertbefore, first }: PlaceWish): Place {
  const wanted = insertbefore ?? insertafter ?? 'EOF';
  if (wanted === 'BOF') return { index: 0, isMatch: false };
  if (wanted === 'EOF') return { index: lines.length, isMatch: false };
  const pattern = pythonRegex(wanted);
  if ('failed' in pattern) return pattern;
  const matches = (line: string): boolean => pattern.regex.test(line);
  const index = first ? lines.findIndex(matches) : lines.findLastIndex(matches);
  if (index < 0) return { index: lines.length, isMatch: false };
  return { index: insertbefore === undefined ? index + 1 : index, isMatch: true };
}

/** The lines with new ones at a place; what stands before them gets a line end when it had none. */
export function inserted(lines: readonly string[], index: number, added: readonly string[]): string[] {
  const before = lines.slice(0, index);
  const last = before.at(-1);
  if (added.length > 0 && last !== undefined && !/[\r\n]$/.test(last))
    before[before.length - 1] = `${last}\n`;
  return [...before, ...added, ...lines.slice(index)];
}
