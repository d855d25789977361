import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { bytesContent, textContent } from '../../engine/module/content.ts';
import type { Control } from '../../engine/module/contract.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { kubectlApply } from '../../modules/kubectl_apply.ts';
import { clientOf } from '../../modules/shared/kubernetes_api.ts';
import type { KubernetesObject } from '../../modules/shared/kubernetes_client.ts';
import { manifestFiles } from '../../modules/shared/kubernetes_manifests.ts';
import { inApplyOrder, isReady, withoutChosen } from '../../modules/shared/kubernetes_objects.ts';
import { isSelected } from '../../modules/shared/kubernetes_selectors.ts';
import { shownChange } from '../../modules/shared/kubernetes_shown.ts';
import { promisedText } from '../../modules/shared/pki_promises.ts';
import { describe } from '../support/suite.ts';

const object = (kind: string, more: object = {}, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', ...metadata },
  ...more,
});
const settings = { kubeconfig: '/k' };
const map = object('ConfigMap', { data: { a: '1' } });
const labelled = (kind: string, name: string, metadata: object = {}): KubernetesObject => ({
  ...object(kind, {}, { name, namespace: 'shop', labels: { app: 'shop' }, ...metadata }),
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
});
const ours = labelled('ConfigMap', 'x');
const made = labelled('ConfigMap', 'made', { ownerReferences: [{ kind: 'Shop' }] });
const leaving = labelled('ConfigMap', 'leaving', { deletionTimestamp: 'now' });
const prune = { selector: 'app=shop', kinds: ['v1/ConfigMap', 'apps/v1/Deployment'] };
const job = object('Job', {
  status: { conditions: [{ type: 'Suspended', status: 'False', reason: 'JobResumed' }] },
});
const same = {
  ...{ op: 'unchanged', kind: 'ConfigMap', name: 'x', namespace: null, resourceVersion: null, diff: null },
};
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
        outcomes: [object('ConfigMap', { data: { a: '1' } }, { ...served, namespace: 'default' })],
        result: {
          objects: [
            {
              ...{ op: 'created', kind: 'ConfigMap', name: 'x', namespace: 'default', resourceVersion: '7' },
              diff: shownChange(null, map),
            },
          ],
        },
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
        result: { objects: [{ ...same, resourceVersion: '7' }] },
      },
      {
        name: 'applies what differs',
        params: { ...settings, definition: map },
        seen: { previews: [{ live: object('ConfigMap', { data: { a: '0' } }), applied: map }] },
        steps: ['apply ConfigMap x'],
        context: { checkMode: true },
        result: {
          objects: [
            { ...same, op: 'configured', diff: shownChange(object('ConfigMap', { data: { a: '0' } }), map) },
          ],
        },
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
        params: { ...settings, src: ['objects', 'more.yml'] },
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
        name: 'prunes what carries its label and is not named, dependents first',
        params: { ...settings, definition: ours, namespace: 'shop', prune, wait: true, wait_timeout: 9 },
        seen: {
          previews: [{ live: ours, applied: ours }],
          'prune v1/ConfigMap': [ours, labelled('ConfigMap', 'old'), made, leaving],
          'prune apps/v1/Deployment': [labelled('Deployment', 'gone')],
        },
        steps: [
          'delete Deployment shop/gone',
          'delete ConfigMap shop/old',
          'wait until Deployment shop/gone, ConfigMap shop/old absent',
        ],
        result: {
          objects: [
            { ...same, namespace: 'shop', op: 'unchanged' },
            {
              ...{ op: 'pruned', kind: 'Deployment', name: 'gone', namespace: 'shop', resourceVersion: null },
              diff: shownChange(labelled('Deployment', 'gone'), null),
            },
            {
              ...{ op: 'pruned', kind: 'ConfigMap', name: 'old', namespace: 'shop', resourceVersion: null },
              diff: shownChange(labelled('ConfigMap', 'old'), null),
            },
          ],
        },
      },
      {
        name: 'prunes nothing without a label',
        params: { ...settings, definition: ours, prune: { ...prune, selector: [] } },
        seen: { previews: [] },
        fail: 'prune: selector is empty, and must be labels of the form KEY=VALUE',
      },
      {
        name: 'prunes by no other form of selector',
        params: { ...settings, definition: ours, prune: { ...prune, selector: ['app in (shop)'] } },
        seen: { previews: [] },
        fail: 'prune: selector is app in (shop), and must be labels of the form KEY=VALUE',
      },
      {
        name: 'wants the version of a kind that may go',
        params: { ...settings, definition: ours, prune: { ...prune, kinds: ['ConfigMap'] } },
        seen: { previews: [] },
        fail: 'prune: kinds is ConfigMap, and must be kinds with their version: v1/ConfigMap',
      },
      {
        name: 'tells an object that it could never prune',
        params: { ...settings, definition: map, prune },
        seen: { previews: [] },
        fail: 'ConfigMap x does not carry the label app=shop of prune',
      },
      {
        name: 'needs to be told label and kinds',
        params: { ...settings, definition: ours, prune: {} },
        refused: [
          'kubectl_apply needs the parameter selector in prune',
          'kubectl_apply needs the parameter kinds in prune',
        ],
      },
      {
        name: 'does not prune what it is told to remove',
        params: { ...settings, definition: ours, prune, state: 'absent' },
        seen: { previews: [], 'prune v1/ConfigMap': [], 'prune apps/v1/Deployment': [] },
        fail: /^prune goes with state present/,
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
    const ask = (name: string): unknown => manifestFiles.answer?.({ names: [name] }, control);
    assert.equal(await ask('here'), [{ a: 1 }, { a: 2 }, { a: 3 }]);
    assert.equal(await ask('there'), { failed: 'Cannot find there on the control machine', notYet: true });
    const twice = await manifestFiles.answer?.({ names: ['here', 'here'] }, control);
    assert.is((twice as unknown[]).length, 6);
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

  test('a diff is whole and never shows what a Secret holds, only which of it changes', () => {
    const secret = (password: string): KubernetesObject => {
      const annotations = {
        'kubectl.kubernetes.io/last-applied-configuration': `{"password":"${password}"}`,
      };
      const data = { password, user: 'cm9vdA==' };
      return object('Secret', { data, type: 'Opaque' }, { annotations, ...served });
    };
    const { before, after } = shownChange(secret('aHVudGVyMg=='), secret('c2VjcmV0'));
    for (const text of [before ?? '', after ?? ''])
      for (const hidden of ['aHVudGVyMg', 'c2VjcmV0', 'cm9vdA']) assert.not.match(text, hidden);
    assert.equal(JSON.parse(after ?? ''), {
      apiVersion: 'v1',
      data: { password: '******** (after)', user: '********' },
      kind: 'Secret',
      metadata: {
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '********' },
        name: 'x',
      },
      type: 'Opaque',
    });
    assert.match(before ?? '', '******** (before)');
  });

  test('a kubeconfig with what are no certificates is told, and check mode waits for the one that a run makes', async () => {
    const kubeconfig = (what: string): string => {
      const data = Buffer.from(what).toString('base64');
      return `apiVersion: v1
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1", certificate-authority-data: ${data}}}]
users: [{name: u, user: {client-certificate-data: ${data}, client-key-data: ${data}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
    };
    for (const [what, told] of [
      ['no PEM', 'kubeconfig /k holds no certificate of an authority, no client certificate, no client key'],
      [
        promisedText('/pki/ca.crt', { bytes: 1 }),
        'only the run makes the keys and certificates of kubeconfig /k',
      ],
    ] as const) {
      const text = kubeconfig(what);
      const control = { content: () => Promise.resolve(textContent(text)) } as unknown as Control;
      const made = await clientOf('/k', control);
      assert.ok('failed' in made);
      assert.is(made.failed, told);
      assert.is(made.notYet, true);
    }
  });

  test('a kubeconfig with another key or token is another client, be it as long as the one before', async () => {
    const identities: string[] = [];
    for (const token of ['first', 'other', 'first']) {
      const text = `apiVersion: v1
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: ${token}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
      const control = {
        content: () => Promise.resolve(textContent(text)),
        client: (identity: string) => Promise.resolve(identities.push(identity)),
      } as unknown as Control;
      await clientOf('/k', control).catch(() => undefined);
    }
    assert.is(identities.length, 3);
    assert.is(identities[0], identities[2]);
    assert.is.not(identities[0], identities[1]);
    assert.not.match(identities.join(' '), /first|other/);
  });

  test('check mode: a list has an object that is about to be made if its selectors would find it', () => {
    const list = { kubeconfig: '/k', apiVersion: 'v1', kind: 'ConfigMap' };
    const isIn = (selectors: object): boolean => isSelected(ours, { ...list, ...selectors });
    assert.ok(
      isIn({ namespace: 'shop', labels: ['app=shop'], fields: ['metadata.name=x,metadata.name!=y'] }),
    );
    assert.ok(isIn({ labels: ['app in (shop)', 'app!=other', 'tier!=front'] }));
    assert.not(isIn({ namespace: 'other' }));
    assert.not(isIn({ labels: ['app=other'] }));
    assert.not(isIn({ fields: ['spec.nodeName=worker-1'] }));
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

  test('of a new object nothing is told that the server chooses anew in each dry run', () => {
    const wish = object('Service', {
      spec: { clusterIP: '10.32.0.10', ports: [{ port: 53 }, { port: 80, nodePort: 30080 }] },
    });
    const applied = object(
      'Service',
      {
        spec: {
          ...{ clusterIP: '10.32.0.10', clusterIPs: ['10.32.0.10'], type: 'NodePort' },
          ports: [
            { port: 53, nodePort: 31234 },
            { port: 80, nodePort: 30080 },
          ],
        },
      },
      { uid: 'u-1' },
    );
    assert.equal(
      withoutChosen(applied, wish),
      object('Service', {
        spec: {
          clusterIP: '10.32.0.10',
          type: 'NodePort',
          ports: [{ port: 53 }, { port: 80, nodePort: 30080 }],
        },
      }),
    );
    const job = object('Job', { spec: { selector: { a: 'u-1' }, parallelism: 1 } }, { uid: 'u-1' });
    assert.equal(
      withoutChosen(job, object('Job')),
      object('Job', { spec: { selector: {}, parallelism: 1 } }),
    );
  });
});
