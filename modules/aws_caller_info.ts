// Tells who the credentials belong to. It only looks.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { str } from '../engine/module/kinds.ts';
import { callers, type Caller } from './shared/aws_caller.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';

export const awsCallerInfo = defineModule({
  name: 'aws_caller_info',
  fullNames: ['amazon.aws.aws_caller_info'],
  summary: 'Tell the account and user of AWS credentials',
  reach: 'nothing',
  params: awsParameters,
  returns: {
    account: str(),
    account_alias: str({ doc: 'Empty when there is none, or it may not be seen' }),
    arn: str(),
    user_id: str(),
  },
  seen: answers<{ found: readonly Caller[] }>(),
  probes: (wish, seen) => (seen.found ? done : { found: callers.ask(accessOf(wish), {}) }),
  plan: () => ({ steps: [] }),
  result: (_wish, { found: [caller] }) => ({
    account: caller?.account,
    account_alias: caller?.account_alias,
    arn: caller?.arn,
    user_id: caller?.user_id,
  }),
});
