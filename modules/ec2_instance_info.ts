// Finds instances. It only looks.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, list, optional, str, type Parameters } from '../engine/module/kinds.ts';
import type { Filters } from './shared/aws_api.ts';
import { filtersFrom } from './shared/aws_filters.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { instances, unknownFilters, type Instance } from './shared/ec2_instances.ts';

const params = {
  instance_ids: optional(list(str()), []),
  filters: optional(dict({ doc: 'As AWS takes them; values may be lists and hold * and ?' }), {}),
  ...awsParameters,
};

function filtersOf({ instance_ids, filters }: Parameters<typeof params>): Filters {
  return {
    ...filtersFrom(filters),
    ...(instance_ids.length > 0 ? { 'instance-id': instance_ids } : {}),
  };
}

export const ec2InstanceInfo = defineModule({
  name: 'ec2_instance_info',
  fullNames: ['amazon.aws.ec2_instance_info'],
  summary: 'Find instances of EC2',
  reach: 'nothing',
  params,
  returns: { instances: list(dict(), { doc: 'instance_id, private_ip_address, subnet_id, state, tags …' }) },
  seen: answers<{ found: readonly Instance[] }>(),
  probes: (wish, seen) => {
    const filters = filtersOf(wish);
    if (seen.found || unknownFilters(filters).length > 0) return done;
    return { found: instances.ask(accessOf(wish), filters) };
  },
  plan: (wish) => {
    const unknown = unknownFilters(filtersOf(wish));
    if (unknown.length === 0) return { steps: [] };
    return { steps: [], fail: `ec2_instance_info cannot use the filter ${unknown.join(', ')}` };
  },
  result: (_wish, { found }) => ({ instances: [...found] }),
});
