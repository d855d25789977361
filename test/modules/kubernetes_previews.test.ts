// Objects whose namespace is only to be made: what a server says of them where there is a namespace, by answers recorded
// of an API server 1.34, and what is told where it says nothing.
import * as assert from 'uvu/assert';
import { textContent } from '../../engine/module/content.ts';
import type { Control, PlanContext } from '../../engine/module/contract.ts';
import { kubectlApply } from '../../modules/kubectl_apply.ts';
import { applyKind } from '../../modules/shared/kubernetes_acts.ts';
import { applyPreview, type Preview } from '../../modules/shared/kubernetes_api.ts';
import type { ApiReply, KubernetesObject } from '../../modules/shared/kubernetes_client.ts';
import { describe } from '../support/suite.ts';

const kubeconfig = `clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: x}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
const failure = (status: number, message: string, kind: string): ApiReply => ({
  status,
  body: { kind: 'Status', status: 'Failure', message, details: { name: 'x', kind } },
});
const invalid = failure(422, 'Service "x" is invalid: spec.ports[0].port: Invalid value: 0', 'Service');
const forbidden = failure(403, 'pods "x" is forbidden: serviceaccount "own" not found', 'pods');
const noNamespace = failure(404, 'namespaces "new" not found', 'namespaces');
const notThere = failure(404, 'services "x" not found', 'services');
const object: KubernetesObject = {
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', namespace: 'new' } },
};
const taken: ApiReply = { status: 200, body: object };

/** By an API in which `new` is no namespace, `there` and `applied` its answers in `default`. */
async function previewed(there: ApiReply, applied: ApiReply, isKnown = true): Promise<Preview | undefined> {
  const client = {
    objectPath: ({ metadata: { namespace = '' } }: KubernetesObject) =>
      Promise.resolve(isKnown ? `/api/v1/namespaces/${namespace}/services/x` : undefined),
    request: (method: string, path: string) => {
      const here = method === 'GET' ? there : applied;
      return Promise.resolve(path.includes('/default/') ? here : method === 'GET' ? notThere : noNamespace);
    },
  };
  const control = {
    content: () => Promise.resolve(textContent(kubeconfig)),
    client: () => Promise.resolve(client),
    signal: new AbortController().signal,
  } as unknown as Control;
  const asked = { kubeconfig: '/k', objects: [object], force: false };
  const answer = await applyPreview.answer?.(asked, control);
  assert.ok(Array.isArray(answer), JSON.stringify(answer));
  return (answer as readonly Preview[])[0];
}

describe('modules/kubectl_apply in a namespace that is only to be made', ({ test }) => {
  const lacking = { live: null, applied: null, lacksNamespace: true };
  const unchecked = 'its namespace new is not there yet';

  test('its values are validated in the namespace default', async () => {
    assert.equal(await previewed(notThere, taken), lacking);
    const { message: failed } = invalid.body as { readonly message: string };
    assert.equal(await previewed(notThere, invalid), { ...lacking, failed });
  });

  test('what hangs on a namespace, or on an object of that name in default, is told as not validated', async () => {
    assert.equal(await previewed(notThere, forbidden), { ...lacking, unchecked });
    assert.equal(await previewed(taken, invalid), { ...lacking, unchecked });
    assert.equal(await previewed(taken, taken), { ...lacking, unchecked });
    assert.equal(await previewed(notThere, taken, false), {
      ...{ live: null, applied: null, unchecked: 'the API knows no Service of v1 yet' },
    });
  });

  test('check mode warns of it, a run does not', () => {
    const plan = (checkMode: boolean): ReturnType<typeof kubectlApply.plan> =>
      kubectlApply.plan(
        { kubeconfig: '/k', definition: object, state: 'present', force_conflicts: false } as never,
        { previews: [{ live: null, applied: null, lacksNamespace: true, unchecked }] },
        { checkMode } as PlanContext,
      );
    assert.equal(plan(true).warnings, [`Service new/x was not validated: ${unchecked}`]);
    assert.equal(plan(false).warnings, []);
    assert.is(plan(true).steps.length, 1);
  });

  test('a namespace that nothing makes is foretold as the failure that it is', () => {
    const needs = (more: object): readonly (string | undefined)[] =>
      (applyKind.needs?.({ kubeconfig: '/k', object, force: false, ...more }) ?? []).flatMap(({ unmet }) => [
        unmet([] as never),
        unmet([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } }] as never),
      ]);
    assert.equal(needs({}), []);
    assert.equal(needs({ lacksNamespace: true }), ['Service new/x: namespaces "new" not found', undefined]);
  });
});
