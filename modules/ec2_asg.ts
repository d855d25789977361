// Keeps an Auto Scaling group: how many instances of a launch template there are, in which subnets, behind which
// balancers. How many there are just now is its own to decide, unless desired_capacity says it.
import type { Data, Plan } from '../engine/module/contract.ts';
import { toData } from '../engine/module/data.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import {
  bool,
  dict,
  float,
  int,
  list,
  oneOf,
  optional,
  raw,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import { isOwned, leftAlone, ownedParams } from './shared/aws_owned.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { tagsOf } from './shared/aws_tags.ts';
import type { CpuPolicy } from './shared/ec2_asg_policy.ts';
import {
  changeScalingGroup,
  createScalingGroup,
  deleteScalingGroup,
  isFull,
  scalingGroups,
  waitForScalingGroup,
  type GroupChange,
  type GroupSettings,
  type GroupTag,
  type ScalingGroup,
  type TemplateOfGroup,
} from './shared/ec2_asgs.ts';

const params = {
  name: str(),
  state: optional(oneOf('present', 'absent'), 'present'),
  min_size: optional(int({ minimum: 0 })),
  max_size: optional(int({ minimum: 0 })),
  desired_capacity: optional(int({ minimum: 0, doc: 'Default: what it is now, or the least' })),
  keep_desired_capacity: optional(
    bool({ doc: 'desired_capacity is for a new group alone: one that is there has the number it came to' }),
    false,
  ),
  launch_template: optional(
    dict(
      {},
      {
        launch_template_id: optional(str({ aliases: ['id'] })),
        launch_template_name: optional(str({ aliases: ['name'] })),
        version: optional(str({ doc: 'A number, $Latest or $Default' }), '$Latest'),
      },
    ),
  ),
  vpc_zone_identifier: optional(list(str(), { doc: 'Subnets' })),
  target_group_arns: optional(list(str())),
  health_check_type: optional(oneOf('EC2', 'ELB')),
  health_check_period: optional(int({ doc: 'Seconds in which a new instance may be unwell' })),
  default_cooldown: optional(int({ doc: 'Seconds' })),
  protect_from_scale_in: optional(bool()),
  cpu_policy: optional(
    dict(
      { doc: 'Hold the mean use of processors at a target' },
      {
        target: float({ doc: 'Per cent' }),
        scale_in: optional(bool({ doc: 'Whether it may also end instances' }), false),
        name: optional(str()),
        state: optional(oneOf('present', 'absent'), 'present'),
      },
    ),
  ),
  tags: optional(raw({ doc: 'A dict; or a list of dicts, each of a key and propagate_at_launch' })),
  purge_tags: optional(bool(), false),
  wait_for_instances: optional(bool({ aliases: ['wait'] }), true),
  wait_timeout: optional(int({ minimum: 1, doc: 'Seconds' }), 300),
  force: optional(bool({ doc: 'With absent: its instances end with it' }), true),
  ...ownedParams,
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

const isDict = (value: Data): value is { readonly [key: string]: Data } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Tags in either form; those that say nothing of it go to instances too. */
function groupTags(given: Wish['tags']): readonly GroupTag[] | string | undefined {
  if (given === undefined) return undefined;
  const data = toData(given);
  const items: readonly Data[] = Array.isArray(data) ? (data as readonly Data[]) : [data];
  const tags: GroupTag[] = [];
  for (const item of items) {
    if (!isDict(item)) return 'tags takes a dict, or a list of dicts';
    const { propagate_at_launch: propagates = true, ...own } = item;
    for (const [key, value] of Object.entries(tagsOf(own) ?? {}))
      tags.push({ key, value, propagate_at_launch: propagates !== false });
  }
  return tags;
}

function policyOf({ cpu_policy: policy, name }: Wish): CpuPolicy | null | undefined {
  if (!policy) return undefined;
  if (policy.state === 'absent') return null;
  return { name: policy.name ?? `${name}-cpu`, target: policy.target, scale_in: policy.scale_in };
}

function templateOf({ launch_template: template }: Wish): TemplateOfGroup | undefined {
  if (!template) return undefined;
  const { launch_template_id: id = '', launch_template_name: name = '', version } = template;
  return { id, name, version };
}

function isTemplate(found: TemplateOfGroup, wanted: TemplateOfGroup): boolean {
  const isSame = wanted.id === '' ? found.name === wanted.name : found.id === wanted.id;
  return isSame && found.version === wanted.version;
}

function sameSet(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === wanted.length && wanted.every((one) => found.includes(one));
}

function settingsOf(wish: Wish, group: ScalingGroup): Partial<GroupSettings> {
  const template = templateOf(wish);
  const { vpc_zone_identifier: subnets, min_size, max_size } = wish;
  const least = min_size ?? group.min_size;
  const most = max_size ?? group.max_size;
  // AWS takes no sizes that leave the wished number outside.
  const wanted = wish.keep_desired_capacity ? undefined : wish.desired_capacity;
  const desired = Math.min(most, Math.max(least, wanted ?? group.desired_capacity));
  const wished = {
    min_size,
    max_size,
    desired_capacity: desired,
    health_check_type: wish.health_check_type,
    health_check_period: wish.health_check_period,
    default_cooldown: wish.default_cooldown,
    protect_from_scale_in: wish.protect_from_scale_in,
  };
  const found: { readonly [name: string]: unknown } = group;
  return {
    ...Object.fromEntries(
      Object.entries(wished).filter(([name, value]) => value !== undefined && found[name] !== value),
    ),
    ...(template && !isTemplate(group.launch_template, template) ? { launch_template: template } : {}),
    ...(subnets && !sameSet(group.vpc_zone_identifier, subnets) ? { vpc_zone_identifier: subnets } : {}),
  };
}

function changeOf(wish: Wish, group: ScalingGroup, tags: readonly GroupTag[] | undefined): GroupChange {
  const settings = settingsOf(wish, group);
  const targets = wish.target_group_arns;
  const attach = (targets ?? []).filter((arn) => !group.target_group_arns.includes(arn));
  const detach = targets ? group.target_group_arns.filter((arn) => !targets.includes(arn)) : [];
  const setTags = (tags ?? []).filter(
    (tag) =>
      !group.group_tags.some(
        (one) =>
          one.key === tag.key &&
          one.value === tag.value &&
          one.propagate_at_launch === tag.propagate_at_launch,
      ),
  );
  const isOther = (key: string): boolean => !tags?.some((tag) => tag.key === key) && !key.startsWith('aws:');
  const removeTags = tags && wish.purge_tags ? Object.keys(group.tags).filter(isOther) : [];
  const policy = policyOf(wish);
  const hasPolicy = policy === undefined || JSON.stringify(policy) === JSON.stringify(group.cpu_policy);
  return {
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    ...(attach.length > 0 ? { attach } : {}),
    ...(detach.length > 0 ? { detach } : {}),
    ...(setTags.length > 0 ? { setTags } : {}),
    ...(removeTags.length > 0 ? { removeTags } : {}),
    ...(hasPolicy ? {} : { cpu_policy: policy }),
  };
}

function creation(wish: Wish, tags: readonly GroupTag[]): Plan {
  const { name, min_size, max_size, vpc_zone_identifier: subnets } = wish;
  const template = templateOf(wish);
  if (min_size === undefined || max_size === undefined || !template || !subnets)
    return {
      steps: [],
      fail: `Auto Scaling group ${name} needs min_size, max_size, launch_template and vpc_zone_identifier to be made`,
    };
  const settings = {
    min_size,
    max_size,
    desired_capacity: wish.desired_capacity ?? min_size,
    launch_template: template,
    vpc_zone_identifier: subnets,
    health_check_type: wish.health_check_type ?? 'EC2',
    health_check_period: wish.health_check_period ?? 300,
    default_cooldown: wish.default_cooldown ?? 300,
    protect_from_scale_in: wish.protect_from_scale_in ?? false,
  };
  const policy = policyOf(wish);
  const step = createScalingGroup({
    access: accessOf(wish),
    name,
    settings,
    tags,
    target_group_arns: wish.target_group_arns ?? [],
    change: policy ? { cpu_policy: policy } : {},
    wait: wish.wait_for_instances,
    seconds: wish.wait_timeout,
  });
  return { steps: [step] };
}

export const ec2Asg = defineModule({
  name: 'ec2_asg',
  fullNames: ['amazon.aws.autoscaling_group', 'community.aws.ec2_asg', 'amazon.aws.ec2_asg'],
  summary: 'Keep an Auto Scaling group',
  reach: 'apis',
  params,
  returns: {
    auto_scaling_group_name: str(),
    auto_scaling_group_arn: str(),
    min_size: int(),
    max_size: int(),
    desired_capacity: int(),
    instances: list(str()),
    instance_facts: list(dict()),
    launch_template: dict(),
    target_group_arns: list(str()),
    vpc_zone_identifier: list(str()),
    tags: dict(),
  },
  seen: answers<{ found: readonly ScalingGroup[] }>(),
  probes: (wish, seen) =>
    seen.found ? done : { found: scalingGroups.ask(accessOf(wish), { name: [wish.name] }) },
  plan: (wish, { found: [group] }) => {
    const { name, wait_for_instances: wait, wait_timeout: seconds } = wish;
    const of = { access: accessOf(wish), name, wait, seconds };
    if (group && !isOwned(wish, group.tags)) return leftAlone(wish, `Auto Scaling group ${name}`);
    if (wish.state === 'absent')
      return { steps: group ? [deleteScalingGroup({ ...of, force: wish.force })] : [] };
    const tags = groupTags(wish.tags);
    if (typeof tags === 'string') return { steps: [], fail: tags };
    if (!group) return creation(wish, tags ?? []);
    if (group.status !== '')
      return {
        steps: [],
        fail: `Auto Scaling group ${name} is going away (${group.status}): try again later`,
      };
    const change = changeOf(wish, group, tags);
    if (Object.keys(change).length > 0) return { steps: [changeScalingGroup({ ...of, change })] };
    return { steps: wait && !isFull(group) ? [waitForScalingGroup(of)] : [] };
  },
  result: (_wish, _before, _outcomes, { found: [group] }) => ({ ...group }),
});
