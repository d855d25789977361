// Everything that carries tags, by what each service tells of its own.
import type { Aws } from '../../aws/clients.ts';
import { ifThere } from '../../aws/passing.ts';
import { defineAwsType, fits, type AwsKind, type Filters, type Tags } from './aws_api.ts';
import { filterItems, tagsFrom } from './aws_tags.ts';
import { addresses } from './ec2_addresses.ts';
import { interfaces } from './ec2_enis.ts';
import { internetGateways } from './ec2_igws.ts';
import { keyPairs } from './ec2_key_pairs.ts';
import { routeTables } from './ec2_route_tables.ts';
import { securityGroups } from './ec2_security_groups.ts';
import { subnets } from './ec2_subnets.ts';
import { vpcs } from './ec2_vpcs.ts';
import { elbTags } from './elb_tags.ts';
import { readProfile } from './iam_profiles.ts';

interface Found {
  readonly id: string;
  readonly tags: Tags;
}

export type TaggedThing = Readonly<{ kind: string; id: string; tags: Tags }>;

/** Of instances: shutting down and terminated ones are as good as gone. */
const living = ['pending', 'running', 'stopping', 'stopped'];

/** Kinds of EC2 that have a question of their own: it tells what is there, where DescribeTags tells what was. */
const kinds: readonly [
  string,
  (aws: Aws, filters: Filters, signal: AbortSignal) => Promise<readonly Found[]>,
][] = [
  ['vpc', vpcs.type.list],
  ['subnet', subnets.type.list],
  ['internet-gateway', internetGateways.type.list],
  ['route-table', routeTables.type.list],
  ['security-group', securityGroups.type.list],
  ['key-pair', keyPairs.type.list],
  ['elastic-ip', addresses.type.list],
  ['network-interface', interfaces.type.list],
];

async function ofEc2(aws: Aws, filters: Filters, signal: AbortSignal): Promise<TaggedThing[]> {
  const found: TaggedThing[] = [];
  for (const [kind, list] of kinds)
    found.push(...(await list(aws, filters, signal)).map(({ id, tags }) => ({ kind, id, tags })));
  const { client, sdk } = await aws.ec2();
  const query = { Filters: filterItems({ ...filters, 'instance-state-name': living }) };
  for await (const page of sdk.paginateDescribeInstances({ client }, query, { abortSignal: signal }))
    for (const reservation of page.Reservations ?? [])
      for (const { InstanceId: id = '', Tags } of reservation.Instances ?? [])
        found.push({ kind: 'instance', id, tags: tagsFrom(Tags) });
  // A paginator writes its token into what it is given, so each has an object of its own.
  const carrying = (): object => ({ Filters: filterItems(filters) });
  for await (const page of sdk.paginateDescribeVolumes({ client }, carrying(), { abortSignal: signal }))
    for (const { VolumeId: id = '', Tags } of page.Volumes ?? [])
      found.push({ kind: 'volume', id, tags: tagsFrom(Tags) });
  for await (const page of sdk.paginateDescribeLaunchTemplates({ client }, carrying(), {
    abortSignal: signal,
  }))
    for (const { LaunchTemplateId: id = '', Tags } of page.LaunchTemplates ?? [])
      found.push({ kind: 'launch-template', id, tags: tagsFrom(Tags) });
  return found;
}

async function ofBalancing(aws: Aws, signal: AbortSignal): Promise<TaggedThing[]> {
  const { client, sdk } = await aws.elb();
  const kinds = new Map<string, string>();
  const options = { abortSignal: signal };
  for await (const page of sdk.paginateDescribeLoadBalancers({ client }, {}, options))
    for (const { LoadBalancerArn = '' } of page.LoadBalancers ?? [])
      kinds.set(LoadBalancerArn, 'load-balancer');
  for await (const page of sdk.paginateDescribeTargetGroups({ client }, {}, options))
    for (const { TargetGroupArn = '' } of page.TargetGroups ?? []) kinds.set(TargetGroupArn, 'target-group');
  const tags = await elbTags(aws, [...kinds.keys()], signal);
  return [...kinds].map(([id, kind]) => ({ kind, id, tags: tags.get(id) ?? {} }));
}

async function ofScaling(aws: Aws, signal: AbortSignal): Promise<TaggedThing[]> {
  const { client, sdk } = await aws.autoScaling();
  const found: TaggedThing[] = [];
  for await (const page of sdk.paginateDescribeAutoScalingGroups({ client }, {}, { abortSignal: signal }))
    for (const { AutoScalingGroupName: id = '', Tags } of page.AutoScalingGroups ?? [])
      found.push({
        kind: 'auto-scaling-group',
        id,
        tags: Object.fromEntries((Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      });
  return found;
}

/** IAM lists without tags, and has no filter: each is asked that instances can take on, or that holds such a role. */
async function ofIam(aws: Aws, abortSignal: AbortSignal): Promise<TaggedThing[]> {
  const { client, sdk } = await aws.iam();
  const found: TaggedThing[] = [];
  for await (const page of sdk.paginateListRoles({ client }, {}, { abortSignal }))
    for (const { RoleName = '', AssumeRolePolicyDocument: trust = '' } of page.Roles ?? []) {
      if (!decodeURIComponent(trust).includes('ec2.amazonaws.com')) continue;
      const get = new sdk.GetRoleCommand({ RoleName });
      const read = await ifThere(() => client.send(get, { abortSignal }));
      if (read) found.push({ kind: 'iam-role', id: RoleName, tags: tagsFrom(read.Role?.Tags) });
    }
  for await (const page of sdk.paginateListInstanceProfiles({ client }, {}, { abortSignal }))
    for (const { InstanceProfileName: id = '' } of page.InstanceProfiles ?? []) {
      const profile = await ifThere(() => readProfile(aws, id, abortSignal));
      if (profile) found.push({ kind: 'instance-profile', id, tags: profile.tags });
    }
  return found;
}

export const tagged: AwsKind<TaggedThing> = defineAwsType<TaggedThing>({
  name: 'tagged thing',
  list: async (aws, filters, signal) => {
    const all = [
      ...(await ofEc2(aws, filters, signal)),
      ...(await ofBalancing(aws, signal)),
      ...(await ofScaling(aws, signal)),
      ...(await ofIam(aws, signal)),
    ];
    return all.filter((thing) => fits(tagged.type, thing, filters));
  },
  fields: {},
});
