// Keeps a block of lines between two marker lines in a file, or keeps it out.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import {
  editParams,
  editProbes,
  editResult,
  planEdit,
  type Edited,
  type EditSeen,
} from './shared/edit_file.ts';
import { inserted, linesOf, placeFor, withoutEnd } from './shared/lines.ts';

const params = {
  ...editParams,
  block: optional(str({ aliases: ['content'] }), ''),
  state: optional(oneOf('present', 'absent'), 'present'),
  marker: optional(str(), '# {mark} ANSIBLE MANAGED BLOCK'),
  marker_begin: optional(str(), 'BEGIN'),
  marker_end: optional(str(), 'END'),
  insertafter: optional(str({ doc: 'EOF, or a pattern; the last line that matches.' })),
  insertbefore: optional(str({ doc: 'BOF, or a pattern; the last line that matches.' })),
  append_newline: optional(bool(), false),
  prepend_newline: optional(bool(), false),
};

type Wish = Parameters<typeof params>;

function blockLines({ block, marker, marker_begin: begin, marker_end: end, state }: Wish): string[] {
  if (state === 'absent' || block === '') return [];
  const inner = block.replace(/\n$/, '').split('\n');
  return [marker.replaceAll('{mark}', begin), ...inner, marker.replaceAll('{mark}', end)].map(
    (line) => `${line}\n`,
  );
}

/** The lines without the old block, and the place where it was. */
function withoutBlock(
  { marker, marker_begin: begin, marker_end: end }: Wish,
  lines: readonly string[],
): { rest: string[]; at: number | undefined } {
  const start = lines.findLastIndex((line) => withoutEnd(line) === marker.replaceAll('{mark}', begin));
  const stop = lines.findLastIndex((line) => withoutEnd(line) === marker.replaceAll('{mark}', end));
  if (start < 0 || stop < 0) return { rest: [...lines], at: undefined };
  const [first, last] = start < stop ? [start, stop] : [stop, start];
  return { rest: [...lines.slice(0, first), ...lines.slice(last + 1)], at: first };
}

function edit(wish: Wish): (text: string) => Edited {
  return (text) => {
    const block = blockLines(wish);
    const { rest, at } = withoutBlock(wish, linesOf(text));
    const place = at === undefined ? placeFor(rest, wish) : { index: at };
    if ('failed' in place) return place;
    const { index } = place;
    const isPadded = block.length > 0;
    const blank = (line: string | undefined): boolean => line === undefined || withoutEnd(line) === '';
    const above = isPadded && wish.prepend_newline && index > 0 && !blank(rest[index - 1]) ? ['\n'] : [];
    const below = isPadded && wish.append_newline && index < rest.length && !blank(rest[index]) ? ['\n'] : [];
    const msg = block.length === 0 ? 'Block removed' : at === undefined ? 'Block inserted' : 'Block replaced';
    return { text: inserted(rest, index, [...above, ...block, ...below]).join(''), msg };
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
  plan: (wish, seen, context) =>
    planEdit(wish, seen, context, edit(wish), wish.state === 'absent' ? 'fine' : 'wrong'),
  result: (wish, seen, outcomes) => editResult(seen, edit(wish), outcomes),
});
