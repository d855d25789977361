// The parameters of instances: what a new one gets, and which are meant.
import {
  bool,
  dict,
  int,
  list,
  listOf,
  oneOf,
  optional,
  str,
  type Parameters,
} from '../../engine/module/kinds.ts';
import { literal, type Filters } from './aws_api.ts';
import { filtersFrom } from './aws_filters.ts';
import { tagsOf } from './aws_tags.ts';
import type { InstanceSpec, Volume } from './ec2_instance_start.ts';
import { defaultMetadata, liveStates } from './ec2_instances.ts';

const volumeOptions = {
  device_name: optional(str({ doc: 'Default: the root device of the image' })),
  no_device: optional(bool(), false),
  ebs: optional(
    dict(
      {},
      {
        volume_type: optional(str(), 'gp3'),
        volume_size: optional(int({ doc: 'GiB' })),
        encrypted: optional(bool(), true),
        delete_on_termination: optional(bool(), true),
        iops: optional(int()),
        throughput: optional(int({ doc: 'MiB/s, gp3 only' })),
        kms_key_id: optional(str()),
        snapshot_id: optional(str()),
      },
    ),
  ),
};

const networkOptions = {
  private_ip_address: optional(str()),
  assign_public_ip: optional(bool({ aliases: ['associate_public_ip_address'] })),
  source_dest_check: optional(bool()),
};

export const metadataOptions = {
  http_endpoint: optional(oneOf('enabled', 'disabled'), 'enabled'),
  http_tokens: optional(oneOf('required', 'optional', { doc: 'required: IMDSv2 only' }), 'required'),
  http_put_response_hop_limit: optional(int({ minimum: 1, maximum: 64 }), 1),
  instance_metadata_tags: optional(oneOf('enabled', 'disabled'), 'disabled'),
};

export const instanceParams = {
  name: optional(str({ doc: 'Tag Name; with %d in it each of several gets its number, from 1' })),
  names: optional(list(str(), { doc: 'A fixed set of hosts, each found by its own tag Name' }), []),
  private_addresses: optional(list(str(), { doc: 'Private addresses of names, in their order' }), []),
  instance_ids: optional(list(str(), { aliases: ['instance_id'] }), []),
  filters: optional(dict({ doc: 'Which instances are meant, instead of name and subnet' })),
  count: optional(int({ minimum: 1, doc: 'Make this many more, whatever is there' })),
  exact_count: optional(int({ minimum: 0, doc: 'Have this many; the newest above it are ended' })),
  state: optional(
    oneOf('present', 'running', 'started', 'stopped', 'restarted', 'rebooted', 'terminated', 'absent'),
    'present',
  ),
  image_id: optional(str()),
  image: optional(dict({}, { id: optional(str()) })),
  instance_type: optional(str()),
  key_name: optional(str()),
  vpc_subnet_id: optional(str({ aliases: ['subnet_id'] })),
  availability_zone: optional(str()),
  tenancy: optional(oneOf('default', 'dedicated')),
  security_groups: optional(list(str(), { doc: 'Ids or names' }), []),
  security_group: optional(str({ doc: 'Id or name' })),
  network: optional(dict({}, networkOptions)),
  private_ip_address: optional(str()),
  assign_public_ip: optional(bool()),
  source_dest_check: optional(bool({ doc: 'false: the instance may pass on what is not its own' })),
  user_data: optional(str({ doc: 'For new instances only' })),
  iam_instance_profile: optional(str({ aliases: ['instance_role'], doc: 'Name or ARN' })),
  metadata_options: optional(dict({}, metadataOptions)),
  volumes: optional(listOf(volumeOptions), []),
  ebs_optimized: optional(bool()),
  detailed_monitoring: optional(bool(), false),
  instance_initiated_shutdown_behavior: optional(oneOf('stop', 'terminate')),
  termination_protection: optional(bool()),
  spot: optional(bool({ doc: 'Ask for spare capacity' }), false),
  spot_options: optional(
    dict(
      {},
      {
        max_price: optional(str({ doc: 'Dollars an hour; default: the price on demand' })),
        interruption_behavior: optional(oneOf('terminate', 'stop', 'hibernate'), 'terminate'),
      },
    ),
  ),
  launch_template: optional(
    dict(
      {},
      {
        id: optional(str({ aliases: ['launch_template_id'] })),
        name: optional(str({ aliases: ['launch_template_name'] })),
        version: optional(str()),
      },
    ),
  ),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  wait: optional(bool(), true),
  wait_timeout: optional(int({ minimum: 1, doc: 'Seconds' }), 600),
};

export type InstanceWish = Parameters<typeof instanceParams>;

export function imageOf({ image_id, image }: InstanceWish): string | undefined {
  return image_id ?? image?.id;
}

export function groupsOf({ security_groups, security_group }: InstanceWish): readonly string[] {
  return security_group === undefined ? security_groups : [security_group, ...security_groups];
}

export function sourceDestCheckOf({ network, source_dest_check }: InstanceWish): boolean | undefined {
  return source_dest_check ?? network?.source_dest_check;
}

/** Each with a name of its own, and perhaps an address. */
export interface Member {
  readonly name: string;
  readonly private_ip_address: string | undefined;
}

const numbered = '%d';

/** The fixed set that is meant, where each has a name of its own; undefined: they are told apart by nothing. */
export function membersOf(wish: InstanceWish): readonly Member[] | undefined {
  const { name, names, count, exact_count, private_addresses: addresses } = wish;
  const member = (one: string, index: number): Member => ({
    name: one,
    private_ip_address: addresses[index],
  });
  if (names.length > 0) return names.map(member);
  if (name?.includes(numbered) !== true) return undefined;
  const many = exact_count ?? count ?? 1;
  return Array.from({ length: many }, (_: unknown, index) =>
    member(name.replace(numbered, String(index + 1)), index),
  );
}

/** Which are meant. Undefined when the task says nothing by which one could be found. */
export function filtersOfWish(wish: InstanceWish): Filters | undefined {
  const { instance_ids, filters, name, names, vpc_subnet_id: subnet, tags } = wish;
  const live = { 'instance-state-name': liveStates };
  if (instance_ids.length > 0) return { ...live, 'instance-id': instance_ids };
  if (filters) return { ...live, ...filtersFrom(filters) };
  const inSubnet = subnet === undefined ? {} : { 'subnet-id': [subnet] };
  if (names.length > 0) return { ...live, 'tag:Name': names.map(literal), ...inSubnet };
  if (name !== undefined) return { ...live, 'tag:Name': [literal(name).replace(numbered, '*')], ...inSubnet };
  const byTags = Object.entries(tagsOf(tags) ?? {}).map(([key, value]): [string, readonly string[]] => [
    `tag:${key}`,
    [literal(value)],
  ]);
  if (byTags.length === 0) return undefined;
  return { ...live, ...Object.fromEntries(byTags), ...inSubnet };
}

/** Why the parameters cannot be meant so. */
export function contradiction(wish: InstanceWish): string | undefined {
  const { names, name, private_addresses: addresses, count, exact_count } = wish;
  if (count !== undefined && exact_count !== undefined) return 'count and exact_count exclude each other';
  if (names.length > 0 && (name !== undefined || count !== undefined || exact_count !== undefined))
    return 'names tells how many there are: leave out name, count and exact_count';
  if (new Set(names).size < names.length) return 'names has a name twice';
  if (new Set(addresses).size < addresses.length) return 'private_addresses has an address twice';
  const members = membersOf(wish);
  if (addresses.length > 0 && members === undefined)
    return 'private_addresses needs names, or a name with %d: which host has which address?';
  if (addresses.length > 0 && members?.length !== addresses.length)
    return `private_addresses has ${addresses.length} addresses for ${members?.length ?? 0} names`;
  const single = wish.private_ip_address ?? wish.network?.private_ip_address;
  if (single !== undefined && (members ? members.length : (exact_count ?? count ?? 1)) > 1)
    return 'private_ip_address is for one instance; several take private_addresses';
  return undefined;
}

/** What a new one gets; `root` is the image's root device, for volumes that name none. */
export function specOf(wish: InstanceWish, root: string | undefined): InstanceSpec {
  const volumes = wish.volumes.map(({ device_name, no_device, ebs }): Volume => ({
    device_name: device_name ?? root ?? '/dev/xvda',
    no_device,
    ebs: {
      volume_type: ebs?.volume_type ?? 'gp3',
      encrypted: ebs?.encrypted ?? true,
      delete_on_termination: ebs?.delete_on_termination ?? true,
      volume_size: ebs?.volume_size,
      iops: ebs?.iops,
      throughput: ebs?.throughput,
      kms_key_id: ebs?.kms_key_id,
      snapshot_id: ebs?.snapshot_id,
    },
  }));
  const behavior = wish.spot_options?.interruption_behavior ?? 'terminate';
  return {
    image_id: imageOf(wish),
    instance_type: wish.instance_type,
    key_name: wish.key_name,
    subnet_id: wish.vpc_subnet_id,
    availability_zone: wish.availability_zone,
    tenancy: wish.tenancy,
    security_groups: groupsOf(wish),
    assign_public_ip: wish.assign_public_ip ?? wish.network?.assign_public_ip,
    source_dest_check: sourceDestCheckOf(wish),
    user_data: wish.user_data,
    iam_instance_profile: wish.iam_instance_profile,
    metadata_options: wish.metadata_options ?? (wish.launch_template ? undefined : defaultMetadata),
    volumes,
    ebs_optimized: wish.ebs_optimized,
    detailed_monitoring: wish.detailed_monitoring,
    instance_initiated_shutdown_behavior: wish.instance_initiated_shutdown_behavior,
    termination_protection: wish.termination_protection,
    spot: wish.spot ? { max_price: wish.spot_options?.max_price, interruption: behavior } : undefined,
    launch_template: wish.launch_template,
    tags: tagsOf(wish.tags) ?? {},
  };
}
