// Instances that tests of the inventory look for: a gateway with a public address, two controllers, three workers of an
// Auto Scaling group, one with odd tags.
import { Aws } from '../../../aws/clients.ts';
import type { TestAws } from '../../support/moto.ts';

const testImage = 'ami-0a11debian12amd64';

interface Wanted {
  readonly name: string;
  readonly type?: string;
  readonly isOpen?: true;
  readonly tags: Readonly<Record<string, string>>;
}

const wanted: readonly Wanted[] = [
  { name: 'gateway', isOpen: true, tags: { role: 'gateway', stage: 'prod' } },
  { name: 'controller-1', tags: { role: 'controller', Node: 'one', stage: 'prod' } },
  { name: 'controller-2', tags: { role: 'controller', stage: 'dev', blank: '' } },
  ...[1, 2, 3].map((number) => ({
    name: `worker-${number}`,
    type: 't3.large',
    tags: { role: 'worker', stage: 'dev', 'kube:pool': 'a b', dashed: 'one-two' },
  })),
  {
    name: 'odd',
    tags: { role: 'odd', colon: 'a:b', 'with space': 'ä ✓', '10': 'ten', '2': 'two', __proto__x: 'p' },
  },
];

export function clientOf(aws: TestAws, region = aws.region): Aws {
  return new Aws({ region, endpointUrl: aws.proxy.url, accessKey: 'testing', secretKey: 'testing' });
}

interface Network {
  readonly open: string;
  readonly inner: string;
  readonly group: string;
}

async function makeNetwork(aws: Aws): Promise<Network> {
  const { client } = await aws.ec2();
  const ec2 = await import('@aws-sdk/client-ec2');
  const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.240.0.0/16' }));
  const subnet = async (CidrBlock: string, zone: string): Promise<string> => {
    const AvailabilityZone = `${aws.access.region ?? ''}${zone}`;
    const made = await client.send(
      new ec2.CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock, AvailabilityZone }),
    );
    return made.Subnet?.SubnetId ?? '';
  };
  const [open, inner] = [await subnet('10.240.1.0/24', 'a'), await subnet('10.240.2.0/24', 'b')];
  await client.send(
    new ec2.ModifySubnetAttributeCommand({ SubnetId: open, MapPublicIpOnLaunch: { Value: true } }),
  );
  const group = { GroupName: 'nodes', Description: 'nodes', VpcId: Vpc?.VpcId };
  const { GroupId = '' } = await client.send(new ec2.CreateSecurityGroupCommand(group));
  return { open, inner, group: GroupId };
}

/** Makes the instances and gives their ids by name. */
export async function makeInstances(test: TestAws): Promise<ReadonlyMap<string, string>> {
  const aws = clientOf(test);
  const { client } = await aws.ec2();
  const ec2 = await import('@aws-sdk/client-ec2');
  const { open, inner, group } = await makeNetwork(aws);
  const ids = new Map<string, string>();
  for (const [index, { name, type = 't3.small', isOpen, tags }] of wanted.entries()) {
    const { Instances = [] } = await client.send(
      new ec2.RunInstancesCommand({
        ImageId: testImage,
        InstanceType: type as 't3.small',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: isOpen === true ? open : inner,
        PrivateIpAddress: `10.240.${isOpen === true ? 1 : 2}.${10 + index}`,
        SecurityGroupIds: [group],
        TagSpecifications: [
          {
            ResourceType: 'instance',
            Tags: Object.entries({ Name: name, ...tags }).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      }),
    );
    ids.set(name, Instances[0]?.InstanceId ?? '');
  }
  await aws.close();
  return ids;
}

/** Makes an Auto Scaling group `pool`, or sets how many instances it has. */
export async function scaleGroup(test: TestAws, size: number): Promise<void> {
  const aws = clientOf(test);
  const [{ client: ec2 }, { client: scaling }] = [await aws.ec2(), await aws.autoScaling()];
  const sdk = { ...(await import('@aws-sdk/client-ec2')), ...(await import('@aws-sdk/client-auto-scaling')) };
  const group = { AutoScalingGroupName: 'pool' };
  const { AutoScalingGroups = [] } = await scaling.send(
    new sdk.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['pool'] }),
  );
  if (AutoScalingGroups.length > 0)
    await scaling.send(new sdk.SetDesiredCapacityCommand({ ...group, DesiredCapacity: size }));
  else {
    const LaunchTemplateData = { ImageId: testImage, InstanceType: 't3.micro' } as const;
    const { Subnets = [] } = await ec2.send(
      new sdk.DescribeSubnetsCommand({ Filters: [{ Name: 'cidr-block', Values: ['10.240.2.0/24'] }] }),
    );
    await ec2.send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName: 'pool', LaunchTemplateData }));
    await scaling.send(
      new sdk.CreateAutoScalingGroupCommand({
        ...group,
        ...{ MinSize: 0, MaxSize: 9, DesiredCapacity: size },
        LaunchTemplate: { LaunchTemplateName: 'pool', Version: '$Latest' },
        VPCZoneIdentifier: Subnets[0]?.SubnetId,
        Tags: [{ Key: 'role', Value: 'pool', PropagateAtLaunch: true }],
      }),
    );
  }
  await aws.close();
}
