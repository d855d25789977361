// Reads objects of a Kubernetes API. Changes nothing.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { list, optional, path, raw, str } from '../engine/module/kinds.ts';
import type { ResultData } from '../engine/module/contract.ts';
import { askObjects } from './shared/kubernetes_api.ts';
import type { KubernetesObject } from './shared/kubernetes_client.ts';

export const k8sInfo = defineModule({
  name: 'k8s_info',
  fullNames: ['kubernetes.core.k8s_info'],
  summary: 'Read objects of a Kubernetes API',
  reach: 'nothing',
  params: {
    kubeconfig: path({ doc: 'Kubeconfig on the control machine' }),
    kind: str({ doc: 'Kind of the objects, as in a manifest' }),
    api_version: optional(str({ aliases: ['api', 'version'] }), 'v1'),
    name: optional(str()),
    namespace: optional(str({ doc: 'Namespace; without it, objects of all namespaces' })),
    label_selectors: optional(list(), []),
    field_selectors: optional(list(), []),
  },
  returns: { resources: raw({ doc: 'The objects, as the API gives them' }) },
  seen: answers<{ objects: readonly KubernetesObject[] }>(),
  probes: (params, seen) =>
    seen.objects
      ? done
      : {
          objects: askObjects({
            kubeconfig: params.kubeconfig,
            apiVersion: params.api_version,
            kind: params.kind,
            ...(params.name === undefined ? {} : { name: params.name }),
            ...(params.namespace === undefined ? {} : { namespace: params.namespace }),
            labels: params.label_selectors,
            fields: params.field_selectors,
          }),
        },
  plan: () => ({ steps: [] }),
  result: (_params, before) => ({
    changed: false,
    resources: before.objects as unknown as ResultData,
  }),
});
