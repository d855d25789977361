import * as assert from 'uvu/assert';
import { overlay } from '../../engine/module/picture.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { k8sNode } from '../../modules/k8s_node.ts';
import { patchObject } from '../../modules/shared/kubernetes_acts.ts';
import { askObjects } from '../../modules/shared/kubernetes_api.ts';
import type { KubernetesObject } from '../../modules/shared/kubernetes_client.ts';
import { describe } from '../support/suite.ts';

const node = (spec: object = {}, labels: object = {}, ready = 'True'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'worker-1', labels },
  spec,
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const pod = (name: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...more },
});
const settings = { kubeconfig: '/k', name: 'worker-1' };
const taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

describe('modules/k8s_node (S0-34)', ({ test }) => {
  checkModule(
    k8sNode,
    [
      {
        name: 'leaves a node that is as wanted',
        params: { ...settings, labels: { a: 1 } },
        seen: { nodes: [node({}, { a: '1' })] },
      },
      {
        name: 'sets and removes labels',
        params: { ...settings, labels: { a: '2', b: null } },
        seen: { nodes: [node({}, { a: '1', b: 'x', c: 'y' })] },
        steps: ['node worker-1: label a, label b'],
      },
      {
        name: 'adds a taint and keeps those of the node lifecycle',
        params: { ...settings, taints: [taint] },
        seen: { nodes: [node({ taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] })] },
        steps: ['node worker-1: taints'],
      },
      {
        name: 'leaves a taint that is there',
        params: { ...settings, taints: [taint] },
        seen: { nodes: [node({ taints: [taint] })] },
      },
      {
        name: 'removes a taint, whatever its value',
        params: { ...settings, taints: [{ ...taint, state: 'absent' }] },
        seen: { nodes: [node({ taints: [{ ...taint, value: 'true' }] })] },
        steps: ['node worker-1: taints'],
      },
      {
        name: 'has no taint to remove',
        params: { ...settings, taints: [{ ...taint, state: 'absent' }] },
        seen: { nodes: [node({ taints: [{ key: taint.key, effect: 'NoExecute' }] })] },
      },
      {
        name: 'cordons',
        params: { ...settings, state: 'cordoned' },
        seen: { nodes: [node()] },
        steps: ['node worker-1: cordon'],
      },
      {
        name: 'uncordons',
        params: { ...settings, state: 'uncordoned' },
        seen: { nodes: [node({ unschedulable: true })] },
        steps: ['node worker-1: uncordon'],
      },
      {
        name: 'drains what eviction moves, and leaves the rest',
        params: { ...settings, state: 'drained' },
        seen: {
          nodes: [node()],
          pods: [pod('web'), pod('agent', { ownerReferences: [{ kind: 'DaemonSet' }] })],
        },
        steps: ['node worker-1: cordon', 'drain node worker-1'],
      },
      {
        name: 'has nothing to drain when only daemons are left',
        params: { ...settings, state: 'drained' },
        seen: {
          nodes: [node({ unschedulable: true })],
          pods: [pod('agent', { ownerReferences: [{ kind: 'DaemonSet' }] })],
        },
      },
      {
        name: 'waits for a node that need not be registered yet, without asking first',
        params: { ...settings, wait: 'registered', wait_timeout: 5 },
        seen: {},
        steps: ['wait until Node worker-1 present'],
      },
      {
        name: 'waits for a node that is not ready yet',
        params: { ...settings, wait: 'ready', labels: { a: '1' } },
        seen: { nodes: [node({}, { a: '1' }, 'False')] },
        steps: ['wait until Node worker-1 ready'],
      },
      {
        name: 'says that there is no such node',
        params: settings,
        seen: { nodes: [] },
        fail: 'there is no node worker-1',
      },
      {
        name: 'removes a node',
        params: { ...settings, state: 'absent' },
        seen: { nodes: [node()] },
        steps: ['delete Node worker-1'],
      },
    ],
    test,
  );

  test('check mode: objects of an API that does not answer stay unknown after a predicted patch', () => {
    const asked = askObjects({ kubeconfig: '/k', apiVersion: 'v1', kind: 'Node', name: 'worker-1' });
    const nothing = { uncertain: [], waitsFor: 'the API' };
    const patch = patchObject({ kubeconfig: '/k', object: node(), patch: {}, what: 'node' });
    assert.equal(overlay(asked, nothing, [patch]), nothing);
  });
});
