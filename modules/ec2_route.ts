// Keeps routes of one owner in a route table of a VPC, or in those that some subnets use, beside those of others: pod
// ranges to the instances that have them. With `purge` what the owner set before and does not name any more goes, and all
// of his in tables that none of the subnets uses any more; routes of others stay.
import type { Plan } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, list, listOf, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { withTagChange } from './shared/aws_tags.ts';
import { internetGateways, type InternetGateway } from './shared/ec2_igws.ts';
import { isOwner, markChange, ownedBy } from './shared/ec2_route_marks.ts';
import { changeRouteTable, routeTables, type RouteTable } from './shared/ec2_route_tables.ts';
import {
  asksForGateway,
  destinationOf,
  isChangeable,
  routeChanges,
  routeOptions,
  wantedRoutes,
  type Route,
} from './shared/ec2_routes.ts';

const params = {
  vpc_id: optional(str({ doc: 'With name, or without for its main table, finds the table' })),
  name: optional(str({ doc: 'Tag Name of the table' })),
  route_table_id: optional(str({ doc: 'Finds the table instead' })),
  subnet_ids: optional(
    list(str(), { doc: 'With vpc_id: the tables that these subnets use, their own or the main one' }),
  ),
  routes: optional(listOf(routeOptions), []),
  owner: optional(str({ doc: 'Whose routes these are; noted in tags of the table' }), 'hardway'),
  purge: optional(bool({ doc: 'Remove routes of this owner that are not named' }), false),
  state: optional(
    oneOf('present', 'absent', { doc: 'absent removes the routes that are named, whatever they lead to' }),
    'present',
  ),
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly tables: readonly RouteTable[];
  readonly gateways?: readonly InternetGateway[];
}

function tablesOf(wish: Wish, tables: readonly RouteTable[]): RouteTable[] {
  const { route_table_id: id, name, vpc_id: vpc, subnet_ids: subnets } = wish;
  if (id !== undefined) return tables.filter((one) => one.id === id);
  const here = tables.filter((one) => one.vpc_id === vpc);
  if (name !== undefined) return here.filter(({ tags }) => tags['Name'] === name);
  const main = here.filter((one) => one.main);
  if (subnets === undefined) return main;
  const used = subnets.flatMap((subnet) => {
    const own = here.filter(({ associations }) => associations.some((one) => one.subnet_id === subnet));
    return own.length > 0 ? own : main;
  });
  return [...new Set(used)];
}

/** Tables in which the owner has routes, or notes of them, and that are none of those that are kept. */
function leftTables(wish: Wish, tables: readonly RouteTable[]): RouteTable[] {
  if (wish.subnet_ids === undefined || !wish.purge) return [];
  const kept = tablesOf(wish, tables);
  return tables.filter(
    (one) => one.vpc_id === wish.vpc_id && !kept.includes(one) && ownedBy(one.tags, wish.owner).length > 0,
  );
}

function noTable({ route_table_id: id, name, vpc_id: vpc }: Wish, found: number): string {
  const words = id ?? (name === undefined ? `main of ${vpc ?? ''}` : `${name} in ${vpc ?? ''}`);
  return found === 0
    ? `There is no route table ${words}`
    : `${found} route tables are called ${words}: name one by route_table_id`;
}

/** Destinations that are named for removal, or the sentence that says what is wrong. */
function named({ routes }: Wish): readonly string[] | { readonly wrong: string } {
  const dests = routes.map(({ dest }) => destinationOf(dest));
  const wrong = dests.find((one) => 'wrong' in one);
  if (wrong && 'wrong' in wrong) return wrong;
  return dests.flatMap((one) => ('range' in one ? [one.range] : []));
}

/** What is done in several tables, or the first reason why not. */
function together(plans: readonly Plan[]): Plan {
  return plans.find(({ fail }) => fail !== undefined) ?? { steps: plans.flatMap(({ steps }) => steps) };
}

const told = (table: RouteTable, owner: string) => ({
  route_table_id: table.id,
  routes: table.routes,
  owned: ownedBy(table.tags, owner),
});

function remove(wish: Wish, table: RouteTable): Plan {
  const dests = named(wish);
  if ('wrong' in dests) return { steps: [], fail: dests.wrong };
  const routes = routeChanges(table.routes, [], (dest) => dests.includes(dest));
  const left = ownedBy(table.tags, wish.owner).filter((dest) => !dests.includes(dest));
  const tagsAfter = markChange(table.tags, wish.owner, left);
  if (routes.length === 0 && !tagsAfter) return { steps: [] };
  const change = { routes, ...(tagsAfter ? { tagsAfter } : {}) };
  return { steps: [changeRouteTable({ access: accessOf(wish), table, change })] };
}

/** What stays as it is although it is named: the local route, and what an endpoint or a VPN keeps. */
function unchangeable(routes: readonly Route[], dests: readonly string[]): string | undefined {
  const other = routes.find((route) => dests.includes(route.dest) && !isChangeable(route));
  return (
    other && `The route to ${other.dest} is AWS’s own (${other.targets.join(', ')}) and cannot be changed`
  );
}

function keep(wish: Wish, table: RouteTable, gateways: readonly InternetGateway[]): Plan {
  const wanted = wantedRoutes(wish.routes, gateways.find(({ vpc_id }) => vpc_id === table.vpc_id)?.id);
  if ('wrong' in wanted) return { steps: [], fail: wanted.wrong };
  const dests = wanted.map(({ dest }) => dest);
  const fail = unchangeable(table.routes, dests);
  if (fail !== undefined) return { steps: [], fail };
  const before = ownedBy(table.tags, wish.owner);
  const routes = routeChanges(table.routes, wanted, (dest) => wish.purge && before.includes(dest));
  const tags = markChange(table.tags, wish.owner, [...before, ...dests]);
  const now = tags ? withTagChange(table.tags, tags) : table.tags;
  const tagsAfter = wish.purge ? markChange(now, wish.owner, dests) : undefined;
  if (routes.length === 0 && !tags && !tagsAfter) return { steps: [] };
  const change = { ...(tags ? { tags } : {}), routes, ...(tagsAfter ? { tagsAfter } : {}) };
  return { steps: [changeRouteTable({ access: accessOf(wish), table, change })] };
}

export const ec2Route = defineModule({
  name: 'ec2_route',
  summary: 'Keep routes of one owner in a route table of EC2',
  reach: 'apis',
  constraints: {
    requiredOneOf: [['vpc_id', 'route_table_id']],
    mutuallyExclusive: [['name', 'subnet_ids', 'route_table_id']],
  },
  params,
  returns: {
    route_table_id: str(),
    routes: list(dict(), { doc: 'All routes of the table: dest, targets, state, origin' }),
    owned: list(str(), { doc: 'Destinations that are noted as the owner’s' }),
    tables: list(dict(), { doc: 'With subnet_ids: these three of each table' }),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const access = accessOf(wish);
    const { route_table_id: id, vpc_id: vpc, routes } = wish;
    const filters = id === undefined ? { 'vpc-id': [vpc ?? ''] } : { 'route-table-id': [id] };
    if (!seen.tables) return { tables: routeTables.ask(access, filters) };
    const [table] = tablesOf(wish, seen.tables);
    if (seen.gateways || !table || !asksForGateway(routes)) return done;
    return { gateways: internetGateways.ask(access, { 'attachment.vpc-id': [table.vpc_id] }) };
  },
  plan: (wish, { tables, gateways = [] }) => {
    if (!isOwner(wish.owner))
      return { steps: [], fail: `owner is a word of letters, digits, - . and _, not ${wish.owner}` };
    const found = tablesOf(wish, tables);
    if (found.length !== 1 && wish.subnet_ids === undefined)
      return {
        steps: [],
        ...(wish.state === 'absent' && found.length === 0 ? {} : { fail: noTable(wish, found.length) }),
      };
    if (wish.state === 'absent') return together(found.map((table) => remove(wish, table)));
    return together([
      ...found.map((table) => keep(wish, table, gateways)),
      ...leftTables(wish, tables).map((table) => keep({ ...wish, routes: [] }, table, gateways)),
    ]);
  },
  result: (wish, _before, _outcomes, after) => {
    const found = tablesOf(wish, after.tables).map((table) => told(table, wish.owner));
    return wish.subnet_ids === undefined ? (found[0] ?? {}) : { tables: found };
  },
});
