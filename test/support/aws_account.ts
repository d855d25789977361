// What stands in an account of AWS, asked by clients of the tests' own and told in lines that read like the guides' tables.
import type * as scaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as assert from 'uvu/assert';
import type { Call } from './aws_proxy.ts';

export interface Account {
  readonly ec2: ec2.EC2Client;
  readonly elb: elb.ElasticLoadBalancingV2Client;
  readonly iam: iam.IAMClient;
  readonly scaling: scaling.AutoScalingClient;
  /** The operator's files: the key. */
  readonly folder: string;
  /** What the run asked of AWS. */
  readonly calls: readonly Call[];
}

type Tags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

export function tagOf(tags: Tags | undefined, key = 'Name'): string {
  return tags?.find(({ Key }) => Key === key)?.Value ?? '';
}

/** Tags as text, but for what every thing has. */
export function tagsOf(tags: Tags | undefined): string[] {
  return (tags ?? [])
    .filter(({ Key = '' }) => Key !== 'Name' && !/^(hardway|aws:)/.test(Key))
    .map(({ Key = '', Value = '' }) => `${Key}=${Value}`)
    .sort();
}

export async function instances(account: Account): Promise<ec2.Instance[]> {
  const { Reservations: made = [] } = await account.ec2.send(new ec2.DescribeInstancesCommand());
  return made.flatMap(({ Instances = [] }) => Instances);
}

/** `name ports from`, one line for each rule of what may go out. */
export async function egress(account: Account): Promise<string[]> {
  const { SecurityGroups: groups = [] } = await account.ec2.send(new ec2.DescribeSecurityGroupsCommand());
  return groups
    .filter(({ GroupName }) => GroupName !== 'default')
    .flatMap(({ GroupName = '', IpPermissionsEgress = [] }) =>
      IpPermissionsEgress.flatMap(({ IpProtocol = '', IpRanges = [] }) =>
        IpRanges.map(({ CidrIp = '' }) => `${GroupName}: ${IpProtocol} ${CidrIp}`),
      ),
    )
    .sort();
}

/** DNS support and DNS hostnames of the VPC of a name. */
export async function dns(account: Account, name: string): Promise<(boolean | undefined)[]> {
  const Filters = [{ Name: 'tag:Name', Values: [name] }];
  const { Vpcs: vpcs = [] } = await account.ec2.send(new ec2.DescribeVpcsCommand({ Filters }));
  assert.is(vpcs.length, 1);
  const attribute = async (Attribute: ec2.VpcAttributeName): Promise<ec2.DescribeVpcAttributeCommandOutput> =>
    account.ec2.send(new ec2.DescribeVpcAttributeCommand({ VpcId: vpcs[0]?.VpcId, Attribute }));
  return [
    (await attribute('enableDnsSupport')).EnableDnsSupport?.Value,
    (await attribute('enableDnsHostnames')).EnableDnsHostnames?.Value,
  ];
}

export interface Balancer {
  readonly scheme: string;
  readonly crossZone: string;
  readonly zones: readonly string[];
  readonly listeners: readonly string[];
  readonly group: string;
  readonly health: string;
  readonly delay: string;
  readonly targets: readonly string[];
}

/** The one balancer of the account with its one target group. */
export async function balancer(account: Account): Promise<Balancer> {
  const ask = account.elb;
  const { LoadBalancers: all = [] } = await ask.send(new elb.DescribeLoadBalancersCommand());
  const { TargetGroups: groups = [] } = await ask.send(new elb.DescribeTargetGroupsCommand());
  assert.equal([all.length, groups.length], [1, 1]);
  const LoadBalancerArn = all[0]?.LoadBalancerArn;
  const TargetGroupArn = groups[0]?.TargetGroupArn;
  const { Listeners: listeners = [] } = await ask.send(new elb.DescribeListenersCommand({ LoadBalancerArn }));
  const { Attributes: attributes = [] } = await ask.send(
    new elb.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }),
  );
  const { Attributes: ofGroup = [] } = await ask.send(
    new elb.DescribeTargetGroupAttributesCommand({ TargetGroupArn }),
  );
  const { TargetHealthDescriptions: found = [] } = await ask.send(
    new elb.DescribeTargetHealthCommand({ TargetGroupArn }),
  );
  const value = (list: Tags, key: string): string => tagOf(list, key);
  return {
    scheme: `${all[0]?.LoadBalancerName ?? ''} ${all[0]?.Type ?? ''} ${all[0]?.Scheme ?? ''}`,
    crossZone: value(attributes, 'load_balancing.cross_zone.enabled'),
    zones: (all[0]?.AvailabilityZones ?? []).map(({ ZoneName = '' }) => ZoneName).sort(),
    listeners: listeners.map(({ Protocol = '', Port = 0, DefaultActions = [] }) => {
      const own = DefaultActions.every((action) => action.TargetGroupArn === TargetGroupArn);
      return `${Protocol} ${Port} ${own ? 'forward' : 'elsewhere'}`;
    }),
    group: `${groups[0]?.TargetGroupName ?? ''} ${groups[0]?.Protocol ?? ''} ${groups[0]?.Port ?? ''} ${groups[0]?.TargetType ?? ''}`,
    health: [
      ...[groups[0]?.HealthCheckProtocol, groups[0]?.HealthCheckPort, groups[0]?.HealthyThresholdCount],
      ...[groups[0]?.UnhealthyThresholdCount, groups[0]?.HealthCheckIntervalSeconds],
    ].join(' '),
    delay: value(ofGroup, 'deregistration_delay.timeout_seconds'),
    targets: found.map(({ Target }) => Target?.Id ?? '').sort(),
  };
}

/** Actions that the policy in a role allows, and the managed ones by their names. */
export async function mayDo(
  account: Account,
  RoleName: string,
): Promise<{ own: string[]; managed: string[] }> {
  const { PolicyNames: names = [] } = await account.iam.send(new iam.ListRolePoliciesCommand({ RoleName }));
  const documents = await Promise.all(
    names.map((PolicyName) => account.iam.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  const statements = documents.flatMap(({ PolicyDocument = '' }) => {
    const document = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Action: string[] }[] };
    return document.Statement;
  });
  const { AttachedPolicies: managed = [] } = await account.iam.send(
    new iam.ListAttachedRolePoliciesCommand({ RoleName }),
  );
  return {
    own: statements.flatMap(({ Action }) => Action),
    managed: managed.map(({ PolicyName = '' }) => PolicyName).sort(),
  };
}

/** `profile role`, and whether only EC2 may take the role on. */
export async function profiles(account: Account): Promise<string[]> {
  const { InstanceProfiles: all = [] } = await account.iam.send(new iam.ListInstanceProfilesCommand());
  return all
    .flatMap(({ InstanceProfileName = '', Roles = [] }) =>
      Roles.map(({ RoleName = '', AssumeRolePolicyDocument = '' }) => {
        const trust = JSON.parse(decodeURIComponent(AssumeRolePolicyDocument)) as {
          Statement: { Principal: unknown }[];
        };
        return `${InstanceProfileName} ${RoleName} ${JSON.stringify(trust.Statement.map(({ Principal }) => Principal))}`;
      }),
    )
    .sort();
}
