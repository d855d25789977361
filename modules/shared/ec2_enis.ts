// Network interfaces: how they are found, and what is done to them.
import { randomUUID } from 'node:crypto';
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { onceShown, unlessGone, whileInUse } from '../../aws/passing.ts';
import { waitUntil } from '../../aws/wait.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, withThing, type Tags } from './aws_api.ts';
import { changeEc2Tags, filterItems, taggedAs, tagsFrom, withTagChange, type TagChange } from './aws_tags.ts';
import { forgettingInstances } from './forget_instances.ts';

export interface Attachment {
  readonly id: string;
  readonly instance_id: string;
  readonly device_index: number;
  readonly delete_on_termination: boolean;
}

/** Named as in Ansible's results. */
export type Interface = Readonly<{
  id: string;
  subnet_id: string;
  vpc_id: string;
  private_ip_address: string;
  secondary_private_ip_addresses: readonly string[];
  description: string;
  /** Ids. */
  groups: readonly string[];
  source_dest_check: boolean;
  status: string;
  attachment: Attachment | null;
  tags: Tags;
}>;

export const interfaces = defineAwsType<Interface>({
  name: 'network interface',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const found: Interface[] = [];
    const query = { Filters: filterItems(filters) };
    for await (const page of sdk.paginateDescribeNetworkInterfaces({ client }, query, {
      abortSignal: signal,
    }))
      for (const one of page.NetworkInterfaces ?? []) {
        const { Attachment: tie } = one;
        found.push({
          id: one.NetworkInterfaceId ?? '',
          subnet_id: one.SubnetId ?? '',
          vpc_id: one.VpcId ?? '',
          private_ip_address: one.PrivateIpAddress ?? '',
          secondary_private_ip_addresses: (one.PrivateIpAddresses ?? [])
            .filter(({ Primary }) => Primary !== true)
            .map(({ PrivateIpAddress = '' }) => PrivateIpAddress),
          description: one.Description ?? '',
          groups: (one.Groups ?? []).map(({ GroupId = '' }) => GroupId),
          source_dest_check: one.SourceDestCheck !== false,
          status: one.Status ?? '',
          attachment:
            tie?.InstanceId === undefined || tie.Status === 'detached'
              ? null
              : {
                  id: tie.AttachmentId ?? '',
                  instance_id: tie.InstanceId,
                  device_index: tie.DeviceIndex ?? 0,
                  delete_on_termination: tie.DeleteOnTermination === true,
                },
          tags: tagsFrom(one.TagSet),
        });
      }
    return found;
  },
  fields: {
    'network-interface-id': ({ id }) => id,
    'subnet-id': ({ subnet_id }) => subnet_id,
    'attachment.instance-id': ({ attachment }) => attachment?.instance_id,
  },
});

export interface InterfaceChange {
  readonly tags?: TagChange;
  readonly description?: string;
  readonly groups?: readonly string[];
  readonly source_dest_check?: boolean;
  readonly addAddresses?: readonly string[];
  readonly removeAddresses?: readonly string[];
  /** Done before `attach`. */
  readonly detach?: { readonly attachment: Attachment; readonly force: boolean };
  readonly attach?: { readonly instance: string; readonly index: number };
  readonly delete_on_termination?: boolean;
}

/** How long AWS may take for what it does on its own; seconds. */
const within = 120;

async function read(aws: Aws, id: string, signal: AbortSignal): Promise<Interface> {
  return onceShown({ what: `network interface ${id}`, seconds: within, signal }, () =>
    interfaces.type.list(aws, { 'network-interface-id': [id] }, signal),
  );
}

async function waitFor(
  aws: Aws,
  id: string,
  what: string,
  isReached: (found: Interface) => boolean,
  signal: AbortSignal,
): Promise<Interface> {
  return waitUntil({ what: `network interface ${id} ${what}`, seconds: within, signal }, async () => {
    const found = await read(aws, id, signal);
    return isReached(found) ? { reached: found } : { still: `it is ${found.status}` };
  });
}

async function detachNow(
  aws: Aws,
  id: string,
  { attachment, force }: { readonly attachment: Attachment; readonly force: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const command = new sdk.DetachNetworkInterfaceCommand({ AttachmentId: attachment.id, Force: force });
  await unlessGone(() => client.send(command, { abortSignal: signal }));
  await waitFor(aws, id, 'to be detached', (found) => found.attachment === null, signal);
}

async function attachNow(
  aws: Aws,
  id: string,
  { instance, index }: { readonly instance: string; readonly index: number },
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2('once');
  const command = new sdk.AttachNetworkInterfaceCommand({
    NetworkInterfaceId: id,
    InstanceId: instance,
    DeviceIndex: index,
  });
  const isTied = (found: Interface): boolean => found.attachment?.instance_id === instance;
  await makeOnce(
    async () => {
      await client.send(command, { abortSignal: signal });
      return true;
    },
    async () => (isTied(await read(aws, id, signal)) ? true : undefined),
    signal,
  );
  await waitFor(aws, id, `to be attached to ${instance}`, isTied, signal);
}

async function changeNow(aws: Aws, id: string, change: InterfaceChange, signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const options = { abortSignal: signal };
  const { description, groups, source_dest_check: check, addAddresses, removeAddresses } = change;
  // AWS changes one attribute a call.
  const of = { NetworkInterfaceId: id };
  const set = [
    ...(description === undefined ? [] : [{ ...of, Description: { Value: description } }]),
    ...(groups === undefined ? [] : [{ ...of, Groups: [...groups] }]),
    ...(check === undefined ? [] : [{ ...of, SourceDestCheck: { Value: check } }]),
  ];
  for (const args of set) await client.send(new sdk.ModifyNetworkInterfaceAttributeCommand(args), options);
  if (addAddresses) {
    const args = { ...of, PrivateIpAddresses: [...addAddresses] };
    await client.send(new sdk.AssignPrivateIpAddressesCommand(args), options);
  }
  if (removeAddresses) {
    const args = { ...of, PrivateIpAddresses: [...removeAddresses] };
    await client.send(new sdk.UnassignPrivateIpAddressesCommand(args), options);
  }
  if (change.tags) await changeEc2Tags(aws, id, change.tags, signal);
  if (change.detach) await detachNow(aws, id, change.detach, signal);
  if (change.attach) await attachNow(aws, id, change.attach, signal);
  if (change.delete_on_termination !== undefined) {
    const { attachment } = await read(aws, id, signal);
    if (!attachment)
      throw new AwsFailure('NotAttached', 'wait', `Network interface ${id} is attached to nothing`);
    const tie = { AttachmentId: attachment.id, DeleteOnTermination: change.delete_on_termination };
    await client.send(new sdk.ModifyNetworkInterfaceAttributeCommand({ ...of, Attachment: tie }), options);
  }
}

function withChange(found: Interface, change: InterfaceChange): Interface {
  const { attach, detach, delete_on_termination: goes } = change;
  const kept = detach ? null : found.attachment;
  const tie: Attachment | null = attach
    ? {
        id: pendingId('attachment', found.id),
        instance_id: attach.instance,
        device_index: attach.index,
        delete_on_termination: false,
      }
    : kept;
  const addresses = found.secondary_private_ip_addresses.filter(
    (one) => !change.removeAddresses?.includes(one),
  );
  return {
    ...found,
    description: change.description ?? found.description,
    groups: change.groups ?? found.groups,
    source_dest_check: change.source_dest_check ?? found.source_dest_check,
    secondary_private_ip_addresses: [...addresses, ...(change.addAddresses ?? [])],
    attachment: tie && { ...tie, delete_on_termination: goes ?? tie.delete_on_termination },
    status: tie ? 'in-use' : 'available',
    tags: change.tags ? withTagChange(found.tags, change.tags) : found.tags,
  };
}

interface Creation {
  readonly access: AwsAccess;
  readonly subnet: string;
  /** AWS chooses one when undefined. */
  readonly address: string | undefined;
  readonly secondary: readonly string[];
  readonly description: string;
  readonly groups: readonly string[] | undefined;
  readonly tags: Tags;
  readonly change: InterfaceChange;
}

export function newInterface(given: Omit<Creation, 'access' | 'change'>): Interface {
  const { subnet, address, secondary, description, groups, tags } = given;
  return {
    id: pendingId('network interface', tags['Name'] ?? address ?? subnet),
    subnet_id: subnet,
    vpc_id: '',
    private_ip_address: address ?? '',
    secondary_private_ip_addresses: secondary,
    description,
    groups: groups ?? [],
    source_dest_check: true,
    status: 'available',
    attachment: null,
    tags,
  };
}

/** Gives the interface that was made. */
export const createInterface = defineAwsChange({
  name: 'create network interface',
  describe: ({ subnet, address, tags }: Creation) =>
    `create network interface ${tags['Name'] ?? address ?? ''} in ${subnet}`,
  act: ({ subnet, address, secondary, description, groups, tags, change }, aws, signal) =>
    forgettingInstances(aws, async () => {
      const { client, sdk } = await aws.ec2('once');
      const all = [
        ...(address === undefined ? [] : [{ PrivateIpAddress: address, Primary: true }]),
        ...secondary.map((PrivateIpAddress) => ({ PrivateIpAddress, Primary: false })),
      ];
      const command = new sdk.CreateNetworkInterfaceCommand({
        SubnetId: subnet,
        Description: description,
        ...(all.length > 0 ? { PrivateIpAddresses: all } : {}),
        ...(groups === undefined ? {} : { Groups: [...groups] }),
        ...taggedAs('network-interface', tags),
        // A token of this one task: the call is repeated only after it was looked for what it made.
        ClientToken: randomUUID(),
      });
      const make = async (): Promise<string> =>
        (await client.send(command, { abortSignal: signal })).NetworkInterface?.NetworkInterfaceId ?? '';
      const look = async (): Promise<string | undefined> => {
        const found = await interfaces.type.list(aws, { 'subnet-id': [subnet] }, signal);
        const { Name: name } = tags;
        if (address !== undefined) return found.find((one) => one.private_ip_address === address)?.id;
        return name === undefined ? undefined : found.find((one) => one.tags['Name'] === name)?.id;
      };
      const id = await makeOnce(make, look, signal);
      await waitFor(aws, id, 'to be available', ({ status }) => status !== 'pending', signal);
      await changeNow(aws, id, change, signal);
      return read(aws, id, signal);
    }),
  effects: [
    changesTo(interfaces, (args: Creation, found, made?: Interface) =>
      withThing(found, made ?? withChange(newInterface(args), args.change)),
    ),
  ],
});

interface Changing {
  readonly access: AwsAccess;
  readonly found: Interface;
  readonly change: InterfaceChange;
}

/** Gives the interface as it is afterwards. */
export const changeInterface = defineAwsChange({
  name: 'change network interface',
  describe: ({ found }: Changing) => `change network interface ${found.id}`,
  act: ({ found, change }, aws, signal) =>
    forgettingInstances(aws, async () => {
      await changeNow(aws, found.id, change, signal);
      return read(aws, found.id, signal);
    }),
  effects: [
    changesTo(interfaces, ({ found, change }: Changing, all, made?: Interface) =>
      withThing(all, made ?? withChange(found, change)),
    ),
  ],
});

interface Removal {
  readonly access: AwsAccess;
  readonly found: Interface;
  readonly force: boolean;
}

/** Detached first. */
export const deleteInterface = defineAwsChange({
  name: 'delete network interface',
  describe: ({ found }: Removal) => `delete network interface ${found.id}`,
  act: ({ found, force }, aws, signal) =>
    forgettingInstances(aws, async () => {
      const { client, sdk } = await aws.ec2();
      const { id, attachment } = found;
      if (attachment) await detachNow(aws, id, { attachment, force }, signal);
      const command = new sdk.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id });
      await unlessGone(() => whileInUse(within, signal, () => client.send(command, { abortSignal: signal })));
    }),
  effects: [changesTo(interfaces, ({ found }: Removal, all) => all.filter(({ id }) => id !== found.id))],
});
