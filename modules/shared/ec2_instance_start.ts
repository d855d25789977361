// Making instances. A client token that hangs on what is wished and on what was there before makes a call that was
// repeated, by us or by a run that was started again, the same call for AWS.
import { createHash } from 'node:crypto';
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import type { RunInstancesCommandInput } from '../../aws/sdk/ec2.ts';
import { waitUntil } from '../../aws/wait.ts';
import { changesTo, defineAwsChange, literal, pendingId, type Filters, type Tags } from './aws_api.ts';
import { given } from './aws_given.ts';
import { tagItems } from './aws_tags.ts';
import { groupIdsOf } from './ec2_group_names.ts';
import {
  defaultMetadata,
  instances,
  stateCodes,
  type Instance,
  type MetadataOptions,
} from './ec2_instances.ts';
import { changeInstanceNow, metadataInput, profileOf } from './ec2_instance_changes.ts';
import { waitForState, type Wait } from './ec2_instance_states.ts';
import { forgettingInstances } from './forget_instances.ts';

export interface Volume {
  readonly device_name: string;
  readonly no_device: boolean;
  readonly ebs: {
    readonly volume_type: string;
    readonly volume_size: number | undefined;
    readonly encrypted: boolean;
    readonly delete_on_termination: boolean;
    readonly iops: number | undefined;
    readonly throughput: number | undefined;
    readonly kms_key_id: string | undefined;
    readonly snapshot_id: string | undefined;
  };
}

/** What all instances of a task have alike. */
export interface InstanceSpec {
  readonly image_id: string | undefined;
  readonly instance_type: string | undefined;
  readonly key_name: string | undefined;
  readonly subnet_id: string | undefined;
  readonly availability_zone: string | undefined;
  readonly tenancy: string | undefined;
  /** Ids or names. */
  readonly security_groups: readonly string[];
  readonly assign_public_ip: boolean | undefined;
  readonly source_dest_check: boolean | undefined;
  readonly user_data: string | undefined;
  readonly iam_instance_profile: string | undefined;
  /** Undefined: as the template says. */
  readonly metadata_options: MetadataOptions | undefined;
  readonly volumes: readonly Volume[];
  readonly ebs_optimized: boolean | undefined;
  readonly detailed_monitoring: boolean;
  readonly instance_initiated_shutdown_behavior: string | undefined;
  readonly termination_protection: boolean | undefined;
  readonly spot: { readonly max_price: string | undefined; readonly interruption: string } | undefined;
  readonly launch_template:
    | {
        readonly id: string | undefined;
        readonly name: string | undefined;
        readonly version: string | undefined;
      }
    | undefined;
  readonly tags: Tags;
}

/** One call: several alike, or one with a name and an address of its own. */
export interface Launch {
  readonly name: string | undefined;
  readonly count: number;
  readonly private_ip_address: string | undefined;
}

/** Those that fit already, by the filters that find them; others that come to fit are another run's. */
interface Known {
  readonly filters: Filters;
  readonly ids: readonly string[];
}

interface Start extends Wait {
  readonly access: AwsAccess;
  readonly spec: InstanceSpec;
  readonly launches: readonly Launch[];
  /** Undefined: as many more are wished, whatever is there. */
  readonly known: Known | undefined;
}

function tagsOfLaunch({ tags }: InstanceSpec, { name }: Launch): Tags {
  return name === undefined ? tags : { Name: name, ...tags };
}

/** The card has to be described where a public address is wished or refused; AWS then takes the rest there as well. */
function networkOf(spec: InstanceSpec, launch: Launch, groups: readonly string[]): object {
  const { subnet_id: SubnetId, assign_public_ip: AssociatePublicIpAddress } = spec;
  const PrivateIpAddress = launch.private_ip_address;
  const ids = groups.length > 0 ? [...groups] : undefined;
  if (AssociatePublicIpAddress === undefined)
    return given({ SubnetId, PrivateIpAddress, SecurityGroupIds: ids });
  const card = {
    DeviceIndex: 0,
    DeleteOnTermination: true,
    AssociatePublicIpAddress,
    ...given({ SubnetId, PrivateIpAddress, Groups: ids }),
  };
  return { NetworkInterfaces: [card] };
}

function volumeOf({ device_name, no_device, ebs }: Volume): object {
  if (no_device) return { DeviceName: device_name, NoDevice: '' };
  return {
    DeviceName: device_name,
    Ebs: given({
      VolumeType: ebs.volume_type,
      VolumeSize: ebs.volume_size,
      Encrypted: ebs.encrypted,
      DeleteOnTermination: ebs.delete_on_termination,
      Iops: ebs.iops,
      Throughput: ebs.throughput,
      KmsKeyId: ebs.kms_key_id,
      SnapshotId: ebs.snapshot_id,
    }),
  };
}

function marketOf({ max_price, interruption }: NonNullable<InstanceSpec['spot']>): object {
  return {
    MarketType: 'spot',
    SpotOptions: {
      SpotInstanceType: interruption === 'terminate' ? 'one-time' : 'persistent',
      InstanceInterruptionBehavior: interruption,
      ...given({ MaxPrice: max_price }),
    },
  };
}

function inputOf(spec: InstanceSpec, launch: Launch, groups: readonly string[]): RunInstancesCommandInput {
  const tags = tagItems(tagsOfLaunch(spec, launch));
  const template = spec.launch_template;
  const placement = given({ AvailabilityZone: spec.availability_zone, Tenancy: spec.tenancy });
  const metadata = spec.metadata_options;
  return {
    MinCount: launch.count,
    MaxCount: launch.count,
    ...given({
      ImageId: spec.image_id,
      InstanceType: spec.instance_type,
      KeyName: spec.key_name,
      UserData: spec.user_data === undefined ? undefined : Buffer.from(spec.user_data).toString('base64'),
      IamInstanceProfile:
        spec.iam_instance_profile === undefined ? undefined : profileOf(spec.iam_instance_profile),
      EbsOptimized: spec.ebs_optimized,
      InstanceInitiatedShutdownBehavior: spec.instance_initiated_shutdown_behavior,
      DisableApiTermination: spec.termination_protection,
      InstanceMarketOptions: spec.spot && marketOf(spec.spot),
      BlockDeviceMappings: spec.volumes.length > 0 ? spec.volumes.map(volumeOf) : undefined,
      Placement: Object.keys(placement).length > 0 ? placement : undefined,
      Monitoring: spec.detailed_monitoring ? { Enabled: true } : undefined,
      LaunchTemplate:
        template &&
        given({
          LaunchTemplateId: template.id,
          LaunchTemplateName: template.id === undefined ? template.name : undefined,
          Version: template.version,
        }),
    }),
    ...networkOf(spec, launch, groups),
    ...(metadata ? { MetadataOptions: metadataInput(metadata) } : {}),
    ...(tags.length > 0
      ? {
          TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map((ResourceType) => ({
            ResourceType,
            Tags: tags,
          })),
        }
      : {}),
  };
}

function tokenOf(aws: Aws, input: RunInstancesCommandInput, earlier: readonly Instance[]): string {
  const ids = earlier.map(({ instance_id }) => instance_id).sort();
  return createHash('sha256')
    .update(JSON.stringify([aws.name, input, ids]))
    .digest('hex')
    .slice(0, 60);
}

/** AWS tells a profile that was just made from one that never was only by time. Seconds. */
const profileWithin = 60;
const profileUnknown = /iam ?instance ?profile/i;
const tokenUsedUp = /^(?:IdempotentInstanceTerminated|IdempotentParameterMismatch)$/;
const mostTokens = 5;

async function withTagsOf(
  aws: Aws,
  spec: InstanceSpec,
  launch: Launch,
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  const tags = Object.entries(tagsOfLaunch(spec, launch));
  const alike = Object.fromEntries(tags.map(([key, value]) => [`tag:${key}`, [literal(value)]]));
  return instances.type.list(aws, alike, signal);
}

/** One call of RunInstances, done once. Gives ids. */
async function runOnce(
  aws: Aws,
  spec: InstanceSpec,
  launch: Launch,
  groups: readonly string[],
  earlier: readonly Instance[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { client, sdk } = await aws.ec2('once');
  const input = inputOf(spec, launch, groups);
  const first = tokenOf(aws, input, earlier);
  const madeBy = async (token: string): Promise<readonly string[] | undefined> => {
    const found = await withTagsOf(aws, spec, launch, signal);
    const ids = found.filter((one) => one.client_token === token).map(({ instance_id }) => instance_id);
    return ids.length > 0 ? ids : undefined;
  };
  for (let number = 1; ; number += 1) {
    const token = number === 1 ? first : `${first}-${number}`;
    const make = async (): Promise<readonly string[]> => {
      const command = new sdk.RunInstancesCommand({ ...input, ClientToken: token });
      const { Instances = [] } = await client.send(command, { abortSignal: signal });
      return Instances.map(({ InstanceId = '' }) => InstanceId);
    };
    try {
      return await waitUntil(
        { what: 'the instance profile to be known', seconds: profileWithin, signal },
        async () => {
          try {
            return { reached: await makeOnce(make, () => madeBy(token), signal) };
          } catch (error) {
            const isNew =
              error instanceof AwsFailure &&
              error.code === 'InvalidParameterValue' &&
              profileUnknown.test(error.message);
            if (!isNew) throw error;
            return { still: error.message };
          }
        },
      );
    } catch (error) {
      const isUsedUp = error instanceof AwsFailure && tokenUsedUp.test(error.code);
      if (!isUsedUp || number >= mostTokens) throw error;
    }
  }
}

/** Ids of those that another run made since ours looked: they are taken for ours, so that there are not twice as many. */
async function madeMeanwhile(
  aws: Aws,
  launch: Launch,
  known: Known | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!known) return [];
  return (await instances.type.list(aws, known.filters, signal))
    .filter(({ tags }) => launch.name === undefined || tags['Name'] === launch.name)
    .map(({ instance_id }) => instance_id)
    .filter((id) => !known.ids.includes(id))
    .slice(0, launch.count);
}

function foretold(spec: InstanceSpec, launch: Launch, ordinal: number): Instance {
  const tags = tagsOfLaunch(spec, launch);
  const name = `${tags['Name'] ?? 'instance'}${launch.count > 1 ? ` ${ordinal}` : ''}`;
  const address = launch.private_ip_address ?? pendingId('address', name);
  const profile = spec.iam_instance_profile;
  return {
    instance_id: pendingId('instance', name),
    image_id: spec.image_id ?? '',
    instance_type: spec.instance_type ?? '',
    key_name: spec.key_name ?? '',
    state: { name: 'running', code: stateCodes['running'] ?? 0 },
    state_reason: '',
    private_ip_address: address,
    public_ip_address: spec.assign_public_ip === true ? pendingId('public address', name) : '',
    private_dns_name: pendingId('name of host', name),
    public_dns_name: '',
    subnet_id: spec.subnet_id ?? '',
    vpc_id: '',
    placement: { availability_zone: spec.availability_zone ?? '', tenancy: spec.tenancy ?? 'default' },
    architecture: '',
    security_groups: spec.security_groups.map((one) => ({ group_id: one, group_name: one })),
    network_interfaces: [
      {
        network_interface_id: pendingId('interface', name),
        device_index: 0,
        private_ip_address: address,
        subnet_id: spec.subnet_id ?? '',
        source_dest_check: spec.source_dest_check ?? true,
      },
    ],
    source_dest_check: spec.source_dest_check ?? true,
    iam_instance_profile:
      profile === undefined
        ? null
        : {
            arn: profile.startsWith('arn:') ? profile : `instance-profile/${profile}`,
            id: pendingId('profile', profile),
          },
    metadata_options: spec.metadata_options ?? defaultMetadata,
    ebs_optimized: spec.ebs_optimized ?? false,
    instance_lifecycle: spec.spot ? 'spot' : '',
    spot_instance_request_id: '',
    launch_time: '',
    client_token: '',
    root_device_name: '',
    block_device_mappings: [],
    tags,
  };
}

function allForetold({ spec, launches }: Start): readonly Instance[] {
  return launches.flatMap((launch) =>
    Array.from({ length: launch.count }, (_, index) => foretold(spec, launch, index + 1)),
  );
}

const nameOfLaunch = ({ name, count }: Launch): string =>
  count > 1 ? `${count} of ${name ?? 'no name'}` : (name ?? 'one without a name');

/** Gives the instances that were made. */
export const startInstances = defineAwsChange({
  name: 'create instances',
  describe: ({ launches, spec }: Start) =>
    `create instances ${launches.map(nameOfLaunch).join(', ')} (${spec.instance_type ?? 'type of the template'})`,
  act: ({ spec, launches, known, wait, seconds }, aws, signal) =>
    forgettingInstances(aws, async () => {
      const groups = await groupIdsOf(aws, spec.security_groups, spec.subnet_id, signal);
      const ids: string[] = [];
      for (const launch of launches) {
        // In this order: what another run makes before the second look is found by it, and what it makes later has the
        // token that the first look gives.
        const earlier = await withTagsOf(aws, spec, launch, signal);
        const others = await madeMeanwhile(aws, launch, known, signal);
        const count = launch.count - others.length;
        const own = count > 0 ? await runOnce(aws, spec, { ...launch, count }, groups, earlier, signal) : [];
        ids.push(...others, ...own);
      }
      // While an instance is pending its card may be missing, and with it what is changed here.
      if (wait || spec.source_dest_check === false) await waitForState(aws, ids, 'running', seconds, signal);
      const made = await instances.type.list(aws, { 'instance-id': ids }, signal);
      if (spec.source_dest_check !== false) return made;
      for (const one of made)
        if (one.source_dest_check) await changeInstanceNow(aws, one, { source_dest_check: false }, signal);
      return instances.type.list(aws, { 'instance-id': ids }, signal);
    }),
  effects: [
    changesTo(instances, (start: Start, found, made?: readonly Instance[]) => [
      ...found,
      ...(made ?? allForetold(start)),
    ]),
  ],
});
