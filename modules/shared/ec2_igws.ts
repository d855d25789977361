// Internet gateways: how they are found, and what is done to them. A gateway is known by the VPC that it is attached to;
// between its making and that, a mark in its tags says for which VPC it was made, so that a run which was killed there
// leaves nothing behind: the next one attaches what it finds.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { onceShown, unlessGone, whileInUse } from '../../aws/passing.ts';
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
import { namingOccupants } from './ec2_occupants.ts';

export type InternetGateway = Readonly<{
  id: string;
  /** Empty while it is attached to none. */
  vpc_id: string;
  tags: Tags;
}>;

export const internetGateways = defineAwsType<InternetGateway>({
  name: 'internet gateway',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const found: InternetGateway[] = [];
    const query = { Filters: filterItems(filters) };
    for await (const page of sdk.paginateDescribeInternetGateways({ client }, query, { abortSignal: signal }))
      for (const one of page.InternetGateways ?? [])
        found.push({
          id: one.InternetGatewayId ?? '',
          vpc_id: one.Attachments?.[0]?.VpcId ?? '',
          tags: tagsFrom(one.Tags),
        });
    return found;
  },
  fields: {
    'internet-gateway-id': ({ id }) => id,
    'attachment.vpc-id': ({ vpc_id }) => vpc_id,
  },
});

interface Place {
  readonly access: AwsAccess;
  readonly vpc: string;
}

/** The one that another run has attached to the VPC meanwhile: ours goes then. */
async function attachedBefore(
  aws: Aws,
  id: string,
  vpc: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await internetGateways.type.list(aws, { 'attachment.vpc-id': [vpc] }, signal);
  const other = found.find((one) => one.id !== id);
  if (!other) return undefined;
  const { client, sdk } = await aws.ec2();
  const remove = new sdk.DeleteInternetGatewayCommand({ InternetGatewayId: id });
  await unlessGone(() => client.send(remove, { abortSignal: signal }));
  return other.id;
}

async function attach(aws: Aws, id: string, vpc: string, signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const options = { abortSignal: signal };
  try {
    await client.send(new sdk.AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpc }), options);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // Attached already: by a call whose reply was lost, or by somebody else and to another VPC.
    const [found] = await internetGateways.type.list(aws, { 'internet-gateway-id': [id] }, signal);
    if (found?.vpc_id !== vpc) throw error;
  }
  await changeEc2Tags(aws, id, unmark, signal);
}

/** Gives the id of the gateway that was made and attached. */
export const createInternetGateway = defineAwsChange({
  name: 'create internet gateway',
  describe: ({ vpc }: Place & { readonly tags: Tags }) => `create an internet gateway for ${vpc}`,
  act: async ({ vpc, tags }, aws, signal) => {
    const { client, sdk } = await aws.ec2('once');
    const marked = { ...tags, [madeFor]: vpc };
    const command = new sdk.CreateInternetGatewayCommand({
      ...taggedAs('internet-gateway', marked),
    });
    const look = async (): Promise<string | undefined> =>
      (await internetGateways.type.list(aws, { [`tag:${madeFor}`]: [vpc] }, signal))[0]?.id;
    const id = await makeOnce(
      async () =>
        (await client.send(command, { abortSignal: signal })).InternetGateway?.InternetGatewayId ?? '',
      look,
      signal,
    );
    await onceShown({ what: `internet gateway ${id}`, seconds: visibleWithin, signal }, () =>
      internetGateways.type.list(aws, { 'internet-gateway-id': [id] }, signal),
    );
    try {
      await attach(aws, id, vpc, signal);
      return id;
    } catch (error) {
      const other = await attachedBefore(aws, id, vpc, signal);
      if (other === undefined) throw error;
      return other;
    }
  },
  effects: [
    changesTo(internetGateways, ({ vpc, tags }: Place & { readonly tags: Tags }, found, id?: string) => [
      ...found,
      { id: id ?? pendingId('internet gateway', vpc), vpc_id: vpc, tags },
    ]),
  ],
});

/** Seconds until AWS must show what it made. */
const visibleWithin = 60;

type Attaching = Place & { readonly gateway: InternetGateway };

export const attachInternetGateway = defineAwsChange({
  name: 'attach internet gateway',
  describe: ({ gateway, vpc }: Attaching) => `attach internet gateway ${gateway.id} to ${vpc}`,
  act: ({ gateway, vpc }, aws, signal) => attach(aws, gateway.id, vpc, signal),
  effects: [
    changesTo(internetGateways, ({ gateway, vpc }: Attaching, found) =>
      withThing(found, { ...gateway, vpc_id: vpc, tags: withTagChange(gateway.tags, unmark) }),
    ),
  ],
});

interface Retagging {
  readonly access: AwsAccess;
  readonly id: string;
  readonly tags: TagChange;
}

export const tagInternetGateway = defineAwsChange({
  name: 'tag internet gateway',
  describe: ({ id }: Retagging) => `change tags of internet gateway ${id}`,
  act: ({ id, tags }, aws, signal) => changeEc2Tags(aws, id, tags, signal),
  effects: [
    changesTo(internetGateways, ({ id, tags }: Retagging, found) =>
      found.map((one) => (one.id === id ? { ...one, tags: withTagChange(one.tags, tags) } : one)),
    ),
  ],
});

type Removal = Place & { readonly id: string; readonly wait: number };

/** Detached first, where `vpc` is not empty. AWS refuses that while addresses of the VPC are mapped to public ones. */
export const deleteInternetGateway = defineAwsChange({
  name: 'delete internet gateway',
  describe: ({ id, vpc }: Removal) =>
    vpc === '' ? `delete internet gateway ${id}` : `detach internet gateway ${id} from ${vpc} and delete it`,
  act: async ({ id, vpc, wait }, aws, signal) => {
    const { client, sdk } = await aws.ec2();
    const options = { abortSignal: signal };
    const detach = new sdk.DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpc });
    const detachNow = (): Promise<unknown> => whileInUse(wait, signal, () => client.send(detach, options));
    const open = { cards: { 'vpc-id': [vpc], 'association.public-ip': ['*'] } };
    if (vpc !== '') await unlessDetached(() => namingOccupants(aws, open, signal, detachNow));
    const remove = new sdk.DeleteInternetGatewayCommand({ InternetGatewayId: id });
    await unlessGone(() => whileInUse(wait, signal, () => client.send(remove, options)));
  },
  effects: [changesTo(internetGateways, ({ id }: Removal, found) => found.filter((one) => one.id !== id))],
});

async function unlessDetached(call: () => Promise<unknown>): Promise<void> {
  try {
    await unlessGone(call);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'Gateway.NotAttached')) throw error;
  }
}
