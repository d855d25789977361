// Keeps a target group: where a balancer sends connections, and how it finds out which targets are well.
import { answers, defineModule, done } from '../engine/module/define.ts';
import type { Plan } from '../engine/module/contract.ts';
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
} from '../engine/module/kinds.ts';
import { isOwned, leftAlone, ownedParams } from './shared/aws_owned.ts';
import { literal } from './shared/aws_api.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { narrowTagsRefused, tagChange, tagsOf } from './shared/aws_tags.ts';
import { instances, type Instance } from './shared/ec2_instances.ts';
import { elbNameRefused } from './shared/elb_names.ts';
import { attributeChange, attributesOf } from './shared/elb_tags.ts';
import {
  changeTargetGroup,
  createTargetGroup,
  deleteTargetGroup,
  targetGroups,
  targetKey,
  waitForTargets,
  type HealthCheck,
  type TargetGroup,
  type TargetGroupChange,
  type WishedTarget,
} from './shared/elb_target_groups.ts';

const params = {
  name: str(),
  state: optional(oneOf('present', 'absent'), 'present'),
  protocol: optional(str({ doc: 'TCP, TLS, UDP, HTTP, HTTPS …; fixed once the group is there' })),
  port: optional(int({ minimum: 1, maximum: 65535 })),
  vpc_id: optional(str()),
  target_type: optional(oneOf('instance', 'ip', 'alb'), 'instance'),
  health_check_protocol: optional(str()),
  health_check_port: optional(str({ doc: 'A number, or traffic-port' })),
  health_check_path: optional(str()),
  health_check_interval: optional(int({ doc: 'Seconds' })),
  health_check_timeout: optional(int({ doc: 'Seconds' })),
  healthy_threshold_count: optional(int()),
  unhealthy_threshold_count: optional(int()),
  successful_response_codes: optional(str({ doc: 'As 200-399' })),
  deregistration_delay_timeout: optional(int({ doc: 'Seconds' })),
  deregistration_connection_termination: optional(bool()),
  preserve_client_ip_enabled: optional(bool()),
  proxy_protocol_v2_enabled: optional(bool()),
  targets: optional(
    listOf({
      Id: str({ aliases: ['id'], doc: 'Id of an instance, or an address' }),
      Port: optional(int({ aliases: ['port'] })),
      AvailabilityZone: optional(str({ aliases: ['availability_zone'] })),
    }),
  ),
  targets_by_tag: optional(dict({ doc: 'The instances that have these tags, and run, are the targets' })),
  modify_targets: optional(bool({ doc: 'Whether targets of a group that is there are changed' }), true),
  purge_targets: optional(
    bool({ doc: 'Take out targets that are not wished; false where an Auto Scaling group puts in its own' }),
    true,
  ),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool(), true),
  wait: optional(bool({ doc: 'Until all targets are healthy' }), false),
  wait_timeout: optional(int({ minimum: 1, doc: 'Seconds' }), 200),
  ...ownedParams,
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly found: readonly TargetGroup[];
  readonly tagged?: readonly Instance[];
}

function healthOf(wish: Wish): Partial<HealthCheck> {
  const wished = {
    health_check_protocol: wish.health_check_protocol?.toUpperCase(),
    health_check_port: wish.health_check_port,
    health_check_path: wish.health_check_path,
    health_check_interval_seconds: wish.health_check_interval,
    health_check_timeout_seconds: wish.health_check_timeout,
    healthy_threshold_count: wish.healthy_threshold_count,
    unhealthy_threshold_count: wish.unhealthy_threshold_count,
    matcher: wish.successful_response_codes,
  };
  return Object.fromEntries(Object.entries(wished).filter(([, value]) => value !== undefined));
}

function attributesWished(wish: Wish): { readonly [name: string]: string } {
  return attributesOf({
    'deregistration_delay.timeout_seconds': wish.deregistration_delay_timeout,
    'deregistration_delay.connection_termination.enabled': wish.deregistration_connection_termination,
    'preserve_client_ip.enabled': wish.preserve_client_ip_enabled,
    'proxy_protocol_v2.enabled': wish.proxy_protocol_v2_enabled,
  });
}

/** Undefined: nothing is said of targets. */
function targetsOf(
  wish: Wish,
  tagged: readonly Instance[],
  port: number,
): readonly WishedTarget[] | undefined {
  if (!wish.targets && !wish.targets_by_tag) return undefined;
  const byTag = wish.targets_by_tag ? tagged : [];
  return [
    ...(wish.targets ?? []).map(({ Id, Port, AvailabilityZone: zone }) => ({
      ...{ id: Id, port: Port ?? port },
      ...(zone === undefined ? {} : { zone }),
    })),
    ...byTag.map((one) => ({
      id: wish.target_type === 'ip' ? one.private_ip_address : one.instance_id,
      port,
    })),
  ];
}

function differing(health: Partial<HealthCheck>, group: TargetGroup): Partial<HealthCheck> {
  const found: { readonly [name: string]: unknown } = group;
  return Object.fromEntries(Object.entries(health).filter(([name, value]) => found[name] !== value));
}

function changeOf(
  wish: Wish,
  group: TargetGroup,
  tagged: readonly Instance[],
): TargetGroupChange | undefined {
  const health = differing(healthOf(wish), group);
  const attributes = attributeChange(group.attributes, attributesWished(wish));
  const wished = wish.modify_targets ? targetsOf(wish, tagged, group.port) : undefined;
  const keys = new Set(wished?.map(targetKey));
  const there = new Set(group.targets.map(targetKey));
  const register = (wished ?? []).filter((one) => !there.has(targetKey(one)));
  const extra = wished && wish.purge_targets ? group.targets.filter((one) => !keys.has(targetKey(one))) : [];
  const tags = tagChange(group.tags, tagsOf(wish.tags), wish.purge_tags);
  const change: TargetGroupChange = {
    ...(Object.keys(health).length > 0 ? { health } : {}),
    ...(attributes ? { attributes } : {}),
    ...(register.length > 0 ? { register } : {}),
    ...(extra.length > 0 ? { deregister: extra.map(({ id, port }) => ({ id, port })) } : {}),
    ...(tags ? { tags } : {}),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

/** What AWS cannot change of a group. */
function fixedDifference(
  { protocol, port, vpc_id, target_type }: Wish,
  group: TargetGroup,
): string | undefined {
  const wished = { protocol: protocol?.toUpperCase(), port, vpc_id, target_type };
  const found: { readonly [name: string]: unknown } = group;
  const [other] = Object.entries(wished).filter(
    ([name, value]) => value !== undefined && String(found[name]) !== String(value),
  );
  if (!other) return undefined;
  const [name, value] = other;
  return `Target group ${group.target_group_name} has ${name} ${String(found[name])}, and AWS cannot make it ${String(value)}: remove it first, or give the new one another name`;
}

/** As AWS checks the targets of a network balancer when nothing is said. */
const checkByDefault: HealthCheck = {
  health_check_protocol: 'TCP',
  health_check_port: 'traffic-port',
  health_check_path: '',
  health_check_interval_seconds: 30,
  health_check_timeout_seconds: 10,
  healthy_threshold_count: 5,
  unhealthy_threshold_count: 2,
  matcher: '',
};

function creation(wish: Wish, tagged: readonly Instance[]): Plan {
  const { name, protocol, port, vpc_id, target_type } = wish;
  if (protocol === undefined || port === undefined || vpc_id === undefined)
    return { steps: [], fail: `Target group ${name} needs protocol, port and vpc_id to be made` };
  const refused = elbNameRefused('Target group', name);
  if (refused !== undefined) return { steps: [], fail: refused };
  const health = healthOf(wish);
  const group = {
    target_group_name: name,
    protocol: protocol.toUpperCase(),
    port,
    vpc_id,
    target_type,
    ...checkByDefault,
    ...health,
    attributes: attributesWished(wish),
    tags: tagsOf(wish.tags) ?? {},
  };
  const register = targetsOf(wish, tagged, port) ?? [];
  return { steps: [createTargetGroup({ access: accessOf(wish), group, health, register })] };
}

function planPresent(wish: Wish, group: TargetGroup | undefined, tagged: readonly Instance[]): Plan {
  const refused = narrowTagsRefused(tagsOf(wish.tags));
  if (refused !== undefined) return { steps: [], fail: refused };
  if (!group) return creation(wish, tagged);
  const fail = fixedDifference(wish, group);
  if (fail !== undefined) return { steps: [], fail };
  const change = changeOf(wish, group, tagged);
  const of = { access: accessOf(wish), arn: group.target_group_arn, name: wish.name };
  return { steps: change ? [changeTargetGroup({ ...of, change })] : [] };
}

export const elbTargetGroup = defineModule({
  name: 'elb_target_group',
  fullNames: ['community.aws.elb_target_group', 'amazon.aws.elb_target_group'],
  summary: 'Keep a target group of a load balancer',
  reach: 'apis',
  params,
  returns: {
    target_group_arn: str(),
    target_group_name: str(),
    port: int(),
    protocol: str(),
    target_type: str(),
    vpc_id: str(),
    attributes: dict(),
    targets: list(dict(), { doc: 'id, port, state and reason of each' }),
    tags: dict(),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    if (seen.found) return done;
    const byTag = Object.entries(tagsOf(wish.targets_by_tag) ?? {}).map(
      ([key, value]): [string, readonly string[]] => [`tag:${key}`, [literal(value)]],
    );
    const running = { 'instance-state-name': ['pending', 'running'], ...Object.fromEntries(byTag) };
    return {
      found: targetGroups.ask(accessOf(wish), { name: [wish.name] }),
      ...(byTag.length > 0 ? { tagged: instances.ask(accessOf(wish), running) } : {}),
    };
  },
  plan: (wish, { found: [group], tagged }) => {
    const access = accessOf(wish);
    if (group && !isOwned(wish, group.tags)) return leftAlone(wish, `Target group ${wish.name}`);
    if (wish.state === 'absent') {
      const gone = group && { access, arn: group.target_group_arn, name: wish.name };
      return { steps: gone ? [deleteTargetGroup(gone)] : [] };
    }
    const plan = planPresent(wish, group, tagged ?? []);
    const isWell =
      plan.steps.length === 0 && group?.targets.every(({ state }) => state === 'healthy') === true;
    if (!wish.wait || plan.fail !== undefined || isWell) return plan;
    return {
      ...plan,
      steps: [...plan.steps, waitForTargets({ access, name: wish.name, seconds: wish.wait_timeout })],
    };
  },
  result: (_wish, _before, _outcomes, { found: [group] }) => ({ ...group }),
});
