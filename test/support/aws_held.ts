// All that an account holds which costs money or may be left behind, by calls of the test's own: ids and names.
import * as scaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import type { TestAws } from './moto.ts';

/** The name is empty where there is none. */
export interface Held {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

interface Described {
  readonly Tags?:
    readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

function held(kind: string, id: string | undefined, { Tags = [] }: Described = {}, name?: string): Held {
  const tag = Tags.find(({ Key }) => Key === 'Name')?.Value;
  return { kind, id: id ?? '', name: name ?? tag ?? '' };
}

async function heldByEc2(client: ec2.EC2Client): Promise<Held[]> {
  const { Reservations = [] } = await client.send(new ec2.DescribeInstancesCommand({}));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances).filter(
    ({ State }) => State?.Name !== 'terminated',
  );
  const { Vpcs = [] } = await client.send(new ec2.DescribeVpcsCommand({}));
  const { Subnets = [] } = await client.send(new ec2.DescribeSubnetsCommand({}));
  const { RouteTables = [] } = await client.send(new ec2.DescribeRouteTablesCommand({}));
  const { InternetGateways = [] } = await client.send(new ec2.DescribeInternetGatewaysCommand({}));
  const { SecurityGroups = [] } = await client.send(new ec2.DescribeSecurityGroupsCommand({}));
  const { NetworkInterfaces = [] } = await client.send(new ec2.DescribeNetworkInterfacesCommand({}));
  const { Addresses = [] } = await client.send(new ec2.DescribeAddressesCommand({}));
  const { KeyPairs = [] } = await client.send(new ec2.DescribeKeyPairsCommand({}));
  const { Volumes = [] } = await client.send(new ec2.DescribeVolumesCommand({}));
  const { LaunchTemplates = [] } = await client.send(new ec2.DescribeLaunchTemplatesCommand({}));
  return [
    ...instances.map((one) => held('instance', one.InstanceId, one)),
    ...Vpcs.map((one) => held('vpc', one.VpcId, one)),
    ...Subnets.map((one) => held('subnet', one.SubnetId, one)),
    ...RouteTables.map((one) => held('route table', one.RouteTableId, one)),
    ...InternetGateways.map((one) => held('internet gateway', one.InternetGatewayId, one)),
    ...SecurityGroups.map((one) => held('security group', one.GroupId, {}, one.GroupName)),
    // Moto keeps the first interface of an instance of an Auto Scaling group for ever, where on AWS it goes with it; one
    // in a subnet that is gone cannot be on AWS at all.
    ...NetworkInterfaces.filter(
      ({ Description, SubnetId }) =>
        Description !== 'Primary network interface' || Subnets.some((subnet) => subnet.SubnetId === SubnetId),
    ).map((one) => held('network interface', one.NetworkInterfaceId, {}, '')),
    ...Addresses.map((one) => held('address', one.AllocationId, one)),
    ...KeyPairs.map((one) => held('key pair', one.KeyPairId, {}, one.KeyName)),
    // Moto gives some instances a second root volume, which it leaves attached to them when they are long gone.
    ...Volumes.filter(({ Attachments = [] }) =>
      Attachments.every(({ InstanceId }) => instances.some((one) => one.InstanceId === InstanceId)),
    ).map((one) => held('volume', one.VolumeId, {}, '')),
    ...LaunchTemplates.map((one) =>
      held('launch template', one.LaunchTemplateId, {}, one.LaunchTemplateName),
    ),
  ];
}

/** Everything, sorted; two listings of one account may be compared as they are. */
export async function heldByAccount(aws: TestAws): Promise<readonly Held[]> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const config = {
    region: aws.region,
    endpoint: aws.proxy.url,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  };
  const clients = {
    ec2: new ec2.EC2Client(config),
    elb: new elb.ElasticLoadBalancingV2Client(config),
    scaling: new scaling.AutoScalingClient(config),
    iam: new iam.IAMClient(config),
  };
  const { LoadBalancers = [] } = await clients.elb.send(new elb.DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await clients.elb.send(new elb.DescribeTargetGroupsCommand({}));
  const { AutoScalingGroups = [] } = await clients.scaling.send(
    new scaling.DescribeAutoScalingGroupsCommand({}),
  );
  const { Roles = [] } = await clients.iam.send(new iam.ListRolesCommand({}));
  const { InstanceProfiles = [] } = await clients.iam.send(new iam.ListInstanceProfilesCommand({}));
  const found = [
    ...(await heldByEc2(clients.ec2)),
    ...LoadBalancers.map((one) => held('balancer', one.LoadBalancerArn, {}, one.LoadBalancerName)),
    ...TargetGroups.map((one) => held('target group', one.TargetGroupArn, {}, one.TargetGroupName)),
    ...AutoScalingGroups.map((one) =>
      held('scaling group', one.AutoScalingGroupARN, {}, one.AutoScalingGroupName),
    ),
    ...Roles.map((one) => held('role', one.Arn, {}, one.RoleName)),
    ...InstanceProfiles.map((one) => held('instance profile', one.Arn, {}, one.InstanceProfileName)),
  ];
  for (const client of Object.values(clients)) client.destroy();
  return found.sort((one, other) => `${one.kind} ${one.id}`.localeCompare(`${other.kind} ${other.id}`));
}

/** What is there that was not there before: `kind name`, sorted, each as often as it is there. */
export function newIn(now: readonly Held[], before: readonly Held[]): string[] {
  const known = new Set(before.map(({ kind, id }) => `${kind} ${id}`));
  return now
    .filter(({ kind, id }) => !known.has(`${kind} ${id}`))
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();
}
