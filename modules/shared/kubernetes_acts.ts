// What is done to objects of a Kubernetes API: applied, patched, deleted; and what that does to the answers of check mode.
import type { Data, ProbeFailure, Step, StepKind } from '../../engine/module/contract.ts';
import { effect, step } from '../../engine/module/probe_identity.ts';
import {
  applyPreview,
  fieldManager,
  objectList,
  targetOf,
  withClient,
  type Preview,
} from './kubernetes_api.ts';
import { replyMessage, type KubernetesClient, type KubernetesObject } from './kubernetes_client.ts';
import { isReady, isSameObject, nameOf } from './kubernetes_objects.ts';
import { isSelected } from './kubernetes_selectors.ts';

interface ObjectStep {
  readonly kubeconfig: string;
  readonly object: KubernetesObject;
}

function objectEffects(
  after: (step: ObjectStep, before: Preview) => Preview,
): StepKind<ObjectStep, unknown>['effects'] {
  return [
    effect(applyPreview, {
      touches: (step, probe) => probe.objects.some((object) => isSameObject(object, step.object)),
      predict: (step, probe, answer) =>
        answer?.map((item, index) => {
          const object = probe.objects[index];
          return object && isSameObject(object, step.object) ? after(step, item) : item;
        }),
    }),
    effect(objectList, {
      touches: (step, probe) =>
        probe.kind === step.object.kind &&
        (probe.name === undefined || probe.name === step.object.metadata.name),
      predict: (step, probe, answer) => {
        if (answer === undefined) return undefined;
        const others = answer.filter((object) => !isSameObject(object, step.object));
        const made = after(step, { live: null, applied: step.object }).live;
        return made && isSelected(made, probe) ? [...others, made] : others;
      },
    }),
  ];
}

interface Definition {
  readonly group: string;
  readonly names: { readonly kind: string };
  readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

/** Seconds. Established and in discovery are two things, some moments apart. */
const servedWithin = 30;

/** A definition is only done when objects of its kind can be made: they may be next. */
async function untilServed(
  client: KubernetesClient,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<ProbeFailure | undefined> {
  if (object.kind !== 'CustomResourceDefinition') return undefined;
  const { group, names, versions } = object['spec'] as Definition;
  const served = versions.filter((version) => version.served).map(({ name }) => `${group}/${name}`);
  const path = (await client.objectPath(object)) ?? '';
  for (const end = Date.now() + servedWithin * 1000; Date.now() < end && !signal.aborted;) {
    const { body } = await client.request('GET', path, { signal });
    const paths = await Promise.all(served.map((version) => client.collectionPath(version, names.kind)));
    if (isReady(body as KubernetesObject) && !paths.includes(undefined)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { failed: `${nameOf(object)}: its kind is not served after ${servedWithin} s` };
}

export const applyKind: StepKind<ObjectStep & { readonly force: boolean }, KubernetesObject> = {
  name: 'apply kubernetes object',
  target: targetOf,
  describe: ({ object }) => `apply ${nameOf(object)}`,
  act: (args, control) =>
    withClient(args.kubeconfig, control, async (client) => {
      const path = await client.objectPath(args.object);
      if (path === undefined)
        return { failed: `the API knows no ${args.object.kind} in ${args.object.apiVersion}` };
      const reply = await client.request(
        'PATCH',
        `${path}?fieldManager=${fieldManager}&force=${args.force}`,
        {
          body: args.object,
          contentType: 'application/apply-patch+yaml',
          signal: control.signal,
        },
      );
      if (reply.status >= 300) return { failed: `${nameOf(args.object)}: ${replyMessage(reply)}` };
      return (await untilServed(client, args.object, control.signal)) ?? (reply.body as KubernetesObject);
    }),
  effects: objectEffects((step, before) => {
    const live = before.applied ?? step.object;
    return { live, applied: live };
  }),
};

export function applyObject(args: ObjectStep & { readonly force: boolean }): Step<KubernetesObject> {
  return step(applyKind, args);
}

export const deleteKind: StepKind<ObjectStep, null> = {
  name: 'delete kubernetes object',
  target: targetOf,
  describe: ({ object }) => `delete ${nameOf(object)}`,
  act: (args, control) =>
    withClient(args.kubeconfig, control, async (client) => {
      const path = await client.objectPath(args.object);
      if (path === undefined) return null;
      const body = { propagationPolicy: 'Background' };
      const reply = await client.request('DELETE', path, { body, signal: control.signal });
      if (reply.status < 300 || reply.status === 404) return null;
      return { failed: `${nameOf(args.object)}: ${replyMessage(reply)}` };
    }),
  effects: objectEffects(() => ({ live: null, applied: null })),
};

export function deleteObject(args: ObjectStep): Step<null> {
  return step(deleteKind, args);
}

interface PatchStep extends ObjectStep {
  readonly patch: Data;
  readonly what: string;
}

const patchKind: StepKind<PatchStep, KubernetesObject> = {
  name: 'patch kubernetes object',
  target: targetOf,
  describe: ({ what }) => what,
  act: (args, control) =>
    withClient(args.kubeconfig, control, async (client) => {
      const path = await client.objectPath(args.object);
      if (path === undefined) return { failed: `the API knows no ${args.object.kind}` };
      const reply = await client.request('PATCH', path, {
        body: args.patch,
        contentType: 'application/merge-patch+json',
        signal: control.signal,
      });
      return reply.status < 300
        ? (reply.body as KubernetesObject)
        : { failed: `${nameOf(args.object)}: ${replyMessage(reply)}` };
    }),
  effects: objectEffects((step) => ({ live: step.object, applied: step.object })),
};

/** A JSON merge patch. `object` is the object as it will be. */
export function patchObject(args: PatchStep): Step<KubernetesObject> {
  return step(patchKind, args);
}
