// Keeps an elastic IP address, and its place on an instance or an interface. Found by the address itself, by its name,
// or by the device that it is on: the first of these that is given. Each costs money, so one is allocated only where it
// will be found again.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { isOwned, leftAlone, ownedParams } from './shared/aws_owned.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { madeFor, namedTags, tagChange, tagsOf, unmark, withTagChange } from './shared/aws_tags.ts';
import {
  addresses,
  allocateAddress,
  changeAddress,
  freeAddress,
  isOn,
  type Address,
  type AddressChange,
} from './shared/ec2_addresses.ts';

const params = {
  name: optional(str({ doc: 'Tag Name' })),
  device_id: optional(str({ aliases: ['instance_id'], doc: 'An instance or a network interface' })),
  public_ip: optional(str({ aliases: ['ip'] })),
  private_ip_address: optional(str({ doc: 'Address of the device that it stands for; default: the first' })),
  public_ipv4_pool: optional(str()),
  reuse_existing_ip_allowed: optional(
    bool({ doc: 'Take one that is on no device and has no name, before one is allocated' }),
    false,
  ),
  allow_reassociation: optional(
    bool({ doc: 'It may leave another device, and push out another address' }),
    false,
  ),
  release_on_disassociation: optional(
    bool({ doc: 'With absent: release it when it is off its device' }),
    false,
  ),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  state: optional(
    oneOf('present', 'absent', {
      doc: 'absent takes it off device_id; without device_id it releases it, unless a device has it',
    }),
    'present',
  ),
  in_vpc: optional(bool({ doc: 'Only true: AWS has no other addresses any more' }), true),
  ...ownedParams,
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

const isFree = ({ association_id, instance_id, network_interface_id }: Address): boolean =>
  association_id === '' && instance_id === '' && network_interface_id === '';

function fitting(wish: Wish, all: readonly Address[]): readonly Address[] {
  const { name, device_id: device, public_ip: ip } = wish;
  if (ip !== undefined) return all.filter((one) => one.public_ip === ip);
  if (name !== undefined) return all.filter((one) => one.tags['Name'] === name);
  if (device !== undefined) {
    const on = all.filter((one) => isOn(one, device));
    return on.length > 0 ? on : all.filter((one) => isFree(one) && one.tags[madeFor] === device);
  }
  return [];
}

/** One that nobody uses or has named. */
function spare(wish: Wish, all: readonly Address[]): Address | undefined {
  if (!wish.reuse_existing_ip_allowed || wish.public_ip !== undefined) return undefined;
  return all.find((one) => isFree(one) && one.tags['Name'] === undefined && one.tags[madeFor] === undefined);
}

const holderOf = ({ instance_id, network_interface_id }: Address): string =>
  instance_id === '' ? network_interface_id : instance_id;

function isPlaced({ device_id: device, private_ip_address: inner }: Wish, address: Address): boolean {
  if (device === undefined) return true;
  return isOn(address, device) && (inner === undefined || inner === address.private_ip_address);
}

function changeOf(wish: Wish, address: Address): AddressChange {
  const { device_id: device, private_ip_address: privateAddress, allow_reassociation: mayMove } = wish;
  const wanted = namedTags(wish.name, tagsOf(wish.tags));
  const change = tagChange(address.tags, wanted, wish.purge_tags && wish.tags !== undefined);
  const isMarked = device !== undefined && address.tags[madeFor] !== undefined;
  const tags = isMarked ? { set: change?.set ?? {}, remove: [...(change?.remove ?? []), madeFor] } : change;
  return {
    ...(device === undefined || isPlaced(wish, address)
      ? {}
      : { associate: { device, privateAddress, mayMove } }),
    ...(tags ? { tags } : {}),
  };
}

/** Why the address cannot come to the device, if so. */
function hindrance(wish: Wish, address: Address | undefined, all: readonly Address[]): string | undefined {
  const { device_id: device, allow_reassociation: mayMove } = wish;
  if (device === undefined || mayMove) return undefined;
  if (address && !isFree(address) && !isPlaced(wish, address))
    return `${address.public_ip} is on ${holderOf(address)}: allow_reassociation lets it go from there`;
  const other = all.find((one) => isOn(one, device) && one.id !== address?.id);
  return other && wish.private_ip_address === undefined
    ? `${device} has ${other.public_ip}: allow_reassociation lets it be replaced`
    : undefined;
}

function present(wish: Wish, all: readonly Address[]): Plan {
  const access = accessOf(wish);
  const { name = '', device_id: device, public_ip: publicIp, private_ip_address: privateAddress } = wish;
  const address = fitting(wish, all)[0] ?? spare(wish, all);
  const fail = hindrance(wish, address, all);
  if (fail !== undefined) return { steps: [], fail };
  if (address) {
    const change = changeOf(wish, address);
    return { steps: Object.keys(change).length > 0 ? [changeAddress({ access, address, change })] : [] };
  }
  const tags = namedTags(wish.name, tagsOf(wish.tags)) ?? {};
  const associate =
    device === undefined ? undefined : { device, privateAddress, mayMove: wish.allow_reassociation };
  const pool = wish.public_ipv4_pool;
  return { steps: [allocateAddress({ access, name, tags, publicIp, pool, associate })] };
}

/** An address of others that is named itself is asked for: it is put on the device, and nothing else of it is changed. */
const isLent = ({ public_ip: ip, device_id: device, state }: Wish): boolean =>
  state === 'present' && ip !== undefined && device !== undefined;

function lent(wish: Wish, address: Address, all: readonly Address[]): Plan {
  const fail = hindrance(wish, address, all);
  if (fail !== undefined) return { steps: [], fail };
  const { associate } = changeOf(wish, address);
  if (!associate) return { steps: [] };
  return { steps: [changeAddress({ access: accessOf(wish), address, change: { associate } })] };
}

function absent(wish: Wish, address: Address): Plan {
  const access = accessOf(wish);
  const { device_id: device, release_on_disassociation: release } = wish;
  if (isFree(address)) {
    // Off its device already; a marked one never was on any.
    const goes = device === undefined || release || address.tags[madeFor] === device;
    return { steps: goes ? [freeAddress({ access, address, disassociate: false, release: true })] : [] };
  }
  const holder = holderOf(address);
  if (device === undefined && !release)
    return {
      steps: [],
      fail: `${address.public_ip} is on ${holder}: name it by device_id to take it off, or give release_on_disassociation`,
    };
  if (device !== undefined && !isOn(address, device))
    return { steps: [], fail: `${address.public_ip} is on ${holder}, not on ${device}` };
  return { steps: [freeAddress({ access, address, disassociate: true, release })] };
}

export const ec2Eip = defineModule({
  name: 'ec2_eip',
  fullNames: ['amazon.aws.ec2_eip', 'community.aws.ec2_eip'],
  summary: 'Keep an elastic IP address of EC2',
  reach: 'apis',
  constraints: {
    requiredOneOf: [['name', 'device_id', 'public_ip']],
    requiredBy: { private_ip_address: ['device_id'] },
  },
  params,
  returns: {
    public_ip: optional(str()),
    allocation_id: optional(str()),
    address: dict({ doc: 'public_ip, association_id, instance_id, tags …; empty when absent' }),
  },
  seen: answers<{ all: readonly Address[] }>(),
  probes: (wish, seen) => (seen.all ? done : { all: addresses.ask(accessOf(wish), { domain: ['vpc'] }) }),
  plan: (wish, { all }) => {
    if (!wish.in_vpc)
      return { steps: [], fail: 'in_vpc is false: AWS has no addresses outside of VPCs any more' };
    const found = fitting(wish, all);
    // By its tags each of them is known to be ours: none is left to cost.
    const ours = found.filter(({ tags }) => isOwned(wish, tags));
    if (wish.state === 'absent' && wish.only_tagged && ours.length > 0) {
      const plans = ours.map((one) => absent(wish, one));
      return plans.find(({ fail }) => fail !== undefined) ?? { steps: plans.flatMap(({ steps }) => steps) };
    }
    if (found.length > 1 && wish.device_id === undefined)
      return {
        steps: [],
        fail: `${found.length} addresses are called ${wish.name ?? ''}: name one by public_ip`,
      };
    const [address] = found;
    if (address && !isOwned(wish, address.tags))
      return isLent(wish)
        ? lent(wish, address, all)
        : leftAlone(wish, `Elastic address ${address.public_ip}`);
    if (wish.state === 'present') return present(wish, all);
    return address ? absent(wish, address) : { steps: [] };
  },
  result: (wish, { all }, _outcomes, after) => {
    const taken = fitting(wish, all)[0] ?? spare(wish, all);
    const address = fitting(wish, after.all)[0] ?? after.all.find(({ id }) => id === taken?.id);
    if (!address) return { address: {} };
    const { id, public_ip } = address;
    return {
      public_ip,
      allocation_id: id,
      address: { ...address, tags: withTagChange(address.tags, unmark) },
    };
  },
});
