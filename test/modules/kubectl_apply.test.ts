import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { bytesContent } from '../../engine/module/content.ts';
import type { Control } from '../../engine/module/contract.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { kubectlApply } from '../../modules/kubectl_apply.ts';
import type { KubernetesObject } from '../../modules/shared/kubernetes_client.ts';
import { manifestFiles } from '../../modules/shared/kubernetes_manifests.ts';
import { inApplyOrder, isReady, shownText } from '../../modules/shared/kubernetes_objects.ts';
import { describe } from '../support/suite.ts';

const object = (kind: string, more: object = {}, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', ...metadata },
  ...more,
});
const settings = { kubeconfig: '/k' };
const map = object('ConfigMap', { data: { a: '1' } });
const job = object('Job', {
  status: { conditions: [{ type: 'Suspended', status: 'False', reason: 'JobResumed' }] },
});
const served = { uid: '1', resourceVersion: '7', managedFields: [], creationTimestamp: 'then' };

describe('modules/kubectl_apply', ({ test }) => {
  checkModule(
    kubectlApply,
    [
      {
        name: 'applies what is not there',
        params: { ...settings, definition: map },
        seen: { previews: [{ live: null, applied: map }] },
        steps: ['apply ConfigMap x'],
        result: { objects: [{ kind: 'ConfigMap', name: 'x', namespace: null, operation: 'created' }] },
      },
      {
        name: 'leaves an object that the server would not change, whatever it keeps in its own fields',
        params: { ...settings, definition: map },
        seen: {
          previews: [
            {
              live: object('ConfigMap', { data: { a: '1' } }, served),
              applied: object('ConfigMap', { data: { a: '1' } }, { ...served, resourceVersion: '8' }),
            },
          ],
        },
        result: { objects: [{ kind: 'ConfigMap', name: 'x', namespace: null, operation: 'unchanged' }] },
      },
      {
        name: 'applies what differs',
        params: { ...settings, definition: map },
        seen: { previews: [{ live: object('ConfigMap', { data: { a: '0' } }), applied: map }] },
        steps: ['apply ConfigMap x'],
        result: { objects: [{ kind: 'ConfigMap', name: 'x', namespace: null, operation: 'configured' }] },
      },
      {
        name: 'takes YAML as text, with several documents and a list in it',
        params: {
          ...settings,
          definition: `---\napiVersion: v1\nkind: List\nitems:\n- ${JSON.stringify(map)}\n---\n${JSON.stringify(object('Secret'))}\n`,
        },
        seen: {
          previews: [
            { live: null, applied: map },
            { live: null, applied: object('Secret') },
          ],
        },
        steps: ['apply ConfigMap x', 'apply Secret x'],
      },
      {
        name: 'takes what files hold',
        params: { ...settings, src: 'objects' },
        seen: {
          manifests: [object('Pod'), map],
          previews: [
            { live: null, applied: map },
            { live: null, applied: null },
          ],
        },
        steps: ['apply ConfigMap x', 'apply Pod x'],
      },
      {
        name: 'says where text is no YAML',
        params: { ...settings, definition: 'a: [' },
        seen: { previews: [] },
        fail: /definition line 1: /,
      },
      {
        name: 'says what the server refuses',
        params: { ...settings, definition: map },
        seen: { previews: [{ live: null, applied: null, failed: 'conflict with "kubectl"' }] },
        fail: 'ConfigMap conflict with "kubectl"',
      },
      {
        name: 'refuses a definition that is no object',
        params: { ...settings, definition: [map, { kind: 'Pod' }] },
        seen: { previews: [] },
        fail: 'definition 2 has no apiVersion, kind and metadata.name',
      },
      {
        name: 'removes what is there and waits until it is gone',
        params: { ...settings, definition: map, state: 'absent', wait: true, wait_timeout: 9 },
        seen: { previews: [{ live: map, applied: map }] },
        steps: ['delete ConfigMap x', 'wait until ConfigMap x absent'],
      },
      {
        name: 'waits for a condition that an object that is as wanted has not yet',
        params: {
          ...settings,
          definition: job,
          wait: true,
          wait_timeout: 9,
          wait_condition: { type: 'Complete' },
        },
        seen: { previews: [{ live: job, applied: job }] },
        steps: ['wait until Job x ready'],
      },
      {
        name: 'does not wait for a condition that holds',
        params: {
          ...settings,
          definition: job,
          wait: true,
          wait_condition: { type: 'Suspended', status: 'False', reason: 'JobResumed' },
        },
        seen: { previews: [{ live: job, applied: job }] },
      },
      {
        name: 'has nothing to remove',
        params: { ...settings, definition: map, state: 'absent' },
        seen: { previews: [{ live: null, applied: map }] },
      },
    ],
    test,
  );

  test('a folder’s manifests are read in the order of their names, other files left alone', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-manifests-'));
    writeFileSync(path.join(folder, 'b.yaml'), '---\na: 2\n---\n---\na: 3\n');
    writeFileSync(path.join(folder, 'a.json'), '{"a": 1}');
    writeFileSync(path.join(folder, 'notes.txt'), 'a: 9');
    const control = {
      find: (_: string, name: string) => (name === 'here' ? folder : undefined),
      content: (place: string) => Promise.resolve(bytesContent(readFileSync(place))),
    } as unknown as Control;
    const ask = (name: string): unknown => manifestFiles.answer?.({ name }, control);
    assert.equal(await ask('here'), [{ a: 1 }, { a: 2 }, { a: 3 }]);
    assert.equal(await ask('there'), { failed: 'Cannot find there on the control machine', notYet: true });
    writeFileSync(path.join(folder, 'c.yml'), 'a: [');
    assert.match(((await ask('here')) as { failed: string }).failed, 'c.yml line 1: ');
    rmSync(folder, { recursive: true });
  });

  test('objects come in the order in which each finds what it needs', () => {
    const kinds = ['Deployment', 'Service', 'ConfigMap', 'Namespace', 'ClusterRoleBinding', 'ClusterRole'];
    assert.equal(
      inApplyOrder(kinds.map((kind) => ({ kind }))).map(({ kind }) => kind),
      ['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'ConfigMap', 'Service', 'Deployment'],
    );
  });

  test('a diff never shows the data of a Secret', () => {
    const text = shownText(object('Secret', { data: { password: 'aHVudGVyMg==' } })) ?? '';
    assert.not.match(text, 'aHVudGVyMg');
    assert.match(text, 'password');
  });

  test('a deployment is ready when its newest pods are all available', () => {
    const status = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
    const deployment = (changed: object): KubernetesObject =>
      object('Deployment', { spec: { replicas: 3 }, status: { ...status, ...changed } }, { generation: 2 });
    assert.ok(isReady(deployment({})));
    assert.not(isReady(deployment({ availableReplicas: 2 })));
    assert.not(isReady(deployment({ observedGeneration: 1 })));
    assert.not(isReady(deployment({ replicas: 4 })));
  });
});
