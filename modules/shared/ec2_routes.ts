// Routes of VPC route tables: what a playbook wishes, what differs, and the calls for it.
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure, isDuplicate, isNotFound } from '../../aws/failure.ts';
import { optional, str, type Parameters } from '../../engine/module/kinds.ts';
import { sentRange } from './ip_ranges.ts';

export type Route = Readonly<{
  /** A range, or the id of a prefix list. */
  dest: string;
  /** Ids of all that AWS names: for an instance its interface too. */
  targets: readonly string[];
  state: string;
  /** `CreateRoute` for all that can be changed; others are AWS's own. */
  origin: string;
}>;

/** By the name of the parameter of CreateRoute. */
type TargetKind =
  | 'GatewayId'
  | 'InstanceId'
  | 'NetworkInterfaceId'
  | 'NatGatewayId'
  | 'VpcPeeringConnectionId'
  | 'TransitGatewayId';

export type WantedRoute = Readonly<{ dest: string; target: TargetKind; id: string }>;

/** What a task says of a route; Ansible's names first. */
export const routeOptions = {
  dest: str({ aliases: ['destination_cidr_block'], doc: 'A range of addresses, or `default`' }),
  gateway_id: optional(str({ doc: 'An internet gateway; `igw` is the VPC’s own' })),
  instance_id: optional(str()),
  interface_id: optional(str({ aliases: ['network_interface_id'] })),
  nat_gateway_id: optional(str()),
  vpc_peering_connection_id: optional(str()),
  transit_gateway_id: optional(str()),
};

type RouteWish = Parameters<typeof routeOptions>;

function targetsOf(wish: RouteWish): { target: TargetKind; id: string }[] {
  const { gateway_id: gateway } = wish;
  const isNat = gateway?.startsWith('nat-') === true;
  const named: readonly (readonly [TargetKind, string | undefined])[] = [
    ['GatewayId', isNat ? undefined : gateway],
    ['NatGatewayId', isNat ? gateway : wish.nat_gateway_id],
    ['InstanceId', wish.instance_id],
    ['NetworkInterfaceId', wish.interface_id],
    ['VpcPeeringConnectionId', wish.vpc_peering_connection_id],
    ['TransitGatewayId', wish.transit_gateway_id],
  ];
  return named.flatMap(([target, id]) => (id === undefined || id === '' ? [] : [{ target, id }]));
}

/** Whether the VPC's own gateway must be known to say what is wished. */
export function asksForGateway(routes: readonly RouteWish[]): boolean {
  return routes.some(({ gateway_id: id }) => id === 'igw');
}

export function destinationOf(given: string): { readonly range: string } | { readonly wrong: string } {
  if (given === 'default') return { range: '0.0.0.0/0' };
  return given.startsWith('pl-') ? { range: given } : sentRange(given);
}

/** One wish, or the sentence that says what is wrong with it. The local route is everyone's and is passed over. */
export function wantedRoute(
  wish: RouteWish,
  gateway: string | undefined,
): WantedRoute | undefined | { readonly wrong: string } {
  const dest = destinationOf(wish.dest);
  if ('wrong' in dest) return dest;
  const [named, ...more] = targetsOf(wish);
  if (!named || more.length > 0)
    return { wrong: `The route to ${wish.dest} needs one target: gateway_id, instance_id, interface_id …` };
  if (named.id === 'local') return undefined;
  const own = named.target === 'GatewayId' && named.id === 'igw';
  if (own && gateway === undefined)
    return { wrong: `The route to ${wish.dest} needs an internet gateway, and the VPC has none` };
  return { ...named, dest: dest.range, id: own ? (gateway ?? '') : named.id };
}

export function wantedRoutes(
  wishes: readonly RouteWish[],
  gateway: string | undefined,
): readonly WantedRoute[] | { readonly wrong: string } {
  const wanted = new Map<string, WantedRoute>();
  for (const wish of wishes) {
    const route = wantedRoute(wish, gateway);
    if (route && 'wrong' in route) return route;
    if (!route) continue;
    const other = wanted.get(route.dest);
    if (other && other.id !== route.id)
      return { wrong: `There are two routes to ${route.dest}: by ${other.id} and by ${route.id}` };
    wanted.set(route.dest, route);
  }
  return [...wanted.values()];
}

/** Without a `wanted` the route goes. */
export type RouteChange = Readonly<{ dest: string; wanted?: WantedRoute; isThere: boolean }>;

const isActive = ({ state }: Route): boolean => state !== 'blackhole';

/** Whether it is a playbook's to change: not local, not propagated, not an endpoint's. */
export function isChangeable({ origin, targets }: Route): boolean {
  return origin === 'CreateRoute' && !targets.some((id) => id.startsWith('vpce-') || id === 'local');
}

/** What differs; routes to other destinations go where `goes` says so. */
export function routeChanges(
  has: readonly Route[],
  wanted: readonly WantedRoute[],
  goes: (dest: string) => boolean,
): RouteChange[] {
  const set = wanted.flatMap((one): RouteChange[] => {
    const route = has.find(({ dest }) => dest === one.dest);
    if (!route) return [{ dest: one.dest, wanted: one, isThere: false }];
    if (!isChangeable(route) || (isActive(route) && route.targets.includes(one.id))) return [];
    return [{ dest: one.dest, wanted: one, isThere: true }];
  });
  const removed = has
    .filter((route) => isChangeable(route) && !wanted.some(({ dest }) => dest === route.dest))
    .filter(({ dest }) => goes(dest))
    .map(({ dest }): RouteChange => ({ dest, isThere: true }));
  return [...set, ...removed];
}

export function withRouteChanges(has: readonly Route[], changes: readonly RouteChange[]): readonly Route[] {
  const kept = has.filter(({ dest }) => !changes.some((change) => change.dest === dest));
  const set = changes.flatMap(({ wanted }) =>
    wanted ? [{ dest: wanted.dest, targets: [wanted.id], state: 'active', origin: 'CreateRoute' }] : [],
  );
  return [...kept, ...set];
}

function destination(dest: string): {
  DestinationCidrBlock?: string;
  DestinationIpv6CidrBlock?: string;
  DestinationPrefixListId?: string;
} {
  if (dest.startsWith('pl-')) return { DestinationPrefixListId: dest };
  return dest.includes(':') ? { DestinationIpv6CidrBlock: dest } : { DestinationCidrBlock: dest };
}

/** AWS says InvalidParameterValue, not NotFound, of a route that is to be replaced and is not there. */
function isNoRoute(error: unknown): boolean {
  return (
    error instanceof AwsFailure &&
    (error.code === 'InvalidParameterValue' || error.code === 'InvalidRoute.NotFound')
  );
}

async function setRoute(
  aws: Aws,
  table: string,
  { dest, target, id }: WantedRoute,
  isThere: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2();
  const options = { abortSignal: signal };
  const route = { RouteTableId: table, ...destination(dest), [target]: id };
  const create = async (): Promise<void> => {
    await client.send(new sdk.CreateRouteCommand(route), options);
  };
  const replace = async (): Promise<void> => {
    await client.send(new sdk.ReplaceRouteCommand(route), options);
  };
  // Somebody may have made or removed the route since it was looked for.
  try {
    await (isThere ? replace() : create());
  } catch (error) {
    if (!isThere && isDuplicate(error)) await replace();
    else if (isThere && isNoRoute(error)) await create();
    else throw error;
  }
}

export async function changeRoutes(
  aws: Aws,
  table: string,
  changes: readonly RouteChange[],
  signal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.ec2();
  for (const { dest, wanted, isThere } of changes)
    if (wanted) await setRoute(aws, table, wanted, isThere, signal);
    else
      await client
        .send(new sdk.DeleteRouteCommand({ RouteTableId: table, ...destination(dest) }), {
          abortSignal: signal,
        })
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
}
