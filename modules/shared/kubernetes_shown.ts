// Kubernetes objects as people read them in a diff: whole, without what the server keeps for itself, and without what a
// Secret holds.
import type { KubernetesObject } from './kubernetes_client.ts';
import { wishOf } from './kubernetes_objects.ts';

type Shown = Record<string, unknown>;

/** Where a Secret's values stand; kubectl leaves a copy of all of them in an annotation. */
const secretFields = ['data', 'stringData'];
const copyOfAll = 'kubectl.kubernetes.io/last-applied-configuration';

const dictOf = (value: unknown): Shown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Shown) : {};

/** Stars for every value; those that are not the same on the other side say so. */
function hidden(values: Shown, others: Shown, side: string): Shown {
  const stars = (key: string, value: unknown): string =>
    key in others && others[key] !== value ? `******** (${side})` : '********';
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, stars(key, value)]));
}

function withoutSecrets(wish: Shown, other: Shown, side: string): Shown {
  const fields = secretFields
    .filter((field) => wish[field] !== undefined)
    .map((field) => [field, hidden(dictOf(wish[field]), dictOf(other[field]), side)] as const);
  const metadata = dictOf(wish['metadata']);
  const annotations = dictOf(metadata['annotations']);
  if (copyOfAll in annotations) metadata['annotations'] = { ...annotations, [copyOfAll]: '********' };
  return { ...wish, metadata, ...Object.fromEntries(fields) };
}

function text(object: KubernetesObject | null, other: KubernetesObject | null, side: string): string | null {
  if (!object) return null;
  const wish = wishOf(object) as Shown;
  const shown =
    object.kind === 'Secret' ? withoutSecrets(wish, other ? (wishOf(other) as Shown) : {}, side) : wish;
  return `${JSON.stringify(shown, null, 2)}\n`;
}

/** Both sides of a change as text. An object that is not there is null. */
export function shownChange(
  before: KubernetesObject | null,
  after: KubernetesObject | null,
): { readonly before: string | null; readonly after: string | null } {
  return { before: text(before, after, 'before'), after: text(after, before, 'after') };
}
