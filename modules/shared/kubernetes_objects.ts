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

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function withoutText(value: unknown, text: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutText(item, text));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== text);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutText(item, text)]));
}

/** What a server picks for a new Service: another address and other ports in each dry run. */
const chosen = ['clusterIP', 'clusterIPs', 'healthCheckNodePort'];

/**
 * A new object as a dry run tells it, without what the server chooses anew each time: its uid, wherever it stands (a Job's
 * labels), and addresses and ports that nobody wishes.
 */
export function withoutChosen(applied: KubernetesObject, wish: KubernetesObject): KubernetesObject {
  const { uid } = applied.metadata as { readonly uid?: string };
  const object = (uid === undefined ? applied : withoutText(applied, uid)) as KubernetesObject;
  if (object.kind !== 'Service') return object;
  const wished = fieldsOf(fieldsOf(wish)['spec']);
  const spec = Object.entries(fieldsOf(fieldsOf(object)['spec']));
  const kept = Object.fromEntries(spec.filter(([name]) => name in wished || !chosen.includes(name)));
  const ports = [wished['ports'], kept['ports']].map((list) =>
    Array.isArray(list) ? list.map(fieldsOf) : [],
  );
  const [named = [], all = []] = ports;
  const isNamed = (port: Fields): boolean =>
    named.some((one) => one['port'] === port['port'] && one['nodePort'] === port['nodePort']);
  const withPorts = all.map((port) =>
    isNamed(port) ? port : Object.fromEntries(Object.entries(port).filter(([name]) => name !== 'nodePort')),
  );
  return {
    ...object,
    spec: { ...kept, ...(all.length > 0 ? { ports: withPorts } : {}) },
  };
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
