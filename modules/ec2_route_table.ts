// Keeps a route table of a VPC: its routes and its subnets. Found by its tag Name (else by all its tags), by its id, or
// as the VPC's main table. Routes that `ec2_route` set for an owner are not purged here.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, dict, list, listOf, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { askedOnce, type Tags } from './shared/aws_api.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { tagChange, tagsOf } from './shared/aws_tags.ts';
import { internetGateways, type InternetGateway } from './shared/ec2_igws.ts';
import { owned } from './shared/ec2_route_marks.ts';
import {
  changeRouteTable,
  createRouteTable,
  deleteRouteTable,
  newTable,
  routeTables,
  type RouteTable,
  type TableChange,
} from './shared/ec2_route_tables.ts';
import { asksForGateway, routeChanges, routeOptions, wantedRoutes } from './shared/ec2_routes.ts';
import { subnets, type Subnet } from './shared/ec2_subnets.ts';
import { ipv4Range } from './shared/ip_ranges.ts';

const params = {
  vpc_id: str(),
  lookup: optional(oneOf('tag', 'id', 'main', { doc: 'How the table is found' }), 'tag'),
  route_table_id: optional(str()),
  tags: optional(dict({ aliases: ['resource_tags'], doc: 'Name finds the table; without one, all of them' })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  routes: optional(listOf(routeOptions)),
  purge_routes: optional(bool({ doc: 'Remove routes that are not named, if any are' }), true),
  subnets: optional(list(str(), { doc: 'Ids, names (tag Name) or ranges of subnets to associate' })),
  purge_subnets: optional(bool({ doc: 'Give others back to the main table, if any are named' }), true),
  state: optional(oneOf('present', 'absent'), 'present'),
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  /** All of the VPC. */
  readonly tables: readonly RouteTable[];
  readonly subnets?: readonly Subnet[];
  readonly gateways?: readonly InternetGateway[];
}

interface Wrong {
  readonly wrong: string;
}

function isIt(wish: Wish, table: RouteTable): boolean {
  if (wish.lookup === 'main') return table.main;
  if (wish.lookup === 'id') return table.id === wish.route_table_id;
  const tags: Tags = tagsOf(wish.tags) ?? {};
  const { Name: name } = tags;
  if (name !== undefined) return table.tags['Name'] === name;
  const named = Object.entries(tags);
  return named.length > 0 && named.every(([key, value]) => table.tags[key] === value);
}

function subnetsOf(wish: Wish, found: readonly Subnet[]): readonly string[] | undefined | Wrong {
  if (wish.subnets === undefined) return undefined;
  const ids: string[] = [];
  for (const word of wish.subnets) {
    const range = word.includes('/') ? ipv4Range(word) : undefined;
    const fitting = found.filter(
      ({ id, tags, cidr_block }) => id === word || cidr_block === range || tags['Name'] === word,
    );
    const [subnet, ...more] = fitting;
    if (!subnet) return { wrong: `There is no subnet ${word} in ${wish.vpc_id}` };
    if (more.length > 0)
      return {
        wrong: `${fitting.length} subnets are called ${word}: ${fitting.map(({ id }) => id).join(', ')}`,
      };
    if (!ids.includes(subnet.id)) ids.push(subnet.id);
  }
  return ids;
}

function associations(
  table: RouteTable,
  ids: readonly string[] | undefined,
  { purge_subnets }: Wish,
  { tables }: Seen,
): TableChange {
  if (ids === undefined) return {};
  const missing = ids.filter((id) => !table.associations.some(({ subnet_id }) => subnet_id === id));
  const associate = missing.map((subnet) => {
    const other = tables.flatMap((one) => one.associations).find(({ subnet_id }) => subnet_id === subnet);
    return { subnet, ...(other ? { instead: other.id } : {}) };
  });
  const others = table.associations.filter(({ subnet_id }) => !ids.includes(subnet_id));
  return {
    ...(associate.length > 0 ? { associate } : {}),
    ...(purge_subnets && others.length > 0 ? { disassociate: others } : {}),
  };
}

function changeOf(wish: Wish, table: RouteTable, seen: Seen): TableChange | Wrong {
  const gateway = seen.gateways?.find(({ vpc_id }) => vpc_id === wish.vpc_id)?.id;
  const wanted = wantedRoutes(wish.routes ?? [], gateway);
  if ('wrong' in wanted) return wanted;
  const ids = subnetsOf(wish, seen.subnets ?? []);
  if (ids && 'wrong' in ids) return ids;
  const ofOwners = owned(table.tags);
  const purges = wish.routes !== undefined && wish.purge_routes;
  const routes = routeChanges(table.routes, wanted, (dest) => purges && !ofOwners.has(dest));
  const tags = tagChange(table.tags, tagsOf(wish.tags), wish.purge_tags);
  return {
    ...(tags ? { tags } : {}),
    ...(routes.length > 0 ? { routes } : {}),
    ...associations(table, ids, wish, seen),
  };
}

function absent(wish: Wish, table: RouteTable | undefined): Plan {
  if (!table) return { steps: [] };
  if (table.main)
    return { steps: [], fail: `${table.id} is the main table of ${table.vpc_id} and goes with its VPC` };
  return { steps: [deleteRouteTable({ access: accessOf(wish), table })] };
}

function notFound(wish: Wish): string {
  return wish.lookup === 'main'
    ? `There is no VPC ${wish.vpc_id}, or its main route table is not shown`
    : `There is no route table ${wish.route_table_id ?? ''} in ${wish.vpc_id}`;
}

export const ec2RouteTable = defineModule({
  name: 'ec2_route_table',
  fullNames: ['amazon.aws.ec2_vpc_route_table', 'community.aws.ec2_vpc_route_table'],
  summary: 'Keep a route table of a VPC of EC2',
  reach: 'apis',
  constraints: {
    requiredIf: [
      ['lookup', 'id', ['route_table_id']],
      ['lookup', 'tag', ['tags']],
    ],
  },
  params,
  returns: { route_table: dict({ doc: 'id, vpc_id, main, routes, associations, tags; empty when absent' }) },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const access = accessOf(wish);
    const { vpc_id: vpc } = wish;
    return askedOnce(seen, {
      tables: routeTables.ask(access, { 'vpc-id': [vpc] }),
      ...(wish.subnets ? { subnets: subnets.ask(access, { 'vpc-id': [vpc] }) } : {}),
      ...(asksForGateway(wish.routes ?? [])
        ? { gateways: internetGateways.ask(access, { 'attachment.vpc-id': [vpc] }) }
        : {}),
    });
  },
  plan: (wish, seen) => {
    const access = accessOf(wish);
    const [table, ...more] = seen.tables.filter((one) => isIt(wish, one));
    const all = [...(table ? [table] : []), ...more].map(({ id }) => id);
    if (more.length > 0)
      return { steps: [], fail: `${all.length} route tables fit: ${all.join(', ')}. Take lookup: id` };
    if (wish.state === 'absent') return absent(wish, table);
    if (!table && wish.lookup !== 'tag') return { steps: [], fail: notFound(wish) };
    const tags = tagsOf(wish.tags) ?? {};
    if (!table && Object.keys(tags).length === 0)
      return { steps: [], fail: 'A route table needs a tag by which it is found again, such as Name' };
    const change = changeOf(wish, table ?? newTable(wish.vpc_id, tags, ''), seen);
    if ('wrong' in change) return { steps: [], fail: change.wrong };
    if (!table) return { steps: [createRouteTable({ access, vpc: wish.vpc_id, tags, change })] };
    return {
      steps: Object.keys(change).length > 0 ? [changeRouteTable({ access, table, change })] : [],
    };
  },
  result: (wish, _before, _outcomes, after) => {
    const table = after.tables.find((one) => isIt(wish, one));
    return { route_table: table ? { ...table, route_table_id: table.id } : {} };
  },
});
