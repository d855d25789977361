// What a server-side dry run would change, and whether an object is in the condition that people wait for.
import type { KubernetesObject } from './kubernetes_client.ts';

// Kept by the server; they differ from one answer to the next without anybody's wish.
const serverFields = [
  'managedFields',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'uid',
  'selfLink',
];

/** The object as people mean it: without status and what the server writes into metadata. */
export function wishOf(object: KubernetesObject): unknown {
  const metadata = Object.entries(object.metadata).filter(([key]) => !serverFields.includes(key));
  const fields = Object.entries(object).filter(([key]) => key !== 'status');
  return sorted({ ...Object.fromEntries(fields), metadata: Object.fromEntries(metadata) });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/** For people: `ConfigMap shop/settings`. */
export const nameOf = ({ kind, metadata: { namespace, name } }: KubernetesObject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** A namespaced object that names no namespace stands in `default`. */
export const isSameObject = (a: KubernetesObject, b: KubernetesObject): boolean =>
  a.kind === b.kind &&
  a.metadata.name === b.metadata.name &&
  (a.metadata.namespace ?? 'default') === (b.metadata.namespace ?? 'default');

export function sameWish(a: KubernetesObject, b: KubernetesObject): boolean {
  return JSON.stringify(wishOf(a)) === JSON.stringify(wishOf(b));
}

// Namespaces and definitions come first, then who may do what, then what others refer to, then workloads.
const order = [
  'Namespace',
  'CustomResourceDefinition',
  'StorageClass',
  'PriorityClass',
  'ServiceAccount',
  'ClusterRole',
  'Role',
  'ClusterRoleBinding',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Service',
];

/** Objects in an order in which each finds what it needs; equal kinds keep theirs. */
export function inApplyOrder<T extends { readonly kind: string }>(objects: readonly T[]): T[] {
  const rank = (kind: string): number => {
    const found = order.indexOf(kind);
    return found === -1 ? order.length : found;
  };
  return [...objects].sort((a, b) => rank(a.kind) - rank(b.kind));
}

/** A line of an object's status.conditions. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
}

interface Status {
  readonly conditions?: readonly Condition[];
  readonly phase?: string;
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly desiredNumberScheduled?: number;
  readonly numberReady?: number;
  readonly updatedNumberScheduled?: number;
  readonly succeeded?: number;
}

function holds(status: Status, type: string): boolean {
  return (
    status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
  );
}

/** Whether the object does what it is for: pods ready, deployment rolled out, definition established. */
export function isReady(object: KubernetesObject): boolean {
  const status = (object['status'] ?? {}) as Status;
  const spec = (object['spec'] ?? {}) as { replicas?: number; completions?: number };
  const observed = (status.observedGeneration ?? 0) >= (object.metadata.generation ?? 0);
  const replicas = spec.replicas ?? 1;
  switch (object.kind) {
    case 'Pod':
      return status.phase === 'Succeeded' || holds(status, 'Ready');
    case 'Deployment':
      return (
        observed &&
        (status.updatedReplicas ?? 0) >= replicas &&
        (status.availableReplicas ?? 0) >= replicas &&
        (status.replicas ?? 0) <= Math.max(replicas, status.updatedReplicas ?? 0)
      );
    case 'StatefulSet':
      return observed && (status.readyReplicas ?? 0) >= replicas;
    case 'DaemonSet':
      return (
        observed &&
        status.desiredNumberScheduled !== undefined &&
        (status.numberReady ?? 0) >= status.desiredNumberScheduled &&
        (status.updatedNumberScheduled ?? 0) >= status.desiredNumberScheduled
      );
    case 'Job':
      return (status.succeeded ?? 0) >= (spec.completions ?? 1);
    case 'CustomResourceDefinition':
      return holds(status, 'Established');
    case 'Namespace':
      return status.phase === 'Active';
    case 'Node':
      return holds(status, 'Ready');
    default:
      return true;
  }
}

/** In the condition that was asked for; without one, ready. */
export function isAwaited(object: KubernetesObject, condition: Condition | undefined): boolean {
  if (!condition) return isReady(object);
  const { conditions = [] } = (object['status'] ?? {}) as Status;
  return conditions.some(
    ({ type, status, reason }) =>
      type === condition.type &&
      status === condition.status &&
      (condition.reason === undefined || reason === condition.reason),
  );
}
