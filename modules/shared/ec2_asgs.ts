// Auto Scaling groups, with their scaling policy by processor use.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import type { AutoScalingGroup as Described } from '../../aws/sdk/auto_scaling.ts';
import { waitUntil } from '../../aws/wait.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, type Tags } from './aws_api.ts';
import { given } from './aws_given.ts';
import { createOnceProfileIsKnown, lastFailure } from './ec2_asg_activities.ts';
import { changePolicy, policyOf, type CpuPolicy } from './ec2_asg_policy.ts';
import { forgettingInstances } from './forget_instances.ts';

export type GroupTag = Readonly<{ key: string; value: string; propagate_at_launch: boolean }>;
export type TemplateOfGroup = Readonly<{ id: string; name: string; version: string }>;

/** What can be set of a group, besides its tags. */
export type GroupSettings = Readonly<{
  min_size: number;
  max_size: number;
  desired_capacity: number;
  launch_template: TemplateOfGroup;
  /** Subnets. */
  vpc_zone_identifier: readonly string[];
  health_check_type: string;
  health_check_period: number;
  default_cooldown: number;
  protect_from_scale_in: boolean;
}>;

/** Named as in Ansible's results. */
export type ScalingGroup = GroupSettings &
  Readonly<{
    auto_scaling_group_name: string;
    auto_scaling_group_arn: string;
    target_group_arns: readonly string[];
    instances: readonly string[];
    instance_facts: readonly Readonly<{
      instance_id: string;
      lifecycle_state: string;
      health_status: string;
    }>[];
    /** Of a group that is going away. */
    status: string;
    cpu_policy: CpuPolicy | null;
    group_tags: readonly GroupTag[];
    tags: Tags;
  }>;

async function groupFrom(aws: Aws, one: Described, abortSignal: AbortSignal): Promise<ScalingGroup> {
  const name = one.AutoScalingGroupName ?? '';
  const facts = (one.Instances ?? []).map(({ InstanceId = '', LifecycleState = '', HealthStatus = '' }) => ({
    instance_id: InstanceId,
    lifecycle_state: LifecycleState,
    health_status: HealthStatus,
  }));
  const tags = (one.Tags ?? []).map(({ Key = '', Value = '', PropagateAtLaunch }) => ({
    key: Key,
    value: Value,
    propagate_at_launch: PropagateAtLaunch === true,
  }));
  return {
    auto_scaling_group_name: name,
    auto_scaling_group_arn: one.AutoScalingGroupARN ?? '',
    min_size: one.MinSize ?? 0,
    max_size: one.MaxSize ?? 0,
    desired_capacity: one.DesiredCapacity ?? 0,
    launch_template: {
      id: one.LaunchTemplate?.LaunchTemplateId ?? '',
      name: one.LaunchTemplate?.LaunchTemplateName ?? '',
      version: one.LaunchTemplate?.Version ?? '',
    },
    vpc_zone_identifier: (one.VPCZoneIdentifier ?? '').split(',').filter((subnet) => subnet !== ''),
    health_check_type: one.HealthCheckType ?? 'EC2',
    health_check_period: one.HealthCheckGracePeriod ?? 0,
    default_cooldown: one.DefaultCooldown ?? 300,
    protect_from_scale_in: one.NewInstancesProtectedFromScaleIn === true,
    target_group_arns: one.TargetGroupARNs ?? [],
    instances: facts.map(({ instance_id }) => instance_id),
    instance_facts: facts,
    status: one.Status ?? '',
    cpu_policy: await policyOf(aws, name, abortSignal),
    group_tags: tags,
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  };
}

async function describe(
  aws: Aws,
  names: readonly string[],
  abortSignal: AbortSignal,
): Promise<readonly Described[]> {
  const { client, sdk } = await aws.autoScaling();
  const found: Described[] = [];
  const input = { AutoScalingGroupNames: [...names] };
  for await (const page of sdk.paginateDescribeAutoScalingGroups({ client }, input, { abortSignal }))
    found.push(...(page.AutoScalingGroups ?? []));
  return found;
}

export const scalingGroups = defineAwsType<ScalingGroup>({
  name: 'auto scaling group',
  list: async (aws, { name = [] }, signal) => {
    if (name.length === 0) return [];
    const found: ScalingGroup[] = [];
    for (const one of await describe(aws, name, signal)) found.push(await groupFrom(aws, one, signal));
    return found;
  },
  fields: { name: ({ auto_scaling_group_name }) => auto_scaling_group_name },
});

export interface GroupChange {
  readonly settings?: Partial<GroupSettings>;
  readonly attach?: readonly string[];
  readonly detach?: readonly string[];
  readonly setTags?: readonly GroupTag[];
  readonly removeTags?: readonly string[];
  /** null: none any more. */
  readonly cpu_policy?: CpuPolicy | null;
}

/** The template by one of its names: AWS refuses both. */
function templateInput(template: TemplateOfGroup | undefined): object | undefined {
  if (!template) return undefined;
  const by = template.id === '' ? { LaunchTemplateName: template.name } : { LaunchTemplateId: template.id };
  return { ...by, Version: template.version };
}

function settingsInput(settings: Partial<GroupSettings>): object {
  return given({
    MinSize: settings.min_size,
    MaxSize: settings.max_size,
    DesiredCapacity: settings.desired_capacity,
    LaunchTemplate: templateInput(settings.launch_template),
    VPCZoneIdentifier: settings.vpc_zone_identifier?.join(','),
    HealthCheckType: settings.health_check_type,
    HealthCheckGracePeriod: settings.health_check_period,
    DefaultCooldown: settings.default_cooldown,
    NewInstancesProtectedFromScaleIn: settings.protect_from_scale_in,
  });
}

function tagInput(
  group: string,
  { key, value, propagate_at_launch }: GroupTag,
): {
  ResourceId: string;
  ResourceType: string;
  Key: string;
  Value: string;
  PropagateAtLaunch: boolean;
} {
  return {
    ResourceId: group,
    ResourceType: 'auto-scaling-group',
    Key: key,
    Value: value,
    PropagateAtLaunch: propagate_at_launch,
  };
}

async function changeNow(
  aws: Aws,
  name: string,
  change: GroupChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.autoScaling();
  const { settings, attach = [], detach = [], setTags = [], removeTags = [] } = change;
  const options = { abortSignal };
  const AutoScalingGroupName = name;
  if (settings)
    await client.send(
      new sdk.UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...settingsInput(settings) }),
      options,
    );
  if (attach.length > 0)
    await client.send(
      new sdk.AttachLoadBalancerTargetGroupsCommand({ AutoScalingGroupName, TargetGroupARNs: [...attach] }),
      options,
    );
  if (detach.length > 0)
    await client.send(
      new sdk.DetachLoadBalancerTargetGroupsCommand({ AutoScalingGroupName, TargetGroupARNs: [...detach] }),
      options,
    );
  if (setTags.length > 0)
    await client.send(
      new sdk.CreateOrUpdateTagsCommand({ Tags: setTags.map((tag) => tagInput(name, tag)) }),
      options,
    );
  if (removeTags.length > 0) {
    const Tags = removeTags.map((Key) => ({ ResourceId: name, ResourceType: 'auto-scaling-group', Key }));
    await client.send(new sdk.DeleteTagsCommand({ Tags }), options);
  }
  if (change.cpu_policy !== undefined) await changePolicy(aws, name, change.cpu_policy, abortSignal);
}

function withChange(group: ScalingGroup, change: GroupChange): ScalingGroup {
  const { setTags = [], removeTags = [], attach = [], detach = [] } = change;
  const replaced = new Set([...removeTags, ...setTags.map(({ key }) => key)]);
  const tags = [...group.group_tags.filter(({ key }) => !replaced.has(key)), ...setTags];
  return {
    ...group,
    ...change.settings,
    target_group_arns: [...group.target_group_arns.filter((arn) => !detach.includes(arn)), ...attach],
    cpu_policy: change.cpu_policy === undefined ? group.cpu_policy : change.cpu_policy,
    group_tags: tags,
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  };
}

/** Whether as many instances as wished are there and well. */
export function isFull({ instance_facts: facts, desired_capacity: wished }: ScalingGroup): boolean {
  const well = facts.filter((one) => one.lifecycle_state === 'InService' && one.health_status === 'Healthy');
  return well.length === wished && facts.length === wished;
}

/** Gives the group once it is full. */
async function waitForGroup(
  aws: Aws,
  name: string,
  seconds: number,
  signal: AbortSignal,
): Promise<ScalingGroup> {
  const what = `the instances of Auto Scaling group ${name}`;
  return waitUntil({ what, seconds, signal }, async () => {
    const [group] = await scalingGroups.type.list(aws, { name: [name] }, signal);
    if (!group) return { still: 'AWS does not show it yet' };
    if (isFull(group)) return { reached: group };
    const states = group.instance_facts.map(
      (one) => `${one.instance_id} is ${one.lifecycle_state}, ${one.health_status}`,
    );
    const still = `${states.join('; ') || 'there is none'} (${group.desired_capacity} are wished)`;
    return { still: async () => still + (await lastFailure(aws, name, signal)) };
  });
}

interface OfGroup {
  readonly access: AwsAccess;
  readonly name: string;
  readonly wait: boolean;
  readonly seconds: number;
}

interface Creation extends OfGroup {
  readonly settings: GroupSettings;
  /** What is set as soon as it is there. */
  readonly change: GroupChange;
  readonly target_group_arns: readonly string[];
  readonly tags: readonly GroupTag[];
}

/** Gives the group that was made. Its instances are AWS's to make: check mode foretells none of them. */
export const createScalingGroup = defineAwsChange({
  name: 'create auto scaling group',
  describe: ({ name, settings }: Creation) =>
    `create Auto Scaling group ${name} (${settings.min_size} to ${settings.max_size})`,
  act: ({ name, settings, change, target_group_arns, tags, wait, seconds }, aws, signal) =>
    forgettingInstances(aws, async () => {
      const { client, sdk } = await aws.autoScaling('once');
      const command = new sdk.CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        MinSize: settings.min_size,
        MaxSize: settings.max_size,
        ...settingsInput(settings),
        ...(target_group_arns.length > 0 ? { TargetGroupARNs: [...target_group_arns] } : {}),
        ...(tags.length > 0 ? { Tags: tags.map((tag) => tagInput(name, tag)) } : {}),
      });
      await makeOnce(
        async () => {
          await createOnceProfileIsKnown(signal, () => client.send(command, { abortSignal: signal })).catch(
            (error: unknown) => {
              if (!isDuplicate(error)) throw error;
            },
          );
          return true;
        },
        async () => (await describe(aws, [name], signal)).length > 0 || undefined,
        signal,
      );
      await changeNow(aws, name, change, signal);
      if (wait) return waitForGroup(aws, name, seconds, signal);
      return (await scalingGroups.type.list(aws, { name: [name] }, signal))[0];
    }),
  effects: [
    changesTo(scalingGroups, (wish: Creation, found, made?: ScalingGroup) => {
      const empty: ScalingGroup = {
        ...wish.settings,
        auto_scaling_group_name: wish.name,
        auto_scaling_group_arn: pendingId('auto scaling group', wish.name),
        target_group_arns: wish.target_group_arns,
        instances: [],
        instance_facts: [],
        status: '',
        cpu_policy: null,
        group_tags: [],
        tags: {},
      };
      return [...found, made ?? withChange(withChange(empty, { setTags: wish.tags }), wish.change)];
    }),
  ],
});

/** Gives the group after the change. */
export const changeScalingGroup = defineAwsChange({
  name: 'change auto scaling group',
  describe: ({ name, change }: OfGroup & { readonly change: GroupChange }) =>
    `change ${[...Object.keys(change.settings ?? {}), ...Object.keys(change).filter((one) => one !== 'settings')].join(', ')} of Auto Scaling group ${name}`,
  act: ({ name, change, wait, seconds }, aws, signal) =>
    forgettingInstances(aws, async () => {
      await changeNow(aws, name, change, signal);
      if (wait) return waitForGroup(aws, name, seconds, signal);
      return (await scalingGroups.type.list(aws, { name: [name] }, signal))[0];
    }),
  effects: [
    changesTo(
      scalingGroups,
      ({ name, change }: OfGroup & { readonly change: GroupChange }, found, now?: ScalingGroup) =>
        found.map((one) => (one.auto_scaling_group_name === name ? (now ?? withChange(one, change)) : one)),
    ),
  ],
});

export const waitForScalingGroup = defineAwsChange({
  name: 'wait for auto scaling group',
  readsOnly: true,
  describe: ({ name }: OfGroup) => `wait until Auto Scaling group ${name} is full`,
  act: ({ name, seconds }, aws, signal) => waitForGroup(aws, name, seconds, signal),
  effects: [
    changesTo(scalingGroups, ({ name }: OfGroup, found, now?: ScalingGroup) =>
      found.map((one) => (one.auto_scaling_group_name === name ? (now ?? one) : one)),
    ),
  ],
});

export const deleteScalingGroup = defineAwsChange({
  name: 'delete auto scaling group',
  describe: ({ name, force }: OfGroup & { readonly force: boolean }) =>
    `delete Auto Scaling group ${name}${force ? ' with its instances' : ''}`,
  act: ({ name, force, wait, seconds }, aws, signal) =>
    forgettingInstances(aws, async () => {
      const { client, sdk } = await aws.autoScaling();
      const command = new sdk.DeleteAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        ForceDelete: force,
      });
      await client.send(command, { abortSignal: signal }).catch(async (error: unknown) => {
        // Of a group that is not there Auto Scaling says ValidationError, as of much else: it may be gone since the
        // call whose reply was lost.
        const [left] = await describe(aws, [name], signal);
        if (left !== undefined && left.Status === undefined) throw error;
      });
      if (!wait) return;
      await waitUntil({ what: `Auto Scaling group ${name} to be gone`, seconds, signal }, async () => {
        const [left] = await describe(aws, [name], signal);
        return left
          ? { still: `${left.Instances?.length ?? 0} instances are left (${left.Status ?? 'it is there'})` }
          : { reached: undefined };
      });
    }),
  effects: [
    changesTo(scalingGroups, ({ name }: OfGroup & { readonly force: boolean }, found) =>
      found.filter((one) => one.auto_scaling_group_name !== name),
    ),
  ],
});
