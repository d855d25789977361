// Selectors of labels and fields, as far as check mode must follow them: an object that is about to be made is in the
// lists that would find it.
import type { ListQuestion } from './kubernetes_api.ts';
import type { KubernetesObject } from './kubernetes_client.ts';

interface Term {
  readonly name: string;
  readonly value: string;
  readonly isEqual: boolean;
}

/** `a=b`, `a==b` and `a!=b`; other forms are none of these. */
function termOf(text: string): Term | undefined {
  const [, name = '', mark, value = ''] = /^([^=!]+)(==?|!=)(.*)$/.exec(text) ?? [];
  return mark === undefined ? undefined : { name, value, isEqual: mark !== '!=' };
}

const isMet = (term: Term | undefined, found: unknown): boolean =>
  term === undefined || ((found ?? '') === term.value) === term.isEqual;

/** The value at `spec.nodeName`. */
function fieldAt(object: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], object);
}

/** The value of `KEY=VALUE` selectors that all hold for this object. A form that is not known counts as held. */
export function hasLabels(object: KubernetesObject, selectors: readonly string[]): boolean {
  const labels = (object.metadata['labels'] ?? {}) as Readonly<Record<string, unknown>>;
  const terms = selectors.flatMap((text) => text.split(',')).map(termOf);
  return terms.every((term) => isMet(term, term && labels[term.name]));
}

export function isSelected(object: KubernetesObject, question: ListQuestion): boolean {
  const { namespace, labels = [], fields = [] } = question;
  const isPlaced = object.metadata.namespace === undefined || namespace === undefined;
  if (!isPlaced && object.metadata.namespace !== namespace) return false;
  const terms = fields.flatMap((text) => text.split(',')).map(termOf);
  return hasLabels(object, labels) && terms.every((term) => isMet(term, term && fieldAt(object, term.name)));
}
