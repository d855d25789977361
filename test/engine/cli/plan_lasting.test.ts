// What a saved plan is held to: all that a user says, whatever it is called, and nothing that is true of the moment only.
import * as assert from 'uvu/assert';
import { StepDigests } from '../../../engine/cli/plan/step_digests.ts';
import { canonical } from '../../../engine/module/probe_identity.ts';
import type { ForeseenStep } from '../../../engine/run/execution.ts';
import { applyObject, patchObject } from '../../../modules/shared/kubernetes_acts.ts';
import { askPreview } from '../../../modules/shared/kubernetes_api.ts';
import type { KubernetesObject } from '../../../modules/shared/kubernetes_client.ts';
import { describe } from '../../support/suite.ts';

const digests = new StepDigests('key');

function settings(data: object, metadata: object = {}, more: object = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', ...metadata }, data, ...more };
}

function applied(live: KubernetesObject | null, object: KubernetesObject, isPictured = false): ForeseenStep {
  const args = { kubeconfig: 'admin', object, force: false };
  const probe = askPreview({ ...args, objects: [object] });
  const [before, after] = [[{ live, applied: object }], [{ live: object, applied: object }]];
  const touched = [{ probe, before, after, isPictured }];
  return { step: applyObject(args), touched } as unknown as ForeseenStep;
}

const names = ['status', 'properties', 'links', 'device', 'generation', 'options', 'files', 'pictured'];

describe('cli/plan: what a step is held to', ({ test }) => {
  for (const name of names)
    test(`the key ${name} of an object, a label and a schema`, () => {
      const [one, other] = [{ [name]: 'one' }, { [name]: 'other' }];
      const was = settings(one);
      assert.is.not(
        digests.inputs(applied(was, settings(one))),
        digests.inputs(applied(was, settings(other))),
      );
      const before = (data: object): string | null => digests.before(applied(settings(data), was), false);
      assert.is.not(before(one), before(other));
      assert.is(before(one), before({ ...one }));
      const label = (labels: object): string => {
        const patch = canonical({ metadata: { labels } }) as never;
        const step = patchObject({ kubeconfig: 'admin', object: was, patch, what: 'label' });
        return digests.inputs({ step, touched: [] } as unknown as ForeseenStep);
      };
      assert.is.not(label(one), label(other));
    });

  test('an object that an earlier step makes is held to its name: what the API adds to it only a run tells', () => {
    const wish = settings({ key: 'value' });
    const before = (live: KubernetesObject | null): string | null =>
      digests.before(applied(live, wish, true), true);
    const made = settings({ key: 'old' }, { uid: '1', namespace: undefined }, { immutable: false });
    assert.is(before(settings({ key: 'old' })), before(made));
    assert.is.not(before(made), before(null));
    assert.is.not(before(made), before({ ...made, metadata: { name: 'other' } }));
  });

  test('not what a dry run said, which knows nothing of an object in a namespace that an earlier step makes', () => {
    const wish = settings({ key: 'value' });
    const before = (applied: KubernetesObject | null): string | null => {
      const probe = askPreview({ kubeconfig: 'admin', objects: [wish], force: false });
      const touched = [{ probe, before: [{ live: null, applied }], after: [], isPictured: false }];
      const step = applyObject({ kubeconfig: 'admin', object: wish, force: false });
      return digests.before({ step, touched } as unknown as ForeseenStep, false);
    };
    assert.is(before(null), before(wish));
  });

  test('not what the API writes by itself', () => {
    const wish = settings({ key: 'value' });
    const live = (version: string, phase: string): KubernetesObject =>
      settings({ key: 'old' }, { resourceVersion: version, generation: version }, { status: { phase } });
    const [one, other] = [applied(live('1', 'new'), wish), applied(live('2', 'old'), wish)];
    assert.is(digests.before(one, false), digests.before(other, false));
    assert.is(digests.inputs(one), digests.inputs(other));
  });
});
