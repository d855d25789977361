// Keeps a subnet of a VPC, found by its range. A subnet cannot move to another zone: that is told, not done.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, int, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { tagChange, tagsOf } from './shared/aws_tags.ts';
import {
  changeSubnet,
  createSubnet,
  deleteSubnet,
  subnets,
  type Subnet,
  type SubnetChange,
} from './shared/ec2_subnets.ts';
import { hostBitsWarning, ipv4Range, vpcRangeRefused } from './shared/ip_ranges.ts';

const params = {
  vpc_id: str(),
  cidr: str({ doc: 'The range of IPv4; finds the subnet' }),
  az: optional(
    str({ aliases: ['availability_zone'], doc: 'Zone; AWS chooses one when it makes the subnet' }),
  ),
  map_public: optional(bool({ doc: 'Instances get a public address when they start' }), false),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  wait: optional(bool({ doc: 'Wait until the new subnet is available' }), true),
  wait_timeout: optional(int({ doc: 'Seconds; also for one that is to go while it is in use' }), 300),
  state: optional(oneOf('present', 'absent'), 'present'),
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

function changeOf(wish: Wish, subnet: Subnet): SubnetChange | undefined {
  const tags = tagChange(subnet.tags, tagsOf(wish.tags), wish.purge_tags);
  const change: SubnetChange = {
    ...(subnet.map_public_ip_on_launch === wish.map_public
      ? {}
      : { map_public_ip_on_launch: wish.map_public }),
    ...(tags ? { tags } : {}),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

const inRange = (found: readonly Subnet[], range: string | undefined): Subnet | undefined =>
  found.find(({ cidr_block }) => cidr_block === range);

export const ec2Subnet = defineModule({
  name: 'ec2_subnet',
  fullNames: ['amazon.aws.ec2_vpc_subnet'],
  summary: 'Keep a subnet of a VPC of EC2',
  reach: 'apis',
  params,
  returns: {
    subnet: dict({ doc: 'The subnet: id, cidr_block, availability_zone, tags …; empty when absent' }),
  },
  seen: answers<{ found: readonly Subnet[] }>(),
  probes: (wish, seen) =>
    seen.found ? done : { found: subnets.ask(accessOf(wish), { 'vpc-id': [wish.vpc_id] }) },
  plan: (wish, { found }) => {
    const access = accessOf(wish);
    const { vpc_id: vpc, cidr: given, az: zone, state, wait_timeout: seconds } = wish;
    const cidr = ipv4Range(given);
    if (cidr === undefined) return { steps: [], fail: `${given} is no range of IPv4, such as 10.240.0.0/24` };
    const warning = hostBitsWarning(given, cidr);
    const warnings = warning === undefined ? [] : [warning];
    const subnet = inRange(found, cidr);
    if (state === 'absent')
      return { warnings, steps: subnet ? [deleteSubnet({ access, id: subnet.id, wait: seconds })] : [] };
    if (!subnet) {
      const refused = vpcRangeRefused(cidr);
      if (refused !== undefined) return { steps: [], fail: refused };
      const tags = tagsOf(wish.tags) ?? {};
      const change: SubnetChange = wish.map_public ? { map_public_ip_on_launch: true } : {};
      const wait = wish.wait ? seconds : undefined;
      return { warnings, steps: [createSubnet({ access, vpc, cidr, zone, tags, change, wait })] };
    }
    const { id, availability_zone: has } = subnet;
    if (zone !== undefined && has !== '' && has !== zone)
      return {
        steps: [],
        fail: `Subnet ${cidr} (${id}) is in ${has} and cannot move to ${zone}: take another range, or remove it first`,
      };
    const change = changeOf(wish, subnet);
    return { warnings, steps: change ? [changeSubnet({ access, id, change })] : [] };
  },
  result: ({ cidr }, _before, _outcomes, after) => ({ subnet: inRange(after.found, ipv4Range(cidr)) ?? {} }),
});
