// Keeps Kubernetes objects as manifests say, by server-side apply. The server itself tells by dry run what would
// change, so defaults that it fills in are no difference. Objects that another owner fights over fail unless forced.
import type { Data, Difference, Plan, ResultData } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, int, oneOf, optional, path, raw, str } from '../engine/module/kinds.ts';
import { toData } from '../engine/module/data.ts';
import {
  applyObject,
  askPreview,
  deleteObject,
  waitForObjects,
  type Preview,
} from './shared/kubernetes_api.ts';
import type { KubernetesObject } from './shared/kubernetes_client.ts';
import { askManifests, flat, manifestsIn } from './shared/kubernetes_manifests.ts';
import { inApplyOrder, isAwaited, sameWish, shownText, type Condition } from './shared/kubernetes_objects.ts';

type Raw = Parameters<typeof toData>[0];

interface Wanted {
  readonly kubeconfig: string;
  readonly definition: Raw | undefined;
  readonly src: string | undefined;
  readonly namespace: string | undefined;
  readonly force_conflicts: boolean;
  readonly state: 'present' | 'absent';
  readonly wait: boolean;
  readonly wait_timeout: number;
  readonly wait_condition: Condition | undefined;
}

function isObject(item: Data): boolean {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return false;
  const { apiVersion, kind, metadata } = item as { readonly [key: string]: Data | undefined };
  const name = (metadata as { readonly name?: unknown } | null | undefined)?.name;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof name === 'string';
}

interface Seen {
  /** Of `src`. */
  readonly manifests?: readonly Data[];
  readonly previews: readonly Preview[];
}

function itemsOf(params: Wanted, { manifests }: Partial<Seen>): readonly Data[] | string {
  if (params.definition === undefined) return manifests ?? [];
  const data = toData(params.definition);
  return typeof data === 'string' ? manifestsIn(data, 'definition') : flat([data]);
}

/** The manifests as objects, in the order of application; a message when one is none. */
function objectsOf(params: Wanted, seen: Partial<Seen>): readonly KubernetesObject[] | string {
  const items = itemsOf(params, seen);
  if (typeof items === 'string') return items;
  const wrong = items.findIndex((item: Data) => !isObject(item));
  if (wrong !== -1)
    return `${params.src ?? 'definition'} ${wrong + 1} has no apiVersion, kind and metadata.name`;
  const objects = items as unknown as readonly KubernetesObject[];
  const { namespace } = params;
  const placed = objects.map((object) =>
    namespace === undefined || object.metadata.namespace !== undefined
      ? object
      : { ...object, metadata: { ...object.metadata, namespace } },
  );
  return params.state === 'absent' ? inApplyOrder(placed).reverse() : inApplyOrder(placed);
}

function differenceOf(object: KubernetesObject, seen: Preview, absent: boolean): Difference {
  const after = absent ? null : (seen.applied ?? object);
  return {
    header: `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
    before: shownText(seen.live),
    after: shownText(after),
  };
}

function planPresent(
  params: Wanted,
  objects: readonly KubernetesObject[],
  previews: readonly Preview[],
): Plan {
  const failed = previews.findIndex((preview) => preview.failed !== undefined);
  if (failed !== -1)
    return { steps: [], fail: `${objects[failed]?.kind ?? ''} ${previews[failed]?.failed ?? ''}` };
  const changed = objects.flatMap((object, index) => {
    const seen = previews[index] ?? { live: null, applied: null };
    return seen.live && seen.applied && sameWish(seen.live, seen.applied) ? [] : [{ object, seen }];
  });
  const pending = objects.filter((_, index) => {
    const live = previews[index]?.live;
    return !live || !isAwaited(live, params.wait_condition);
  });
  const { kubeconfig, force_conflicts: force } = params;
  const awaited = changed.length > 0 ? objects : pending;
  return {
    steps: [
      ...changed.map(({ object }) => applyObject({ kubeconfig, object, force })),
      ...(params.wait && awaited.length > 0
        ? [
            waitForObjects({
              kubeconfig,
              objects: awaited,
              until: 'ready',
              ...(params.wait_condition ? { condition: params.wait_condition } : {}),
              timeoutSeconds: params.wait_timeout,
            }),
          ]
        : []),
    ],
    differences: changed.map(({ object, seen }) => differenceOf(object, seen, false)),
  };
}

function planAbsent(
  params: Wanted,
  objects: readonly KubernetesObject[],
  previews: readonly Preview[],
): Plan {
  const present = objects.flatMap((object, index) => {
    const seen = previews[index];
    return seen?.live ? [{ object, seen }] : [];
  });
  const { kubeconfig } = params;
  const gone = present.map(({ object }) => object);
  return {
    steps: [
      ...present
        .filter(({ seen }) => seen.live?.metadata.deletionTimestamp === undefined)
        .map(({ object }) => deleteObject({ kubeconfig, object })),
      ...(params.wait && gone.length > 0
        ? [
            waitForObjects({
              kubeconfig,
              objects: gone,
              until: 'absent',
              timeoutSeconds: params.wait_timeout,
            }),
          ]
        : []),
    ],
    differences: present.map(({ object, seen }) => differenceOf(object, seen, true)),
  };
}

export const kubectlApply = defineModule({
  name: 'kubectl_apply',
  fullNames: ['kubernetes.core.k8s'],
  summary: 'Keep Kubernetes objects as manifests say',
  reach: 'apis',
  params: {
    kubeconfig: path({ doc: 'Kubeconfig on the control machine' }),
    definition: optional(
      raw({ aliases: ['resource_definition'], doc: 'One object, a list of them, or their YAML as text' }),
    ),
    src: optional(str({ doc: 'A file of the control machine, or a folder of them, sought in files/' })),
    namespace: optional(str({ doc: 'Namespace for objects that name none' })),
    state: optional(oneOf('present', 'absent'), 'present'),
    force_conflicts: optional(bool({ doc: 'Take over fields that another owner set' }), false),
    wait: optional(bool({ doc: 'Wait until workloads are ready, or objects are gone' }), false),
    wait_condition: optional(
      dict(
        { doc: 'Wait for this condition of each object instead' },
        { type: str(), status: optional(oneOf('True', 'False', 'Unknown'), 'True'), reason: optional(str()) },
      ),
    ),
    wait_timeout: optional(int({ doc: 'Seconds', minimum: 1 }), 120),
  },
  constraints: { mutuallyExclusive: [['definition', 'src']], requiredOneOf: [['definition', 'src']] },
  returns: {
    objects: raw({ doc: 'Each object with what was done: created, configured, deleted, unchanged' }),
  },
  seen: answers<Seen>(),
  probes: (params, seen) => {
    if (params.src !== undefined && !seen.manifests) return { manifests: askManifests(params.src) };
    const objects = objectsOf(params, seen);
    if (seen.previews || typeof objects === 'string') return done;
    return {
      previews: askPreview({ kubeconfig: params.kubeconfig, objects, force: params.force_conflicts }),
    };
  },
  plan: (params, seen) => {
    const objects = objectsOf(params, seen);
    if (typeof objects === 'string') return { steps: [], fail: objects };
    return params.state === 'absent'
      ? planAbsent(params, objects, seen.previews)
      : planPresent(params, objects, seen.previews);
  },
  result: (params, before) => {
    const objects = objectsOf(params, before);
    if (typeof objects === 'string') return {};
    const operation = (index: number): string => {
      const seen = before.previews[index];
      if (params.state === 'absent') return seen?.live ? 'deleted' : 'unchanged';
      if (!seen?.live) return 'created';
      return seen.applied && sameWish(seen.live, seen.applied) ? 'unchanged' : 'configured';
    };
    const shown: ResultData[] = objects.map((object, index) => ({
      kind: object.kind,
      name: object.metadata.name,
      namespace: object.metadata.namespace ?? null,
      operation: operation(index),
    }));
    return { objects: shown };
  },
});
