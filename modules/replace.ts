// Replaces every match of a pattern in a file.
import { pythonRegex } from '../engine/module/python_regex.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { optional, str, type Parameters } from '../engine/module/kinds.ts';
import {
  editParams,
  editProbes,
  editResult,
  withOwnershipTold,
  planEdit,
  type Edited,
  type EditSeen,
} from './shared/edit_file.ts';

const params = {
  ...editParams,
  regexp: str({ pattern: true, doc: 'Python’s pattern; ^ and $ match at each line.' }),
  replace: optional(str({ doc: 'May name groups: \\1, \\g<name>.' }), ''),
  after: optional(str({ pattern: true, doc: 'Only behind the first match of this pattern.' })),
  before: optional(str({ pattern: true, doc: 'Only before the first match of this pattern.' })),
};

type Wish = Parameters<typeof params>;

/** What must match for the part of the text in which to replace; undefined when that is all of it. */
function sectionPattern({ after = '', before = '' }: Wish): string | undefined {
  if (after === '' && before === '') return undefined;
  const inner = after !== '' && before !== '' ? '.*?' : '.*';
  return `${after}(?P<subsection>${inner})${before}`;
}

/** Start and end of that part. */
function section(wish: Wish, text: string): readonly [number, number] | { readonly failed: string } | string {
  const wanted = sectionPattern(wish);
  if (wanted === undefined) return [0, text.length];
  const pattern = pythonRegex(wanted, { dotAll: true });
  if ('failed' in pattern) return pattern;
  const place = pattern.regex.placeOf('subsection', text);
  return place ?? `Pattern for before/after params did not match the given file: ${wanted}`;
}

function edit(wish: Wish): (text: string) => Edited {
  return (text) => {
    const part = section(wish, text);
    if (typeof part === 'string') return { text, msg: '', note: part };
    if ('failed' in part) return part;
    const pattern = pythonRegex(wish.regexp, { multiline: true });
    if ('failed' in pattern) return pattern;
    const replaced = pattern.regex.replace(text.slice(...part), wish.replace);
    if ('failed' in replaced) return { failed: `Unable to process replace due to error: ${replaced.failed}` };
    return {
      text: text.slice(0, part[0]) + replaced.text + text.slice(part[1]),
      msg: `${replaced.count} replacements made`,
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
  result: (wish, seen, outcomes, _after, context) => ({
    ...withOwnershipTold(editResult(seen, edit(wish), outcomes), seen, wish, context),
    rc: 0,
  }),
});
