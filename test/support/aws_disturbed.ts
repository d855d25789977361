// infra.yml and destroy.yml as processes that are killed, or that speak to an AWS in trouble.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deferred } from '../../engine/connection/deferred.ts';
import type { Call, Fault, Reply } from './aws_proxy.ts';
import { ec2Error, held, queryError, readsOnly } from './aws_proxy.ts';
import type { TestAws } from './moto.ts';
import type { Random } from './random.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface KilledRun {
  /** The call that was under way; undefined when the run came to its end. */
  readonly at: string | undefined;
  readonly code: number | null;
  readonly said: string;
}

/**
 * Runs `hardway playbook …` and kills it (SIGKILL) at its nth call that changes something: before AWS got it, or when
 * AWS has done it and its reply is on the way.
 */
export async function killAt(
  aws: TestAws,
  nth: number,
  when: 'before' | 'after',
  argv: readonly string[],
): Promise<KilledRun> {
  const main = [process.execPath, '--import', 'tsx', path.join(root, 'engine/main.ts'), 'playbook'];
  const [file = '', ...rest] = [...main, ...argv];
  const child = spawn(file, rest, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  let [at, count]: [string | undefined, number] = [undefined, 0];
  aws.proxy.fault((call) => {
    if (readsOnly(call) || at !== undefined) return undefined;
    count += 1;
    if (count !== nth) return undefined;
    at = call.action;
    if (when === 'before') {
      child.kill('SIGKILL');
      return ec2Error('InternalError', 'nobody hears this');
    }
    return (reply) => {
      child.kill('SIGKILL');
      return reply;
    };
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  aws.proxy.heal();
  return { at, code, said };
}

/** How each service says that it is asked too often. */
function tooFast({ service }: Call): ReturnType<Fault> {
  return service === 'ec2'
    ? ec2Error('RequestLimitExceeded', 'Request limit exceeded.', 503)
    : queryError('Throttling', 'Rate exceeded');
}

/** A share of all calls is refused for its rate. */
export function throttled(random: Random, share: number): Fault {
  return (call) => (random.chance(share) ? tooFast(call) : undefined);
}

/** Moto breaks down when this one is repeated; AWS says NoSuchEntity. */
const unrepeatable = 'RemoveRoleFromInstanceProfile';

/** The reply to the first call of each action that changes something is lost: AWS has done it, and nobody was told. */
export function repliesLost(lost: string[]): Fault {
  return (call) => {
    if (readsOnly(call) || call.action === unrepeatable || lost.includes(call.action)) return undefined;
    lost.push(call.action);
    return 'lose';
  };
}

/** What was made is not there yet the first times it is looked at. */
export function slowStates(times: number): Fault[] {
  return [
    held('DescribeVpcs', '<state>available</state>', '<state>pending</state>', times),
    held('DescribeInstances', '<name>running</name>', '<name>pending</name>', times),
    held('DescribeAutoScalingGroups', '>InService<', '>Pending<', times),
    held('DescribeLoadBalancers', '<Code>active</Code>', '<Code>provisioning</Code>', times),
  ];
}

/** What AWS keeps single and moto does not: names of balancers and Auto Scaling groups, the gateway of a VPC. */
export function singleAsOnAws(): Fault {
  const taken = new Map<string, string>();
  return ({ action, parameters }) => {
    const single = singles[action];
    if (!single) return undefined;
    const place = `${action} ${parameters.get(single.by) ?? ''}`;
    // Where one is named that has the place already, moto itself says so.
    const thing = parameters.get('InternetGatewayId') ?? place;
    const before = taken.get(place);
    taken.set(place, before ?? thing);
    const isTaken = before !== undefined && (before === place || before !== thing);
    return isTaken ? single.refused : undefined;
  };
}

const singles: Readonly<Record<string, { readonly by: string; readonly refused: Reply }>> = {
  CreateLoadBalancer: {
    by: 'Name',
    refused: queryError('DuplicateLoadBalancerName', 'A load balancer of this name exists'),
  },
  CreateAutoScalingGroup: {
    by: 'AutoScalingGroupName',
    refused: queryError('AlreadyExists', 'An Auto Scaling group of this name exists'),
  },
  AttachInternetGateway: {
    by: 'VpcId',
    refused: ec2Error('InvalidParameterValue', 'The network already has an internet gateway attached'),
  },
};

/**
 * No VPC is made before so many runs have looked for one, as if all of them began at the same moment: a call that would
 * make one waits as long, up to two minutes.
 */
export function lookedBefore(runs: number): Fault {
  let looks = 0;
  const all = deferred<undefined>();
  return ({ action }) => {
    if (action === 'DescribeVpcs') looks += 1;
    if (looks >= runs) all.resolve(undefined);
    if (action !== 'CreateVpc') return undefined;
    return Promise.race([all.promise, sleep(120_000, undefined, { ref: false })]);
  };
}

/** A call of RunInstances that is repeated with its token is the same call for AWS, and another one for moto. */
export function oneCallByToken(): Fault {
  const replies = new Map<string, Reply>();
  return ({ action, parameters }) => {
    const token = parameters.get('ClientToken');
    if (action !== 'RunInstances' || token === null) return undefined;
    const made = replies.get(token);
    if (made) return made;
    const busy = ec2Error('InternalError', 'The first call is still under way', 503);
    replies.set(token, busy);
    return (reply) => {
      replies.set(token, reply);
      return reply;
    };
  };
}
