// Fails the task with a message.
import { defineModule } from '../engine/module/define.ts';
import { optional, str } from '../engine/module/kinds.ts';

export const fail = defineModule({
  name: 'fail',
  fullNames: ['ansible.builtin.fail'],
  summary: 'Fail with a message',
  reach: 'nothing',
  actsOnRun: true,
  params: { msg: optional(str(), 'Failed as requested from task') },
  plan: () => ({ steps: [] }),
  result: ({ msg }) => ({ failed: true, msg }),
});
