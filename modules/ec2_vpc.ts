// Keeps a VPC, found by its id, or by its name and first range. What stands in a VPC is not removed with it: AWS
// refuses to delete one that is in use.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, list, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import { ipv4Range, vpcRangeRefused } from './shared/ip_ranges.ts';
import { isOwned, leftAlone, ownedParams } from './shared/aws_owned.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { literal, type Filters } from './shared/aws_api.ts';
import { namedTags, tagChange, tagsOf } from './shared/aws_tags.ts';
import {
  changeVpc,
  createVpc,
  deleteVpc,
  newVpc,
  vpcs,
  type Vpc,
  type VpcChange,
} from './shared/ec2_vpcs.ts';

const params = {
  name: optional(str({ doc: 'Tag Name; with the first of cidr_block it finds the VPC' })),
  vpc_id: optional(str({ doc: 'Finds the VPC instead' })),
  cidr_block: optional(list(str(), { doc: 'Ranges; the first cannot be changed later' }), []),
  purge_cidrs: optional(bool({ doc: 'Take away further ranges that are not named' }), false),
  dns_support: optional(bool(), true),
  dns_hostnames: optional(bool(), true),
  dhcp_opts_id: optional(str({ doc: 'Set of DHCP options; `default` is AWS’s own. Else it stays' })),
  tenancy: optional(oneOf('default', 'dedicated'), 'default'),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  multi_ok: optional(bool({ doc: 'Make another VPC although one of this name and range is there' }), false),
  state: optional(oneOf('present', 'absent'), 'present'),
  ...ownedParams,
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

/** As AWS keeps them; another text than a range is AWS's to refuse. */
function rangesOf({ cidr_block: cidrs }: Wish): readonly string[] {
  return cidrs.map((one) => ipv4Range(one) ?? one);
}

function filtersOf(wish: Wish): Filters {
  const { vpc_id, name } = wish;
  const [first] = rangesOf(wish);
  if (vpc_id !== undefined) return { 'vpc-id': [vpc_id] };
  return {
    ...(name === undefined ? {} : { 'tag:Name': [literal(name)] }),
    ...(first === undefined ? {} : { cidr: [first] }),
  };
}

function changeOf(wish: Wish, vpc: Vpc): VpcChange | undefined {
  const { dns_support, dns_hostnames, dhcp_opts_id: dhcp, purge_cidrs, purge_tags } = wish;
  const cidrs = rangesOf(wish);
  const others = vpc.secondary_cidrs;
  const add = cidrs.filter((one) => one !== vpc.cidr_block && !others.some(({ cidr }) => cidr === one));
  const remove = purge_cidrs ? others.filter(({ cidr }) => !cidrs.includes(cidr)) : [];
  const tags = tagChange(
    vpc.tags,
    namedTags(wish.name, tagsOf(wish.tags)),
    purge_tags && wish.tags !== undefined,
  );
  const change: VpcChange = {
    ...(vpc.enable_dns_support === dns_support ? {} : { enable_dns_support: dns_support }),
    ...(vpc.enable_dns_hostnames === dns_hostnames ? {} : { enable_dns_hostnames: dns_hostnames }),
    ...(dhcp === undefined || dhcp === vpc.dhcp_options_id ? {} : { dhcp_options_id: dhcp }),
    ...(add.length > 0 ? { addCidrs: add } : {}),
    ...(remove.length > 0 ? { removeCidrs: remove.map(({ association_id }) => association_id) } : {}),
    ...(tags ? { tags } : {}),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

export const ec2Vpc = defineModule({
  name: 'ec2_vpc',
  fullNames: ['amazon.aws.ec2_vpc_net'],
  summary: 'Keep a VPC of EC2',
  reach: 'apis',
  constraints: { requiredOneOf: [['name', 'vpc_id']] },
  params,
  returns: { vpc: dict({ doc: 'The VPC: id, cidr_block, state, tags …; empty when absent' }) },
  seen: answers<{ found: readonly Vpc[] }>(),
  probes: (wish, seen) => (seen.found ? done : { found: vpcs.ask(accessOf(wish), filtersOf(wish)) }),
  plan: (wish, seen) => {
    const access = accessOf(wish);
    const found = seen.found.filter(({ tags }) => isOwned(wish, tags));
    const [vpc] = found;
    const [other] = seen.found;
    if (!vpc && other) return leftAlone(wish, `VPC ${other.tags['Name'] ?? ''} (${other.id})`);
    if (found.length > 1 && !wish.multi_ok)
      return {
        steps: [],
        fail: `${found.length} VPCs fit: ${found.map(({ id }) => id).join(', ')}. Name one by vpc_id`,
      };
    if (wish.state === 'absent') return { steps: vpc ? [deleteVpc({ access, id: vpc.id })] : [] };
    const refused = rangesOf(wish)
      .map(vpcRangeRefused)
      .find((why) => why !== undefined);
    if (refused !== undefined) return { steps: [], fail: refused };
    if (vpc && !(wish.multi_ok && wish.vpc_id === undefined)) {
      const change = changeOf(wish, vpc);
      return { steps: change ? [changeVpc({ access, id: vpc.id, change })] : [] };
    }
    if (wish.vpc_id !== undefined) return { steps: [], fail: `There is no VPC ${wish.vpc_id}` };
    const { name = '', tenancy } = wish;
    const [cidr] = rangesOf(wish);
    if (cidr === undefined) return { steps: [], fail: 'A VPC needs cidr_block to be made' };
    const tags = namedTags(name, tagsOf(wish.tags)) ?? {};
    const change = changeOf(wish, newVpc(cidr, tenancy, tags, '')) ?? {};
    return { steps: [createVpc({ access, name, cidr, tenancy, tags, change, several: wish.multi_ok })] };
  },
  result: (wish, _before, _outcomes, after) => ({
    vpc: after.found.filter(({ tags }) => isOwned(wish, tags)).at(-1) ?? {},
  }),
});
