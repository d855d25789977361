// Subnets: how they are found, and what is done to them.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { onceShown, unlessGone, whileInUse } from '../../aws/passing.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, type Tags } from './aws_api.ts';
import { changeEc2Tags, filterItems, taggedAs, tagsFrom, withTagChange, type TagChange } from './aws_tags.ts';
import { ipv4Range } from './ip_ranges.ts';
import { namingOccupants } from './ec2_occupants.ts';

/** Named as in Ansible's results. */
export type Subnet = Readonly<{
  id: string;
  vpc_id: string;
  cidr_block: string;
  availability_zone: string;
  available_ip_address_count: number;
  map_public_ip_on_launch: boolean;
  default_for_az: boolean;
  state: string;
  tags: Tags;
}>;

export const subnets = defineAwsType<Subnet>({
  name: 'subnet',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const found: Subnet[] = [];
    for await (const page of sdk.paginateDescribeSubnets(
      { client },
      { Filters: filterItems(filters) },
      { abortSignal: signal },
    ))
      for (const one of page.Subnets ?? [])
        found.push({
          id: one.SubnetId ?? '',
          vpc_id: one.VpcId ?? '',
          cidr_block: one.CidrBlock ?? '',
          availability_zone: one.AvailabilityZone ?? '',
          available_ip_address_count: one.AvailableIpAddressCount ?? 0,
          map_public_ip_on_launch: one.MapPublicIpOnLaunch === true,
          default_for_az: one.DefaultForAz === true,
          state: one.State ?? '',
          tags: tagsFrom(one.Tags),
        });
    return found;
  },
  fields: {
    'subnet-id': ({ id }) => id,
    'vpc-id': ({ vpc_id }) => vpc_id,
  },
});

export interface SubnetChange {
  readonly map_public_ip_on_launch?: boolean;
  readonly tags?: TagChange;
}

async function changeNow(aws: Aws, id: string, change: SubnetChange, signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const { map_public_ip_on_launch: Value } = change;
  if (Value !== undefined)
    await client.send(
      new sdk.ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch: { Value } }),
      { abortSignal: signal },
    );
  if (change.tags) await changeEc2Tags(aws, id, change.tags, signal);
}

function withChange(subnet: Subnet, change: SubnetChange): Subnet {
  return {
    ...subnet,
    map_public_ip_on_launch: change.map_public_ip_on_launch ?? subnet.map_public_ip_on_launch,
    tags: change.tags ? withTagChange(subnet.tags, change.tags) : subnet.tags,
  };
}

interface Creation {
  readonly access: AwsAccess;
  readonly vpc: string;
  readonly cidr: string;
  /** Any of the region's when undefined. */
  readonly zone: string | undefined;
  readonly tags: Tags;
  readonly change: SubnetChange;
  /** Seconds to wait until it is available; undefined: it is not waited for. */
  readonly wait: number | undefined;
}

/** AWS keeps the first four addresses of a subnet and the last one. */
const keptAddresses = 5;

function newSubnet({ vpc, cidr, zone, tags }: Creation, made: Subnet | undefined): Subnet {
  const prefix = Number(ipv4Range(cidr)?.split('/')[1] ?? 32);
  return (
    made ?? {
      id: pendingId('subnet', cidr),
      vpc_id: vpc,
      cidr_block: cidr,
      availability_zone: zone ?? '',
      available_ip_address_count: 2 ** (32 - prefix) - keptAddresses,
      map_public_ip_on_launch: false,
      default_for_az: false,
      state: 'available',
      tags,
    }
  );
}

/** Gives the subnet that was made. */
export const createSubnet = defineAwsChange({
  name: 'create subnet',
  describe: ({ cidr, vpc }: Creation) => `create subnet ${cidr} in ${vpc}`,
  act: async ({ vpc, cidr, zone, tags, change, wait }, aws, signal) => {
    const { client, sdk } = await aws.ec2('once');
    const command = new sdk.CreateSubnetCommand({
      VpcId: vpc,
      CidrBlock: cidr,
      ...(zone === undefined ? {} : { AvailabilityZone: zone }),
      ...taggedAs('subnet', tags),
    });
    const look = async (): Promise<string | undefined> =>
      (await subnets.type.list(aws, { 'vpc-id': [vpc] }, signal)).find((one) => one.cidr_block === cidr)?.id;
    const make = async (): Promise<string> => {
      try {
        return (await client.send(command, { abortSignal: signal })).Subnet?.SubnetId ?? '';
      } catch (error) {
        // Somebody was faster; if it is the same range, it is the subnet that is wanted.
        const found = isDuplicate(error) || isConflict(error) ? await look() : undefined;
        if (found === undefined) throw error;
        return found;
      }
    };
    const id = await makeOnce(make, look, signal);
    const made = await onceShown(
      { what: `subnet ${cidr} (${id}) to be available`, seconds: wait ?? visibleWithin, signal },
      () => subnets.type.list(aws, { 'subnet-id': [id] }, signal),
      ({ state }) => wait === undefined || state === 'available',
    );
    await changeNow(aws, id, change, signal);
    return withChange(made, change);
  },
  effects: [
    changesTo(subnets, (args: Creation, found, made?: Subnet) => [
      ...found,
      withChange(newSubnet(args, made), args.change),
    ]),
  ],
});

/** Seconds until AWS must show what it made. */
const visibleWithin = 60;

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'InvalidSubnet.Conflict';
}

interface OfSubnet {
  readonly access: AwsAccess;
  readonly id: string;
}

export const changeSubnet = defineAwsChange({
  name: 'change subnet',
  describe: ({ id }: OfSubnet & { readonly change: SubnetChange }) => `change subnet ${id}`,
  act: ({ id, change }, aws, signal) => changeNow(aws, id, change, signal),
  effects: [
    changesTo(subnets, ({ id, change }: OfSubnet & { readonly change: SubnetChange }, found) =>
      found.map((one) => (one.id === id ? withChange(one, change) : one)),
    ),
  ],
});

/** What was just removed from a subnet holds on to it for some time: `wait` seconds are given. */
export const deleteSubnet = defineAwsChange({
  name: 'delete subnet',
  describe: ({ id }: OfSubnet & { readonly wait: number }) => `delete subnet ${id}`,
  act: async ({ id, wait }, aws, signal) => {
    const { client, sdk } = await aws.ec2();
    const command = new sdk.DeleteSubnetCommand({ SubnetId: id });
    const remove = (): Promise<unknown> =>
      whileInUse(wait, signal, () => client.send(command, { abortSignal: signal }));
    await unlessGone(() => namingOccupants(aws, { cards: { 'subnet-id': [id] } }, signal, remove));
  },
  effects: [
    changesTo(subnets, ({ id }: OfSubnet & { readonly wait: number }, found) =>
      found.filter((one) => one.id !== id),
    ),
  ],
});
