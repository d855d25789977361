// Route tables of VPCs: how they are found, and what is done to them.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { makeAlone } from '../../aws/alone.ts';
import { isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { onceShown, unlessGone } from '../../aws/passing.ts';
import {
  changesTo,
  defineAwsChange,
  defineAwsType,
  literal,
  pendingId,
  withThing,
  type Tags,
} from './aws_api.ts';
import { changeEc2Tags, filterItems, taggedAs, tagsFrom, withTagChange, type TagChange } from './aws_tags.ts';
import { changeRoutes, withRouteChanges, type Route, type RouteChange } from './ec2_routes.ts';

export type Association = Readonly<{ id: string; subnet_id: string }>;

export type RouteTable = Readonly<{
  id: string;
  vpc_id: string;
  /** The table of all subnets that are associated with none. */
  main: boolean;
  routes: readonly Route[];
  associations: readonly Association[];
  tags: Tags;
}>;

type Named<Names extends string> = { readonly [Name in Names]?: string | undefined };

type AwsRoute = Named<
  | 'DestinationCidrBlock'
  | 'DestinationIpv6CidrBlock'
  | 'DestinationPrefixListId'
  | 'GatewayId'
  | 'InstanceId'
  | 'NetworkInterfaceId'
  | 'NatGatewayId'
  | 'VpcPeeringConnectionId'
  | 'TransitGatewayId'
  | 'EgressOnlyInternetGatewayId'
  | 'CarrierGatewayId'
  | 'LocalGatewayId'
  | 'CoreNetworkArn'
  | 'State'
  | 'Origin'
>;

function routeFrom(route: AwsRoute): Route {
  const { DestinationCidrBlock: v4, DestinationIpv6CidrBlock: v6, DestinationPrefixListId: list } = route;
  const targets = [
    ...[route.GatewayId, route.InstanceId, route.NetworkInterfaceId, route.NatGatewayId],
    ...[route.VpcPeeringConnectionId, route.TransitGatewayId, route.EgressOnlyInternetGatewayId],
    ...[route.CarrierGatewayId, route.LocalGatewayId, route.CoreNetworkArn],
  ];
  return {
    dest: v4 ?? v6 ?? list ?? '',
    targets: targets.filter((id) => id !== undefined),
    state: route.State ?? 'active',
    origin: route.Origin ?? 'CreateRoute',
  };
}

export const routeTables = defineAwsType<RouteTable>({
  name: 'route table',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const found: RouteTable[] = [];
    for await (const page of sdk.paginateDescribeRouteTables(
      { client },
      { Filters: filterItems(filters) },
      { abortSignal: signal },
    ))
      for (const one of page.RouteTables ?? []) {
        const associations = one.Associations ?? [];
        found.push({
          id: one.RouteTableId ?? '',
          vpc_id: one.VpcId ?? '',
          main: associations.some(({ Main }) => Main === true),
          routes: (one.Routes ?? []).map(routeFrom),
          associations: associations.flatMap(({ RouteTableAssociationId: id = '', SubnetId: subnet }) =>
            subnet === undefined ? [] : [{ id, subnet_id: subnet }],
          ),
          tags: tagsFrom(one.Tags),
        });
      }
    return found;
  },
  fields: {
    'route-table-id': ({ id }) => id,
    'vpc-id': ({ vpc_id }) => vpc_id,
  },
});

export interface TableChange {
  readonly tags?: TagChange;
  readonly routes?: readonly RouteChange[];
  /** Subnets with the association that they have with another table. */
  readonly associate?: readonly { readonly subnet: string; readonly instead?: string }[];
  readonly disassociate?: readonly Association[];
  /** Told after all else is done: what is noted of routes that went. */
  readonly tagsAfter?: TagChange;
}

/** What is named in the reply of a lost race is done by somebody else, or by a call whose reply was lost. */
async function associate(
  aws: Aws,
  table: string,
  { subnet, instead }: { readonly subnet: string; readonly instead?: string },
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const options = { abortSignal: signal };
  const replace = async (association: string): Promise<void> => {
    const args = { AssociationId: association, RouteTableId: table };
    await client.send(new sdk.ReplaceRouteTableAssociationCommand(args), options);
  };
  if (instead !== undefined) {
    await replace(instead);
    return;
  }
  try {
    const args = { SubnetId: subnet, RouteTableId: table };
    await client.send(new sdk.AssociateRouteTableCommand(args), options);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const [other] = await routeTables.type.list(aws, { 'association.subnet-id': [subnet] }, signal);
    const association = other?.associations.find(({ subnet_id }) => subnet_id === subnet);
    if (!association || !other) throw error;
    if (other.id !== table) await replace(association.id);
  }
}

async function changeNow(aws: Aws, id: string, change: TableChange, signal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  if (change.tags) await changeEc2Tags(aws, id, change.tags, signal);
  if (change.routes) await changeRoutes(aws, id, change.routes, signal);
  for (const one of change.associate ?? []) await associate(aws, id, one, signal);
  for (const { id: AssociationId } of change.disassociate ?? [])
    await unlessGone(() =>
      client.send(new sdk.DisassociateRouteTableCommand({ AssociationId }), { abortSignal: signal }),
    );
  if (change.tagsAfter) await changeEc2Tags(aws, id, change.tagsAfter, signal);
}

function withChange(table: RouteTable, change: TableChange): RouteTable {
  const added = (change.associate ?? []).map(({ subnet }) => ({
    id: pendingId('association', subnet),
    subnet_id: subnet,
  }));
  const gone = new Set((change.disassociate ?? []).map(({ id }) => id));
  const tags = [change.tags, change.tagsAfter].reduce(
    (now, one) => (one ? withTagChange(now, one) : now),
    table.tags,
  );
  return {
    ...table,
    tags,
    routes: withRouteChanges(table.routes, change.routes ?? []),
    associations: [...table.associations.filter(({ id }) => !gone.has(id)), ...added],
  };
}

/** A subnet has one table: associated with this one, it leaves the others. */
function afterChange(tables: readonly RouteTable[], now: RouteTable): readonly RouteTable[] {
  const taken = new Set(now.associations.map(({ subnet_id }) => subnet_id));
  const others = tables.map((one) =>
    one.id === now.id
      ? one
      : { ...one, associations: one.associations.filter(({ subnet_id }) => !taken.has(subnet_id)) },
  );
  return withThing(others, now);
}

async function readBack(aws: Aws, id: string, signal: AbortSignal): Promise<RouteTable> {
  return onceShown({ what: `route table ${id}`, seconds: visibleWithin, signal }, () =>
    routeTables.type.list(aws, { 'route-table-id': [id] }, signal),
  );
}

/** Seconds until AWS must show what it made. */
const visibleWithin = 60;

interface Creation {
  readonly access: AwsAccess;
  readonly vpc: string;
  readonly tags: Tags;
  readonly change: TableChange;
}

/** A table as AWS makes it; its local routes are not told before. */
export function newTable(vpc: string, tags: Tags, name: string, main = false): RouteTable {
  return { id: pendingId('route table', name), vpc_id: vpc, main, routes: [], associations: [], tags };
}

async function removeNow(aws: Aws, RouteTableId: string, abortSignal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  await unlessGone(() => client.send(new sdk.DeleteRouteTableCommand({ RouteTableId }), { abortSignal }));
}

/** Gives the table that was made. */
export const createRouteTable = defineAwsChange({
  name: 'create route table',
  describe: ({ vpc, tags }: Creation) => `create route table ${tags['Name'] ?? ''} in ${vpc}`,
  act: async ({ vpc, tags, change }, aws, signal) => {
    const { client, sdk } = await aws.ec2('once');
    const command = new sdk.CreateRouteTableCommand({
      VpcId: vpc,
      ...taggedAs('route-table', tags),
    });
    const list = async (by: Tags): Promise<readonly string[]> => {
      const byTags = Object.entries(by).map(([key, value]) => [`tag:${key}`, [literal(value)]] as const);
      const filters = { 'vpc-id': [vpc], ...Object.fromEntries(byTags) };
      return (await routeTables.type.list(aws, filters, signal)).map((one) => one.id);
    };
    const make = (): Promise<string> =>
      makeOnce(
        async () => (await client.send(command, { abortSignal: signal })).RouteTable?.RouteTableId ?? '',
        async () => (await list(tags))[0],
        signal,
      );
    // A table without tags is found by nothing, so nobody could know its twin.
    const { Name: name } = tags;
    const id =
      Object.keys(tags).length === 0
        ? await make()
        : await makeAlone({
            what: `route table ${name ?? ''}`,
            make,
            list: () => list(name === undefined ? tags : { Name: name }),
            remove: (one) => removeNow(aws, one, signal),
            signal,
          });
    await readBack(aws, id, signal);
    await changeNow(aws, id, change, signal);
    return readBack(aws, id, signal);
  },
  effects: [
    changesTo(routeTables, ({ vpc, tags, change }: Creation, found, made?: RouteTable) =>
      afterChange(
        found,
        made ?? withChange(newTable(vpc, tags, tags['Name'] ?? Object.values(tags).join('-')), change),
      ),
    ),
  ],
});

interface Changing {
  readonly access: AwsAccess;
  readonly table: RouteTable;
  readonly change: TableChange;
}

/** Gives the table as it is afterwards. */
export const changeRouteTable = defineAwsChange({
  name: 'change route table',
  describe: ({ table }: Changing) => `change route table ${table.id}`,
  act: async ({ table, change }, aws, signal) => {
    await changeNow(aws, table.id, change, signal);
    return readBack(aws, table.id, signal);
  },
  effects: [
    changesTo(routeTables, ({ table, change }: Changing, found, made?: RouteTable) =>
      afterChange(found, made ?? withChange(table, change)),
    ),
  ],
});

interface Removal {
  readonly access: AwsAccess;
  readonly table: RouteTable;
}

export const deleteRouteTable = defineAwsChange({
  name: 'delete route table',
  describe: ({ table }: Removal) => `delete route table ${table.id}`,
  act: async ({ table }, aws, signal) => {
    await changeNow(aws, table.id, { disassociate: table.associations }, signal);
    await removeNow(aws, table.id, signal);
  },
  effects: [changesTo(routeTables, ({ table }: Removal, found) => found.filter(({ id }) => id !== table.id))],
});
