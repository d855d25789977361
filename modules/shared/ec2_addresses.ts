// Elastic IP addresses: how they are found, and what is done to them. An address that was allocated for a device carries
// a mark until it is associated, so that a run which was killed in between does not leave one that is paid for and used
// by nobody: the next run takes it.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { makeAlone } from '../../aws/alone.ts';
import { AwsFailure } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { onceShown, unlessGone, whilePassing } from '../../aws/passing.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, withThing, type Tags } from './aws_api.ts';
import {
  changeEc2Tags,
  filterItems,
  madeFor,
  taggedAs,
  tagsFrom,
  unmark,
  withTagChange,
  type TagChange,
} from './aws_tags.ts';
import { forgettingInstances } from './forget_instances.ts';

export type Address = Readonly<{
  /** Of the allocation. */
  id: string;
  public_ip: string;
  /** Empty while it is associated with nothing. */
  association_id: string;
  instance_id: string;
  network_interface_id: string;
  private_ip_address: string;
  tags: Tags;
}>;

export const addresses = defineAwsType<Address>({
  name: 'elastic address',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const command = new sdk.DescribeAddressesCommand({ Filters: filterItems(filters) });
    const reply = await client.send(command, { abortSignal: signal });
    return (reply.Addresses ?? []).map((one) => ({
      id: one.AllocationId ?? '',
      public_ip: one.PublicIp ?? '',
      association_id: one.AssociationId ?? '',
      instance_id: one.InstanceId ?? '',
      network_interface_id: one.NetworkInterfaceId ?? '',
      private_ip_address: one.PrivateIpAddress ?? '',
      tags: tagsFrom(one.Tags),
    }));
  },
  fields: {
    'allocation-id': ({ id }) => id,
    domain: () => 'vpc',
  },
});

export function isOn(address: Address, device: string): boolean {
  return address.instance_id === device || address.network_interface_id === device;
}

export interface Association {
  readonly device: string;
  /** The interface's first one when undefined. */
  readonly privateAddress: string | undefined;
  /** Whether it may leave another device, or push another address out. */
  readonly mayMove: boolean;
}

/** An instance takes an address once it runs. */
function isPending(error: unknown): boolean {
  return (
    error instanceof AwsFailure &&
    (/^IncorrectInstanceState/.test(error.code) ||
      (error.code === 'InvalidInstanceID' && /pending|valid state/.test(error.message)))
  );
}

/** Seconds. */
const runsWithin = 300;
const visibleWithin = 60;

async function associateNow(aws: Aws, id: string, to: Association, signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const { device, privateAddress, mayMove } = to;
  const command = new sdk.AssociateAddressCommand({
    AllocationId: id,
    ...(device.startsWith('eni-') ? { NetworkInterfaceId: device } : { InstanceId: device }),
    ...(privateAddress === undefined ? {} : { PrivateIpAddress: privateAddress }),
    AllowReassociation: mayMove,
  });
  await whilePassing(isPending, runsWithin, signal, () => client.send(command, { abortSignal: signal }));
}

async function read(aws: Aws, id: string, signal: AbortSignal): Promise<Address> {
  return onceShown({ what: `elastic address ${id}`, seconds: visibleWithin, signal }, () =>
    addresses.type.list(aws, { 'allocation-id': [id] }, signal),
  );
}

export interface AddressChange {
  readonly tags?: TagChange;
  readonly associate?: Association;
}

async function changeNow(aws: Aws, id: string, change: AddressChange, signal: AbortSignal): Promise<void> {
  if (change.associate) await associateNow(aws, id, change.associate, signal);
  if (change.tags) await changeEc2Tags(aws, id, change.tags, signal);
}

function withChange(address: Address, change: AddressChange): Address {
  const { associate, tags } = change;
  const device = associate?.device ?? '';
  const isInterface = device.startsWith('eni-') || device.startsWith('network interface ');
  return {
    ...address,
    ...(associate
      ? {
          association_id: pendingId('association', address.public_ip),
          instance_id: isInterface ? '' : device,
          network_interface_id: isInterface ? device : '',
          private_ip_address: associate.privateAddress ?? '',
        }
      : {}),
    tags: tags ? withTagChange(address.tags, tags) : address.tags,
  };
}

interface Allocation {
  readonly access: AwsAccess;
  readonly name: string;
  readonly tags: Tags;
  /** A certain one, which was released or is of a pool of one's own. */
  readonly publicIp: string | undefined;
  readonly pool: string | undefined;
  readonly associate: Association | undefined;
}

async function release(aws: Aws, AllocationId: string, abortSignal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  await unlessGone(() => client.send(new sdk.ReleaseAddressCommand({ AllocationId }), { abortSignal }));
}

/** Whether a run would take the address for the one that it wants. */
function isOf(address: Address, name: string, device: string | undefined): boolean {
  if (name !== '') return address.tags['Name'] === name;
  return device !== undefined && (isOn(address, device) || address.tags[madeFor] === device);
}

/** Gives the address that was allocated. */
export const allocateAddress = defineAwsChange({
  name: 'allocate elastic address',
  describe: ({ name, associate }: Allocation) =>
    `allocate an elastic address ${associate ? `for ${associate.device}` : name}`,
  act: ({ name, tags, publicIp, pool, associate }, aws, signal) =>
    forgettingInstances(aws, async () => {
      const { client, sdk } = await aws.ec2('once');
      const marks: Tags = associate ? { [madeFor]: associate.device } : {};
      const command = new sdk.AllocateAddressCommand({
        Domain: 'vpc',
        ...(publicIp === undefined ? {} : { Address: publicIp }),
        ...(pool === undefined ? {} : { PublicIpv4Pool: pool }),
        ...taggedAs('elastic-ip', { ...tags, ...marks }),
      });
      const ours = { ...tags, ...marks };
      const all = (): Promise<readonly Address[]> => addresses.type.list(aws, { domain: ['vpc'] }, signal);
      const known = new Set((await all()).map((one) => one.id));
      const look = async (): Promise<string | undefined> =>
        (await all()).find(
          (one) =>
            !known.has(one.id) &&
            (publicIp === undefined || one.public_ip === publicIp) &&
            Object.entries(ours).every(([key, value]) => one.tags[key] === value),
        )?.id;
      const make = (): Promise<string> =>
        makeOnce(
          async () => (await client.send(command, { abortSignal: signal })).AllocationId ?? '',
          look,
          signal,
        );
      const list = async (): Promise<readonly string[]> =>
        (await all()).filter((one) => isOf(one, name, associate?.device)).map((one) => one.id);
      const remove = (one: string): Promise<void> => release(aws, one, signal);
      // A certain address is there once; others are found again by the name, or by what they are for.
      const id =
        publicIp === undefined
          ? await makeAlone({ what: `elastic address ${name}`, make, list, remove, signal })
          : await make();
      const made = await read(aws, id, signal);
      if (associate && !isOn(made, associate.device)) {
        await associateNow(aws, id, associate, signal);
        await changeEc2Tags(aws, id, unmark, signal);
      }
      return read(aws, id, signal);
    }),
  effects: [
    changesTo(addresses, ({ name, tags, publicIp, associate }: Allocation, found, made?: Address) => {
      const fresh: Address = {
        id: pendingId('elastic address', name === '' ? (associate?.device ?? '') : name),
        public_ip: publicIp ?? '',
        association_id: '',
        instance_id: '',
        network_interface_id: '',
        private_ip_address: '',
        tags,
      };
      return withThing(found, made ?? withChange(fresh, associate ? { associate } : {}));
    }),
  ],
});

interface Changing {
  readonly access: AwsAccess;
  readonly address: Address;
  readonly change: AddressChange;
}

/** Gives the address as it is afterwards. */
export const changeAddress = defineAwsChange({
  name: 'change elastic address',
  describe: ({ address: { public_ip: ip }, change: { associate } }: Changing) =>
    associate ? `associate ${ip} with ${associate.device}` : `change tags of ${ip}`,
  act: ({ address, change }, aws, signal) =>
    forgettingInstances(aws, async () => {
      await changeNow(aws, address.id, change, signal);
      return read(aws, address.id, signal);
    }),
  effects: [
    changesTo(addresses, ({ address, change }: Changing, found, made?: Address) =>
      withThing(found, made ?? withChange(address, change)),
    ),
  ],
});

interface Freeing {
  readonly access: AwsAccess;
  readonly address: Address;
  readonly disassociate: boolean;
  readonly release: boolean;
}

export const freeAddress = defineAwsChange({
  name: 'free elastic address',
  describe: ({ address: { public_ip: ip }, disassociate, release }: Freeing) =>
    [...(disassociate ? ['disassociate'] : []), ...(release ? ['release'] : [])].join(' and ') + ` ${ip}`,
  act: ({ address, disassociate, release: goes }, aws, signal) =>
    forgettingInstances(aws, async () => {
      const { client, sdk } = await aws.ec2();
      const options = { abortSignal: signal };
      const { id, association_id: association } = address;
      if (disassociate)
        await unlessGone(() =>
          client.send(new sdk.DisassociateAddressCommand({ AssociationId: association }), options),
        );
      if (goes) await release(aws, id, signal);
    }),
  effects: [
    changesTo(addresses, ({ address, release }: Freeing, found) => {
      const none = { association_id: '', instance_id: '', network_interface_id: '', private_ip_address: '' };
      return release
        ? found.filter(({ id }) => id !== address.id)
        : withThing(found, { ...address, ...none });
    }),
  ],
});
