// Instances: how they are found, and what is told of them.
import type { Aws } from '../../aws/clients.ts';
import type { Instance as Described } from '../../aws/sdk/ec2.ts';
import { defineAwsType, type Filters, type Tags } from './aws_api.ts';
import { filterItems, tagsFrom } from './aws_tags.ts';

/** Named as in Ansible's results. */
export type Instance = Readonly<{
  instance_id: string;
  image_id: string;
  instance_type: string;
  key_name: string;
  state: Readonly<{ name: string; code: number }>;
  /** Why AWS ended or stopped it; empty otherwise. */
  state_reason: string;
  private_ip_address: string;
  public_ip_address: string;
  private_dns_name: string;
  public_dns_name: string;
  subnet_id: string;
  vpc_id: string;
  placement: Readonly<{ availability_zone: string; tenancy: string }>;
  architecture: string;
  security_groups: readonly Readonly<{ group_id: string; group_name: string }>[];
  network_interfaces: readonly Readonly<{
    network_interface_id: string;
    device_index: number;
    private_ip_address: string;
    subnet_id: string;
    source_dest_check: boolean;
  }>[];
  source_dest_check: boolean;
  iam_instance_profile: Readonly<{ arn: string; id: string }> | null;
  metadata_options: MetadataOptions;
  ebs_optimized: boolean;
  instance_lifecycle: string;
  /** Of an instance of spare capacity. */
  spot_instance_request_id: string;
  /** ISO 8601. */
  launch_time: string;
  client_token: string;
  root_device_name: string;
  block_device_mappings: readonly Readonly<{ device_name: string; volume_id: string }>[];
  tags: Tags;
}>;

/** What the address of instance data, 169.254.169.254, answers. */
export type MetadataOptions = Readonly<{
  http_endpoint: string;
  http_tokens: string;
  http_put_response_hop_limit: number;
  instance_metadata_tags: string;
}>;

/** What AWS is told where a task says nothing. */
export const defaultMetadata: MetadataOptions = {
  http_endpoint: 'enabled',
  http_tokens: 'required',
  http_put_response_hop_limit: 1,
  instance_metadata_tags: 'disabled',
};

/** Instances that are there, or will be again. */
export const liveStates: readonly string[] = ['pending', 'running', 'stopping', 'stopped'];

export const stateCodes: { readonly [name: string]: number } = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** An instance's groups are those of its first interface; a server may name them there alone. */
function groupsOf({
  SecurityGroups: own = [],
  NetworkInterfaces: [first] = [],
}: Described): NonNullable<Described['SecurityGroups']> {
  return own.length > 0 ? own : (first?.Groups ?? []);
}

function instanceFrom(one: Described): Instance {
  const metadata = one.MetadataOptions;
  return {
    instance_id: one.InstanceId ?? '',
    image_id: one.ImageId ?? '',
    instance_type: one.InstanceType ?? '',
    key_name: one.KeyName ?? '',
    state: { name: one.State?.Name ?? '', code: one.State?.Code ?? 0 },
    state_reason: one.StateReason?.Message ?? '',
    private_ip_address: one.PrivateIpAddress ?? '',
    public_ip_address: one.PublicIpAddress ?? '',
    private_dns_name: one.PrivateDnsName ?? '',
    public_dns_name: one.PublicDnsName ?? '',
    subnet_id: one.SubnetId ?? '',
    vpc_id: one.VpcId ?? '',
    placement: {
      availability_zone: one.Placement?.AvailabilityZone ?? '',
      tenancy: one.Placement?.Tenancy ?? 'default',
    },
    architecture: one.Architecture ?? '',
    security_groups: groupsOf(one).map(({ GroupId = '', GroupName = '' }) => ({
      group_id: GroupId,
      group_name: GroupName,
    })),
    network_interfaces: (one.NetworkInterfaces ?? []).map((card) => ({
      network_interface_id: card.NetworkInterfaceId ?? '',
      device_index: card.Attachment?.DeviceIndex ?? 0,
      private_ip_address: card.PrivateIpAddress ?? '',
      subnet_id: card.SubnetId ?? '',
      source_dest_check: card.SourceDestCheck !== false,
    })),
    source_dest_check: one.SourceDestCheck !== false,
    iam_instance_profile: one.IamInstanceProfile
      ? { arn: one.IamInstanceProfile.Arn ?? '', id: one.IamInstanceProfile.Id ?? '' }
      : null,
    metadata_options: {
      http_endpoint: metadata?.HttpEndpoint ?? 'enabled',
      http_tokens: metadata?.HttpTokens ?? 'optional',
      http_put_response_hop_limit: metadata?.HttpPutResponseHopLimit ?? 1,
      instance_metadata_tags: metadata?.InstanceMetadataTags ?? 'disabled',
    },
    ebs_optimized: one.EbsOptimized === true,
    instance_lifecycle: one.InstanceLifecycle ?? '',
    spot_instance_request_id: one.SpotInstanceRequestId ?? '',
    launch_time: one.LaunchTime?.toISOString() ?? '',
    client_token: one.ClientToken ?? '',
    root_device_name: one.RootDeviceName ?? '',
    block_device_mappings: (one.BlockDeviceMappings ?? []).map(({ DeviceName = '', Ebs }) => ({
      device_name: DeviceName,
      volume_id: Ebs?.VolumeId ?? '',
    })),
    tags: tagsFrom(one.Tags),
  };
}

/** In the order in which they were started. */
function oldestFirst(one: Instance, other: Instance): number {
  return one.launch_time.localeCompare(other.launch_time) || one.instance_id.localeCompare(other.instance_id);
}

/** AWS's limit for the values of one filter. */
const mostValues = 200;

/** Filters of which each asks for no more than AWS takes; together they ask for the same. */
function inParts(filters: Filters): readonly Filters[] {
  const long = Object.entries(filters).find(([, values]) => values.length > mostValues);
  if (!long) return [filters];
  const [name, values] = long;
  return [values.slice(0, mostValues), values.slice(mostValues)].flatMap((part) =>
    inParts({ ...filters, [name]: part }),
  );
}

async function listInstances(
  aws: Aws,
  filters: Filters,
  abortSignal: AbortSignal,
): Promise<readonly Instance[]> {
  const { client, sdk } = await aws.ec2();
  const found: Instance[] = [];
  for (const part of inParts(filters)) {
    const input = { Filters: filterItems(part) };
    const pages = sdk.paginateDescribeInstances({ client, pageSize: 1000 }, input, { abortSignal });
    for await (const page of pages)
      for (const { Instances = [] } of page.Reservations ?? []) found.push(...Instances.map(instanceFrom));
  }
  return found.sort(oldestFirst);
}

export const instances = defineAwsType<Instance>({
  name: 'instance',
  list: listInstances,
  fields: {
    'instance-id': ({ instance_id }) => instance_id,
    'instance-state-name': ({ state }) => state.name,
    'instance-type': ({ instance_type }) => instance_type,
    'image-id': ({ image_id }) => image_id,
    'key-name': ({ key_name }) => key_name,
    'vpc-id': ({ vpc_id }) => vpc_id,
    'subnet-id': ({ subnet_id }) => subnet_id,
    'availability-zone': ({ placement }) => placement.availability_zone,
    'private-ip-address': ({ private_ip_address }) => private_ip_address,
    'ip-address': ({ public_ip_address }) => public_ip_address,
    'private-dns-name': ({ private_dns_name }) => private_dns_name,
    'dns-name': ({ public_dns_name }) => public_dns_name,
    architecture: ({ architecture }) => architecture,
    'instance-lifecycle': ({ instance_lifecycle }) => instance_lifecycle,
    'instance.group-id': ({ security_groups }) => security_groups.map(({ group_id }) => group_id),
    'instance.group-name': ({ security_groups }) => security_groups.map(({ group_name }) => group_name),
    'source-dest-check': ({ source_dest_check }) => String(source_dest_check),
    'iam-instance-profile.arn': ({ iam_instance_profile }) => iam_instance_profile?.arn,
    'network-interface.network-interface-id': ({ network_interfaces }) =>
      network_interfaces.map(({ network_interface_id }) => network_interface_id),
    'tag-value': ({ tags }) => Object.values(tags),
  },
});

/** Filters that no question can use, as check mode could not tell whether a foretold instance fits. */
export function unknownFilters(filters: Filters): readonly string[] {
  return Object.keys(filters).filter(
    (name) => !name.startsWith('tag:') && name !== 'tag-key' && !(name in instances.type.fields),
  );
}

/** `web-1 (i-0abc)`. */
export function nameOf({ instance_id, tags }: Instance): string {
  const name = tags['Name'];
  return name === undefined || name === '' ? instance_id : `${name} (${instance_id})`;
}
