// Security groups of VPCs: how they are found, and what is done to them.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure, isDuplicate, isNotFound } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { onceShown, unlessGone, whileInUse } from '../../aws/passing.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, withThing, type Tags } from './aws_api.ts';
import {
  changeEc2Tags,
  filterItems,
  tagChange,
  taggedAs,
  tagsFrom,
  withTagChange,
  type TagChange,
} from './aws_tags.ts';
import {
  ruleChange,
  self,
  withRuleChange,
  type Rule,
  type RuleChange,
  type WantedRule,
} from './ec2_security_rules.ts';
import { namingOccupants } from './ec2_occupants.ts';

export type SecurityGroup = Readonly<{
  id: string;
  name: string;
  description: string;
  vpc_id: string;
  rules: readonly Rule[];
  egress: readonly Rule[];
  tags: Tags;
}>;

/** As the SDK gives and takes it. */
interface Permission {
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly IpRanges?: { CidrIp?: string | undefined; Description?: string | undefined }[] | undefined;
  readonly Ipv6Ranges?: { CidrIpv6?: string | undefined; Description?: string | undefined }[] | undefined;
  readonly PrefixListIds?:
    { PrefixListId?: string | undefined; Description?: string | undefined }[] | undefined;
  readonly UserIdGroupPairs?:
    { GroupId?: string | undefined; Description?: string | undefined }[] | undefined;
}

/** Of other protocols AWS passes over ports, and shows some or none. */
const hasPorts = (proto: string): boolean => /^(?:tcp|udp|icmp|icmpv6)$/.test(proto);

function rulesFrom(permissions: readonly Permission[] | undefined, own: string): readonly Rule[] {
  return (permissions ?? []).flatMap((one): Rule[] => {
    const proto = one.IpProtocol ?? '-1';
    const flow = hasPorts(proto)
      ? { proto, from: one.FromPort ?? null, to: one.ToPort ?? null }
      : { proto, from: null, to: null };
    const rule = (kind: Rule['kind'], place = '', description = ''): Rule => ({
      ...flow,
      kind,
      place: place === own ? self : place,
      description,
    });
    return [
      ...(one.IpRanges ?? []).map((to) => rule('cidr', to.CidrIp, to.Description)),
      ...(one.Ipv6Ranges ?? []).map((to) => rule('cidr6', to.CidrIpv6, to.Description)),
      ...(one.PrefixListIds ?? []).map((to) => rule('prefix', to.PrefixListId, to.Description)),
      ...(one.UserIdGroupPairs ?? []).map((to) => rule('group', to.GroupId, to.Description)),
    ];
  });
}

export function permissionOf(
  { proto, from, to, kind, place, description }: WantedRule,
  own: string,
): Permission {
  const words = description === undefined || description === '' ? {} : { Description: description };
  const id = place === self ? own : place;
  const places = {
    cidr: { IpRanges: [{ CidrIp: place, ...words }] },
    cidr6: { Ipv6Ranges: [{ CidrIpv6: place, ...words }] },
    prefix: { PrefixListIds: [{ PrefixListId: place, ...words }] },
    group: { UserIdGroupPairs: [{ GroupId: id, ...words }] },
  };
  return {
    IpProtocol: proto,
    ...(from === null ? {} : { FromPort: from }),
    ...(to === null ? {} : { ToPort: to }),
    ...places[kind],
  };
}

export const securityGroups = defineAwsType<SecurityGroup>({
  name: 'security group',
  list: async (aws, filters) => {
    const { client, sdk } = await aws.ec2();
    const found: SecurityGroup[] = [];
    for await (const page of sdk.paginateDescribeSecurityGroups(
      { client },
      { Filters: filterItems(filters) },
    ))
      for (const one of page.SecurityGroups ?? []) {
        const id = one.GroupId ?? '';
        found.push({
          id,
          name: one.GroupName ?? '',
          description: one.Description ?? '',
          vpc_id: one.VpcId ?? '',
          rules: rulesFrom(one.IpPermissions, id),
          egress: rulesFrom(one.IpPermissionsEgress, id),
          tags: tagsFrom(one.Tags),
        });
      }
    return found;
  },
  fields: {
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    'vpc-id': ({ vpc_id }) => vpc_id,
  },
});

/** What a group is to have; what is undefined stays as it is. */
export interface GroupWish {
  readonly rules?: readonly WantedRule[];
  readonly purgeRules: boolean;
  readonly egress?: readonly WantedRule[];
  readonly purgeEgress: boolean;
  readonly tags?: Tags;
  readonly purgeTags: boolean;
}

export interface GroupChange {
  readonly rules?: RuleChange;
  readonly egress?: RuleChange;
  readonly tags?: TagChange;
}

export function groupChange(group: SecurityGroup, wish: GroupWish): GroupChange | undefined {
  const rules = ruleChange(group.rules, wish.rules, wish.purgeRules);
  const egress = ruleChange(group.egress, wish.egress, wish.purgeEgress);
  const tags = tagChange(group.tags, wish.tags, wish.purgeTags);
  const change = { ...(rules ? { rules } : {}), ...(egress ? { egress } : {}), ...(tags ? { tags } : {}) };
  return Object.keys(change).length > 0 ? change : undefined;
}

function withChange(group: SecurityGroup, change: GroupChange | undefined): SecurityGroup {
  return {
    ...group,
    rules: withRuleChange(group.rules, change?.rules),
    egress: withRuleChange(group.egress, change?.egress),
    tags: change?.tags ? withTagChange(group.tags, change.tags) : group.tags,
  };
}

/**
 * Sends rules together; when one of them is there already (or gone), AWS refuses them all, and each is sent alone. So a
 * rule that somebody else made meanwhile takes no other with it.
 */
async function inOneOrEach(
  permissions: readonly Permission[],
  send: (permissions: Permission[]) => Promise<unknown>,
  isDone: (error: unknown) => boolean,
): Promise<void> {
  if (permissions.length === 0) return;
  try {
    await send([...permissions]);
    return;
  } catch (error) {
    if (!isDone(error)) throw error;
  }
  for (const one of permissions)
    await send([one]).catch((error: unknown) => {
      if (!isDone(error)) throw error;
    });
}

/** A group takes 60 rules each way, unless AWS allows more. */
function isOverLimit(error: unknown): boolean {
  return error instanceof AwsFailure && error.code === 'RulesPerSecurityGroupLimitExceeded';
}

async function changeRules(
  aws: Aws,
  id: string,
  direction: 'in' | 'out',
  { add, remove, describe }: RuleChange,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const options = { abortSignal: signal };
  const isIn = direction === 'in';
  const permissions = (rules: readonly WantedRule[]): Permission[] =>
    rules.map((rule) => ({
      ...(hasPorts(rule.proto) || rule.proto === '-1' ? {} : { FromPort: -1, ToPort: -1 }),
      ...permissionOf(rule, id),
    }));
  const authorize = (some: Permission[]): Promise<unknown> => {
    const args = { GroupId: id, IpPermissions: some };
    return isIn
      ? client.send(new sdk.AuthorizeSecurityGroupIngressCommand(args), options)
      : client.send(new sdk.AuthorizeSecurityGroupEgressCommand(args), options);
  };
  const revoke = (some: Permission[]): Promise<unknown> => {
    const args = { GroupId: id, IpPermissions: some };
    return isIn
      ? client.send(new sdk.RevokeSecurityGroupIngressCommand(args), options)
      : client.send(new sdk.RevokeSecurityGroupEgressCommand(args), options);
  };
  const adding = (): Promise<void> => inOneOrEach(permissions(add), authorize, isDuplicate);
  const removing = (): Promise<void> => inOneOrEach(permissions(remove), revoke, isNotFound);
  // What is wished comes first, so that there is no moment in which less is open than before and after; but where both
  // together are more than a group may have.
  const isFull = await adding().then(
    () => false,
    (error: unknown) => {
      if (!isOverLimit(error) || remove.length === 0) throw error;
      return true;
    },
  );
  await removing();
  if (isFull) await adding();
  if (describe.length === 0) return;
  const args = { GroupId: id, IpPermissions: permissions(describe) };
  await (isIn
    ? client.send(new sdk.UpdateSecurityGroupRuleDescriptionsIngressCommand(args), options)
    : client.send(new sdk.UpdateSecurityGroupRuleDescriptionsEgressCommand(args), options));
}

async function changeNow(aws: Aws, id: string, change: GroupChange, signal: AbortSignal): Promise<void> {
  if (change.tags) await changeEc2Tags(aws, id, change.tags, signal);
  if (change.rules) await changeRules(aws, id, 'in', change.rules, signal);
  if (change.egress) await changeRules(aws, id, 'out', change.egress, signal);
}

interface Creation {
  readonly access: AwsAccess;
  readonly vpc: string;
  readonly name: string;
  readonly description: string;
  readonly wish: GroupWish;
}

const everything: Rule = {
  proto: '-1',
  from: null,
  to: null,
  kind: 'cidr',
  place: '0.0.0.0/0',
  description: '',
};

/** A group as AWS makes it: nothing comes in, everything goes out. */
export function newGroup(vpc: string, name: string, description: string, tags: Tags): SecurityGroup {
  const id = pendingId('security group', name);
  return { id, name, description, vpc_id: vpc, rules: [], egress: [everything], tags };
}

/** The group that AWS makes with a VPC: its members reach each other. */
export function defaultGroup(vpc: string): SecurityGroup {
  const group = newGroup(vpc, 'default', 'default VPC security group', {});
  return { ...group, rules: [{ ...everything, kind: 'group', place: self }] };
}

/** Seconds until AWS must show what it made. */
const visibleWithin = 60;

/** Gives the group that was made. */
export const createSecurityGroup = defineAwsChange({
  name: 'create security group',
  describe: ({ name, vpc }: Creation) => `create security group ${name} in ${vpc}`,
  act: async ({ vpc, name, description, wish }, aws, signal) => {
    const { client, sdk } = await aws.ec2('once');
    const command = new sdk.CreateSecurityGroupCommand({
      GroupName: name,
      Description: description,
      VpcId: vpc,
      ...taggedAs('security-group', wish.tags ?? {}),
    });
    const look = async (): Promise<string | undefined> =>
      // The filter takes * in a name for any text.
      (await securityGroups.type.list(aws, { 'vpc-id': [vpc], 'group-name': [name] }, signal)).find(
        (one) => one.name === name,
      )?.id;
    const make = async (): Promise<string> => {
      try {
        return (await client.send(command, { abortSignal: signal })).GroupId ?? '';
      } catch (error) {
        const found = isDuplicate(error) ? await look() : undefined;
        if (found === undefined) throw error;
        return found;
      }
    };
    const id = await makeOnce(make, look, signal);
    const read = (): Promise<SecurityGroup> =>
      onceShown({ what: `security group ${name} (${id})`, seconds: visibleWithin, signal }, () =>
        securityGroups.type.list(aws, { 'group-id': [id] }, signal),
      );
    const change = groupChange(await read(), wish);
    if (change) await changeNow(aws, id, change, signal);
    return read();
  },
  effects: [
    changesTo(securityGroups, ({ vpc, name, description, wish }: Creation, found, made?: SecurityGroup) => {
      const group = newGroup(vpc, name, description, wish.tags ?? {});
      return withThing(found, made ?? withChange(group, groupChange(group, wish)));
    }),
  ],
});

interface Changing {
  readonly access: AwsAccess;
  readonly group: SecurityGroup;
  readonly change: GroupChange;
}

export const changeSecurityGroup = defineAwsChange({
  name: 'change security group',
  describe: ({ group: { name, id } }: Changing) => `change security group ${name} (${id})`,
  act: ({ group, change }, aws, signal) => changeNow(aws, group.id, change, signal),
  effects: [
    changesTo(securityGroups, ({ group, change }: Changing, found) =>
      withThing(found, withChange(group, change)),
    ),
  ],
});

interface Removal {
  readonly access: AwsAccess;
  readonly group: SecurityGroup;
  readonly wait: number;
}

/** Interfaces that were just removed hold on to it for some time: `wait` seconds are given. */
export const deleteSecurityGroup = defineAwsChange({
  name: 'delete security group',
  describe: ({ group: { name, id } }: Removal) => `delete security group ${name} (${id})`,
  act: async ({ group, wait }, aws, signal) => {
    const { client, sdk } = await aws.ec2();
    const command = new sdk.DeleteSecurityGroupCommand({ GroupId: group.id });
    const remove = (): Promise<unknown> =>
      whileInUse(wait, signal, () => client.send(command, { abortSignal: signal }));
    await unlessGone(() => namingOccupants(aws, { cards: { 'group-id': [group.id] } }, signal, remove));
  },
  effects: [
    changesTo(securityGroups, ({ group }: Removal, found) => found.filter(({ id }) => id !== group.id)),
  ],
});
