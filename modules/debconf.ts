// Keeps an answer that debconf gives when a package is configured. Whether a password is right cannot be seen without
// showing it, so one that is kept already counts as right.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, oneOf, optional, raw, str, type Parameters } from '../engine/module/kinds.ts';
import { pythonText } from '../engine/module/python_text.ts';
import {
  debconfAnswers,
  debconfKind,
  setDebconf,
  type DebconfAnswers,
} from '../engine/module/vocabulary/debconf_answers.ts';

const params = {
  name: str({ aliases: ['pkg'] }),
  question: optional(str({ aliases: ['selection', 'setting'] })),
  vtype: optional(
    oneOf('boolean', 'error', 'multiselect', 'note', 'password', 'seen', 'select', 'string', 'text', 'title'),
  ),
  value: optional(raw({ aliases: ['answer'] })),
  unseen: optional(bool({ doc: 'The question may still be asked.' }), false),
};

type Wish = Parameters<typeof params>;

/** As debconf writes it: lists by commas, booleans in small letters. */
function valueText({ value, vtype }: Wish): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((one) => pythonText(one)).join(', ');
  const text = pythonText(value);
  if (vtype !== 'boolean') return text;
  return /^(yes|true|on|1)$/i.test(text) ? 'true' : 'false';
}

export const debconf = defineModule({
  name: 'debconf',
  fullNames: ['ansible.builtin.debconf'],
  summary: 'Keep an answer of debconf',
  reach: () => ({ answers: [debconfKind] }),
  params,
  constraints: { requiredTogether: [['question', 'vtype', 'value']] },
  seen: answers<{ readonly kept: DebconfAnswers }>(),
  probes: ({ name }, { kept }) => (kept ? done : { kept: debconfAnswers(name) }),
  plan: (wish, { kept }) => {
    const { name, question, vtype, unseen } = wish;
    if (question === undefined || vtype === undefined) return { steps: [] };
    const value = valueText(wish);
    const found = kept[question];
    const isKept = vtype === 'password' ? (found?.value ?? '') !== '' : found?.value === value;
    return isKept
      ? { steps: [] }
      : { steps: [setDebconf({ package: name, question, vtype, value, unseen })] };
  },
  result: (wish, before, _, { kept }) => {
    const texts = (from: DebconfAnswers): { [question: string]: string } =>
      Object.fromEntries(Object.entries(from).map(([question, { value }]) => [question, value]));
    if (wish.question === undefined) return { msg: '', current: texts(kept) };
    const previous = before.kept[wish.question]?.value ?? '';
    if (wish.vtype === 'password') return { msg: '', current: {}, previous: {} };
    // As in Ansible, all answers when none changed.
    if (previous === valueText(wish)) return { msg: '', current: texts(kept) };
    return {
      msg: '',
      current: { [wish.question]: valueText(wish) },
      previous: { [wish.question]: previous },
    };
  },
});
