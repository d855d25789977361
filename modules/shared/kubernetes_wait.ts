// Waiting until objects of a Kubernetes API are there, ready, in a condition, or gone.
import type { Control, ProbeFailure, Step, StepKind } from '../../engine/module/contract.ts';
import { step } from '../../engine/module/probe_identity.ts';
import { targetOf, withClient } from './kubernetes_api.ts';
import type { KubernetesClient, KubernetesObject } from './kubernetes_client.ts';
import { isAwaited, nameOf, type Condition } from './kubernetes_objects.ts';

interface WaitStep {
  readonly kubeconfig: string;
  readonly objects: readonly KubernetesObject[];
  /** ready: as `isReady` says; present: it exists; absent: it is gone. */
  readonly until: 'ready' | 'present' | 'absent';
  /** With ready: this condition instead. */
  readonly condition?: Condition;
  readonly timeoutSeconds: number;
}

async function isReached(
  client: KubernetesClient,
  object: KubernetesObject,
  { until, condition }: Pick<WaitStep, 'until' | 'condition'>,
): Promise<boolean> {
  const path = await client.objectPath(object);
  const reply = path === undefined ? { status: 404, body: null } : await client.request('GET', path);
  if (until === 'absent') return reply.status === 404;
  if (reply.status !== 200) return false;
  return until === 'present' || isAwaited(reply.body as KubernetesObject, condition);
}

async function waitFor(args: WaitStep, control: Control): Promise<null | ProbeFailure> {
  const end = Date.now() + args.timeoutSeconds * 1000;
  let pending = args.objects;
  let trouble = '';
  while (pending.length > 0) {
    const round = await withClient(args.kubeconfig, control, (client) =>
      Promise.all(pending.map((object) => isReached(client, object, args))),
    );
    if ('failed' in round) trouble = ` (${round.failed})`;
    else pending = pending.filter((_, index) => !round[index]);
    if (pending.length === 0) break;
    if (control.signal.aborted) return { failed: 'interrupted while waiting' };
    if (Date.now() > end) {
      const names = pending.map(nameOf).join(', ');
      return { failed: `not ${args.until} after ${args.timeoutSeconds} s: ${names}${trouble}` };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return null;
}

const waitKind: StepKind<WaitStep, null> = {
  name: 'wait for kubernetes objects',
  target: targetOf,
  readsOnly: true,
  describe: ({ objects, until }) => `wait until ${objects.map(nameOf).join(', ')} ${until}`,
  act: waitFor,
  effects: [],
};

export function waitForObjects(args: WaitStep): Step<null> {
  return step(waitKind, args);
}
