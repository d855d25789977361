// Keeps an option, or a section, in an INI file. Comments and the order of lines stay.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, list, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { editIni } from './shared/ini_lines.ts';
import {
  editParams,
  editProbes,
  editResult,
  planEdit,
  type Edited,
  type EditSeen,
} from './shared/edit_file.ts';
import { pathResult } from './shared/put_file.ts';

const params = {
  ...editParams,
  path: path({ aliases: ['dest'] }),
  create: optional(bool({ doc: 'Make the file, and folders above it, when they are missing.' }), true),
  section: optional(str({ doc: 'Without it, what stands above the first section.' })),
  option: optional(str({ doc: 'Without it, the section itself.' })),
  value: optional(str()),
  values: optional(list(str(), { doc: 'An option that stands several times.' })),
  state: optional(oneOf('present', 'absent'), 'present'),
  exclusive: optional(bool({ doc: 'Other values of the option go.' }), true),
  no_extra_spaces: optional(bool({ doc: 'name=value, without spaces.' }), false),
  ignore_spaces: optional(bool({ doc: 'Spaces around = are no difference.' }), false),
  allow_no_value: optional(bool({ doc: 'An option without value and =.' }), false),
  modify_inactive_option: optional(bool({ doc: 'A commented option is taken for the new one.' }), true),
  follow: optional(bool({ doc: 'Taken and passed over: links are always followed.' }), false),
};

type Wish = Parameters<typeof params>;

function valuesOf({ value, values, allow_no_value: isBare }: Wish): readonly (string | null)[] {
  if (values) return values;
  if (value !== undefined) return [value];
  return isBare ? [null] : [];
}

function edit(wish: Wish): (text: string) => Edited {
  return (text) =>
    editIni(text, {
      section: wish.section === '' ? undefined : wish.section,
      option: wish.option,
      values: valuesOf(wish),
      state: wish.state,
      exclusive: wish.exclusive,
      separator: wish.no_extra_spaces ? '=' : ' = ',
      ignoreSpaces: wish.ignore_spaces,
      takesInactive: wish.modify_inactive_option,
    });
}

export const ini_file = defineModule({
  name: 'ini_file',
  fullNames: ['community.general.ini_file'],
  summary: 'Keep an option in an INI file',
  reach: ({ path }) => ({ files: [path] }),
  params,
  constraints: { mutuallyExclusive: [['value', 'values']] },
  seen: answers<EditSeen>(),
  probes: editProbes,
  plan: (wish, seen, context) => {
    const isPresent = wish.state === 'present';
    if (isPresent && wish.option !== undefined && valuesOf(wish).length === 0)
      return {
        steps: [],
        fail: 'Parameter value(s) must be defined if state=present and allow_no_value is False',
      };
    const missing = isPresent ? 'Path' : 'fine';
    return planEdit({ ...wish, create: wish.create && isPresent }, seen, context, edit(wish), missing);
  },
  result: (wish, seen, outcomes, { at }) => {
    const { msg, ...more } = editResult(seen, edit(wish), outcomes);
    return { path: wish.path, msg: msg === '' ? 'OK' : (msg ?? 'OK'), ...more, ...pathResult(at) };
  },
});
