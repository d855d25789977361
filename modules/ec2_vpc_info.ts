// Finds VPCs. It only looks.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, list, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { literal, type Filters } from './shared/aws_api.ts';
import { filtersFrom } from './shared/aws_filters.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { vpcs, type Vpc } from './shared/ec2_vpcs.ts';

const params = {
  name: optional(str({ doc: 'Tag Name' })),
  vpc_ids: optional(list(str()), []),
  filters: optional(dict({ doc: 'As AWS takes them; values may be lists and hold * and ?' }), {}),
  ...awsParameters,
};

function filtersOf({ name, vpc_ids, filters }: Parameters<typeof params>): Filters {
  return {
    ...filtersFrom(filters),
    ...(name === undefined ? {} : { 'tag:Name': [literal(name)] }),
    ...(vpc_ids.length > 0 ? { 'vpc-id': vpc_ids } : {}),
  };
}

export const ec2VpcInfo = defineModule({
  name: 'ec2_vpc_info',
  fullNames: ['amazon.aws.ec2_vpc_net_info'],
  summary: 'Find VPCs of EC2',
  reach: 'nothing',
  params,
  returns: { vpcs: list(dict(), { doc: 'id, cidr_block, state, tags …' }) },
  seen: answers<{ found: readonly Vpc[] }>(),
  probes: (wish, seen) => (seen.found ? done : { found: vpcs.ask(accessOf(wish), filtersOf(wish)) }),
  plan: () => ({ steps: [] }),
  result: (_wish, { found }) => ({ vpcs: [...found] }),
});
