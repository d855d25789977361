// Why an Auto Scaling group has not what it is to have.
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure } from '../../aws/failure.ts';
import { whilePassing } from '../../aws/passing.ts';

/** How AWS puts that it does not know a profile which was made a moment ago. */
const profileUnknown = /invalid iam ?instance ?profile/i;

/** Seconds, as for instances. */
const knownWithin = 60;

export function createOnceProfileIsKnown(
  signal: AbortSignal,
  create: () => Promise<unknown>,
): Promise<unknown> {
  const isNew = (error: unknown): boolean =>
    error instanceof AwsFailure && error.code === 'ValidationError' && profileUnknown.test(error.message);
  return whilePassing(isNew, knownWithin, signal, create);
}

/** The newest activity that failed, as the end of a sentence; nothing where none did, or where we may not look. */
export async function lastFailure(aws: Aws, group: string, abortSignal: AbortSignal): Promise<string> {
  const { client, sdk } = await aws.autoScaling();
  const command = new sdk.DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 20 });
  const { Activities = [] } = await client.send(command, { abortSignal }).catch((error: unknown) => {
    if (error instanceof AwsFailure) return { Activities: [] };
    throw error;
  });
  const failed = Activities.find(({ StatusCode }) => StatusCode === 'Failed' || StatusCode === 'Cancelled');
  return failed ? `. AWS said last: ${failed.StatusMessage ?? failed.Description ?? ''}` : '';
}
