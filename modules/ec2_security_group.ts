// Keeps a security group of a VPC and its rules, found by its name in the VPC, or by its id.
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
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { tagsOf } from './shared/aws_tags.ts';
import {
  changeSecurityGroup,
  createSecurityGroup,
  deleteSecurityGroup,
  groupChange,
  permissionOf,
  securityGroups,
  type GroupWish,
  type SecurityGroup,
} from './shared/ec2_security_groups.ts';
import {
  ruleOptions,
  self,
  wantedRules,
  wordsRefused,
  type GroupNamed,
  type Rule,
} from './shared/ec2_security_rules.ts';

const params = {
  name: optional(str({ doc: 'Finds the group in its VPC; cannot be changed later' })),
  group_id: optional(str({ doc: 'Finds the group instead' })),
  description: optional(str({ doc: 'Needed to make it; cannot be changed later' })),
  vpc_id: optional(str()),
  rules: optional(listOf(ruleOptions, { doc: 'What comes in; none named, all stay' })),
  purge_rules: optional(bool({ doc: 'Remove others, if any are named' }), true),
  rules_egress: optional(listOf(ruleOptions, { aliases: ['egress_rules'], doc: 'What goes out' })),
  purge_rules_egress: optional(bool({ aliases: ['purge_egress_rules'] }), true),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  wait_timeout: optional(int({ doc: 'Seconds that one is given to be free which is to go' }), 60),
  state: optional(oneOf('present', 'absent'), 'present'),
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  /** The one of the id, where one is given. */
  readonly named?: readonly SecurityGroup[];
  /** All of the VPC. */
  readonly groups?: readonly SecurityGroup[];
}

function groupOf({ group_id: id, name }: Wish, { named = [], groups = [] }: Seen): SecurityGroup | undefined {
  return id === undefined ? groups.find((one) => one.name === name) : named.find((one) => one.id === id);
}

function groupsBy(wish: Wish, seen: Seen): GroupNamed {
  const own = groupOf(wish, seen);
  return (word, by) => {
    if (word === self || word === own?.id || (by === 'name' && word === (own?.name ?? wish.name)))
      return self;
    // A group of a peered VPC has an id that this VPC does not show.
    if (by === 'id') return word;
    return seen.groups?.find((one) => one.name === word)?.id;
  };
}

function ruleWishes(
  wish: Wish,
  seen: Seen,
): { readonly wish: GroupWish; readonly warnings: readonly string[] } | { readonly wrong: string } {
  const by = groupsBy(wish, seen);
  const rules = wish.rules && wantedRules(wish.rules, by);
  if (rules && 'wrong' in rules) return rules;
  const egress = wish.rules_egress && wantedRules(wish.rules_egress, by);
  if (egress && 'wrong' in egress) return egress;
  const tags = tagsOf(wish.tags);
  return {
    wish: {
      ...(rules ? { rules: rules.rules } : {}),
      purgeRules: wish.purge_rules,
      ...(egress ? { egress: egress.rules } : {}),
      purgeEgress: wish.purge_rules_egress,
      ...(tags ? { tags } : {}),
      purgeTags: wish.purge_tags,
    },
    warnings: [...(rules?.warnings ?? []), ...(egress?.warnings ?? [])],
  };
}

function absent(wish: Wish, group: SecurityGroup | undefined, { groups = [] }: Seen): Plan {
  if (!group) return { steps: [] };
  const users = groups.filter(
    (one) => one.id !== group.id && [...one.rules, ...one.egress].some(({ place }) => place === group.id),
  );
  if (users.length > 0)
    return {
      steps: [],
      fail: `Rules of ${users.map(({ name }) => name).join(', ')} name ${group.name} (${group.id}): change these first`,
    };
  return { steps: [deleteSecurityGroup({ access: accessOf(wish), group, wait: wish.wait_timeout })] };
}

function nameRefused(name: string): string | undefined {
  if (name.startsWith('sg-')) return `name "${name}" begins with sg-, which AWS keeps for ids`;
  return wordsRefused('name', name);
}

function present(wish: Wish, group: SecurityGroup | undefined, seen: Seen): Plan {
  const access = accessOf(wish);
  const { name, vpc_id: vpc, description } = wish;
  const wanted = ruleWishes(wish, seen);
  if ('wrong' in wanted) return { steps: [], fail: wanted.wrong };
  const { warnings } = wanted;
  if (!group) {
    if (wish.group_id !== undefined)
      return { steps: [], fail: `There is no security group ${wish.group_id}` };
    if (name === undefined || vpc === undefined || description === undefined)
      return { steps: [], fail: 'A security group needs name, vpc_id and description to be made' };
    const refused = nameRefused(name) ?? wordsRefused('description', description);
    if (refused !== undefined) return { steps: [], fail: refused };
    return { warnings, steps: [createSecurityGroup({ access, vpc, name, description, wish: wanted.wish })] };
  }
  const change = groupChange(group, wanted.wish);
  const other = description !== undefined && description !== group.description;
  return {
    steps: change ? [changeSecurityGroup({ access, group, change })] : [],
    warnings: [
      ...warnings,
      ...(other
        ? [`AWS cannot change the description of ${group.name}: it stays "${group.description}"`]
        : []),
    ],
  };
}

/** As Ansible gives them, but each rule by itself. */
const told = (rules: readonly Rule[], own: string) =>
  rules.map((rule) => {
    const { IpProtocol, FromPort, ToPort, IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs } =
      permissionOf(rule, own);
    const words = rule.description === '' ? {} : { description: rule.description };
    return {
      ip_protocol: IpProtocol,
      ...(FromPort === undefined ? {} : { from_port: FromPort }),
      ...(ToPort === undefined ? {} : { to_port: ToPort }),
      ip_ranges: (IpRanges ?? []).map(({ CidrIp }) => ({ cidr_ip: CidrIp, ...words })),
      ipv6_ranges: (Ipv6Ranges ?? []).map(({ CidrIpv6 }) => ({ cidr_ipv6: CidrIpv6, ...words })),
      prefix_list_ids: (PrefixListIds ?? []).map(({ PrefixListId }) => ({
        prefix_list_id: PrefixListId,
        ...words,
      })),
      user_id_group_pairs: (UserIdGroupPairs ?? []).map(({ GroupId }) => ({ group_id: GroupId, ...words })),
    };
  });

export const ec2SecurityGroup = defineModule({
  name: 'ec2_security_group',
  fullNames: ['amazon.aws.ec2_security_group', 'amazon.aws.ec2_group'],
  summary: 'Keep a security group of a VPC of EC2',
  reach: 'apis',
  constraints: { requiredOneOf: [['name', 'group_id']], requiredBy: { name: ['vpc_id'] } },
  params,
  returns: {
    group_id: optional(str()),
    group_name: optional(str()),
    description: optional(str()),
    vpc_id: optional(str()),
    ip_permissions: list(dict()),
    ip_permissions_egress: list(dict()),
    tags: dict(),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const access = accessOf(wish);
    if (wish.group_id !== undefined && !seen.named)
      return { named: securityGroups.ask(access, { 'group-id': [wish.group_id] }) };
    const vpc = wish.group_id === undefined ? wish.vpc_id : groupOf(wish, seen)?.vpc_id;
    if (seen.groups || vpc === undefined) return done;
    return { groups: securityGroups.ask(access, { 'vpc-id': [vpc] }) };
  },
  plan: (wish, seen) => {
    const group = groupOf(wish, seen);
    return wish.state === 'absent' ? absent(wish, group, seen) : present(wish, group, seen);
  },
  result: (wish, _before, _outcomes, after) => {
    const group = groupOf(wish, after);
    if (!group) return { ip_permissions: [], ip_permissions_egress: [], tags: {} };
    return {
      group_id: group.id,
      group_name: group.name,
      description: group.description,
      vpc_id: group.vpc_id,
      ip_permissions: told(group.rules, group.id),
      ip_permissions_egress: told(group.egress, group.id),
      tags: group.tags,
    };
  },
});
