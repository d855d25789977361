// VPCs: how they are found, and what is done to them.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { makeAlone } from '../../aws/alone.ts';
import { makeOnce } from '../../aws/once.ts';
import { ifThere, onceShown, unlessGone } from '../../aws/passing.ts';
import { changesTo, defineAwsChange, defineAwsType, literal, pendingId, type Tags } from './aws_api.ts';
import { changeEc2Tags, filterItems, taggedAs, tagsFrom, withTagChange, type TagChange } from './aws_tags.ts';
import { newTable, routeTables } from './ec2_route_tables.ts';
import { defaultGroup, securityGroups } from './ec2_security_groups.ts';
import { namingOccupants } from './ec2_occupants.ts';
import { contentsOfVpc, needsEmptyVpc } from './ec2_vpc_contents.ts';

/** Named as in Ansible's results. */
export type Vpc = Readonly<{
  id: string;
  cidr_block: string;
  /** Further ranges, without the first. */
  secondary_cidrs: readonly {
    readonly cidr: string;
    readonly association_id: string;
    readonly state: string;
  }[];
  state: string;
  instance_tenancy: string;
  is_default: boolean;
  dhcp_options_id: string;
  enable_dns_support: boolean;
  enable_dns_hostnames: boolean;
  tags: Tags;
}>;

async function attribute(
  aws: Aws,
  id: string,
  name: 'enableDnsSupport' | 'enableDnsHostnames',
  signal: AbortSignal,
): Promise<boolean> {
  const { client, sdk } = await aws.ec2();
  const command = new sdk.DescribeVpcAttributeCommand({ VpcId: id, Attribute: name });
  const reply = await client.send(command, { abortSignal: signal });
  return (reply.EnableDnsSupport ?? reply.EnableDnsHostnames)?.Value === true;
}

export const vpcs = defineAwsType<Vpc>({
  name: 'vpc',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const found: Vpc[] = [];
    for await (const page of sdk.paginateDescribeVpcs(
      { client },
      { Filters: filterItems(filters) },
      { abortSignal: signal },
    ))
      for (const one of page.Vpcs ?? []) {
        const id = one.VpcId ?? '';
        const dns = await ifThere(async () => ({
          enable_dns_support: await attribute(aws, id, 'enableDnsSupport', signal),
          enable_dns_hostnames: await attribute(aws, id, 'enableDnsHostnames', signal),
        }));
        if (!dns) continue;
        found.push({
          id,
          cidr_block: one.CidrBlock ?? '',
          secondary_cidrs: (one.CidrBlockAssociationSet ?? [])
            .map((set) => ({
              cidr: set.CidrBlock ?? '',
              association_id: set.AssociationId ?? '',
              state: set.CidrBlockState?.State ?? '',
            }))
            .filter(({ cidr, state }) => cidr !== one.CidrBlock && /^associat(?:ed|ing)$/.test(state)),
          state: one.State ?? '',
          instance_tenancy: one.InstanceTenancy ?? 'default',
          is_default: one.IsDefault === true,
          dhcp_options_id: one.DhcpOptionsId ?? '',
          ...dns,
          tags: tagsFrom(one.Tags),
        });
      }
    return found;
  },
  fields: {
    'vpc-id': ({ id }) => id,
    'cidr-block-association.cidr-block': ({ cidr_block, secondary_cidrs }) => [
      cidr_block,
      ...secondary_cidrs.map(({ cidr }) => cidr),
    ],
    cidr: ({ cidr_block }) => cidr_block,
  },
});

/** What differs from what is wished; names as in Vpc. */
export interface VpcChange {
  readonly enable_dns_support?: boolean;
  readonly enable_dns_hostnames?: boolean;
  readonly dhcp_options_id?: string;
  readonly addCidrs?: readonly string[];
  /** By their association. */
  readonly removeCidrs?: readonly string[];
  readonly tags?: TagChange;
}

/** Seconds. */
const availableWithin = 120;

/** Subnets can be made in a range once it is associated. */
async function addRanges(
  aws: Aws,
  id: string,
  ranges: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (ranges.length === 0) return;
  const { client, sdk } = await aws.ec2('once');
  const list = (): Promise<readonly Vpc[]> => vpcs.type.list(aws, { 'vpc-id': [id] }, signal);
  for (const CidrBlock of ranges) {
    const command = new sdk.AssociateVpcCidrBlockCommand({ VpcId: id, CidrBlock });
    const make = async (): Promise<true> => {
      await client.send(command, { abortSignal: signal });
      return true;
    };
    const look = async (): Promise<true | undefined> =>
      (await list())[0]?.secondary_cidrs.some(({ cidr }) => cidr === CidrBlock) ? true : undefined;
    await makeOnce(make, look, signal);
  }
  const waiting = {
    what: `${ranges.join(', ')} of ${id} to be associated`,
    seconds: availableWithin,
    signal,
  };
  await onceShown(waiting, list, ({ secondary_cidrs: has }) =>
    ranges.every((range) => has.some(({ cidr, state }) => cidr === range && state === 'associated')),
  );
}

async function changeNow(aws: Aws, id: string, change: VpcChange, signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const options = { abortSignal: signal };
  const { enable_dns_support: support, enable_dns_hostnames: hostnames } = change;
  // One attribute a call is AWS's rule; host names ask for support first.
  if (support !== undefined)
    await client.send(
      new sdk.ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport: { Value: support } }),
      options,
    );
  if (hostnames !== undefined)
    await client.send(
      new sdk.ModifyVpcAttributeCommand({ VpcId: id, EnableDnsHostnames: { Value: hostnames } }),
      options,
    );
  const { dhcp_options_id: dhcp } = change;
  if (dhcp !== undefined)
    await client.send(new sdk.AssociateDhcpOptionsCommand({ VpcId: id, DhcpOptionsId: dhcp }), options);
  await addRanges(aws, id, change.addCidrs ?? [], signal);
  for (const AssociationId of change.removeCidrs ?? [])
    await client.send(new sdk.DisassociateVpcCidrBlockCommand({ AssociationId }), options);
  if (change.tags) await changeEc2Tags(aws, id, change.tags, signal);
}

function withChange(vpc: Vpc, change: VpcChange): Vpc {
  const kept = vpc.secondary_cidrs.filter((one) => !change.removeCidrs?.includes(one.association_id));
  const added = (change.addCidrs ?? []).map((cidr) => ({
    cidr,
    association_id: pendingId('association', cidr),
    state: 'associated',
  }));
  return {
    ...vpc,
    enable_dns_support: change.enable_dns_support ?? vpc.enable_dns_support,
    enable_dns_hostnames: change.enable_dns_hostnames ?? vpc.enable_dns_hostnames,
    dhcp_options_id: change.dhcp_options_id ?? vpc.dhcp_options_id,
    secondary_cidrs: [...kept, ...added],
    tags: change.tags ? withTagChange(vpc.tags, change.tags) : vpc.tags,
  };
}

interface Creation {
  readonly access: AwsAccess;
  readonly name: string;
  readonly cidr: string;
  readonly tenancy: string;
  readonly tags: Tags;
  /** What is set as soon as it is there. */
  readonly change: VpcChange;
  /** Whether there may be several of this name and range. */
  readonly several: boolean;
}

/** A VPC as AWS makes it when nothing is said. */
export function newVpc(cidr: string, tenancy: string, tags: Tags, id: string): Vpc {
  return {
    id,
    cidr_block: cidr,
    secondary_cidrs: [],
    state: 'available',
    instance_tenancy: tenancy,
    is_default: false,
    dhcp_options_id: 'default',
    enable_dns_support: true,
    enable_dns_hostnames: false,
    tags,
  };
}

async function removeNow(aws: Aws, VpcId: string, abortSignal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const remove = (): Promise<unknown> => client.send(new sdk.DeleteVpcCommand({ VpcId }), { abortSignal });
  const place = { cards: { 'vpc-id': [VpcId] }, others: () => contentsOfVpc(aws, VpcId, abortSignal) };
  await unlessGone(() => namingOccupants(aws, place, abortSignal, remove));
}

/** Gives the id of the VPC that was made. */
export const createVpc = defineAwsChange({
  name: 'create vpc',
  describe: ({ name, cidr }: Creation) => `create VPC ${name} (${cidr})`,
  act: async ({ name, cidr, tenancy, tags, change, several }, aws, signal) => {
    const { client, sdk } = await aws.ec2('once');
    const list = async (): Promise<readonly string[]> =>
      (await vpcs.type.list(aws, { 'tag:Name': [literal(name)], cidr: [cidr] }, signal)).map((one) => one.id);
    const command = new sdk.CreateVpcCommand({
      CidrBlock: cidr,
      InstanceTenancy: tenancy === 'dedicated' ? 'dedicated' : 'default',
      ...taggedAs('vpc', tags),
    });
    const make = (): Promise<string> =>
      makeOnce(
        async () => (await client.send(command, { abortSignal: signal })).Vpc?.VpcId ?? '',
        async () => (await list())[0],
        signal,
      );
    const remove = (one: string): Promise<void> => removeNow(aws, one, signal);
    const id = several ? await make() : await makeAlone({ what: `VPC ${name}`, make, list, remove, signal });
    await onceShown(
      { what: `VPC ${name} (${id}) to be available`, seconds: availableWithin, signal },
      () => vpcs.type.list(aws, { 'vpc-id': [id] }, signal),
      ({ state }) => state === 'available',
    );
    await changeNow(aws, id, change, signal);
    return id;
  },
  effects: [
    changesTo(vpcs, ({ cidr, tenancy, tags, name, change }: Creation, found, id?: string) => [
      ...found,
      withChange(newVpc(cidr, tenancy, tags, id ?? pendingId('vpc', name)), change),
    ]),
    // AWS makes these two with every VPC; once it is made they are asked for, not foretold.
    changesTo(routeTables, ({ name }: Creation, found, id?: string) =>
      id === undefined ? [...found, newTable(pendingId('vpc', name), {}, `main of ${name}`, true)] : found,
    ),
    changesTo(securityGroups, ({ name }: Creation, found, id?: string) =>
      id === undefined ? [...found, defaultGroup(pendingId('vpc', name))] : found,
    ),
  ],
});

interface OfVpc {
  readonly access: AwsAccess;
  readonly id: string;
}

export const changeVpc = defineAwsChange({
  name: 'change vpc',
  describe: ({ id }: OfVpc & { readonly change: VpcChange }) => `change VPC ${id}`,
  act: ({ id, change }, aws, signal) => changeNow(aws, id, change, signal),
  effects: [
    changesTo(vpcs, ({ id, change }: OfVpc & { readonly change: VpcChange }, found) =>
      found.map((one) => (one.id === id ? withChange(one, change) : one)),
    ),
  ],
});

export const deleteVpc = defineAwsChange({
  name: 'delete vpc',
  describe: ({ id }: OfVpc) => `delete VPC ${id}`,
  act: ({ id }, aws, signal) => removeNow(aws, id, signal),
  needs: ({ access, id }) => needsEmptyVpc(access, id),
  effects: [
    changesTo(vpcs, ({ id }: OfVpc, found) => found.filter((one) => one.id !== id)),
    changesTo(routeTables, ({ id }: OfVpc, found) => found.filter(({ vpc_id }) => vpc_id !== id)),
    changesTo(securityGroups, ({ id }: OfVpc, found) => found.filter(({ vpc_id }) => vpc_id !== id)),
  ],
});
