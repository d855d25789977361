// Keeps a node's labels, taints and whether pods may be put on it; drains it; waits for it. The node itself is made by
// its kubelet and only removed here.
import type { Plan, ResultData, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, int, listOf, oneOf, optional, path, str } from '../engine/module/kinds.ts';
import { deleteObject, patchObject } from './shared/kubernetes_acts.ts';
import { askObjects } from './shared/kubernetes_api.ts';
import type { KubernetesObject } from './shared/kubernetes_client.ts';
import { drainNode, evictable } from './shared/kubernetes_drain.ts';
import { changesOf, type NodeWish } from './shared/kubernetes_node_changes.ts';
import { isReady } from './shared/kubernetes_objects.ts';
import { waitForObjects } from './shared/kubernetes_wait.ts';

interface Wanted extends NodeWish {
  readonly kubeconfig: string;
  readonly wait: 'registered' | 'ready' | undefined;
  readonly wait_timeout: number;
  readonly delete_empty_dir: boolean;
}

interface Seen {
  readonly nodes?: readonly KubernetesObject[];
  readonly pods?: readonly KubernetesObject[];
}

/** Nothing of the node is to be changed. */
function onlyWaits({ wait, labels, taints, state }: Wanted): boolean {
  return (
    wait !== undefined && Object.keys(labels).length === 0 && taints === undefined && state === 'present'
  );
}

function planNode(
  params: Wanted,
  node: KubernetesObject | undefined,
  pods: readonly KubernetesObject[],
): Plan {
  const { kubeconfig, name } = params;
  const blank: KubernetesObject = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
  if (params.state === 'absent') return { steps: node ? [deleteObject({ kubeconfig, object: node })] : [] };
  const until = params.wait === 'registered' ? 'present' : 'ready';
  const reached = node !== undefined && (params.wait !== 'ready' || isReady(node));
  const wait: Step[] =
    params.wait === undefined || reached
      ? []
      : [waitForObjects({ kubeconfig, objects: [blank], until, timeoutSeconds: params.wait_timeout })];
  if (!node) {
    if (!params.wait) return { steps: [], fail: `there is no node ${name}` };
    if (onlyWaits(params)) return { steps: wait };
  }
  const change = changesOf(params, node ?? blank);
  return {
    steps: [
      ...wait,
      ...(change
        ? [patchObject({ kubeconfig, object: change.after, patch: change.patch, what: change.what })]
        : []),
      ...(params.state === 'drained' && evictable(pods).length > 0
        ? [
            drainNode({
              kubeconfig,
              name,
              timeoutSeconds: params.wait_timeout,
              deleteEmptyDir: params.delete_empty_dir,
            }),
          ]
        : []),
    ],
  };
}

export const k8sNode = defineModule({
  name: 'k8s_node',
  summary: 'Keep a node’s labels, taints and schedulability; drain it; wait for it',
  reach: 'apis',
  params: {
    kubeconfig: path({ doc: 'Kubeconfig on the control machine' }),
    name: str({ doc: 'Name of the node' }),
    state: optional(oneOf('present', 'cordoned', 'uncordoned', 'drained', 'absent'), 'present'),
    labels: optional(dict({ doc: 'Labels to keep; null removes one' }), {}),
    taints: optional(
      listOf({
        key: str(),
        value: optional(str()),
        effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
        state: optional(oneOf('present', 'absent'), 'present'),
      }),
    ),
    wait: optional(oneOf('registered', 'ready')),
    wait_timeout: optional(int({ doc: 'Seconds', minimum: 1 }), 120),
    delete_empty_dir: optional(bool({ doc: 'Drain pods that hold data in emptyDir volumes too' }), true),
  },
  seen: answers<Seen>(),
  probes: (params, seen) => {
    // The wait looks for itself: what it waits for need not be there yet, and neither need the API.
    if (seen.nodes || onlyWaits(params)) return done;
    const { kubeconfig, name, state } = params;
    return {
      nodes: askObjects({ kubeconfig, apiVersion: 'v1', kind: 'Node', name }),
      ...(state === 'drained'
        ? {
            pods: askObjects({
              kubeconfig,
              apiVersion: 'v1',
              kind: 'Pod',
              fields: [`spec.nodeName=${name}`],
            }),
          }
        : {}),
    };
  },
  plan: (params, seen) => planNode(params, seen.nodes?.[0], seen.pods ?? []),
  result: (params, before): { node: ResultData } => ({
    node: { name: params.name, found: onlyWaits(params) || before.nodes?.[0] !== undefined },
  }),
});
