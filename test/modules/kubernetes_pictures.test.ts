// What check mode pictures of a Kubernetes API after steps on it: no step hides another, and what controllers do is open.
import * as assert from 'uvu/assert';
import { isUncertain, overlay } from '../../engine/module/picture.ts';
import type { Step } from '../../engine/module/contract.ts';
import { applyObject, deleteObject, patchObject } from '../../modules/shared/kubernetes_acts.ts';
import {
  askObjects,
  askPreview,
  type ListQuestion,
  type Preview,
} from '../../modules/shared/kubernetes_api.ts';
import type { KubernetesObject } from '../../modules/shared/kubernetes_client.ts';
import { verdictsPresent } from '../../modules/shared/kubernetes_verdicts.ts';
import { describe } from '../support/suite.ts';

const kubeconfig = '/k';
const none: Preview = { live: null, applied: null };

function object(kind: string, more: object = {}, metadata: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'shop', ...metadata }, ...more };
}
const map = (data: object, more: object = {}): KubernetesObject =>
  object('ConfigMap', { data, immutable: false, ...more });
const wish = (data: object): KubernetesObject => object('ConfigMap', { data });
const namespace: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

/** What a task that wishes for an object finds to do after these steps. */
function found(wished: KubernetesObject, before: Preview, ...steps: readonly Step[]): string {
  const question = askPreview({ kubeconfig, objects: [wished], force: false });
  const answer = overlay(question, [before], steps);
  if (isUncertain(answer)) return `waits for ${answer.waitsFor}`;
  return verdictsPresent([wished], answer as readonly Preview[])[0]?.op ?? '';
}

const applied = (wished: KubernetesObject, pictured?: KubernetesObject): Step =>
  applyObject({ kubeconfig, object: wished, force: false, ...(pictured ? { pictured } : {}) });

function listed(
  question: Omit<ListQuestion, 'kubeconfig' | 'apiVersion'>,
  ...steps: readonly Step[]
): unknown {
  const answer = overlay(askObjects({ kubeconfig, apiVersion: 'v1', ...question }), [], steps);
  return isUncertain(answer) ? `waits for ${answer.waitsFor}` : answer;
}

describe('pictures of a Kubernetes API', ({ test }) => {
  const [one, two] = [map({ key: 'one' }), map({ key: 'two' })];

  test('an object that two tasks wish otherwise is changed by both', () => {
    const first = applied(wish({ key: 'one' }), one);
    assert.is(found(wish({ key: 'two' }), { live: null, applied: two }, first), 'configured');
    assert.is(found(wish({ key: 'two' }), none, first), 'configured');
    assert.is(found(wish({ key: 'two' }), { live: two, applied: two }, first), 'configured', 'back again');
    assert.is(found(wish({ key: 'one' }), { live: two, applied: one }, first), 'unchanged');
    assert.is(found(wish({ key: 'one' }), none, first), 'unchanged');
    const again = applied(wish({ key: 'two' }), two);
    assert.is(found(wish({ key: 'two' }), { live: null, applied: two }, first, again), 'unchanged');
    assert.is(found(wish({ key: 'one' }), { live: null, applied: one }, first, again), 'configured');
  });

  test('a patch is no reason for a task to be told as done that wishes something else', () => {
    const patched = object('Node', {}, { labels: { role: 'a' } });
    const patch = patchObject({ kubeconfig, object: patched, patch: {}, what: 'label' });
    const live = object('Node', {}, { labels: { role: 'b' } });
    assert.is(found(live, { live, applied: live }, patch), 'configured');
    assert.is(
      found(object('Node', {}, { labels: { role: 'a' } }), { live, applied: patched }, patch),
      'unchanged',
    );
    assert.is(found(object('Node'), { live, applied: live }, patch), 'unchanged');
  });

  test('what is in a namespace goes with it, nobody can say when', () => {
    const gone = deleteObject({ kubeconfig, object: namespace });
    const waits = 'waits for what becomes of Namespace shop';
    assert.is(found(wish({}), { live: map({}), applied: map({}) }, gone), waits);
    assert.is(listed({ kind: 'ConfigMap', namespace: 'shop' }, gone), waits);
    assert.is(listed({ kind: 'ConfigMap' }, gone), waits);
    assert.equal(listed({ kind: 'ConfigMap', namespace: 'other' }, gone), []);
    assert.is(found(object('ConfigMap', {}, { namespace: 'other' }), none, gone), 'created');
    assert.is(found(wish({}), { live: map({}), applied: map({}) }, applied(namespace)), 'unchanged');
  });

  test('pods and what else controllers make are not told after a step on what they are made of', () => {
    const deployment = object('Deployment');
    for (const step of [applied(deployment), deleteObject({ kubeconfig, object: deployment })]) {
      assert.is(listed({ kind: 'Pod' }, step), 'waits for what becomes of Deployment shop/x');
      assert.equal(listed({ kind: 'Service' }, step), []);
    }
    assert.equal(listed({ kind: 'Pod' }, applied(wish({}))), []);
    assert.equal(listed({ kind: 'Pod' }, applied(object('Pod'))), [object('Pod')]);
  });
});
