// Security groups by id or name, for calls that take ids.
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure } from '../../aws/failure.ts';

const isId = (group: string): boolean => group.startsWith('sg-');

async function vpcOf(
  aws: Aws,
  subnetId: string | undefined,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  if (subnetId === undefined) return undefined;
  const { client, sdk } = await aws.ec2();
  const input = { Filters: [{ Name: 'subnet-id', Values: [subnetId] }] };
  for await (const { Subnets = [] } of sdk.paginateDescribeSubnets({ client }, input, { abortSignal }))
    for (const { VpcId } of Subnets) return VpcId;
  return undefined;
}

/** Ids of groups; those that are named are looked for in the VPC of the subnet. */
export async function groupIdsOf(
  aws: Aws,
  groups: readonly string[],
  subnetId: string | undefined,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const names = groups.filter((one) => !isId(one));
  if (names.length === 0) return groups;
  const { client, sdk } = await aws.ec2();
  const vpc = await vpcOf(aws, subnetId, abortSignal);
  const ids = new Map<string, string>();
  const input = {
    Filters: [
      { Name: 'group-name', Values: names },
      ...(vpc === undefined ? [] : [{ Name: 'vpc-id', Values: [vpc] }]),
    ],
  };
  for await (const page of sdk.paginateDescribeSecurityGroups({ client }, input, { abortSignal }))
    for (const { GroupName = '', GroupId = '' } of page.SecurityGroups ?? []) ids.set(GroupName, GroupId);
  return groups.map((one) => {
    const id = isId(one) ? one : ids.get(one);
    if (id === undefined)
      throw new AwsFailure(
        'InvalidGroup.NotFound',
        'ec2:DescribeSecurityGroups',
        `There is no security group ${one} in ${vpc ?? 'any VPC'}. Make it first, or name it by its id`,
      );
    return id;
  });
}
