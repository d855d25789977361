// What can be changed of an instance that is there.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { changesTo, defineAwsChange, defineAwsType, type Tags } from './aws_api.ts';
import { changeEc2Tags, withTagChange, type TagChange } from './aws_tags.ts';
import { groupIdsOf } from './ec2_group_names.ts';
import { instances, nameOf, type Instance, type MetadataOptions } from './ec2_instances.ts';
import { forgettingInstances } from './forget_instances.ts';

export function profileOf(nameOrArn: string): { readonly Arn: string } | { readonly Name: string } {
  return nameOrArn.startsWith('arn:') ? { Arn: nameOrArn } : { Name: nameOrArn };
}

export function metadataInput(options: MetadataOptions): {
  HttpEndpoint: 'enabled' | 'disabled';
  HttpTokens: 'required' | 'optional';
  HttpPutResponseHopLimit: number;
  InstanceMetadataTags: 'enabled' | 'disabled';
} {
  return {
    HttpEndpoint: options.http_endpoint === 'disabled' ? 'disabled' : 'enabled',
    HttpTokens: options.http_tokens === 'optional' ? 'optional' : 'required',
    HttpPutResponseHopLimit: options.http_put_response_hop_limit,
    InstanceMetadataTags: options.instance_metadata_tags === 'enabled' ? 'enabled' : 'disabled',
  };
}

/** What Describe calls for instances do not tell: asked one by one, only where it is wished. */
export type InstanceAttributes = Readonly<{
  instance_id: string;
  termination_protection: boolean;
  instance_initiated_shutdown_behavior: string;
  tags: Tags;
}>;

export const instanceAttributes = defineAwsType<InstanceAttributes>({
  name: 'instance attributes',
  list: async (aws, filters, abortSignal) => {
    const { client, sdk } = await aws.ec2();
    const found: InstanceAttributes[] = [];
    for (const InstanceId of filters['instance-id'] ?? []) {
      const ask = (Attribute: 'disableApiTermination' | 'instanceInitiatedShutdownBehavior') =>
        client.send(new sdk.DescribeInstanceAttributeCommand({ InstanceId, Attribute }), { abortSignal });
      const { DisableApiTermination } = await ask('disableApiTermination');
      const { InstanceInitiatedShutdownBehavior } = await ask('instanceInitiatedShutdownBehavior');
      found.push({
        instance_id: InstanceId,
        termination_protection: DisableApiTermination?.Value === true,
        instance_initiated_shutdown_behavior: InstanceInitiatedShutdownBehavior?.Value ?? 'stop',
        tags: {},
      });
    }
    return found;
  },
  fields: { 'instance-id': ({ instance_id }) => instance_id },
});

export interface InstanceChange {
  readonly source_dest_check?: boolean;
  readonly instance_type?: string;
  /** Ids or names; all that it is to have. */
  readonly security_groups?: readonly string[];
  readonly metadata_options?: MetadataOptions;
  /** A name or an ARN. */
  readonly iam_instance_profile?: string;
  readonly termination_protection?: boolean;
  readonly instance_initiated_shutdown_behavior?: string;
  readonly ebs_optimized?: boolean;
  readonly tags?: TagChange;
}

async function changeProfile(aws: Aws, id: string, profile: string, abortSignal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const filters = [
    { Name: 'instance-id', Values: [id] },
    { Name: 'state', Values: ['associating', 'associated'] },
  ];
  const { IamInstanceProfileAssociations: [association] = [] } = await client.send(
    new sdk.DescribeIamInstanceProfileAssociationsCommand({ Filters: filters }),
    { abortSignal },
  );
  const IamInstanceProfile = profileOf(profile);
  if (association)
    await client.send(
      new sdk.ReplaceIamInstanceProfileAssociationCommand({
        IamInstanceProfile,
        AssociationId: association.AssociationId,
      }),
      { abortSignal },
    );
  else
    await client.send(new sdk.AssociateIamInstanceProfileCommand({ IamInstanceProfile, InstanceId: id }), {
      abortSignal,
    });
}

interface CardAttribute {
  readonly SourceDestCheck?: { readonly Value: boolean };
  readonly Groups?: string[];
}

/** What belongs to the instance's card, one attribute a call, as AWS's rule is for the others as well. */
function cardAttributesOf(
  { source_dest_check: check }: InstanceChange,
  groups: readonly string[] | undefined,
): CardAttribute[] {
  return [
    ...(check === undefined ? [] : [{ SourceDestCheck: { Value: check } }]),
    ...(groups === undefined ? [] : [{ Groups: [...groups] }]),
  ];
}

function attributesOf(change: InstanceChange): object[] {
  return [
    ['InstanceType', change.instance_type],
    ['DisableApiTermination', change.termination_protection],
    ['InstanceInitiatedShutdownBehavior', change.instance_initiated_shutdown_behavior],
    ['EbsOptimized', change.ebs_optimized],
  ].flatMap(([name, Value]) => (Value === undefined ? [] : [{ [String(name)]: { Value } }]));
}

/** AWS refuses check and groups by the instance where it has several cards: they are then those of its first one. */
function cardOf({ network_interfaces: cards }: Instance): string | undefined {
  if (cards.length < 2) return undefined;
  return cards.find(({ device_index }) => device_index === 0)?.network_interface_id;
}

export async function changeInstanceNow(
  aws: Aws,
  instance: Instance,
  change: InstanceChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const InstanceId = instance.instance_id;
  const groups =
    change.security_groups &&
    (await groupIdsOf(aws, change.security_groups, instance.subnet_id, abortSignal));
  const NetworkInterfaceId = cardOf(instance);
  for (const attribute of cardAttributesOf(change, groups))
    if (NetworkInterfaceId === undefined)
      await client.send(new sdk.ModifyInstanceAttributeCommand({ InstanceId, ...attribute }), {
        abortSignal,
      });
    else
      await client.send(
        new sdk.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, ...attribute }),
        {
          abortSignal,
        },
      );
  for (const attribute of attributesOf(change))
    await client.send(new sdk.ModifyInstanceAttributeCommand({ InstanceId, ...attribute }), { abortSignal });
  const metadata = change.metadata_options;
  if (metadata)
    await client.send(
      new sdk.ModifyInstanceMetadataOptionsCommand({
        InstanceId,
        ...metadataInput(metadata),
      }),
      { abortSignal },
    );
  if (change.iam_instance_profile !== undefined)
    await changeProfile(aws, InstanceId, change.iam_instance_profile, abortSignal);
  if (change.tags) await changeEc2Tags(aws, InstanceId, change.tags, abortSignal);
}

function changed(one: Instance, change: InstanceChange): Instance {
  const { security_groups: groups, iam_instance_profile: profile } = change;
  const profileArn = profile?.startsWith('arn:') === true ? profile : `instance-profile/${profile ?? ''}`;
  return {
    ...one,
    source_dest_check: change.source_dest_check ?? one.source_dest_check,
    instance_type: change.instance_type ?? one.instance_type,
    metadata_options: change.metadata_options ?? one.metadata_options,
    ebs_optimized: change.ebs_optimized ?? one.ebs_optimized,
    iam_instance_profile: profile === undefined ? one.iam_instance_profile : { arn: profileArn, id: '' },
    security_groups: groups
      ? groups.map(
          (group) =>
            one.security_groups.find((known) => [known.group_id, known.group_name].includes(group)) ?? {
              group_id: group,
              group_name: group,
            },
        )
      : one.security_groups,
    tags: change.tags ? withTagChange(one.tags, change.tags) : one.tags,
  };
}

interface ChangeOfInstance {
  readonly access: AwsAccess;
  readonly instance: Instance;
  readonly change: InstanceChange;
}

export const changeInstance = defineAwsChange({
  name: 'change instance',
  describe: ({ instance, change }: ChangeOfInstance) =>
    `change ${Object.keys(change).join(', ')} of instance ${nameOf(instance)}`,
  act: ({ instance, change }, aws, signal) =>
    forgettingInstances(aws, () => changeInstanceNow(aws, instance, change, signal)),
  effects: [
    changesTo(instances, ({ instance, change }: ChangeOfInstance, found) =>
      found.map((one) => (one.instance_id === instance.instance_id ? changed(one, change) : one)),
    ),
    changesTo(instanceAttributes, ({ instance, change }: ChangeOfInstance, found) =>
      found.map((one) =>
        one.instance_id === instance.instance_id
          ? {
              ...one,
              termination_protection: change.termination_protection ?? one.termination_protection,
              instance_initiated_shutdown_behavior:
                change.instance_initiated_shutdown_behavior ?? one.instance_initiated_shutdown_behavior,
            }
          : one,
      ),
    ),
  ],
});
