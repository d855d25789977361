// Runs tasks of AWS modules against the test's AWS: each twice, so that what was done is looked at again.
import { play, type Played } from './play_here.ts';
import type { TestAws } from './moto.ts';
import type { TaskResult } from '../../engine/run/events.ts';
import { textOf } from '../../engine/document/value.ts';

export interface Kept {
  readonly played: Played;
  readonly result: TaskResult;
  /** A failed result's message; empty otherwise. */
  readonly message: string;
  /** What `show` evaluated to. */
  readonly shown: string;
  /** Whether the same task, asked again in check mode, would still change something. */
  readonly again: 'ok' | 'changed' | 'unknown' | 'failed' | 'skipped' | 'unreachable';
  /** Calls that change something, in order. */
  readonly writes: readonly string[];
}

export interface KeepOptions {
  readonly checkMode?: boolean;
  /** An expression over `kept`, the registered result. */
  readonly show?: string;
  /** Tasks before it, as YAML items without indent; `AWS` stands for the access parameters. */
  readonly before?: string;
}

/** Runs `module: { parameters }`, and looks again in check mode whether it is as it should be. */
export async function keep(
  aws: TestAws,
  module: string,
  parameters: string,
  { checkMode = false, show = "'-'", before = '' }: KeepOptions = {},
): Promise<Kept> {
  aws.proxy.forget();
  const task = `{ ${parameters}${parameters === '' ? '' : ', '}${aws.parameters} }`;
  const earlier = before
    .replaceAll('AWS', aws.parameters)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  const played = await play(
    `- hosts: one
  gather_facts: false
  tasks:
${earlier}
    - name: keep
      ${module}: ${task}
      register: kept
    - debug:
        msg: "{{ ${show} }}"
    - name: look again
      ${module}: ${task}
      check_mode: true`,
    { options: { checkMode } },
  );
  const result = played.result('one', 'keep');
  const isFailed = result.status === 'failed';
  return {
    played,
    result,
    message: isFailed ? (textOf(result.values.get('msg') ?? null) ?? '') : '',
    shown: played.said.at(-1) ?? '',
    again: isFailed ? 'failed' : played.result('one', 'look again').status,
    writes: aws.proxy.writes,
  };
}

/** A VPC 10.240.0.0/16 with a subnet 10.240.0.0/24 and groups nodes and other, made without modules of ours. */
export async function networkTasks(
  aws: TestAws,
): Promise<{ vpc: string; subnet: string; subnets: readonly string[]; groups: readonly string[] }> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const sdk = await import('@aws-sdk/client-ec2');
  const client = new sdk.EC2Client({
    region: aws.region,
    endpoint: aws.proxy.url,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  const { Vpc } = await client.send(new sdk.CreateVpcCommand({ CidrBlock: '10.240.0.0/16' }));
  const vpc = Vpc?.VpcId ?? '';
  const subnets: string[] = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await client.send(
      new sdk.CreateSubnetCommand({
        VpcId: vpc,
        CidrBlock: `10.240.${index}.0/24`,
        AvailabilityZone: `${aws.region}${zone}`,
      }),
    );
    subnets.push(Subnet?.SubnetId ?? '');
  }
  const groups: string[] = [];
  for (const GroupName of ['nodes', 'other']) {
    const { GroupId } = await client.send(
      new sdk.CreateSecurityGroupCommand({ GroupName, VpcId: vpc, Description: GroupName }),
    );
    groups.push(GroupId ?? '');
  }
  client.destroy();
  return { vpc, subnet: subnets[0] ?? '', subnets, groups };
}
