// Moving instances from state to state: started, stopped, ended; and waiting until they are there.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure, isNotFound } from '../../aws/failure.ts';
import { waitUntil } from '../../aws/wait.ts';
import { changesTo, defineAwsChange } from './aws_api.ts';
import { forgettingInstances } from './forget_instances.ts';
import { instances, nameOf, stateCodes, type Instance } from './ec2_instances.ts';

export type Destination = 'running' | 'stopped' | 'terminated';

export interface Wait {
  readonly wait: boolean;
  readonly seconds: number;
}

/** States from which an instance never comes to another by itself. */
const lost: { readonly [to in Destination]: readonly string[] } = {
  running: ['shutting-down', 'terminated'],
  stopped: ['shutting-down', 'terminated'],
  terminated: [],
};

/** Gives the instances once all of them are there. One that AWS shows no more counts as ended. */
export async function waitForState(
  aws: Aws,
  ids: readonly string[],
  to: Destination,
  seconds: number,
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  const what = `${ids.length === 1 ? `instance ${ids.join('')}` : `${ids.length} instances`} to be ${to}`;
  return waitUntil({ what, seconds, signal }, async () => {
    const found = ids.length === 0 ? [] : await instances.type.list(aws, { 'instance-id': ids }, signal);
    const failed = found.find(({ state }) => lost[to].includes(state.name));
    if (failed)
      throw new AwsFailure(
        'InstanceLost',
        'ec2:DescribeInstances',
        `Instance ${nameOf(failed)} will not be ${to}, it is ${failed.state.name}: ${failed.state_reason || 'AWS gives no reason'}`,
      );
    const waiting = found.filter(({ state }) => state.name !== to);
    const unseen = to === 'terminated' ? 0 : ids.length - found.length;
    if (waiting.length + unseen === 0) return { reached: found };
    const states = waiting.map((one) => `${nameOf(one)} is ${one.state.name}`);
    return { still: [...states, ...(unseen > 0 ? [`${unseen} not shown by AWS yet`] : [])].join(', ') };
  });
}

interface Move extends Wait {
  readonly access: AwsAccess;
  readonly ids: readonly string[];
  /** Requests for spare capacity by which instances that are to end were started. */
  readonly requests?: readonly string[];
  /** `restarted`: stopped, then started, as with Ansible. */
  readonly to: Destination | 'restarted';
}

function inState(one: Instance, name: string): Instance {
  return { ...one, state: { name, code: stateCodes[name] ?? 0 } };
}

const words: { readonly [to in Move['to']]: string } = {
  running: 'start',
  stopped: 'stop',
  terminated: 'end',
  restarted: 'restart',
};

async function start(aws: Aws, ids: readonly string[], abortSignal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  await client.send(new sdk.StartInstancesCommand({ InstanceIds: [...ids] }), { abortSignal });
}

async function stop(aws: Aws, ids: readonly string[], abortSignal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  await client.send(new sdk.StopInstancesCommand({ InstanceIds: [...ids] }), { abortSignal });
}

async function terminate(aws: Aws, ids: readonly string[], abortSignal: AbortSignal): Promise<void> {
  const { client, sdk } = await aws.ec2();
  try {
    await client.send(new sdk.TerminateInstancesCommand({ InstanceIds: [...ids] }), { abortSignal });
  } catch (error) {
    // AWS refuses the whole call when one of them is gone already: the others are ended one by one.
    if (!isNotFound(error)) throw error;
    if (ids.length > 1) for (const id of ids) await terminate(aws, [id], abortSignal);
  }
}

/** A request that is to last starts another instance when one has ended, and that costs. */
async function cancelLasting(aws: Aws, requests: readonly string[], abortSignal: AbortSignal): Promise<void> {
  if (requests.length === 0) return;
  const { client, sdk } = await aws.ec2();
  const look = new sdk.DescribeSpotInstanceRequestsCommand({
    Filters: [
      { Name: 'spot-instance-request-id', Values: [...requests] },
      { Name: 'type', Values: ['persistent'] },
    ],
  });
  const { SpotInstanceRequests: found = [] } = await client.send(look, { abortSignal });
  const SpotInstanceRequestIds = found.map(({ SpotInstanceRequestId = '' }) => SpotInstanceRequestId);
  if (SpotInstanceRequestIds.length > 0)
    await client.send(new sdk.CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds }), { abortSignal });
}

/** What `moveInstances` needs of instances that are to end. */
export function endOf(some: readonly Instance[]): Pick<Move, 'ids' | 'requests' | 'to'> {
  const requests = some.map((one) => one.spot_instance_request_id).filter((id) => id !== '');
  return { ids: some.map(({ instance_id }) => instance_id), requests, to: 'terminated' };
}

export const moveInstances = defineAwsChange({
  name: 'move instances',
  describe: ({ to, ids }: Move) => `${words[to]} instances ${ids.join(', ')}`,
  act: ({ to, ids, requests = [], wait, seconds }, aws, signal) =>
    forgettingInstances(aws, async () => {
      if (to === 'running') await start(aws, ids, signal);
      else if (to === 'terminated') {
        await cancelLasting(aws, requests, signal);
        await terminate(aws, ids, signal);
      } else await stop(aws, ids, signal);
      if (to === 'restarted') {
        await waitForState(aws, ids, 'stopped', seconds, signal);
        await start(aws, ids, signal);
      }
      if (wait) await waitForState(aws, ids, to === 'restarted' ? 'running' : to, seconds, signal);
    }),
  effects: [
    changesTo(instances, ({ ids, to }: Move, found) =>
      found.map((one) =>
        ids.includes(one.instance_id) ? inState(one, to === 'restarted' ? 'running' : to) : one,
      ),
    ),
  ],
});

interface WaitForMove {
  readonly access: AwsAccess;
  readonly ids: readonly string[];
  readonly to: Destination;
  readonly seconds: number;
}

/** For instances that an earlier run left on their way. */
export const waitForInstances = defineAwsChange({
  name: 'wait for instances',
  readsOnly: true,
  describe: ({ to, ids }: WaitForMove) => `wait until instances ${ids.join(', ')} are ${to}`,
  act: ({ to, ids, seconds }, aws, signal) => waitForState(aws, ids, to, seconds, signal),
  effects: [
    changesTo(instances, ({ ids, to }: WaitForMove, found, now?: readonly Instance[]) =>
      found.map((one) => {
        if (!ids.includes(one.instance_id)) return one;
        return now?.find(({ instance_id }) => instance_id === one.instance_id) ?? inState(one, to);
      }),
    ),
  ],
});
