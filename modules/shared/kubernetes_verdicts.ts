// What is to become of each object that a task names, and of those that are to be pruned: told apart by the server's own
// dry run, so that plan and result say the same.
import type { KubernetesObject } from './kubernetes_client.ts';
import type { Preview } from './kubernetes_api.ts';
import { isSameObject, sameWish } from './kubernetes_objects.ts';

export interface Verdict {
  readonly op: 'created' | 'configured' | 'unchanged' | 'deleted' | 'pruned';
  readonly object: KubernetesObject;
  readonly live: KubernetesObject | null;
  /** The object as it will be; null when it will not be there. */
  readonly after: KubernetesObject | null;
  readonly lacksNamespace?: true;
}

export function verdictsPresent(
  objects: readonly KubernetesObject[],
  previews: readonly Preview[],
): Verdict[] {
  return objects.map((object, index) => {
    const { live, applied, lacksNamespace } = previews[index] ?? { live: null, applied: null };
    const op = !live ? 'created' : applied && sameWish(live, applied) ? 'unchanged' : 'configured';
    return { op, object, live, after: applied ?? object, ...(lacksNamespace ? { lacksNamespace } : {}) };
  });
}

export function verdictsAbsent(
  objects: readonly KubernetesObject[],
  previews: readonly Preview[],
): Verdict[] {
  return objects.map((object, index) => {
    const live = previews[index]?.live ?? null;
    return { op: live ? 'deleted' : 'unchanged', object, live, after: null };
  });
}

/** Found ones that no manifest names go; but not what a controller made, nor what is on its way out. */
export function verdictsPruned(wanted: readonly Verdict[], found: readonly KubernetesObject[]): Verdict[] {
  return found
    .filter(({ metadata }) => metadata['ownerReferences'] === undefined && !metadata.deletionTimestamp)
    .filter((object) => !wanted.some(({ object: named, live }) => isSameObject(live ?? named, object)))
    .map((object) => ({ op: 'pruned', object, live: object, after: null }));
}
