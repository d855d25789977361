// What is done to objects of a Kubernetes API: applied, patched, deleted; and what that does to the answers of check mode.
import type { Data, Need, ProbeFailure, Step, StepKind, Uncertain } from '../../engine/module/contract.ts';
import { effect, step } from '../../engine/module/probe_identity.ts';
import {
  applyPreview,
  askObjects,
  fieldManager,
  objectList,
  targetOf,
  withClient,
  type ListQuestion,
  type Preview,
} from './kubernetes_api.ts';
import { replyMessage, type KubernetesClient, type KubernetesObject } from './kubernetes_client.ts';
import { isReady, isSameObject, nameOf, sameWish } from './kubernetes_objects.ts';
import { isSelected } from './kubernetes_selectors.ts';

interface ObjectStep {
  readonly kubeconfig: string;
  readonly object: KubernetesObject;
}

/** Made, changed and removed by controllers of the cluster, after steps on objects of other kinds. */
const kindsOfControllers = new Set([
  ...['Pod', 'ReplicaSet', 'ControllerRevision', 'Job', 'Endpoints', 'EndpointSlice', 'Event'],
  ...['PersistentVolume', 'PersistentVolumeClaim'],
]);

/** Those that no controller makes anything of. */
const quietKinds = new Set([
  ...['Node', 'Namespace', 'ConfigMap', 'Secret', 'ServiceAccount', 'Event', 'NetworkPolicy', 'RuntimeClass'],
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'StorageClass'],
]);

const untold = ({ object }: ObjectStep): Uncertain<never> => ({
  uncertain: [],
  waitsFor: `what becomes of ${nameOf(object)}`,
});

const isNamespaceOf = ({ object }: ObjectStep, namespace: unknown): boolean =>
  object.kind === 'Namespace' && object.metadata.name === namespace;

/**
 * `after`: the object as the step leaves it, by the preview of what a question wishes. `takesAlong`: what is in a namespace
 * goes with it, some time later.
 */
function objectEffects<Args extends ObjectStep>(
  after: (step: Args, before: Preview, wish: KubernetesObject) => Preview,
  takesAlong = false,
): StepKind<Args, unknown>['effects'] {
  const goesAlong = (step: Args, namespace: unknown): boolean => takesAlong && isNamespaceOf(step, namespace);
  return [
    effect(applyPreview, {
      touches: (step, probe) =>
        probe.objects.some(
          (object) => isSameObject(object, step.object) || goesAlong(step, object.metadata['namespace']),
        ),
      predict: (step, probe, answer) =>
        probe.objects.some(({ metadata }) => goesAlong(step, metadata['namespace']))
          ? untold(step)
          : answer?.map((item, index) => {
              const object = probe.objects[index];
              return object && isSameObject(object, step.object) ? after(step, item, object) : item;
            }),
    }),
    effect(objectList, {
      touches: (step, probe) =>
        probe.kind === step.object.kind
          ? probe.name === undefined || probe.name === step.object.metadata.name
          : (kindsOfControllers.has(probe.kind) && !quietKinds.has(step.object.kind)) ||
            isInNamespace(step, probe, takesAlong),
      predict: (step, probe, answer) => {
        if (answer === undefined) return undefined;
        if (probe.kind !== step.object.kind) return untold(step);
        const others = answer.filter((object) => !isSameObject(object, step.object));
        const made = after(step, { live: null, applied: step.object }, step.object).live;
        return made && isSelected(made, probe) ? [...others, made] : others;
      },
    }),
  ];
}

/** Without a namespace the question is about all of them. */
function isInNamespace(step: ObjectStep, { namespace }: ListQuestion, takesAlong: boolean): boolean {
  return (
    takesAlong &&
    step.object.kind === 'Namespace' &&
    (namespace === undefined || namespace === step.object.metadata.name)
  );
}

/** Whether all that is wished for stands in an object. */
function holds(object: unknown, wish: unknown): boolean {
  if (typeof wish !== 'object' || wish === null) return object === wish;
  if (typeof object !== 'object' || object === null) return false;
  if (Array.isArray(wish))
    return Array.isArray(object) && wish.every((item) => object.some((one) => holds(one, item)));
  return Object.entries(wish).every(([name, value]) =>
    holds((object as Readonly<Record<string, unknown>>)[name], value),
  );
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

interface ApplyStep extends ObjectStep {
  readonly force: boolean;
  /** The object as the server's dry run tells that it will be. */
  readonly pictured?: KubernetesObject;
  /** Its namespace was not there when it was asked. */
  readonly lacksNamespace?: true;
}

function namespaceIsThere({ kubeconfig, object }: ObjectStep): Need {
  const name = object.metadata.namespace ?? 'default';
  return {
    probe: askObjects({ kubeconfig, apiVersion: 'v1', kind: 'Namespace', name }),
    unmet: (found: readonly KubernetesObject[]) =>
      found.length > 0 ? undefined : `${nameOf(object)}: namespaces "${name}" not found`,
  };
}

export const applyKind: StepKind<ApplyStep, KubernetesObject> = {
  name: 'apply kubernetes object',
  target: targetOf,
  describe: ({ object }) => `apply ${nameOf(object)}`,
  needs: (args) => (args.lacksNamespace ? [namespaceIsThere(args)] : []),
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
  effects: objectEffects((step, before, wish) => {
    if (sameWish(step.object, wish)) {
      const live = step.pictured ?? before.applied ?? step.object;
      return { ...before, live, applied: live };
    }
    // What only the earlier wish holds goes, as both are ours: the later one leaves what it would have left alone.
    const applied = before.applied ?? wish;
    return {
      ...before,
      live: before.applied === null ? step.object : (step.pictured ?? step.object),
      applied,
    };
  }),
};

export function applyObject(args: ApplyStep): Step<KubernetesObject> {
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
  effects: objectEffects(() => ({ live: null, applied: null }), true),
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
  effects: objectEffects((step, before, wish) => {
    const isKept = before.applied === null || holds(step.object, wish);
    return { ...before, live: step.object, applied: isKept ? step.object : before.applied };
  }),
};

/** A JSON merge patch. `object` is the object as it will be. */
export function patchObject(args: PatchStep): Step<KubernetesObject> {
  return step(patchKind, args);
}
