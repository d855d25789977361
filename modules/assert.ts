// Fails the task unless every condition holds.
import { defineModule } from '../engine/module/define.ts';
import { bool, conditions, optional, raw } from '../engine/module/kinds.ts';

export const assert = defineModule({
  name: 'assert',
  fullNames: ['ansible.builtin.assert'],
  summary: 'Fail unless conditions hold',
  reach: 'nothing',
  actsOnRun: true,
  params: {
    that: conditions({ doc: 'Expressions without braces.' }),
    fail_msg: optional(raw({ aliases: ['msg'] })),
    success_msg: optional(raw()),
    quiet: optional(bool({ doc: 'Say less when all holds.' }), false),
  },
  plan: () => ({ steps: [] }),
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
