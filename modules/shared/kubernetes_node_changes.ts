// What differs between a node and a wish: labels, taints, whether pods may be put on it; and the patch that mends it.
import type { Data } from '../../engine/module/contract.ts';
import { dataText } from '../../engine/module/data.ts';
import type { KubernetesObject } from './kubernetes_client.ts';

interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: string;
}

/** A taint to keep, or one to remove: with any value then. */
export interface TaintWish extends Taint {
  readonly state: 'present' | 'absent';
}

interface NodeSpec {
  readonly unschedulable?: boolean;
  readonly taints?: readonly Taint[];
}

export interface NodeWish {
  readonly name: string;
  readonly state: 'present' | 'cordoned' | 'uncordoned' | 'drained' | 'absent';
  readonly labels: { readonly [key: string]: Data };
  readonly taints: readonly TaintWish[] | undefined;
}

const specOf = (node: KubernetesObject): NodeSpec => node['spec'] ?? {};
const labelsOf = (node: KubernetesObject): Readonly<Record<string, string>> =>
  (node.metadata['labels'] ?? {}) as Readonly<Record<string, string>>;

const sameTaint = (a: Taint, b: Taint): boolean =>
  a.key === b.key && a.effect === b.effect && (a.value ?? '') === (b.value ?? '');

/** The labels that differ; an empty value is a label, null removes one. */
function labelPatch(node: KubernetesObject, wanted: NodeWish['labels']): Record<string, string | null> {
  const has = labelsOf(node);
  return Object.fromEntries(
    Object.entries(wanted)
      .map(([key, value]) => [key, value === null ? null : dataText(value)] as const)
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

export function changesOf(
  params: NodeWish,
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
