// Where a file's accounts are asked: each account in each of its regions.
import { accessName, type AwsAccess } from '../../aws/access.ts';
import { Aws } from '../../aws/clients.ts';
import { AwsFailure } from '../../aws/failure.ts';
import type { Account } from './options.ts';

export interface Place {
  readonly aws: Aws;
  readonly access: AwsAccess;
  readonly region: string;
  /** For people: `eu-west-1 (profile prod)`. */
  readonly name: string;
}

/** As boto3's users have it: the region that knows all others when none is named. */
const askedForRegions = 'us-east-1';

async function allRegions(aws: Aws): Promise<readonly string[]> {
  const there = aws.inRegion(aws.access.region ?? askedForRegions);
  try {
    const { client, sdk } = await there.ec2();
    const { Regions = [] } = await client.send(new sdk.DescribeRegionsCommand({}));
    return Regions.flatMap(({ RegionName }) => RegionName ?? []);
  } finally {
    await there.close();
  }
}

/** That of the environment or the file, else that of the profile, which the SDK reads. */
async function ownRegion(aws: Aws): Promise<string> {
  if (aws.access.region !== undefined) return aws.access.region;
  const { client } = await aws.ec2();
  const region = await client.config.region().catch(() => undefined);
  await aws.close();
  if (region !== undefined) return region;
  const text = 'No region is given: name some in regions (all of them: `regions: []`), or set AWS_REGION';
  throw new AwsFailure('NoRegion', 'ec2:DescribeInstances', text);
}

function accountName({ profile, roleArn, accessKey }: AwsAccess): string {
  if (roleArn !== undefined) return ` (role ${roleArn})`;
  if (profile !== undefined) return ` (profile ${profile})`;
  return accessKey === undefined ? '' : ` (key ${accessKey})`;
}

export async function placesOf(accounts: readonly Account[]): Promise<readonly Place[]> {
  const places = new Map<string, Place>();
  for (const { access, regions } of accounts) {
    const aws = new Aws(access);
    const named = regions === 'all' ? await allRegions(aws) : (regions ?? [await ownRegion(aws)]);
    for (const region of named) {
      const there = aws.inRegion(region);
      places.set(accessName(there.access), {
        aws: there,
        access,
        region,
        name: region + accountName(access),
      });
    }
  }
  return [...places.values()];
}
