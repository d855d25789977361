// Keeps one line in a file, or keeps lines out of it.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { expandReplacement, pythonRegex } from '../engine/module/python_regex.ts';
import {
  editParams,
  editProbes,
  editResult,
  planEdit,
  type Edited,
  type EditSeen,
} from './shared/edit_file.ts';
import { textIn } from '../engine/module/vocabulary/content.ts';
import { inserted, linesOf, placeFor, withoutEnd } from './shared/lines.ts';

const params = {
  ...editParams,
  line: optional(str({ aliases: ['value'] })),
  regexp: optional(str({ aliases: ['regex'], doc: 'The last line that matches is the one to replace.' })),
  search_string: optional(str({ doc: 'Like regexp, plain text.' })),
  state: optional(oneOf('present', 'absent'), 'present'),
  backrefs: optional(
    bool({ doc: 'line refers to groups of regexp; without a match nothing is done.' }),
    false,
  ),
  insertafter: optional(str({ doc: 'EOF, or a pattern; the last line that matches.' })),
  insertbefore: optional(str({ doc: 'BOF, or a pattern; the last line that matches.' })),
  firstmatch: optional(bool({ doc: 'Take first matches, not last ones.' }), false),
};

type Wish = Parameters<typeof params>;

type Finder = { readonly find: (line: string) => RegExpExecArray | boolean } | { readonly failed: string };

function finder({ regexp, search_string: text, line = '' }: Wish): Finder {
  if (regexp !== undefined) {
    const pattern = pythonRegex(regexp);
    if ('failed' in pattern) return pattern;
    return { find: (found) => pattern.regex.exec(found) ?? false };
  }
  if (text !== undefined) return { find: (found) => found.includes(text) };
  return { find: (found) => withoutEnd(found) === line };
}

function remove(text: string, find: (line: string) => unknown): Edited {
  const lines = linesOf(text);
  const kept = lines.filter((line) => find(line) === false);
  return { text: kept.join(''), msg: `${lines.length - kept.length} line(s) removed` };
}

function removedCount(wish: Wish, text: string): number {
  const found = finder(wish);
  return 'failed' in found ? 0 : linesOf(text).filter((line) => found.find(line) !== false).length;
}

function keep(wish: Wish, text: string, find: (line: string) => RegExpExecArray | boolean): Edited {
  const { line = '', insertafter, insertbefore, firstmatch: first } = wish;
  const lines = linesOf(text);
  const matches = (candidate: string): boolean => find(candidate) !== false;
  const index = first ? lines.findIndex(matches) : lines.findLastIndex(matches);
  if (index >= 0) {
    const found = find(lines[index] ?? '');
    const wanted = wish.backrefs && typeof found === 'object' ? expandReplacement(line, found) : line;
    const whole = wanted.endsWith('\n') ? wanted : `${wanted}\n`;
    return { text: lines.with(index, whole).join(''), msg: 'line replaced' };
  }
  if (wish.backrefs) return { text, msg: '' };
  const place = placeFor(lines, { insertafter, insertbefore, first });
  if ('failed' in place) return place;
  const isThere =
    place.isMatch &&
    withoutEnd(lines[insertbefore === undefined ? place.index : place.index - 1] ?? '\n') === line;
  if (isThere) return { text, msg: '' };
  return { text: inserted(lines, place.index, [`${line}\n`]).join(''), msg: 'line added' };
}

function edit(wish: Wish): (text: string) => Edited {
  const found = finder(wish);
  if ('failed' in found) return () => found;
  return (text) => (wish.state === 'absent' ? remove(text, found.find) : keep(wish, text, found.find));
}

export const lineinfile = defineModule({
  name: 'lineinfile',
  fullNames: ['ansible.builtin.lineinfile'],
  summary: 'Keep a line in a file',
  reach: ({ path }) => ({ files: [path] }),
  params,
  constraints: {
    mutuallyExclusive: [
      ['insertbefore', 'insertafter'],
      ['regexp', 'search_string'],
      ['backrefs', 'search_string'],
    ],
    requiredIf: [['state', 'present', ['line']]],
  },
  seen: answers<EditSeen>(),
  probes: editProbes,
  plan: (wish, seen, context) => {
    if (wish.backrefs && wish.regexp === undefined) return { steps: [], fail: 'backrefs needs regexp' };
    if (
      wish.state === 'absent' &&
      wish.regexp === undefined &&
      wish.search_string === undefined &&
      wish.line === undefined
    )
      return { steps: [], fail: 'one of line, search_string or regexp is needed to remove lines' };
    const missing = wish.state === 'absent' ? 'fine' : 'wrong';
    return planEdit(
      { ...wish, create: wish.create && wish.state === 'present' },
      seen,
      context,
      edit(wish),
      missing,
    );
  },
  result: (wish, seen, outcomes) => ({
    ...editResult(seen, edit(wish), outcomes),
    ...(wish.state === 'absent' ? { found: removedCount(wish, textIn(seen.old)) } : {}),
  }),
});
