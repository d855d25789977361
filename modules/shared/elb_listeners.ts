// Listeners of a balancer: one a port, each sending to a target group.
import type { Aws } from '../../aws/clients.ts';
import { isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { pendingId } from './aws_api.ts';
import { given } from './aws_given.ts';

/** Named as in Ansible's results. */
export type Listener = Readonly<{
  listener_arn: string;
  port: number;
  protocol: string;
  target_group_arn: string;
  certificate_arn: string;
  ssl_policy: string;
}>;

export type WishedListener = Omit<Listener, 'listener_arn'>;

export interface ListenerChange {
  readonly add: readonly WishedListener[];
  readonly change: readonly Listener[];
  readonly remove: readonly Listener[];
}

export async function listenersOf(
  aws: Aws,
  LoadBalancerArn: string,
  abortSignal: AbortSignal,
): Promise<readonly Listener[]> {
  const { client, sdk } = await aws.elb();
  const found: Listener[] = [];
  for await (const page of sdk.paginateDescribeListeners({ client }, { LoadBalancerArn }, { abortSignal }))
    for (const one of page.Listeners ?? [])
      found.push({
        listener_arn: one.ListenerArn ?? '',
        port: one.Port ?? 0,
        protocol: one.Protocol ?? '',
        target_group_arn: one.DefaultActions?.[0]?.TargetGroupArn ?? '',
        certificate_arn: one.Certificates?.[0]?.CertificateArn ?? '',
        ssl_policy: one.SslPolicy ?? '',
      });
  return found.sort((one, other) => one.port - other.port);
}

/** What differs; undefined when nothing does. What a wish leaves open (certificate, policy) stays as it is. */
export function listenerChange(
  found: readonly Listener[],
  wished: readonly WishedListener[],
  purge: boolean,
): ListenerChange | undefined {
  const at = (port: number): Listener | undefined => found.find((one) => one.port === port);
  const change = wished.flatMap((one): Listener[] => {
    const there = at(one.port);
    if (!there) return [];
    const wanted = {
      ...there,
      ...one,
      certificate_arn: one.certificate_arn || there.certificate_arn,
      ssl_policy: one.ssl_policy || there.ssl_policy,
    };
    return JSON.stringify(wanted) === JSON.stringify(there) ? [] : [wanted];
  });
  const add = wished.filter(({ port }) => !at(port));
  const isWished = ({ port }: Listener): boolean => wished.some((one) => one.port === port);
  const remove = purge ? found.filter((one) => !isWished(one)) : [];
  return add.length + change.length + remove.length > 0 ? { add, change, remove } : undefined;
}

export function withListenerChange(
  found: readonly Listener[],
  change: ListenerChange | undefined,
): readonly Listener[] {
  if (!change) return found;
  const { add, change: changed, remove } = change;
  return [
    ...found
      .filter((one) => !remove.some(({ port }) => port === one.port))
      .map((one) => changed.find(({ port }) => port === one.port) ?? one),
    ...add.map((one) => ({ ...one, listener_arn: pendingId('listener', String(one.port)) })),
  ].sort((one, other) => one.port - other.port);
}

function inputOf({ port, protocol, target_group_arn, certificate_arn, ssl_policy }: WishedListener): {
  Port: number;
  DefaultActions: { Type: 'forward'; TargetGroupArn: string }[];
} {
  return {
    Port: port,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: target_group_arn }],
    ...given({
      Protocol: protocol,
      Certificates: certificate_arn === '' ? undefined : [{ CertificateArn: certificate_arn }],
      SslPolicy: ssl_policy === '' || certificate_arn === '' ? undefined : ssl_policy,
    }),
  };
}

export async function changeListeners(
  aws: Aws,
  LoadBalancerArn: string,
  { add, change, remove }: ListenerChange,
  abortSignal: AbortSignal,
): Promise<void> {
  const { client, sdk } = await aws.elb();
  const options = { abortSignal };
  for (const { listener_arn: ListenerArn } of remove)
    await client.send(new sdk.DeleteListenerCommand({ ListenerArn }), options);
  for (const one of change)
    await client.send(
      new sdk.ModifyListenerCommand({ ListenerArn: one.listener_arn, ...inputOf(one) }),
      options,
    );
  const once = await aws.elb('once');
  for (const one of add) {
    const isThere = async (): Promise<true | undefined> =>
      (await listenersOf(aws, LoadBalancerArn, abortSignal)).some(({ port }) => port === one.port) ||
      undefined;
    const make = async (): Promise<true> => {
      const command = new once.sdk.CreateListenerCommand({ LoadBalancerArn, ...inputOf(one) });
      await once.client.send(command, options).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      });
      return true;
    };
    await makeOnce(make, isThere, abortSignal);
  }
}
