// A change as lines: the unified diff of two contents, or why it cannot be shown.
import type { Key } from '../document/value.ts';
import { type Content, readContent } from '../module/content.ts';
import type { Difference } from '../module/contract.ts';
import type { TaskResult } from '../run/events.ts';
import { diffLines } from './line_diff.ts';

/** Larger contents are told by their size. */
const maxBytes = 1 << 20;

async function textOfContent(content: Content | string | null): Promise<string | undefined> {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  if (content.size > maxBytes) return undefined;
  const bytes = await readContent(content);
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}

function isSecret(content: Content | string | null): boolean {
  return typeof content === 'object' && content !== null && content.secret === true;
}

/** Check mode: what it will hold cannot be told yet. Such a content has a size below 0. */
function isOpen(content: Content | string | null): boolean {
  return typeof content === 'object' && content !== null && content.size < 0;
}

/** Lines without colours; a secret's content is never read. */
export async function differenceLines(difference: Difference): Promise<string[]> {
  const { header, before, after } = difference;
  const heads = [
    before === null ? '--- (absent)' : `--- before: ${header}`,
    after === null ? '+++ (absent)' : `+++ after: ${header}`,
  ];
  const { holdsSecret } = difference;
  if (difference.secret === true || (!holdsSecret && (isSecret(before) || isSecret(after))))
    return [...heads, '(hidden: the content is secret)'];
  if (isOpen(before) || isOpen(after)) return [...heads, '(what it holds only a run can tell)'];
  const [old, now] = [await textOfContent(before), await textOfContent(after)];
  if (old === undefined || now === undefined) return [...heads, '(binary or large content differs)'];
  const lines = diffLines(old, now);
  if (lines.length === 0) return [];
  return [...heads, ...(holdsSecret ? lines.map((line) => withoutSecret(line, holdsSecret)) : lines)];
}

/** A line of a diff; an old one may hold an earlier secret. */
function withoutSecret(line: string, holdsSecret: (line: string) => boolean): string {
  const [kind, text] = [line.slice(0, 1), line.slice(1)];
  const isHidden = kind === '-' || ((kind === '+' || kind === ' ') && holdsSecret(text));
  return isHidden ? `${kind}********` : line;
}

/** The value `diff` of a result, which is told as lines. */
export function isShownAsLines({ differences }: TaskResult, key: Key): boolean {
  return key === 'diff' && differences.length > 0;
}
