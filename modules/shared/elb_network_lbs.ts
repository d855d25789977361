// Network load balancers, with their listeners.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure, isNotFound } from '../../aws/failure.ts';
import type { LoadBalancer as Described } from '../../aws/sdk/elb.ts';
import { ifThere } from '../../aws/passing.ts';
import { waitUntil } from '../../aws/wait.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, type Tags } from './aws_api.ts';
import { given } from './aws_given.ts';
import { tagItems, withTagChange, type TagChange } from './aws_tags.ts';
import {
  changeListeners,
  listenersOf,
  withListenerChange,
  type Listener,
  type ListenerChange,
} from './elb_listeners.ts';
import { attributesFrom, changeElbTags, elbTags, makeNamed, type Attributes } from './elb_tags.ts';

/** A subnet of a balancer, and the address that it has there. */
export type SubnetMapping = Readonly<{
  subnet_id: string;
  allocation_id: string;
  private_ipv4_address: string;
}>;

/** Named as in Ansible's results. */
export type LoadBalancer = Readonly<{
  load_balancer_arn: string;
  load_balancer_name: string;
  dns_name: string;
  canonical_hosted_zone_id: string;
  scheme: string;
  type: string;
  state: Readonly<{ code: string; reason: string }>;
  vpc_id: string;
  ip_address_type: string;
  security_groups: readonly string[];
  availability_zones: readonly (SubnetMapping & Readonly<{ zone_name: string; ip_address: string }>)[];
  attributes: Attributes;
  listeners: readonly Listener[];
  tags: Tags;
}>;

async function describe(
  aws: Aws,
  input: { readonly Names?: string[]; readonly LoadBalancerArns?: string[] },
  abortSignal: AbortSignal,
): Promise<readonly Described[]> {
  const { client, sdk } = await aws.elb();
  const found: Described[] = [];
  try {
    for await (const page of sdk.paginateDescribeLoadBalancers({ client }, input, { abortSignal }))
      found.push(...(page.LoadBalancers ?? []));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return found;
}

async function balancerFrom(
  aws: Aws,
  one: Described,
  tags: Tags | undefined,
  abortSignal: AbortSignal,
): Promise<LoadBalancer> {
  const { client, sdk } = await aws.elb();
  const LoadBalancerArn = one.LoadBalancerArn ?? '';
  const attributes = await client.send(new sdk.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }), {
    abortSignal,
  });
  return {
    load_balancer_arn: LoadBalancerArn,
    load_balancer_name: one.LoadBalancerName ?? '',
    dns_name: one.DNSName ?? '',
    canonical_hosted_zone_id: one.CanonicalHostedZoneId ?? '',
    scheme: one.Scheme ?? '',
    type: one.Type ?? '',
    state: { code: one.State?.Code ?? '', reason: one.State?.Reason ?? '' },
    vpc_id: one.VpcId ?? '',
    ip_address_type: one.IpAddressType ?? 'ipv4',
    security_groups: one.SecurityGroups ?? [],
    availability_zones: (one.AvailabilityZones ?? []).map((zone) => ({
      zone_name: zone.ZoneName ?? '',
      subnet_id: zone.SubnetId ?? '',
      allocation_id: zone.LoadBalancerAddresses?.[0]?.AllocationId ?? '',
      private_ipv4_address: zone.LoadBalancerAddresses?.[0]?.PrivateIPv4Address ?? '',
      ip_address: zone.LoadBalancerAddresses?.[0]?.IpAddress ?? '',
    })),
    attributes: attributesFrom(attributes.Attributes),
    listeners: await listenersOf(aws, LoadBalancerArn, abortSignal),
    tags: tags ?? {},
  };
}

export const loadBalancers = defineAwsType<LoadBalancer>({
  name: 'network load balancer',
  list: async (aws, { name = [] }, signal) => {
    const described: Described[] = [];
    for (const one of name) described.push(...(await describe(aws, { Names: [one] }, signal)));
    const arns = described.map(({ LoadBalancerArn = '' }) => LoadBalancerArn);
    const tags = await elbTags(aws, arns, signal);
    const found: LoadBalancer[] = [];
    for (const one of described) {
      const known = tags.get(one.LoadBalancerArn ?? '');
      const balancer = await ifThere(() => balancerFrom(aws, one, known, signal));
      if (balancer) found.push(balancer);
    }
    return found;
  },
  fields: {
    name: ({ load_balancer_name }) => load_balancer_name,
    arn: ({ load_balancer_arn }) => load_balancer_arn,
  },
});

export interface LoadBalancerChange {
  readonly subnets?: readonly SubnetMapping[];
  readonly security_groups?: readonly string[];
  readonly ip_address_type?: string;
  readonly attributes?: Attributes;
  readonly listeners?: ListenerChange;
  readonly tags?: TagChange;
}

function subnetItems(subnets: readonly SubnetMapping[]): object[] {
  return subnets.map(({ subnet_id, allocation_id, private_ipv4_address }) =>
    given({
      SubnetId: subnet_id,
      AllocationId: allocation_id || undefined,
      PrivateIPv4Address: private_ipv4_address || undefined,
    }),
  );
}

async function changeNow(
  aws: Aws,
  LoadBalancerArn: string,
  change: LoadBalancerChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.elb();
  const { subnets, security_groups: groups, ip_address_type: family, attributes, listeners, tags } = change;
  if (subnets)
    await client.send(new sdk.SetSubnetsCommand({ LoadBalancerArn, SubnetMappings: subnetItems(subnets) }), {
      abortSignal,
    });
  if (groups)
    await client.send(new sdk.SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [...groups] }), {
      abortSignal,
    });
  if (family !== undefined)
    await client.send(
      new sdk.SetIpAddressTypeCommand({
        LoadBalancerArn,
        IpAddressType: family === 'dualstack' ? 'dualstack' : 'ipv4',
      }),
      { abortSignal },
    );
  if (attributes)
    await client.send(
      new sdk.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: tagItems(attributes) }),
      { abortSignal },
    );
  if (listeners) await changeListeners(aws, LoadBalancerArn, listeners, abortSignal);
  if (tags) await changeElbTags(aws, LoadBalancerArn, tags, abortSignal);
}

function withChange(balancer: LoadBalancer, change: LoadBalancerChange): LoadBalancer {
  const { subnets, tags } = change;
  return {
    ...balancer,
    availability_zones: subnets
      ? subnets.map(
          (one) =>
            balancer.availability_zones.find(({ subnet_id }) => subnet_id === one.subnet_id) ?? {
              ...one,
              zone_name: pendingId('zone', one.subnet_id),
              ip_address: '',
            },
        )
      : balancer.availability_zones,
    security_groups: change.security_groups ?? balancer.security_groups,
    ip_address_type: change.ip_address_type ?? balancer.ip_address_type,
    attributes: { ...balancer.attributes, ...change.attributes },
    listeners: withListenerChange(balancer.listeners, change.listeners),
    tags: tags ? withTagChange(balancer.tags, tags) : balancer.tags,
  };
}

/** Gives the balancer once it is active. */
async function waitForBalancer(
  aws: Aws,
  name: string,
  seconds: number,
  signal: AbortSignal,
): Promise<LoadBalancer> {
  return waitUntil({ what: `load balancer ${name} to be active`, seconds, signal }, async () => {
    const [found] = await describe(aws, { Names: [name] }, signal);
    const { Code = 'not shown by AWS yet', Reason = '' } = found?.State ?? {};
    if (Code === 'failed')
      throw new AwsFailure(
        'LoadBalancerFailed',
        'elasticloadbalancing:DescribeLoadBalancers',
        `AWS could not make load balancer ${name}: ${Reason || 'it gives no reason'}. Remove it and try again`,
      );
    if (Code !== 'active') return { still: `it is ${Code}` };
    const [whole] = await loadBalancers.type.list(aws, { name: [name] }, signal);
    return whole ? { reached: whole } : { still: 'it is gone' };
  });
}

interface Creation {
  readonly access: AwsAccess;
  readonly name: string;
  readonly scheme: string;
  readonly ip_address_type: string;
  readonly subnets: readonly SubnetMapping[];
  readonly security_groups: readonly string[];
  readonly tags: Tags;
  /** What is set as soon as it is there. */
  readonly change: LoadBalancerChange;
  readonly wait: boolean;
  readonly seconds: number;
}

/** Gives the balancer that was made. */
export const createLoadBalancer = defineAwsChange({
  name: 'create load balancer',
  describe: ({ name, scheme }: Creation) => `create network load balancer ${name} (${scheme})`,
  act: async ({ name, scheme, subnets, security_groups, tags, change, ...rest }, aws, signal) => {
    const { client, sdk } = await aws.elb('once');
    const command = new sdk.CreateLoadBalancerCommand({
      Name: name,
      Type: 'network',
      ...given({
        Scheme: scheme,
        IpAddressType: rest.ip_address_type,
        SubnetMappings: subnetItems(subnets),
        SecurityGroups: security_groups.length > 0 ? security_groups : undefined,
        Tags: Object.keys(tags).length > 0 ? tagItems(tags) : undefined,
      }),
    });
    const arn = await makeNamed(
      aws,
      tags,
      async () =>
        (await client.send(command, { abortSignal: signal })).LoadBalancers?.[0]?.LoadBalancerArn ?? '',
      async () => (await describe(aws, { Names: [name] }, signal))[0]?.LoadBalancerArn,
      signal,
    );
    await changeNow(aws, arn, change, signal);
    if (rest.wait) return waitForBalancer(aws, name, rest.seconds, signal);
    return (await loadBalancers.type.list(aws, { name: [name] }, signal))[0];
  },
  effects: [
    changesTo(loadBalancers, (wish: Creation, found, made?: LoadBalancer) => {
      const { name, scheme, ip_address_type, security_groups, tags } = wish;
      const empty: LoadBalancer = {
        load_balancer_arn: pendingId('load balancer', name),
        load_balancer_name: name,
        dns_name: pendingId('name of load balancer', name),
        canonical_hosted_zone_id: pendingId('zone of load balancer', name),
        scheme,
        type: 'network',
        state: { code: wish.wait ? 'active' : 'provisioning', reason: '' },
        vpc_id: '',
        ip_address_type,
        security_groups,
        availability_zones: [],
        attributes: {},
        listeners: [],
        tags,
      };
      return [...found, made ?? withChange(withChange(empty, { subnets: wish.subnets }), wish.change)];
    }),
  ],
});

interface OfBalancer {
  readonly access: AwsAccess;
  readonly arn: string;
  readonly name: string;
}

export const changeLoadBalancer = defineAwsChange({
  name: 'change load balancer',
  describe: ({ name, change }: OfBalancer & { readonly change: LoadBalancerChange }) =>
    `change ${Object.keys(change).join(', ')} of load balancer ${name}`,
  act: async ({ arn, name, change }, aws, signal) => {
    await changeNow(aws, arn, change, signal);
    return (await loadBalancers.type.list(aws, { name: [name] }, signal))[0];
  },
  effects: [
    changesTo(
      loadBalancers,
      ({ arn, change }: OfBalancer & { readonly change: LoadBalancerChange }, found, now?: LoadBalancer) =>
        found.map((one) => (one.load_balancer_arn === arn ? (now ?? withChange(one, change)) : one)),
    ),
  ],
});

interface Waiting {
  readonly wait: boolean;
  readonly seconds: number;
}

export const deleteLoadBalancer = defineAwsChange({
  name: 'delete load balancer',
  describe: ({ name }: OfBalancer & Waiting) => `delete load balancer ${name}`,
  act: async ({ arn, name, wait, seconds }, aws, signal) => {
    const { client, sdk } = await aws.elb();
    await client.send(new sdk.DeleteLoadBalancerCommand({ LoadBalancerArn: arn }), { abortSignal: signal });
    if (!wait) return;
    await waitUntil({ what: `load balancer ${name} to be gone`, seconds, signal }, async () => {
      const left = await describe(aws, { LoadBalancerArns: [arn] }, signal);
      return left.length === 0 ? { reached: undefined } : { still: 'AWS still shows it' };
    });
  },
  effects: [
    changesTo(loadBalancers, ({ arn }: OfBalancer & Waiting, found) =>
      found.filter((one) => one.load_balancer_arn !== arn),
    ),
  ],
});

export const waitForLoadBalancer = defineAwsChange({
  name: 'wait for load balancer',
  readsOnly: true,
  describe: ({ name }: OfBalancer & Waiting) => `wait until load balancer ${name} is active`,
  act: ({ name, seconds }, aws, signal) => waitForBalancer(aws, name, seconds, signal),
  effects: [
    changesTo(loadBalancers, ({ arn }: OfBalancer & Waiting, found, now?: LoadBalancer) =>
      found.map((one) => (one.load_balancer_arn === arn ? (now ?? one) : one)),
    ),
  ],
});
