// Keeps a network interface with its address, groups and place on an instance. Found by its id, by its address in the
// subnet, by its name in the subnet, or by its place on an instance: the first of these that is given.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, int, list, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import type { Filters } from './shared/aws_api.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { namedTags, tagChange, tagsOf } from './shared/aws_tags.ts';
import {
  changeInterface,
  createInterface,
  deleteInterface,
  interfaces,
  newInterface,
  type Interface,
  type InterfaceChange,
} from './shared/ec2_enis.ts';
import { securityGroups, type SecurityGroup } from './shared/ec2_security_groups.ts';
import { subnets, type Subnet } from './shared/ec2_subnets.ts';

const params = {
  eni_id: optional(str()),
  name: optional(str({ doc: 'Tag Name' })),
  subnet_id: optional(str({ doc: 'Needed to make it, and to find it by address or name' })),
  private_ip_address: optional(str({ doc: 'AWS chooses one where none is given; it cannot be changed' })),
  secondary_private_ip_addresses: optional(list(str(), { doc: 'Further addresses of the interface' })),
  purge_secondary_private_ip_addresses: optional(bool({ doc: 'Remove others, if any are named' }), false),
  description: optional(str()),
  security_groups: optional(list(str(), { doc: 'Ids, or names in the VPC of the subnet' })),
  source_dest_check: optional(bool({ doc: 'Off for one that passes on what is not its own' })),
  instance_id: optional(str({ doc: 'Attach it to this instance; with attached: false from it' })),
  device_index: optional(int({ doc: 'Its place on the instance; 0 is the first one, which stays' }), 1),
  attached: optional(bool({ doc: 'Whether it is to be attached; default: yes with instance_id' })),
  force_detach: optional(bool({ doc: 'Take it from the instance where that does not let it go' }), false),
  delete_on_termination: optional(bool({ doc: 'It goes with the instance that it is attached to' })),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  state: optional(oneOf('present', 'absent', { doc: 'absent detaches it first' }), 'present'),
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly found?: readonly Interface[];
  readonly subnet?: readonly Subnet[];
  readonly groups?: readonly SecurityGroup[];
}

interface Wrong {
  readonly wrong: string;
}

/** Undefined: nothing that could find it is given. */
function filtersOf(wish: Wish): Filters | undefined {
  const { eni_id: id, subnet_id: subnet, instance_id: instance } = wish;
  if (id !== undefined) return { 'network-interface-id': [id] };
  if (subnet !== undefined && (wish.private_ip_address ?? wish.name) !== undefined)
    return { 'subnet-id': [subnet] };
  return instance === undefined ? undefined : { 'attachment.instance-id': [instance] };
}

function fitting(wish: Wish, found: readonly Interface[]): readonly Interface[] {
  const { eni_id: id, private_ip_address: address, name, instance_id: instance, subnet_id: subnet } = wish;
  if (id !== undefined) return found.filter((one) => one.id === id);
  if (subnet !== undefined && address !== undefined)
    return found.filter((one) => one.subnet_id === subnet && one.private_ip_address === address);
  if (subnet !== undefined && name !== undefined)
    return found.filter((one) => one.subnet_id === subnet && one.tags['Name'] === name);
  return found.filter(
    ({ attachment }) =>
      attachment?.instance_id === instance && attachment?.device_index === wish.device_index,
  );
}

function groupIds(wish: Wish, { groups = [] }: Seen): readonly string[] | undefined | Wrong {
  const ids: string[] = [];
  for (const word of wish.security_groups ?? []) {
    const id = word.startsWith('sg-')
      ? word
      : groups.find(({ id: own, name }) => [own, name].includes(word))?.id;
    if (id === undefined) return { wrong: `There is no security group ${word} in the VPC` };
    if (!ids.includes(id)) ids.push(id);
  }
  return wish.security_groups && ids;
}

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item) => other.includes(item));

function tie(wish: Wish, { attachment }: Interface): InterfaceChange {
  const { instance_id: instance, device_index: index, attached, force_detach: force } = wish;
  const goes = wish.delete_on_termination;
  const wanted = attached ?? (instance !== undefined || attachment !== null);
  if (!wanted) return attachment ? { detach: { attachment, force } } : {};
  const moves = instance !== undefined && attachment?.instance_id !== instance;
  const has = moves ? false : attachment?.delete_on_termination;
  return {
    ...(moves && attachment ? { detach: { attachment, force } } : {}),
    ...(moves ? { attach: { instance, index } } : {}),
    ...(goes === undefined || goes === has || (!moves && !attachment) ? {} : { delete_on_termination: goes }),
  };
}

function addresses(wish: Wish, found: Interface): InterfaceChange {
  const { secondary_private_ip_addresses: wanted, purge_secondary_private_ip_addresses: purge } = wish;
  if (wanted === undefined) return {};
  const has = found.secondary_private_ip_addresses;
  const add = wanted.filter((one) => !has.includes(one));
  const remove = purge ? has.filter((one) => !wanted.includes(one)) : [];
  return {
    ...(add.length > 0 ? { addAddresses: add } : {}),
    ...(remove.length > 0 ? { removeAddresses: remove } : {}),
  };
}

function changeOf(wish: Wish, found: Interface, groups: readonly string[] | undefined): InterfaceChange {
  const { description, source_dest_check: check } = wish;
  const tags = tagChange(
    found.tags,
    namedTags(wish.name, tagsOf(wish.tags)),
    wish.purge_tags && wish.tags !== undefined,
  );
  return {
    ...(description === undefined || description === found.description ? {} : { description }),
    ...(groups === undefined || isSameSet(groups, found.groups) ? {} : { groups }),
    ...(check === undefined || check === found.source_dest_check ? {} : { source_dest_check: check }),
    ...addresses(wish, found),
    ...(tags ? { tags } : {}),
    ...tie(wish, found),
  };
}

function create(wish: Wish, groups: readonly string[] | undefined): Plan {
  const { subnet_id: subnet, private_ip_address: address, description = '' } = wish;
  if (wish.eni_id !== undefined) return { steps: [], fail: `There is no network interface ${wish.eni_id}` };
  if (subnet === undefined) return { steps: [], fail: 'A network interface needs subnet_id to be made' };
  const tags = namedTags(wish.name, tagsOf(wish.tags)) ?? {};
  const secondary = wish.secondary_private_ip_addresses ?? [];
  const made = { subnet, address, secondary, description, groups, tags };
  const change = changeOf(wish, newInterface(made), groups);
  return { steps: [createInterface({ ...made, access: accessOf(wish), change })] };
}

function absent(wish: Wish, found: Interface | undefined): Plan {
  if (!found) return { steps: [] };
  if (found.attachment?.device_index === 0)
    return {
      steps: [],
      fail: `${found.id} is the first interface of ${found.attachment.instance_id} and goes with it`,
    };
  return { steps: [deleteInterface({ access: accessOf(wish), found, force: wish.force_detach })] };
}

export const ec2Eni = defineModule({
  name: 'ec2_eni',
  fullNames: ['amazon.aws.ec2_eni'],
  summary: 'Keep a network interface of EC2',
  reach: 'apis',
  params,
  returns: { interface: dict({ doc: 'id, subnet_id, private_ip_address, groups, attachment, tags …' }) },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const access = accessOf(wish);
    const filters = filtersOf(wish);
    if (!filters) return done;
    if (!seen.found) return { found: interfaces.ask(access, filters) };
    const [found] = fitting(wish, seen.found);
    const subnet = wish.subnet_id ?? found?.subnet_id;
    if (wish.security_groups?.every((one) => one.startsWith('sg-')) !== false || subnet === undefined)
      return done;
    if (!seen.subnet) return { subnet: subnets.ask(access, { 'subnet-id': [subnet] }) };
    const vpc = seen.subnet[0]?.vpc_id;
    if (seen.groups || vpc === undefined) return done;
    return { groups: securityGroups.ask(access, { 'vpc-id': [vpc] }) };
  },
  plan: (wish, seen) => {
    if (!filtersOf(wish))
      return {
        steps: [],
        fail: 'Nothing says which network interface: give eni_id, subnet_id with name or private_ip_address, or instance_id',
      };
    const [found, ...more] = fitting(wish, seen.found ?? []);
    if (more.length > 0)
      return {
        steps: [],
        fail: `${more.length + 1} network interfaces are called ${wish.name ?? ''}: give eni_id`,
      };
    if (wish.state === 'absent') return absent(wish, found);
    const groups = groupIds(wish, seen);
    if (groups && 'wrong' in groups) return { steps: [], fail: groups.wrong };
    if (!found) return create(wish, groups);
    const { private_ip_address: address } = wish;
    if (address !== undefined && address !== found.private_ip_address)
      return {
        steps: [],
        fail: `${found.id} has ${found.private_ip_address}; an interface keeps its address`,
      };
    const change = changeOf(wish, found, groups);
    return {
      steps:
        Object.keys(change).length > 0 ? [changeInterface({ access: accessOf(wish), found, change })] : [],
    };
  },
  result: (wish, _before, _outcomes, after) => ({ interface: fitting(wish, after.found ?? [])[0] ?? {} }),
});
