// Which objects a task may prune: those of stated kinds that carry its own label.
import type { Probe } from '../../engine/module/contract.ts';
import { dict, list, str, type Parameters } from '../../engine/module/kinds.ts';
import { askObjects } from './kubernetes_api.ts';
import type { KubernetesObject } from './kubernetes_client.ts';
import { hasLabels } from './kubernetes_selectors.ts';

export const pruneParams = {
  selector: list(str(), {
    doc: 'Labels that are this task’s own, KEY=VALUE; its objects must carry them, and others that do are removed',
  }),
  kinds: list(str(), { doc: 'Kinds that may be removed: v1/ConfigMap, apps/v1/Deployment' }),
};

export const pruneKind = dict(
  {
    doc: 'Remove objects of these kinds that carry the label and are no longer named; of `namespace`, or of all',
  },
  pruneParams,
);

export type Prune = Parameters<typeof pruneParams>;

interface ApiKind {
  readonly apiVersion: string;
  readonly kind: string;
}

function apiKind(text: string): ApiKind {
  const at = text.lastIndexOf('/');
  return { apiVersion: text.slice(0, at), kind: text.slice(at + 1) };
}

/** What is wrong with the wish; an object that lost the label would never be pruned, so it is told. */
export function pruneProblem(
  { selector, kinds }: Prune,
  objects: readonly KubernetesObject[],
): string | undefined {
  const noLabel = selector.find((text) => !/^[^=!,\s]+=[^=!,\s]*$/.test(text));
  if (selector.length === 0 || noLabel !== undefined)
    return `prune: selector is ${noLabel ?? 'empty'}, and must be labels of the form KEY=VALUE`;
  const noKind = kinds.find((text) => !/^([^/]+\/)?[^/]+\/[^/]+$/.test(text));
  if (kinds.length === 0 || noKind !== undefined)
    return `prune: kinds is ${noKind ?? 'empty'}, and must be kinds with their version: v1/ConfigMap`;
  const bare = objects.find(
    (object) => kinds.some((text) => isOfKind(object, apiKind(text))) && !hasLabels(object, selector),
  );
  return bare && `${bare.kind} ${bare.metadata.name} does not carry the label ${selector.join(',')} of prune`;
}

const isOfKind = (object: KubernetesObject, { apiVersion, kind }: ApiKind): boolean =>
  object.apiVersion === apiVersion && object.kind === kind;

/** A question for each kind, by the name `prune KIND`. */
export function askPrunable(
  kubeconfig: string,
  { selector, kinds }: Prune,
  namespace: string | undefined,
): { readonly [name: `prune ${string}`]: Probe<readonly KubernetesObject[]> } {
  const place = namespace === undefined ? {} : { namespace };
  return Object.fromEntries(
    kinds.map((text) => [
      `prune ${text}`,
      askObjects({ kubeconfig, ...apiKind(text), ...place, labels: selector, isTold: true }),
    ]),
  );
}
