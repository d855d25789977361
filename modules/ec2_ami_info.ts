// Finds images, the newest first: `images[0]` is the one to use. It only looks.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, list, optional, str, type Parameters } from '../engine/module/kinds.ts';
import type { Filters } from './shared/aws_api.ts';
import { filtersFrom } from './shared/aws_filters.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { executableFilter, images, ownersFilter, type Image } from './shared/ec2_images.ts';

const params = {
  owners: optional(
    list(str(), { aliases: ['owner'], doc: 'Ids of accounts, self, amazon, aws-marketplace, or aliases' }),
    [],
  ),
  image_ids: optional(list(str(), { aliases: ['image_id'] }), []),
  filters: optional(dict({ doc: 'As AWS takes them; values may be lists and hold * and ?' }), {}),
  executable_users: optional(list(str(), { aliases: ['executable_user'] }), []),
  ...awsParameters,
};

function filtersOf({ owners, image_ids, filters, executable_users }: Parameters<typeof params>): Filters {
  return {
    ...filtersFrom(filters),
    ...(image_ids.length > 0 ? { 'image-id': image_ids } : {}),
    ...(owners.length > 0 ? { [ownersFilter]: owners } : {}),
    ...(executable_users.length > 0 ? { [executableFilter]: executable_users } : {}),
  };
}

export const ec2AmiInfo = defineModule({
  name: 'ec2_ami_info',
  fullNames: ['amazon.aws.ec2_ami_info'],
  summary: 'Find images of EC2, newest first',
  reach: 'nothing',
  constraints: { requiredOneOf: [['owners', 'image_ids', 'filters']] },
  params,
  returns: { images: list(dict(), { doc: 'image_id, name, creation_date, architecture …; newest first' }) },
  seen: answers<{ found: readonly Image[] }>(),
  probes: (wish, seen) => (seen.found ? done : { found: images.ask(accessOf(wish), filtersOf(wish)) }),
  plan: () => ({ steps: [] }),
  result: (_wish, { found }) => ({ images: [...found] }),
});
