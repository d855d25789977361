// Keeps one line in a file, or keeps lines out of it.
import { pythonRegex, type PythonMatch, type PythonRegex } from '../engine/module/python_regex.ts';
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
import { textIn } from '../engine/module/vocabulary/content.ts';
import { linesOf, withoutEnd } from './shared/lines.ts';

const params = {
  ...editParams,
  line: optional(str({ aliases: ['value'] })),
  regexp: optional(
    str({ pattern: true, aliases: ['regex'], doc: 'The last line that matches is the one to replace.' }),
  ),
  search_string: optional(str({ doc: 'Like regexp, plain text.' })),
  state: optional(oneOf('present', 'absent'), 'present'),
  backrefs: optional(
    bool({ doc: 'line refers to groups of regexp; without a match nothing is done.' }),
    false,
  ),
  insertafter: optional(str({ pattern: true, doc: 'EOF, or a pattern; the last line that matches.' })),
  insertbefore: optional(str({ pattern: true, doc: 'BOF, or a pattern; the last line that matches.' })),
  firstmatch: optional(bool({ doc: 'Take first matches, not last ones.' }), false),
};

type Wish = Parameters<typeof params>;

/** The match is there when groups of it may be asked for. */
type Found = { readonly match?: PythonMatch };
type Find = (line: string) => Found | undefined;
type Finder = { readonly find: Find; readonly regex?: PythonRegex } | { readonly failed: string };

/** Bytes are matched in Ansible, so that only ASCII counts as letters and digits. */
const flags = { ascii: true };

function finder({ regexp, search_string: text, line = '' }: Wish): Finder {
  if (regexp !== undefined) {
    const pattern = pythonRegex(regexp, flags);
    if ('failed' in pattern) return pattern;
    const find: Find = (found) => {
      const match = pattern.regex.search(found);
      return match && { match };
    };
    return { find, regex: pattern.regex };
  }
  if (text !== undefined) return { find: (found) => (found.includes(text) ? {} : undefined) };
  return { find: (found) => (withoutEnd(found) === line ? {} : undefined) };
}

function remove(text: string, find: Find): Edited {
  const lines = linesOf(text);
  const kept = lines.filter((line) => !find(line));
  return { text: kept.join(''), msg: `${lines.length - kept.length} line(s) removed` };
}

function removedCount(wish: Wish, text: string): number {
  const found = finder(wish);
  return 'failed' in found ? 0 : linesOf(text).filter((line) => found.find(line)).length;
}

type Place =
  { readonly index: number; readonly how: 'replace' | 'insert' | 'behind' } | { readonly failed: string };

/** Without a match: the last line that is the wanted one, else before or behind the line that is to be neighbour. */
function placeFor(wish: Wish, lines: readonly string[]): Place {
  const { line = '', insertafter, insertbefore, firstmatch } = wish;
  const neighbour = insertafter ?? insertbefore;
  const isPattern = neighbour !== undefined && neighbour !== 'BOF' && insertafter !== 'EOF';
  const pattern = isPattern ? pythonRegex(neighbour, flags) : undefined;
  if (pattern && 'failed' in pattern) return pattern;
  let [same, near] = [-1, -1];
  for (const [index, found] of lines.entries()) {
    if (withoutEnd(found) === line) same = index;
    else if (pattern?.regex.search(found)) {
      near = insertafter === undefined ? index : index + 1;
      if (firstmatch) break;
    }
  }
  if (same >= 0) return { index: same, how: 'replace' };
  if (neighbour === 'BOF') return { index: 0, how: 'insert' };
  if (near < 0) return { index: lines.length, how: 'insert' };
  return { index: near, how: insertafter === undefined ? 'insert' : 'behind' };
}

function keep(wish: Wish, text: string, find: Find, regex: PythonRegex | undefined): Edited {
  const { line = '', firstmatch, backrefs } = wish;
  const lines = linesOf(text);
  const isLooking = wish.regexp !== undefined || wish.search_string !== undefined;
  const matches = (candidate: string): boolean => isLooking && find(candidate) !== undefined;
  const index = firstmatch ? lines.findIndex(matches) : lines.findLastIndex(matches);
  if (index >= 0) {
    const match = backrefs ? find(lines[index] ?? '')?.match : undefined;
    const wanted = match && regex ? regex.expand(line, match) : { text: line };
    return 'failed' in wanted ? wanted : replaced(lines, index, wanted.text);
  }
  const place = placeFor(wish, lines);
  if ('failed' in place) return place;
  if (place.how === 'replace') return replaced(lines, place.index, line);
  if (backrefs) return { text, msg: '' };
  // The search for the neighbour may have stopped before this line.
  const isThere = place.how === 'behind' && withoutEnd(lines[place.index] ?? '\n') === line;
  if (isThere) return { text, msg: '' };
  const above = lines[place.index - 1];
  const gap = above === undefined || /[\r\n]$/.test(above) ? '' : '\n';
  const added = lines.toSpliced(place.index, 0, `${gap}${line}\n`);
  return { text: added.join(''), msg: 'line added' };
}

function replaced(lines: readonly string[], index: number, line: string): Edited {
  const whole = line.endsWith('\n') ? line : `${line}\n`;
  return { text: lines.with(index, whole).join(''), msg: 'line replaced' };
}

function edit(wish: Wish): (text: string) => Edited {
  const found = finder(wish);
  if ('failed' in found) return () => found;
  return (text) =>
    wish.state === 'absent' ? remove(text, found.find) : keep(wish, text, found.find, found.regex);
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
    const missing = wish.state === 'absent' ? 'fine' : 'Destination';
    return planEdit(
      { ...wish, create: wish.create && wish.state === 'present' },
      seen,
      context,
      edit(wish),
      missing,
    );
  },
  result: (wish, seen, outcomes, _after, context) => {
    if (wish.state === 'absent' && !seen.at.exists) return { msg: 'file not present' };
    const edited = withOwnershipTold(editResult(seen, edit(wish), outcomes), seen, wish, context);
    const { backup_file: backup = '', ...result } = edited;
    const found = wish.state === 'absent' ? { found: removedCount(wish, textIn(seen.old)) } : {};
    return { ...result, ...found, backup };
  },
});
