// Keeps a block of lines between two marker lines in a file, or keeps it out.
import { pythonRegex, type PythonRegex } from '../engine/module/python_regex.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import {
  editParams,
  editProbes,
  editResult,
  withOwnershipTold,
  planEdit,
  type Edited,
  type EditSeen,
} from './shared/edit_file.ts';
import { linesOfAnyEnd } from './shared/lines.ts';

const params = {
  ...editParams,
  block: optional(str({ aliases: ['content'] }), ''),
  state: optional(oneOf('present', 'absent'), 'present'),
  marker: optional(str(), '# {mark} ANSIBLE MANAGED BLOCK'),
  marker_begin: optional(str(), 'BEGIN'),
  marker_end: optional(str(), 'END'),
  insertafter: optional(str({ pattern: true, doc: 'EOF, or a pattern; the last line that matches.' })),
  insertbefore: optional(str({ pattern: true, doc: 'BOF, or a pattern; the last line that matches.' })),
  append_newline: optional(bool(), false),
  prepend_newline: optional(bool(), false),
};

type Wish = Parameters<typeof params>;

function blockLines({ block, marker, marker_begin: begin, marker_end: end, state }: Wish): string[] {
  if (state === 'absent' || block === '') return [];
  const inner = linesOfAnyEnd(block.endsWith('\n') ? block : `${block}\n`);
  return [`${marker.replaceAll('{mark}', begin)}\n`, ...inner, `${marker.replaceAll('{mark}', end)}\n`];
}

/** The lines without the old block, and the place where it was. A marker is a whole line with its end. */
function withoutBlock(
  { marker, marker_begin: begin, marker_end: end }: Wish,
  lines: readonly string[],
): { rest: string[]; at: number | undefined } {
  const start = lines.lastIndexOf(`${marker.replaceAll('{mark}', begin)}\n`);
  const stop = lines.lastIndexOf(`${marker.replaceAll('{mark}', end)}\n`);
  if (start < 0 || stop < 0) return { rest: [...lines], at: undefined };
  const [first, last] = start < stop ? [start, stop] : [stop, start];
  return { rest: [...lines.slice(0, first), ...lines.slice(last + 1)], at: first };
}

type Place = { readonly index: number } | { readonly failed: string };

/** Behind or before the last line that matches; with `(?m)` the pattern is sought in the whole text, for its first match. */
function placeFor({ insertafter, insertbefore }: Wish, lines: readonly string[]): Place {
  const isBehind = insertbefore === undefined;
  const wanted = insertbefore ?? insertafter ?? 'EOF';
  if (isBehind && wanted === 'EOF') return { index: lines.length };
  if (!isBehind && wanted === 'BOF') return { index: 0 };
  const pattern = pythonRegex(wanted, { ascii: true });
  if ('failed' in pattern) return pattern;
  const { regex } = pattern;
  const index = regex.flags.multiline
    ? lineOfMatch(regex, lines.join(''), isBehind)
    : lines.findLastIndex((line) => regex.search(line) !== undefined);
  if (index < 0) return { index: lines.length };
  return { index: isBehind ? index + 1 : index };
}

function lineOfMatch(regex: PythonRegex, text: string, isBehind: boolean): number {
  const match = regex.search(text);
  if (!match) return -1;
  return text.slice(0, isBehind ? match.end : match.index).split('\n').length - 1;
}

function edit(wish: Wish, isThere: boolean): (text: string) => Edited {
  return (text) => {
    const block = blockLines(wish);
    const { rest: lines, at } = withoutBlock(wish, linesOfAnyEnd(text));
    const place = at === undefined ? placeFor(wish, lines) : { index: at };
    if ('failed' in place) return place;
    const isPadded = wish.state === 'present';
    const { index } = place;
    const [above, below] = [lines[index - 1], lines[index]];
    if (above !== undefined && !above.endsWith('\n')) lines[index - 1] = `${above}\n`;
    const before = isPadded && wish.prepend_newline && index > 0 && lines[index - 1] !== '\n' ? ['\n'] : [];
    const behind = isPadded && wish.append_newline && below !== undefined && below !== '\n' ? ['\n'] : [];
    const msg = !isThere ? 'File created' : block.length === 0 ? 'Block removed' : 'Block inserted';
    const all = [lines.slice(0, index), before, block, behind, lines.slice(index)];
    return { text: all.flat().join(''), msg };
  };
}

export const blockinfile = defineModule({
  name: 'blockinfile',
  fullNames: ['ansible.builtin.blockinfile'],
  summary: 'Keep a marked block of lines in a file',
  reach: ({ path }) => ({ files: [path] }),
  params,
  constraints: { mutuallyExclusive: [['insertbefore', 'insertafter']] },
  seen: answers<EditSeen>(),
  probes: editProbes,
  plan: (wish, seen, context) => {
    const isRemoval = wish.state === 'absent' && wish.create;
    const put = { ...wish, create: wish.create && !isRemoval };
    return planEdit(put, seen, context, edit(wish, seen.at.exists), isRemoval ? 'fine' : 'Path');
  },
  result: (wish, seen, outcomes, _after, context) =>
    wish.state === 'absent' && !seen.at.exists
      ? { msg: `File ${wish.path} not present` }
      : withOwnershipTold(editResult(seen, edit(wish, seen.at.exists), outcomes), seen, wish, context),
});
