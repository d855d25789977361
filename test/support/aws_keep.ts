// One task on AWS, and the same again in check mode: what the first did, and whether it left anything to do.
import { makeConnections } from '../../engine/connection/connections.ts';
import type { Difference } from '../../engine/module/contract.ts';
import type { TestAws } from './moto.ts';
import { play } from './play_here.ts';

export interface Kept {
  readonly status: string;
  /** Of the second look: `ok` when nothing is left; `none` where the first failed. */
  readonly again: string;
  readonly message: string;
  readonly warnings: readonly string[];
  /** The first of what --diff tells. */
  readonly difference: { readonly before: string; readonly after: string };
  /** Of what the task registered, by names and numbers with dots. */
  readonly value: (path: string) => unknown;
  /** What `show` evaluated to. */
  readonly shown: string;
  /** Calls that change something, in order. */
  readonly writes: readonly string[];
}

export interface KeepOptions {
  /** The task itself runs in check mode, too. */
  readonly check?: boolean;
  readonly diff?: boolean;
  /** On this machine, instead of a host that is none. */
  readonly local?: boolean;
  /** An expression over `kept`, the registered result. */
  readonly show?: string;
  /**
   * Tasks before it, in the same run: each in flow style without AWS's parameters, or YAML items without indent in which
   * `AWS` stands for these.
   */
  readonly before?: string | readonly (readonly [module: string, parameters: string, register: string])[];
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (now, name) =>
        typeof now === 'object' && now !== null ? (now as Record<string, unknown>)[name] : undefined,
      value,
    );
}

function textsOf(difference: Difference | undefined): Kept['difference'] {
  const { before = null, after = null } = difference ?? {};
  return {
    before: typeof before === 'string' ? before : '',
    after: typeof after === 'string' ? after : '',
  };
}

function tasksBefore(aws: TestAws, before: NonNullable<KeepOptions['before']>): string {
  if (typeof before !== 'string')
    return before
      .map(
        ([name, words, register]) =>
          `    - { ${name}: { ${words}, ${aws.parameters} }, register: ${register}, name: before }\n`,
      )
      .join('');
  const lines = before.replaceAll('AWS', aws.parameters).split('\n');
  return lines.map((line) => `    ${line}\n`).join('');
}

/** Runs `module: { parameters }`, and looks again in check mode whether it is as it should be. */
export async function keep(
  aws: TestAws,
  module: string,
  parameters: string,
  { check = false, diff = false, local = false, show = "'-'", before = [] }: KeepOptions = {},
): Promise<Kept> {
  aws.proxy.forget();
  const task = `{ ${parameters}${parameters === '' ? '' : ', '}${aws.parameters} }`;
  const connections = local ? makeConnections() : undefined;
  const { result, said, lines } = await play(
    `- hosts: one
  gather_facts: false
  vars: { ansible_connection: ${local ? 'local' : 'ssh'} }
  tasks:
${tasksBefore(aws, before)}    - name: keep
      ${module}: ${task}
      register: kept
    - name: look again
      ${module}: ${task}
      check_mode: true
    - debug: msg="{{ ${show} }}"
    - debug: msg="{{ kept | to_json }}"`,
    { options: { checkMode: check, diff }, ...(connections ? { connections } : {}) },
  );
  await connections?.closeAll();
  if (!lines.some((line) => line.startsWith('one keep')))
    throw new Error(`An earlier task failed: ${result('one', 'before').message ?? ''}`);
  const kept = result('one', 'keep');
  const values: unknown = kept.status === 'failed' ? {} : JSON.parse(said.at(-1) ?? '{}');
  return {
    status: kept.status,
    again: kept.status === 'failed' ? 'none' : result('one', 'look again').status,
    message: kept.message ?? '',
    warnings: kept.warnings,
    difference: textsOf(kept.differences[0]),
    value: (path) => at(values, path),
    shown: kept.status === 'failed' ? '' : (said.at(-2) ?? ''),
    writes: [...aws.proxy.writes],
  };
}

/** A VPC for tests of what stands in one. */
export async function makeVpc(aws: TestAws, cidr: string, name = 'kube'): Promise<string> {
  const made = await keep(aws, 'ec2_vpc', `name: ${name}, cidr_block: ${cidr}`);
  return String(made.value('vpc.id'));
}

/** An instance in a subnet; made without modules of ours. */
export async function runInstance(aws: TestAws, subnet: string): Promise<string> {
  const { EC2Client, RunInstancesCommand } = await import('@aws-sdk/client-ec2');
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const client = new EC2Client({ region: aws.region, endpoint: aws.proxy.url, credentials });
  const made = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-0a11debian12amd64',
      InstanceType: 't3.micro',
      SubnetId: subnet,
      MinCount: 1,
      MaxCount: 1,
    }),
  );
  client.destroy();
  return made.Instances?.[0]?.InstanceId ?? '';
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
