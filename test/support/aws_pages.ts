// Cuts the lists that AWS gives in pages into pages of one item, after a first page that is empty: moto gives all at once.
import type { Call, Fault, Reply } from './aws_proxy.ts';

interface Pages {
  /** Name of the element that holds the items. */
  readonly list: string;
  readonly item: string;
  /** Where the reply says that there is more, and where the next request says from where. */
  readonly told: string;
  readonly asked: string;
}

const ofEc2 = (list: string): Pages => ({ list, item: 'item', told: 'nextToken', asked: 'NextToken' });
const ofQuery = (list: string, told: string, asked: string): Pages => ({ list, item: 'member', told, asked });

/** Calls of ours whose replies AWS may cut, by action. */
export const pagedActions: Readonly<Record<string, Pages>> = {
  DescribeImages: ofEc2('imagesSet'),
  DescribeInstances: ofEc2('reservationSet'),
  DescribeInternetGateways: ofEc2('internetGatewaySet'),
  DescribeLaunchTemplates: ofEc2('launchTemplates'),
  DescribeNetworkInterfaces: ofEc2('networkInterfaceSet'),
  DescribeRouteTables: ofEc2('routeTableSet'),
  DescribeSecurityGroups: ofEc2('securityGroupInfo'),
  DescribeSubnets: ofEc2('subnetSet'),
  DescribeVolumes: ofEc2('volumeSet'),
  DescribeVpcs: ofEc2('vpcSet'),
  DescribeListeners: ofQuery('Listeners', 'NextMarker', 'Marker'),
  DescribeLoadBalancers: ofQuery('LoadBalancers', 'NextMarker', 'Marker'),
  DescribeTargetGroups: ofQuery('TargetGroups', 'NextMarker', 'Marker'),
  DescribeAutoScalingGroups: ofQuery('AutoScalingGroups', 'NextToken', 'NextToken'),
  DescribePolicies: ofQuery('ScalingPolicies', 'NextToken', 'NextToken'),
  ListAttachedRolePolicies: ofQuery('AttachedPolicies', 'Marker', 'Marker'),
  ListInstanceProfilesForRole: ofQuery('InstanceProfiles', 'Marker', 'Marker'),
  ListInstanceProfiles: ofQuery('InstanceProfiles', 'Marker', 'Marker'),
  ListRolePolicies: ofQuery('PolicyNames', 'Marker', 'Marker'),
  ListRoles: ofQuery('Roles', 'Marker', 'Marker'),
};

interface Cut {
  readonly before: string;
  readonly items: readonly string[];
  readonly after: string;
}

/** Items may hold items. */
function cut(body: string, { list, item }: Pages): Cut | undefined {
  const start = body.indexOf(`<${list}>`);
  const end = body.indexOf(`</${list}>`);
  if (start < 0 || end < 0) return undefined;
  const from = start + list.length + 2;
  const items: string[] = [];
  let depth = 0;
  let begin = from;
  for (const found of body.slice(from, end).matchAll(new RegExp(`<(/?)${item}>`, 'g'))) {
    const at = from + found.index;
    if (found[1] === '') {
      if (depth === 0) begin = at;
      depth += 1;
    } else {
      depth -= 1;
      if (depth === 0) items.push(body.slice(begin, at + found[0].length));
    }
  }
  return { before: body.slice(0, from), items, after: body.slice(end) };
}

export interface Paging {
  readonly fault: Fault;
  /** Actions of which more pages than the first were asked. */
  readonly followed: ReadonlySet<string>;
}

export function pagesOfOne(): Paging {
  const cuts = new Map<string, Cut>();
  const followed = new Set<string>();
  const page = (pages: Pages, { before, items, after }: Cut, number: number, key: string): string => {
    const item = number === 0 ? '' : (items[number - 1] ?? '');
    const list = `</${pages.list}>`;
    const more = `<${pages.told}>${key} ${number + 1}</${pages.told}>`;
    // IAM says so apart, and must not say the contrary as well.
    const rest = after.replace(/<IsTruncated>false<\/IsTruncated>/, '').slice(list.length);
    const isTruncated = pages.asked === 'Marker' && pages.told === 'Marker';
    const told = number >= items.length ? '' : isTruncated ? `<IsTruncated>true</IsTruncated>${more}` : more;
    return `${before}${item}${list}${told}${rest}`;
  };
  const fault: Fault = (call: Call) => {
    const pages = pagedActions[call.action];
    if (!pages) return undefined;
    const token = call.parameters.get(pages.asked);
    const [key = '', number = ''] = token?.split(' ') ?? [];
    const known = cuts.get(key);
    if (known) {
      followed.add(call.action);
      return { status: 200, body: page(pages, known, Number(number), key) };
    }
    return (reply: Reply) => {
      const found = reply.status === 200 ? cut(reply.body, pages) : undefined;
      if (!found || found.items.length === 0) return reply;
      const name = `page${cuts.size}`;
      cuts.set(name, found);
      return { ...reply, body: page(pages, found, 0, name) };
    };
  };
  return { fault, followed };
}
