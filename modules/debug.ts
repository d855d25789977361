// Shows a message or the value of an expression.
import { defineModule } from '../engine/module/define.ts';
import { expression, int, optional, raw } from '../engine/module/kinds.ts';

/** What ansible-core shows for a name that is not defined, without a failure. */
const notDefined = 'VARIABLE IS NOT DEFINED!';

export const debug = defineModule({
  name: 'debug',
  fullNames: ['ansible.builtin.debug'],
  summary: 'Show a message or a value',
  reach: 'nothing',
  actsOnRun: true,
  params: {
    msg: optional(raw(), 'Hello world!'),
    var: optional(expression({ doc: 'An expression without braces.' })),
    verbosity: optional(int({ doc: 'Show only at this many -v.' }), 0),
  },
  constraints: { mutuallyExclusive: [['msg', 'var']] },
  plan: ({ verbosity }, _, context) =>
    verbosity > context.verbosity ? { steps: [], skip: 'Verbosity threshold not met.' } : { steps: [] },
  result: ({ msg, var: shown }) => ({
    changed: false,
    ...(shown === undefined ? { msg } : { [shown.text]: shown.isDefined ? shown.value : notDefined }),
  }),
});
