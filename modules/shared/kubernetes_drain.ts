// Draining a node: its pods are asked to leave by the eviction API, which respects disruption budgets.
import type { Control, ProbeFailure, Step, StepKind } from '../../engine/module/contract.ts';
import { effect, step } from '../../engine/module/probe_identity.ts';
import { clientOf, objectList } from './kubernetes_api.ts';
import { replyMessage, type KubernetesClient, type KubernetesObject } from './kubernetes_client.ts';

export interface DrainStep {
  readonly kubeconfig: string;
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly deleteEmptyDir: boolean;
}

interface PodSpec {
  readonly volumes?: readonly { readonly emptyDir?: unknown }[];
}

/** Pods that eviction moves: not those of a DaemonSet, nor mirrors of static pods, nor finished ones. */
export function evictable(pods: readonly KubernetesObject[]): KubernetesObject[] {
  return pods.filter((pod) => {
    const owners = (pod.metadata['ownerReferences'] ?? []) as readonly { readonly kind: string }[];
    const annotations = (pod.metadata['annotations'] ?? {}) as Readonly<Record<string, string>>;
    const phase = (pod['status'] as { readonly phase?: string } | undefined)?.phase;
    if (owners.some((owner) => owner.kind === 'DaemonSet' || owner.kind === 'Node')) return false;
    return !('kubernetes.io/config.mirror' in annotations) && phase !== 'Succeeded' && phase !== 'Failed';
  });
}

async function podsOf(client: KubernetesClient, node: string): Promise<KubernetesObject[]> {
  const reply = await client.request(
    'GET',
    `/api/v1/pods?fieldSelector=spec.nodeName=${encodeURIComponent(node)}`,
  );
  if (reply.status !== 200) throw new Error(replyMessage(reply));
  return evictable((reply.body as { readonly items: readonly KubernetesObject[] }).items);
}

/** Asks one pod to leave. 429 means that a disruption budget forbids it now: it is asked again. */
async function evict(client: KubernetesClient, pod: KubernetesObject): Promise<string | undefined> {
  const { name, namespace = 'default' } = pod.metadata;
  const reply = await client.request('POST', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
  });
  return reply.status < 300 || reply.status === 404 || reply.status === 429 ? undefined : replyMessage(reply);
}

async function drain(args: DrainStep, control: Control): Promise<{ evicted: number } | ProbeFailure> {
  const client = await clientOf(args.kubeconfig, control);
  if ('failed' in client) return client;
  const end = Date.now() + args.timeoutSeconds * 1000;
  const asked = new Set<string>();
  for (;;) {
    const pods = await podsOf(client, args.name);
    if (pods.length === 0) return { evicted: asked.size };
    const holding = pods.find((pod) => (pod['spec'] as PodSpec).volumes?.some((volume) => volume.emptyDir));
    if (holding && !args.deleteEmptyDir)
      return { failed: `pod ${holding.metadata.name} holds data in an emptyDir volume` };
    for (const pod of pods.filter((item) => item.metadata.deletionTimestamp === undefined)) {
      const refused = await evict(client, pod);
      if (refused !== undefined) return { failed: `pod ${pod.metadata.name} cannot be evicted: ${refused}` };
      asked.add(`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`);
    }
    const names = pods.map((pod) => pod.metadata.name).join(', ');
    if (control.signal.aborted) return { failed: 'interrupted while draining' };
    if (Date.now() > end) return { failed: `pods still there after ${args.timeoutSeconds} s: ${names}` };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const drainKind: StepKind<DrainStep, { evicted: number }> = {
  name: 'drain node',
  target: (args) => `api:${args.kubeconfig}`,
  describe: ({ name }) => `drain node ${name}`,
  act: drain,
  effects: [
    effect(objectList, {
      touches: (step, probe) =>
        probe.kind === 'Pod' && probe.fields?.includes(`spec.nodeName=${step.name}`) === true,
      predict: (_step, _probe, answer) => {
        if (answer === undefined) return undefined;
        const leaving = evictable(answer);
        return answer.filter((pod) => !leaving.includes(pod));
      },
    }),
  ],
};

export function drainNode(args: DrainStep): Step<{ evicted: number }> {
  return step(drainKind, args);
}
