// Keeps a node's labels, taints and whether pods may be put on it; drains it; waits for it. The node itself is made by
// its kubelet and only removed here.
import type { Data, Plan, ResultData, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, int, listOf, oneOf, optional, path, str } from '../engine/module/kinds.ts';
import { deleteObject, patchObject } from './shared/kubernetes_acts.ts';
import { askObjects } from './shared/kubernetes_api.ts';
import type { KubernetesObject } from './shared/kubernetes_client.ts';
import { drainNode, evictable } from './shared/kubernetes_drain.ts';
import { isReady } from './shared/kubernetes_objects.ts';
import { waitForObjects } from './shared/kubernetes_wait.ts';

interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: string;
}

/** A taint to keep, or one to remove: with any value then. */
interface TaintWish extends Taint {
  readonly state: 'present' | 'absent';
}

interface NodeSpec {
  readonly unschedulable?: boolean;
  readonly taints?: readonly Taint[];
}

interface Wanted {
  readonly kubeconfig: string;
  readonly name: string;
  readonly state: 'present' | 'cordoned' | 'uncordoned' | 'drained' | 'absent';
  readonly labels: { readonly [key: string]: Data };
  readonly taints: readonly TaintWish[] | undefined;
  readonly wait: 'registered' | 'ready' | undefined;
  readonly wait_timeout: number;
  readonly delete_empty_dir: boolean;
}

const specOf = (node: KubernetesObject): NodeSpec => node['spec'] ?? {};
const labelsOf = (node: KubernetesObject): Readonly<Record<string, string>> =>
  (node.metadata['labels'] ?? {}) as Readonly<Record<string, string>>;

const sameTaint = (a: Taint, b: Taint): boolean =>
  a.key === b.key && a.effect === b.effect && (a.value ?? '') === (b.value ?? '');

/** The labels that differ; an empty value is a label, null removes one. */
function labelPatch(node: KubernetesObject, wanted: Wanted['labels']): Record<string, string | null> {
  const has = labelsOf(node);
  return Object.fromEntries(
    Object.entries(wanted)
      .map(([key, value]) => [key, value === null ? null : String(value as string | number)] as const)
      .filter(([key, value]) => (value === null ? key in has : has[key] !== value)),
  );
}

/** Taints that the wish names replace those with the same key and effect; the node lifecycle's own stay. */
function taintsAfter(node: KubernetesObject, wishes: readonly TaintWish[]): readonly Taint[] | undefined {
  const has = specOf(node).taints ?? [];
  const isSame = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const isRight = (wish: TaintWish): boolean =>
    wish.state === 'present'
      ? has.some((taint) => sameTaint(taint, wish))
      : !has.some((taint) => isSame(taint, wish));
  if (wishes.every(isRight)) return undefined;
  const kept = has.filter((taint) => !wishes.some((wish) => isSame(taint, wish)));
  const wanted = wishes
    .filter(({ state }) => state === 'present')
    .map(({ key, value, effect }) => ({ key, ...(value ? { value } : {}), effect }));
  return [...kept, ...wanted];
}

function changesOf(
  params: Wanted,
  node: KubernetesObject,
): { patch: Data; after: KubernetesObject; what: string } | undefined {
  const labels = labelPatch(node, params.labels);
  const taints = params.taints ? taintsAfter(node, params.taints) : undefined;
  const cordon = { cordoned: true, drained: true, uncordoned: false, present: undefined, absent: undefined }[
    params.state
  ];
  const spec = specOf(node);
  const cordonChanges = cordon !== undefined && cordon !== (spec.unschedulable ?? false);
  const said = [
    ...Object.keys(labels).map((key) => `label ${key}`),
    ...(taints ? ['taints'] : []),
    ...(cordonChanges ? [cordon ? 'cordon' : 'uncordon'] : []),
  ];
  if (said.length === 0) return undefined;
  const specPatch = {
    ...(taints ? { taints: taints as unknown as Data } : {}),
    ...(cordonChanges ? { unschedulable: cordon } : {}),
  };
  const labelsAfter = Object.fromEntries(
    Object.entries({ ...labelsOf(node), ...labels }).filter(([, value]) => value !== null),
  );
  return {
    patch: { metadata: { labels }, spec: specPatch },
    after: { ...node, metadata: { ...node.metadata, labels: labelsAfter }, spec: { ...spec, ...specPatch } },
    what: `node ${params.name}: ${said.join(', ')}`,
  };
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
