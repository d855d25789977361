// Keeps a network load balancer with its listeners, found by its name: AWS has one of a name in a region.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
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
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { narrowTagsRefused, tagChange, tagsOf } from './shared/aws_tags.ts';
import { listenerChange, type WishedListener } from './shared/elb_listeners.ts';
import {
  changeLoadBalancer,
  createLoadBalancer,
  deleteLoadBalancer,
  loadBalancers,
  waitForLoadBalancer,
  type LoadBalancer,
  type LoadBalancerChange,
  type SubnetMapping,
} from './shared/elb_network_lbs.ts';
import { elbNameRefused } from './shared/elb_names.ts';
import { attributeChange, attributesOf } from './shared/elb_tags.ts';
import { targetGroups, type TargetGroup } from './shared/elb_target_groups.ts';

const listenerOptions = {
  Protocol: optional(str({ aliases: ['protocol'] }), 'TCP'),
  Port: int({ aliases: ['port'], minimum: 1, maximum: 65535 }),
  target_group: optional(str({ doc: 'Name or ARN; instead of DefaultActions' })),
  DefaultActions: optional(
    listOf(
      {
        Type: optional(oneOf('forward', { aliases: ['type'] }), 'forward'),
        TargetGroupName: optional(str({ aliases: ['target_group_name'] })),
        TargetGroupArn: optional(str({ aliases: ['target_group_arn'] })),
      },
      { aliases: ['default_actions'] },
    ),
    [],
  ),
  Certificates: optional(
    listOf({ CertificateArn: str({ aliases: ['certificate_arn'] }) }, { aliases: ['certificates'] }),
    [],
  ),
  SslPolicy: optional(str({ aliases: ['ssl_policy'] }), ''),
};

const params = {
  name: str(),
  state: optional(oneOf('present', 'absent'), 'present'),
  scheme: optional(
    oneOf('internet-facing', 'internal', { doc: 'Fixed once the balancer is there' }),
    'internet-facing',
  ),
  subnets: optional(list(str()), []),
  subnet_mappings: optional(
    listOf({
      SubnetId: str({ aliases: ['subnet_id'] }),
      AllocationId: optional(str({ aliases: ['allocation_id'], doc: 'An elastic address' }), ''),
      PrivateIPv4Address: optional(
        str({ aliases: ['private_ipv4_address', 'private_ip_address'], doc: 'A fixed one' }),
        '',
      ),
    }),
    [],
  ),
  security_groups: optional(list(str(), { doc: 'Ids; only a balancer made with some can have any' })),
  ip_address_type: optional(oneOf('ipv4', 'dualstack')),
  cross_zone_load_balancing: optional(bool()),
  deletion_protection: optional(bool()),
  listeners: optional(listOf(listenerOptions)),
  purge_listeners: optional(bool(), true),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool(), true),
  wait: optional(bool({ doc: 'Until it is active, or gone' }), false),
  wait_timeout: optional(int({ minimum: 1, doc: 'Seconds' }), 600),
  ...ownedParams,
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly found: readonly LoadBalancer[];
  /** Those that listeners name. */
  readonly groups?: readonly TargetGroup[];
}

const isArn = (group: string): boolean => group.startsWith('arn:') || group.includes(' ');

/** The target group of each listener, by name or ARN. */
function groupsOf({ listeners = [] }: Wish): readonly (string | undefined)[] {
  return listeners.map(({ target_group, DefaultActions: [action] }) =>
    action ? (action.TargetGroupArn ?? action.TargetGroupName) : target_group,
  );
}

function groupNamesOf(wish: Wish): readonly string[] {
  return groupsOf(wish).flatMap((one) => (one === undefined || isArn(one) ? [] : [one]));
}

/** Listeners as they are to be, or why that cannot be told. Undefined: nothing is said of them. */
function listenersOf(
  wish: Wish,
  known: readonly TargetGroup[],
): readonly WishedListener[] | string | undefined {
  if (!wish.listeners) return undefined;
  const wished: WishedListener[] = [];
  const groups = groupsOf(wish);
  for (const [index, { Protocol, Port, Certificates, SslPolicy }] of wish.listeners.entries()) {
    const group = groups[index];
    if (group === undefined) return `The listener of port ${Port} needs target_group`;
    const arn = isArn(group)
      ? group
      : known.find(({ target_group_name }) => target_group_name === group)?.target_group_arn;
    if (arn === undefined) return `There is no target group ${group}. Make it first, by elb_target_group`;
    wished.push({
      port: Port,
      protocol: Protocol.toUpperCase(),
      target_group_arn: arn,
      certificate_arn: Certificates[0]?.CertificateArn ?? '',
      ssl_policy: SslPolicy,
    });
  }
  return wished;
}

function subnetsOf({ subnets, subnet_mappings }: Wish): readonly SubnetMapping[] {
  return [
    ...subnet_mappings.map((one) => ({
      subnet_id: one.SubnetId,
      allocation_id: one.AllocationId,
      private_ipv4_address: one.PrivateIPv4Address,
    })),
    ...subnets.map((subnet_id) => ({ subnet_id, allocation_id: '', private_ipv4_address: '' })),
  ];
}

function attributesWished(wish: Wish): { readonly [name: string]: string } {
  return attributesOf({
    'load_balancing.cross_zone.enabled': wish.cross_zone_load_balancing,
    'deletion_protection.enabled': wish.deletion_protection,
  });
}

function sameSet(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === wanted.length && wanted.every((one) => found.includes(one));
}

function changeOf(
  wish: Wish,
  balancer: LoadBalancer,
  listeners: readonly WishedListener[] | undefined,
): LoadBalancerChange | undefined {
  const subnets = subnetsOf(wish);
  const there = balancer.availability_zones.map(({ subnet_id }) => subnet_id);
  const wanted = subnets.map(({ subnet_id }) => subnet_id);
  const { security_groups: groups, ip_address_type: family } = wish;
  const attributes = attributeChange(balancer.attributes, attributesWished(wish));
  const tags = tagChange(balancer.tags, tagsOf(wish.tags), wish.purge_tags);
  const listening = listeners && listenerChange(balancer.listeners, listeners, wish.purge_listeners);
  const change: LoadBalancerChange = {
    ...(subnets.length > 0 && !sameSet(there, wanted) ? { subnets } : {}),
    ...(groups && !sameSet(balancer.security_groups, groups) ? { security_groups: groups } : {}),
    ...(family !== undefined && family !== balancer.ip_address_type ? { ip_address_type: family } : {}),
    ...(attributes ? { attributes } : {}),
    ...(listening ? { listeners: listening } : {}),
    ...(tags ? { tags } : {}),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

/** Addresses that a balancer was not made with. AWS tells them only of balancers that have fixed ones. */
function addressClash(wish: Wish, balancer: LoadBalancer): string | undefined {
  for (const { subnet_id, private_ipv4_address: wanted } of subnetsOf(wish)) {
    const zone = balancer.availability_zones.find((one) => one.subnet_id === subnet_id);
    const found = zone?.private_ipv4_address ?? '';
    if (wanted !== '' && found !== '' && found !== wanted)
      return `Load balancer ${balancer.load_balancer_name} has ${found} in ${subnet_id}, and AWS cannot make it ${wanted}: remove it first`;
  }
  return undefined;
}

/** AWS lets a balancer have security groups for good or never. */
function groupClash({ security_groups: wanted }: Wish, balancer: LoadBalancer): string | undefined {
  const has = balancer.security_groups.length > 0;
  if (wanted === undefined || has === wanted.length > 0) return undefined;
  const change = has ? 'take all of them from it' : 'give it any';
  return `Load balancer ${balancer.load_balancer_name} was made with${has ? '' : 'out'} security groups, and AWS cannot ${change}: remove it first`;
}

function nameRefused(name: string): string | undefined {
  if (name.startsWith('internal-'))
    return `Load balancer "${name}" cannot be made: AWS keeps names that begin with internal- for itself`;
  return elbNameRefused('Load balancer', name);
}

function planPresent(wish: Wish, seen: Seen): Plan {
  const access = accessOf(wish);
  const listeners = listenersOf(wish, seen.groups ?? []);
  if (typeof listeners === 'string') return { steps: [], fail: listeners };
  const { name, scheme, wait, wait_timeout: seconds } = wish;
  const [balancer] = seen.found;
  const waiting = { wait, seconds };
  if (balancer) {
    if (balancer.scheme !== scheme)
      return {
        steps: [],
        fail: `Load balancer ${name} is ${balancer.scheme}, and AWS cannot make it ${scheme}: remove it first`,
      };
    const clash = addressClash(wish, balancer) ?? groupClash(wish, balancer);
    if (clash !== undefined) return { steps: [], fail: clash };
    const of = { access, arn: balancer.load_balancer_arn, name };
    const change = changeOf(wish, balancer, listeners);
    return {
      steps: [
        ...(change ? [changeLoadBalancer({ ...of, change })] : []),
        ...(wait && balancer.state.code !== 'active' ? [waitForLoadBalancer({ ...of, ...waiting })] : []),
      ],
    };
  }
  const refused = nameRefused(name);
  if (refused !== undefined) return { steps: [], fail: refused };
  const subnets = subnetsOf(wish);
  if (subnets.length === 0)
    return { steps: [], fail: `Load balancer ${name} needs subnets or subnet_mappings to be made` };
  const attributes = attributesWished(wish);
  const listening = listenerChange([], listeners ?? [], false);
  const change = {
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...(listening ? { listeners: listening } : {}),
  };
  const made = {
    name,
    scheme,
    subnets,
    ip_address_type: wish.ip_address_type ?? 'ipv4',
    security_groups: wish.security_groups ?? [],
    tags: tagsOf(wish.tags) ?? {},
  };
  return { steps: [createLoadBalancer({ access, ...made, change, ...waiting })] };
}

export const elbNetworkLb = defineModule({
  name: 'elb_network_lb',
  fullNames: ['community.aws.elb_network_lb', 'amazon.aws.elb_network_lb'],
  summary: 'Keep a network load balancer',
  reach: 'apis',
  constraints: { mutuallyExclusive: [['subnets', 'subnet_mappings']] },
  params,
  returns: {
    load_balancer: dict({ doc: 'load_balancer_arn, dns_name, state, listeners …; empty when absent' }),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    if (seen.found) return done;
    const names = groupNamesOf(wish);
    const access = accessOf(wish);
    return {
      found: loadBalancers.ask(access, { name: [wish.name] }),
      ...(names.length > 0 && wish.state === 'present'
        ? { groups: targetGroups.ask(access, { name: names }) }
        : {}),
    };
  },
  plan: (wish, seen) => {
    const [balancer] = seen.found;
    if (balancer && !isOwned(wish, balancer.tags)) return leftAlone(wish, `Load balancer ${wish.name}`);
    const refused = narrowTagsRefused(tagsOf(wish.tags));
    if (wish.state === 'present')
      return refused === undefined ? planPresent(wish, seen) : { steps: [], fail: refused };
    if (!balancer) return { steps: [] };
    const of = { access: accessOf(wish), arn: balancer.load_balancer_arn, name: wish.name };
    const { wait, wait_timeout: seconds } = wish;
    const isKept =
      wish.deletion_protection === false && balancer.attributes['deletion_protection.enabled'] === 'true';
    const change = { attributes: { 'deletion_protection.enabled': 'false' } };
    return {
      steps: [
        ...(isKept ? [changeLoadBalancer({ ...of, change })] : []),
        deleteLoadBalancer({ ...of, wait, seconds }),
      ],
    };
  },
  result: (_wish, _before, _outcomes, after) => ({ load_balancer: after.found.at(-1) ?? {} }),
});
