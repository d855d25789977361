// What of a change `--diff` must not show: lines of the new text that hold a secret, and with them all old lines, which
// may hold an earlier one that nobody knows any more. Where a secret goes over several lines nothing is shown.
import { textOfBytes } from '../document/byte_text.ts';
import type { Content } from '../module/content.ts';
import type { Difference } from '../module/contract.ts';
import type { Secrets } from './secrets.ts';

type Side = Difference['before'];

/** Undefined where it is not in memory: what is read only to be shown was made of no secret of the run. */
function textOf(side: Side): string | undefined {
  if (side === null || typeof side === 'string') return side ?? '';
  return 'bytes' in side ? textOfBytes(side.bytes as Uint8Array) : undefined;
}

function isHiddenWhole(side: Side): boolean {
  const content: Partial<Content> = side === null || typeof side === 'string' ? {} : side;
  return content.secret === true && content.secretByLines !== true;
}

export function withHiddenLines(difference: Difference, secrets: Secrets): Difference {
  const sides = [difference.before, difference.after];
  if (difference.secret === true || sides.some(isHiddenWhole)) return difference;
  const texts = sides.map(textOf);
  if (!texts.some((text) => text !== undefined && secrets.isIn(text))) return difference;
  if (texts.some((text) => text === undefined || secrets.isOverLines(text)))
    return { ...difference, secret: true };
  return { ...difference, holdsSecret: (line) => secrets.isIn(line) };
}
