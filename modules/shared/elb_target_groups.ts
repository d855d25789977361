// Target groups of load balancers, with the targets in them.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure, isNotFound } from '../../aws/failure.ts';
import type { TargetGroup as Described } from '../../aws/sdk/elb.ts';
import { ifThere, whilePassing } from '../../aws/passing.ts';
import { waitUntil } from '../../aws/wait.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, type Tags } from './aws_api.ts';
import { given } from './aws_given.ts';
import { tagItems, withTagChange, type TagChange } from './aws_tags.ts';
import { attributesFrom, changeElbTags, elbTags, makeNamed, type Attributes } from './elb_tags.ts';

export type Target = Readonly<{ id: string; port: number; state: string; reason: string }>;

export type HealthCheck = Readonly<{
  health_check_protocol: string;
  health_check_port: string;
  health_check_path: string;
  health_check_interval_seconds: number;
  health_check_timeout_seconds: number;
  healthy_threshold_count: number;
  unhealthy_threshold_count: number;
  /** Codes of HTTP that count as healthy. */
  matcher: string;
}>;

/** Named as in Ansible's results. */
export type TargetGroup = HealthCheck &
  Readonly<{
    target_group_arn: string;
    target_group_name: string;
    protocol: string;
    port: number;
    vpc_id: string;
    target_type: string;
    load_balancer_arns: readonly string[];
    attributes: Attributes;
    targets: readonly Target[];
    tags: Tags;
  }>;

export const targetKey = ({ id, port }: WishedTarget): string => `${id} ${port}`;

/** AWS tells them in no order. */
function byKey(one: Target, other: Target): number {
  return targetKey(one).localeCompare(targetKey(other));
}

/** Targets that are on their way out are not there any more for us. */
const leaving = 'draining';

async function targetsOf(aws: Aws, arn: string, abortSignal: AbortSignal): Promise<readonly Target[]> {
  const { client, sdk } = await aws.elb();
  const command = new sdk.DescribeTargetHealthCommand({ TargetGroupArn: arn });
  const { TargetHealthDescriptions = [] } = await client.send(command, { abortSignal });
  return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
    id: Target?.Id ?? '',
    port: Target?.Port ?? 0,
    state: TargetHealth?.State ?? '',
    reason: TargetHealth?.Reason ?? '',
  }))
    .filter(({ state }) => state !== leaving)
    .sort(byKey);
}

async function groupFrom(
  aws: Aws,
  one: Described,
  tags: Tags | undefined,
  abortSignal: AbortSignal,
): Promise<TargetGroup> {
  const { client, sdk } = await aws.elb();
  const TargetGroupArn = one.TargetGroupArn ?? '';
  const attributes = await client.send(new sdk.DescribeTargetGroupAttributesCommand({ TargetGroupArn }), {
    abortSignal,
  });
  return {
    target_group_arn: TargetGroupArn,
    target_group_name: one.TargetGroupName ?? '',
    protocol: one.Protocol ?? '',
    port: one.Port ?? 0,
    vpc_id: one.VpcId ?? '',
    target_type: one.TargetType ?? 'instance',
    health_check_protocol: one.HealthCheckProtocol ?? '',
    health_check_port: one.HealthCheckPort ?? 'traffic-port',
    health_check_path: one.HealthCheckPath ?? '',
    health_check_interval_seconds: one.HealthCheckIntervalSeconds ?? 0,
    health_check_timeout_seconds: one.HealthCheckTimeoutSeconds ?? 0,
    healthy_threshold_count: one.HealthyThresholdCount ?? 0,
    unhealthy_threshold_count: one.UnhealthyThresholdCount ?? 0,
    matcher: one.Matcher?.HttpCode ?? '',
    load_balancer_arns: one.LoadBalancerArns ?? [],
    attributes: attributesFrom(attributes.Attributes),
    targets: await targetsOf(aws, TargetGroupArn, abortSignal),
    tags: tags ?? {},
  };
}

async function describe(
  aws: Aws,
  input: { readonly Names?: string[]; readonly TargetGroupArns?: string[] },
  abortSignal: AbortSignal,
): Promise<readonly Described[]> {
  const { client, sdk } = await aws.elb();
  const found: Described[] = [];
  try {
    for await (const page of sdk.paginateDescribeTargetGroups({ client }, input, { abortSignal }))
      found.push(...(page.TargetGroups ?? []));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return found;
}

export const targetGroups = defineAwsType<TargetGroup>({
  name: 'target group',
  list: async (aws, { name, arn }, signal) => {
    const described: Described[] = [];
    // AWS refuses a question of several names when one of them is nobody's.
    for (const one of name ?? []) described.push(...(await describe(aws, { Names: [one] }, signal)));
    for (const one of arn ?? []) described.push(...(await describe(aws, { TargetGroupArns: [one] }, signal)));
    const tags = await elbTags(
      aws,
      described.map(({ TargetGroupArn = '' }) => TargetGroupArn),
      signal,
    );
    const found: TargetGroup[] = [];
    for (const one of described) {
      const known = tags.get(one.TargetGroupArn ?? '');
      const group = await ifThere(() => groupFrom(aws, one, known, signal));
      if (group) found.push(group);
    }
    return found;
  },
  fields: {
    name: ({ target_group_name }) => target_group_name,
    arn: ({ target_group_arn }) => target_group_arn,
  },
});

/** `zone` is for addresses outside the VPC: `all`, or a zone. */
export type WishedTarget = Readonly<{ id: string; port: number; zone?: string | undefined }>;

export interface TargetGroupChange {
  readonly health?: Partial<HealthCheck>;
  readonly attributes?: Attributes;
  readonly register?: readonly WishedTarget[];
  readonly deregister?: readonly WishedTarget[];
  readonly tags?: TagChange;
}

function healthInput(health: Partial<HealthCheck>): object {
  return given({
    HealthCheckProtocol: health.health_check_protocol,
    HealthCheckPort: health.health_check_port,
    HealthCheckPath: health.health_check_path,
    HealthCheckIntervalSeconds: health.health_check_interval_seconds,
    HealthCheckTimeoutSeconds: health.health_check_timeout_seconds,
    HealthyThresholdCount: health.healthy_threshold_count,
    UnhealthyThresholdCount: health.unhealthy_threshold_count,
    Matcher: health.matcher === undefined ? undefined : { HttpCode: health.matcher },
  });
}

const targetItems = (
  targets: readonly WishedTarget[],
): { Id: string; Port: number; AvailabilityZone?: string }[] =>
  targets.map(({ id, port, zone }) => ({
    ...{ Id: id, Port: port },
    ...(zone === undefined ? {} : { AvailabilityZone: zone }),
  }));

/** Seconds. */
const runsWithin = 300;

/** AWS takes an instance once it runs. */
function startsYet(error: unknown): boolean {
  return (
    error instanceof AwsFailure &&
    error.code === 'InvalidTarget' &&
    /not in (?:a|the) running state/.test(error.message)
  );
}

async function changeNow(
  aws: Aws,
  TargetGroupArn: string,
  change: TargetGroupChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.elb();
  const { health, attributes, register = [], deregister = [], tags } = change;
  if (health)
    await client.send(new sdk.ModifyTargetGroupCommand({ TargetGroupArn, ...healthInput(health) }), {
      abortSignal,
    });
  if (attributes)
    await client.send(
      new sdk.ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: tagItems(attributes) }),
      { abortSignal },
    );
  if (register.length > 0) {
    const command = new sdk.RegisterTargetsCommand({ TargetGroupArn, Targets: targetItems(register) });
    await whilePassing(startsYet, runsWithin, abortSignal, () => client.send(command, { abortSignal }));
  }
  if (deregister.length > 0)
    await client.send(
      new sdk.DeregisterTargetsCommand({ TargetGroupArn, Targets: targetItems(deregister) }),
      { abortSignal },
    );
  if (tags) await changeElbTags(aws, TargetGroupArn, tags, abortSignal);
}

function withChange(group: TargetGroup, change: TargetGroupChange): TargetGroup {
  const gone = new Set((change.deregister ?? []).map(targetKey));
  const added = (change.register ?? []).map(({ id, port }) => ({
    ...{ id, port },
    ...{ state: 'initial', reason: '' },
  }));
  return {
    ...group,
    ...change.health,
    attributes: { ...group.attributes, ...change.attributes },
    targets: [...group.targets.filter((one) => !gone.has(targetKey(one))), ...added].sort(byKey),
    tags: change.tags ? withTagChange(group.tags, change.tags) : group.tags,
  };
}

/** A group as it is to be, before AWS has given it an ARN. */
export type NewTargetGroup = Omit<TargetGroup, 'target_group_arn' | 'load_balancer_arns' | 'targets'>;

interface Creation {
  readonly access: AwsAccess;
  readonly group: NewTargetGroup;
  /** Only what is wished of the check: the rest is AWS's to choose. */
  readonly health: Partial<HealthCheck>;
  readonly register: readonly WishedTarget[];
}

/** Gives the ARN. */
export const createTargetGroup = defineAwsChange({
  name: 'create target group',
  describe: ({ group }: Creation) =>
    `create target group ${group.target_group_name} (${group.protocol} ${group.port}, ${group.target_type})`,
  act: async ({ group, health, register }, aws, signal) => {
    const { client, sdk } = await aws.elb('once');
    const { target_group_name: Name, port: Port, vpc_id: VpcId, tags } = group;
    const command = new sdk.CreateTargetGroupCommand({
      Name,
      Port,
      VpcId,
      ...given({
        Protocol: group.protocol,
        TargetType: group.target_type,
        Tags: Object.keys(tags).length > 0 ? tagItems(tags) : undefined,
      }),
      ...healthInput(health),
    });
    const arn = await makeNamed(
      aws,
      tags,
      async () =>
        (await client.send(command, { abortSignal: signal })).TargetGroups?.[0]?.TargetGroupArn ?? '',
      async () => (await describe(aws, { Names: [Name] }, signal))[0]?.TargetGroupArn,
      signal,
    );
    const { attributes } = group;
    await changeNow(
      aws,
      arn,
      { register, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) },
      signal,
    );
    return arn;
  },
  effects: [
    changesTo(targetGroups, ({ group, register }: Creation, found, arn?: string) => {
      const made = arn ?? pendingId('target group', group.target_group_name);
      const empty = { ...group, target_group_arn: made, load_balancer_arns: [], targets: [] };
      return [...found, withChange(empty, { register })];
    }),
  ],
});

interface OfGroup {
  readonly access: AwsAccess;
  readonly arn: string;
  readonly name: string;
}

export const changeTargetGroup = defineAwsChange({
  name: 'change target group',
  describe: ({ name, change }: OfGroup & { readonly change: TargetGroupChange }) =>
    `change ${Object.keys(change).join(', ')} of target group ${name}`,
  act: ({ arn, change }, aws, signal) => changeNow(aws, arn, change, signal),
  effects: [
    changesTo(targetGroups, ({ arn, change }: OfGroup & { readonly change: TargetGroupChange }, found) =>
      found.map((one) => (one.target_group_arn === arn ? withChange(one, change) : one)),
    ),
  ],
});

/** A balancer that was just removed holds its groups for a while. Seconds. */
const freeWithin = 120;

export const deleteTargetGroup = defineAwsChange({
  name: 'delete target group',
  describe: ({ name }: OfGroup) => `delete target group ${name}`,
  act: async ({ arn, name }, aws, signal) => {
    const { client, sdk } = await aws.elb();
    const waiting = { what: `target group ${name} to be free`, seconds: freeWithin, signal };
    await waitUntil(waiting, async () => {
      try {
        await client.send(new sdk.DeleteTargetGroupCommand({ TargetGroupArn: arn }), { abortSignal: signal });
      } catch (error) {
        const isUsed = error instanceof AwsFailure && error.code === 'ResourceInUse';
        if (!isUsed && !isNotFound(error)) throw error;
        const [group] = isUsed ? await describe(aws, { TargetGroupArns: [arn] }, signal) : [];
        // A balancer that still stands is somebody's wish; one that goes leaves the group without any.
        if (isUsed && (group?.LoadBalancerArns ?? []).length > 0) throw error;
        if (isUsed) return { still: 'a balancer that goes still holds it' };
      }
      return { reached: undefined };
    });
  },
  effects: [
    changesTo(targetGroups, ({ arn }: OfGroup, found) => found.filter((one) => one.target_group_arn !== arn)),
  ],
});

interface WaitForTargets {
  readonly access: AwsAccess;
  readonly name: string;
  readonly seconds: number;
}

export const waitForTargets = defineAwsChange({
  name: 'wait for targets',
  readsOnly: true,
  describe: ({ name }: WaitForTargets) => `wait until the targets of ${name} are healthy`,
  act: ({ name, seconds }, aws, signal) =>
    waitUntil({ what: `the targets of ${name} to be healthy`, seconds, signal }, async () => {
      const found = await targetGroups.type.list(aws, { name: [name] }, signal);
      const sick = found.flatMap(({ targets }) => targets.filter(({ state }) => state !== 'healthy'));
      if (found.length > 0 && sick.length === 0) return { reached: found };
      const told = sick.map(({ id, state, reason }) => `${id} is ${state}${reason && ` (${reason})`}`);
      return { still: told.join(', ') || 'AWS does not show it yet' };
    }),
  effects: [
    changesTo(targetGroups, ({ name }: WaitForTargets, found, now?: readonly TargetGroup[]) =>
      found.map((one) => (one.target_group_name === name ? (now?.[0] ?? one) : one)),
    ),
  ],
});
