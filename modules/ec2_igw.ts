// Keeps the internet gateway of a VPC, found by the VPC or by its id. A VPC has one at most.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, dict, int, oneOf, optional, str, type Parameters } from '../engine/module/kinds.ts';
import type { Plan } from '../engine/module/contract.ts';
import type { AwsAccess } from '../aws/access.ts';
import { askedOnce } from './shared/aws_api.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { madeFor, tagChange, tagsOf } from './shared/aws_tags.ts';
import {
  attachInternetGateway,
  createInternetGateway,
  deleteInternetGateway,
  internetGateways,
  tagInternetGateway,
  type InternetGateway,
} from './shared/ec2_igws.ts';

const params = {
  vpc_id: optional(str({ doc: 'The VPC that it is attached to' })),
  internet_gateway_id: optional(str({ doc: 'Finds it instead; with vpc_id it is attached to that VPC' })),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  wait_timeout: optional(
    int({ doc: 'Seconds that one is given to be free which is to go, as public addresses may use it' }),
    300,
  ),
  state: optional(oneOf('present', 'absent', { doc: 'absent detaches it first' }), 'present'),
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  /** By the id, or attached to the VPC. */
  readonly found: readonly InternetGateway[];
  /** Made for the VPC and not attached yet. */
  readonly waiting?: readonly InternetGateway[];
}

function gatewayOf({ internet_gateway_id: id, vpc_id: vpc }: Wish, seen: Seen): InternetGateway | undefined {
  if (id !== undefined) return seen.found.find((one) => one.id === id);
  return seen.found.find((one) => one.vpc_id === vpc) ?? seen.waiting?.find((one) => one.vpc_id === '');
}

function absent(wish: Wish, access: AwsAccess, gateway: InternetGateway | undefined): Plan {
  if (!gateway) return { steps: [] };
  const { id, vpc_id: vpc } = gateway;
  if (wish.vpc_id !== undefined && vpc !== '' && vpc !== wish.vpc_id)
    return { steps: [], fail: `Internet gateway ${id} is attached to ${vpc}, not to ${wish.vpc_id}` };
  return { steps: [deleteInternetGateway({ access, id, vpc, wait: wish.wait_timeout })] };
}

export const ec2Igw = defineModule({
  name: 'ec2_igw',
  fullNames: ['amazon.aws.ec2_vpc_igw', 'community.aws.ec2_vpc_igw'],
  summary: 'Keep the internet gateway of a VPC of EC2',
  reach: 'apis',
  constraints: { requiredOneOf: [['vpc_id', 'internet_gateway_id']] },
  params,
  returns: {
    gateway_id: optional(str()),
    vpc_id: optional(str()),
    tags: dict(),
  },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    const { vpc_id: vpc, internet_gateway_id: id } = wish;
    const access = accessOf(wish);
    const by = id === undefined ? { 'attachment.vpc-id': [vpc ?? ''] } : { 'internet-gateway-id': [id] };
    return askedOnce(seen, {
      found: internetGateways.ask(access, by),
      ...(vpc === undefined || id !== undefined
        ? {}
        : { waiting: internetGateways.ask(access, { [`tag:${madeFor}`]: [vpc] }) }),
    });
  },
  plan: (wish, seen) => {
    const access = accessOf(wish);
    const { vpc_id: vpc, internet_gateway_id: named } = wish;
    const gateway = gatewayOf(wish, seen);
    if (wish.state === 'absent') return absent(wish, access, gateway);
    if (!gateway) {
      if (named !== undefined) return { steps: [], fail: `There is no internet gateway ${named}` };
      return { steps: [createInternetGateway({ access, vpc: vpc ?? '', tags: tagsOf(wish.tags) ?? {} })] };
    }
    const { id, vpc_id: has } = gateway;
    if (vpc !== undefined && has !== '' && has !== vpc)
      return { steps: [], fail: `Internet gateway ${id} is attached to ${has}: detach it there first` };
    const tags = tagChange(gateway.tags, tagsOf(wish.tags), wish.purge_tags);
    return {
      steps: [
        ...(vpc !== undefined && has === '' ? [attachInternetGateway({ access, gateway, vpc })] : []),
        ...(tags ? [tagInternetGateway({ access, id, tags })] : []),
      ],
    };
  },
  result: (wish, _before, _outcomes, after) => {
    const gateway = gatewayOf(wish, after);
    if (!gateway) return { tags: {} };
    return { gateway_id: gateway.id, vpc_id: gateway.vpc_id, tags: gateway.tags };
  },
});
