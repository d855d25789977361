// The scaling policy of an Auto Scaling group by processor use.
import type { Aws } from '../../aws/clients.ts';

/** Holds processor use at a target: grows above it, and shrinks below it only where that is wished. */
export type CpuPolicy = Readonly<{ name: string; target: number; scale_in: boolean }>;

export async function policyOf(aws: Aws, group: string, abortSignal: AbortSignal): Promise<CpuPolicy | null> {
  const { client, sdk } = await aws.autoScaling();
  const input = { AutoScalingGroupName: group, PolicyTypes: ['TargetTrackingScaling'] };
  for await (const page of sdk.paginateDescribePolicies({ client }, input, { abortSignal }))
    for (const { PolicyName = '', TargetTrackingConfiguration: tracking } of page.ScalingPolicies ?? [])
      if (tracking?.PredefinedMetricSpecification?.PredefinedMetricType === 'ASGAverageCPUUtilization')
        return {
          name: PolicyName,
          target: tracking.TargetValue ?? 0,
          scale_in: tracking.DisableScaleIn !== true,
        };
  return null;
}

export async function changePolicy(
  aws: Aws,
  group: string,
  wanted: CpuPolicy | null,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.autoScaling();
  const there = await policyOf(aws, group, abortSignal);
  if (there && there.name !== wanted?.name)
    await client.send(new sdk.DeletePolicyCommand({ AutoScalingGroupName: group, PolicyName: there.name }), {
      abortSignal,
    });
  if (wanted)
    await client.send(
      new sdk.PutScalingPolicyCommand({
        AutoScalingGroupName: group,
        PolicyName: wanted.name,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
          TargetValue: wanted.target,
          DisableScaleIn: !wanted.scale_in,
        },
      }),
      { abortSignal },
    );
}
