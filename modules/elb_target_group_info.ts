// Finds target groups of load balancers, by their names or ARNs. It only looks.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, list, optional, str } from '../engine/module/kinds.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { targetGroups, type TargetGroup } from './shared/elb_target_groups.ts';

export const elbTargetGroupInfo = defineModule({
  name: 'elb_target_group_info',
  fullNames: ['community.aws.elb_target_group_info'],
  summary: 'Find target groups of load balancers',
  reach: 'nothing',
  constraints: {
    requiredOneOf: [['names', 'target_group_arns']],
    mutuallyExclusive: [['names', 'target_group_arns']],
  },
  params: { names: optional(list(str())), target_group_arns: optional(list(str())), ...awsParameters },
  returns: { target_groups: list(dict(), { doc: 'target_group_name, port, target_type, targets …' }) },
  seen: answers<{ found: readonly TargetGroup[] }>(),
  probes: (wish, seen) => {
    if (seen.found) return done;
    const { names, target_group_arns: arns } = wish;
    return { found: targetGroups.ask(accessOf(wish), names ? { name: names } : { arn: arns ?? [] }) };
  },
  plan: (): Plan => ({ steps: [] }),
  result: (_wish, { found }) => ({ target_groups: [...found] }),
});
