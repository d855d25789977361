// Replaces every match of a pattern in a file.
import { answers, defineModule } from '../engine/module/define.ts';
import { optional, str, type Parameters } from '../engine/module/kinds.ts';
import { expandReplacement, pythonRegex } from '../engine/module/python_regex.ts';
import {
  editParams,
  editProbes,
  editResult,
  planEdit,
  type Edited,
  type EditSeen,
} from './shared/edit_file.ts';

const params = {
  ...editParams,
  regexp: str({ doc: 'Python’s pattern; ^ and $ match at each line.' }),
  replace: optional(str({ doc: 'May name groups: \\1, \\g<name>.' }), ''),
  after: optional(str({ doc: 'Only behind the first match of this pattern.' })),
  before: optional(str({ doc: 'Only before the first match of this pattern.' })),
};

type Wish = Parameters<typeof params>;

/** The part of the text in which to replace, as start and end. */
function section(
  { after, before }: Wish,
  text: string,
): readonly [number, number] | undefined | { failed: string } {
  let [start, end] = [0, text.length];
  if (after !== undefined) {
    const pattern = pythonRegex(after, 's');
    if ('failed' in pattern) return pattern;
    const match = pattern.regex.exec(text);
    if (!match) return undefined;
    start = match.index + match[0].length;
  }
  if (before !== undefined) {
    const pattern = pythonRegex(before, 's');
    if ('failed' in pattern) return pattern;
    const match = pattern.regex.exec(text.slice(start));
    if (!match) return undefined;
    end = start + match.index;
  }
  return [start, end];
}

function edit(wish: Wish): (text: string) => Edited {
  return (text) => {
    const part = section(wish, text);
    if (part === undefined) return { text, msg: '' };
    if ('failed' in part) return part;
    const pattern = pythonRegex(wish.regexp, 'gm');
    if ('failed' in pattern) return pattern;
    let count = 0;
    const middle = text.slice(...part);
    let replaced = '';
    let from = 0;
    for (const match of middle.matchAll(pattern.regex)) {
      replaced += middle.slice(from, match.index) + expandReplacement(wish.replace, match);
      from = match.index + match[0].length;
      count += 1;
    }
    replaced += middle.slice(from);
    return {
      text: text.slice(0, part[0]) + replaced + text.slice(part[1]),
      msg: `${count} replacements made`,
    };
  };
}

export const replace = defineModule({
  name: 'replace',
  fullNames: ['ansible.builtin.replace'],
  summary: 'Replace every match of a pattern in a file',
  reach: ({ path }) => ({ files: [path] }),
  params,
  seen: answers<EditSeen>(),
  probes: editProbes,
  plan: (wish, seen, context) => planEdit({ ...wish, create: false }, seen, context, edit(wish)),
  result: (wish, seen, outcomes) => ({ ...editResult(seen, edit(wish), outcomes), rc: 0 }),
});
