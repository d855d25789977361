// Keeps instances: one, so many of a kind, or a fixed set of hosts with names and addresses of their own. New ones are
// made by calls that are the same call when they are repeated, and take tokens for instance data (IMDSv2).
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, list, str } from '../engine/module/kinds.ts';
import { isPending } from './shared/aws_api.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { images, type Image } from './shared/ec2_images.ts';
import { instanceAttributes, type InstanceAttributes } from './shared/ec2_instance_changes.ts';
import { meant, planInstances } from './shared/ec2_instance_plan.ts';
import {
  contradiction,
  filtersOfWish,
  imageOf,
  instanceParams,
  membersOf,
  type InstanceWish,
} from './shared/ec2_instance_wish.ts';
import { instances, unknownFilters, type Instance } from './shared/ec2_instances.ts';

interface Seen {
  readonly found: readonly Instance[];
  readonly attributes: readonly InstanceAttributes[];
  /** The image, where a volume is to be its root device. */
  readonly image: readonly Image[];
}

const asksNobody = { 'instance-id': [] };

/** Why AWS is not asked at all. */
function refusal(wish: InstanceWish): string | undefined {
  const filters = filtersOfWish(wish);
  if (!filters) return 'Which instance? Give name, names, instance_ids, filters or tags';
  const unknown = unknownFilters(filters);
  if (unknown.length > 0) return `ec2_instance cannot use the filter ${unknown.join(', ')}`;
  return contradiction(wish);
}

/** In the order of the names, where there are such. */
function inOrder(wish: InstanceWish, found: readonly Instance[]): readonly Instance[] {
  const names = membersOf(wish)?.map(({ name }) => name);
  if (!names) return found;
  const place = ({ tags }: Instance): number => names.indexOf(tags['Name'] ?? '');
  return [...found].sort((one, other) => place(one) - place(other));
}

export const ec2Instance = defineModule({
  name: 'ec2_instance',
  fullNames: ['amazon.aws.ec2_instance'],
  summary: 'Keep instances of EC2',
  reach: 'apis',
  params: { ...instanceParams, ...awsParameters },
  returns: {
    instances: list(dict(), { doc: 'Those that are meant: instance_id, private_ip_address, state, tags …' }),
    instance_ids: list(str()),
    changed_ids: list(str()),
    terminated_ids: list(str()),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const access = accessOf(wish);
    const filters = filtersOfWish(wish);
    if (refusal(wish) !== undefined || !filters) return done;
    const { found } = seen;
    if (!found) return { found: instances.ask(access, filters) };
    if (seen.attributes) return done;
    const hasHidden =
      wish.termination_protection !== undefined || wish.instance_initiated_shutdown_behavior !== undefined;
    const ids = meant(wish, found).map(({ instance_id }) => instance_id);
    const image = imageOf(wish);
    const asksImage = image !== undefined && wish.volumes.some((one) => one.device_name === undefined);
    return {
      attributes: instanceAttributes.ask(access, hasHidden ? { 'instance-id': ids } : asksNobody),
      ...(asksImage && !isPending(image) ? { image: images.ask(access, { 'image-id': [image] }) } : {}),
    };
  },
  plan: (wish, seen: Partial<Seen>) => {
    const fail = refusal(wish);
    if (fail !== undefined) return { steps: [], fail };
    return planInstances(wish, accessOf(wish), {
      found: seen.found ?? [],
      attributes: seen.attributes ?? [],
      root: seen.image?.[0]?.root_device_name,
    });
  },
  result: (wish, before, _outcomes, after) => {
    const now = inOrder(wish, meant(wish, after.found));
    const earlier = meant(wish, before.found);
    const wasSo = (one: Instance): boolean =>
      earlier.some((old) => JSON.stringify(old) === JSON.stringify(one));
    const isThere = ({ instance_id: id }: Instance): boolean => now.some((one) => one.instance_id === id);
    const ended = earlier.filter((one) => !isThere(one)).map(({ instance_id }) => instance_id);
    return {
      instances: [...now],
      instance_ids: now.map(({ instance_id }) => instance_id),
      changed_ids: now.filter((one) => !wasSo(one)).map(({ instance_id }) => instance_id),
      terminated_ids: ended,
    };
  },
});
