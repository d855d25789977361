// Fails the task unless every condition holds.
import type { Data } from '../engine/module/contract.ts';
import { toData } from '../engine/module/data.ts';
import { defineModule } from '../engine/module/define.ts';
import { bool, conditions, optional, raw } from '../engine/module/kinds.ts';

/** Looked at whether the conditions hold or not, as Ansible does. */
function refusal(name: string, message: Data): string | undefined {
  if (message === null) return undefined;
  const texts = Array.isArray(message) ? message : [message];
  return texts.every((text) => typeof text === 'string')
    ? undefined
    : `${name} must be a text or a list of texts`;
}

export const assert = defineModule({
  name: 'assert',
  fullNames: ['ansible.builtin.assert'],
  summary: 'Fail unless conditions hold',
  reach: 'nothing',
  actsOnRun: true,
  params: {
    that: conditions({ doc: 'Expressions without braces.' }),
    fail_msg: optional(raw({ aliases: ['msg'], doc: 'A text, or a list of texts.' })),
    success_msg: optional(raw({ doc: 'A text, or a list of texts.' })),
    quiet: optional(bool({ doc: 'Do not show the message when all holds.' }), false),
  },
  plan: ({ fail_msg: failure, success_msg: success, quiet }) => {
    const fail =
      refusal('fail_msg', toData(failure ?? null)) ?? refusal('success_msg', toData(success ?? null));
    return { steps: [], ...(fail === undefined ? {} : { fail }), ...(quiet ? { effects: { quiet } } : {}) };
  },
  result: ({ that, fail_msg: failure, success_msg: success }) => {
    const broken = that.find(({ holds }) => !holds);
    if (!broken) return { changed: false, msg: success ?? 'All assertions passed' };
    return {
      failed: true,
      assertion: broken.text,
      evaluated_to: false,
      msg: failure ?? 'Assertion failed',
    };
  },
});
