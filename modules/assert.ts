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

interface Failure<T> {
  readonly fail_msg: T | undefined;
  readonly msg: T | undefined;
}

/** As in Ansible `msg` is no other name of `fail_msg`: it counts where that is not given at all, and is else not looked at. */
function failureOf<T>({ fail_msg: own, msg }: Failure<T>): T | undefined {
  return own === undefined ? msg : own;
}

export const assert = defineModule({
  name: 'assert',
  fullNames: ['ansible.builtin.assert'],
  summary: 'Fail unless conditions hold',
  reach: 'nothing',
  actsOnRun: true,
  params: {
    that: conditions({ doc: 'Expressions without braces.' }),
    fail_msg: optional(raw({ doc: 'A text, or a list of texts.' })),
    msg: optional(raw({ doc: 'The same, where there is no fail_msg.' })),
    success_msg: optional(raw({ doc: 'A text, or a list of texts.' })),
    quiet: optional(bool({ doc: 'Do not show the message when all holds.' }), false),
  },
  plan: ({ success_msg: success, quiet, ...wish }) => {
    const fail =
      refusal('fail_msg', toData(failureOf(wish) ?? null)) ?? refusal('success_msg', toData(success ?? null));
    return { steps: [], ...(fail === undefined ? {} : { fail }), ...(quiet ? { effects: { quiet } } : {}) };
  },
  result: ({ that, success_msg: success, ...wish }) => {
    const broken = that.find(({ holds }) => !holds);
    if (!broken) return { changed: false, msg: success ?? 'All assertions passed' };
    return {
      failed: true,
      assertion: broken.text,
      evaluated_to: false,
      msg: failureOf(wish) ?? 'Assertion failed',
    };
  },
});
