// The objects of a cluster's API without what is random or of the moment.
import * as assert from 'uvu/assert';
import type { TestCluster } from './cluster.ts';
import type { Rename } from './shared_names.ts';

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

/** Kinds that say what happens, not what is wanted. */
const fleeting = [
  ...['events', 'events.events.k8s.io'],
  ...['leases.coordination.k8s.io'], // who leads, by random names
  ...['endpoints', 'endpointslices.discovery.k8s.io'], // addresses of pods
  ...['componentstatuses'],
];

/** `KIND NAMESPACE/NAME JSON` of all objects of all kinds. */
export async function clusterObjects(cluster: TestCluster, rename: Rename): Promise<string[]> {
  const kinds = (await ask(cluster, 'api-resources', '--verbs=list', '-o', 'name')).trim().split('\n');
  const wanted = kinds.filter((kind) => !fleeting.includes(kind));
  const answer = await ask(cluster, 'get', wanted.join(','), '--all-namespaces', '-o', 'json');
  const { items } = JSON.parse(answer) as { items: KubernetesObject[] };
  return items.map((item) => rename(item.kind === 'Pod' ? podLine(item) : objectLine(item)));
}

async function ask({ kubectl }: TestCluster, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl(...argv);
  assert.is(code, 0, stderr);
  return stdout;
}

function objectLine(item: KubernetesObject): string {
  const { kind, metadata, status, ...rest } = item;
  const { name, namespace = '', labels, annotations } = metadata;
  const state = kind === 'Node' ? readiness(status) : [];
  return `${kind} ${namespace}/${name} ${sortedJson({ labels, annotations, state, ...rest })}`;
}

/** Pods have random names and stand on either worker. */
function podLine({ metadata, spec, status }: KubernetesObject): string {
  const { containers } = spec as { containers: { image: string }[] };
  const { phase } = status as { phase: string };
  const about = { labels: metadata.labels, images: containers.map(({ image }) => image), phase };
  return `Pod ${metadata.namespace ?? ''} ${sortedJson({ ...about, ready: readiness(status) })}`;
}

function readiness(status: unknown): string[] {
  const { conditions = [] } = status as { conditions?: { type: string; status: string }[] };
  return conditions.filter(({ type }) => type === 'Ready').map(({ status: state }) => state);
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
