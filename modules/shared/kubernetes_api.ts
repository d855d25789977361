// Probes and steps on a Kubernetes API, reached from the control machine by a kubeconfig there.
import { setMaxListeners } from 'node:events';
import type {
  Control,
  Data,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepKind,
} from '../../engine/module/contract.ts';
import { readContent } from '../../engine/module/content.ts';
import { readAccess } from './kubernetes_access.ts';
import { KubernetesClient, replyMessage, Unreachable, type KubernetesObject } from './kubernetes_client.ts';
import { isAwaited, type Condition } from './kubernetes_objects.ts';

/** The name under which our fields are owned in server-side apply. */
const fieldManager = 'hardway';

const targetOf = (args: { readonly kubeconfig: string }): `api:${string}` => `api:${args.kubeconfig}`;

export async function clientOf(
  kubeconfig: string,
  control: Control,
): Promise<KubernetesClient | ProbeFailure> {
  let text: string;
  try {
    text = (await readContent(await control.content(kubeconfig))).toString('utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : (error as Error).message;
    return { failed: `cannot read kubeconfig ${kubeconfig}: ${reason}`, notYet: true };
  }
  const access = readAccess(text, kubeconfig);
  if ('failed' in access) return access;
  const open = (): Promise<KubernetesClient> => Promise.resolve(new KubernetesClient(access));
  const identity = `kubernetes ${access.server} ${kubeconfig} ${text.length}`;
  return control.client(identity, open, (client) => {
    client.close();
    return Promise.resolve();
  });
}

/** Runs `use` with a client; an API that cannot be reached is a failure as a value. */
async function withClient<T>(
  kubeconfig: string,
  control: Control,
  use: (client: KubernetesClient) => Promise<T | ProbeFailure>,
): Promise<T | ProbeFailure> {
  try {
    // One signal ends all requests of a run, and there may be many at once.
    setMaxListeners(0, control.signal);
    const client = await clientOf(kubeconfig, control);
    return 'failed' in client ? client : await use(client);
  } catch (error) {
    if (error instanceof Unreachable)
      return { failed: `cannot reach the API: ${error.message}`, notYet: true };
    throw error;
  }
}

export interface ListQuestion {
  readonly kubeconfig: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: readonly string[];
  readonly fields?: readonly string[];
}

/** Objects of a kind, one by name or many by selectors; none when the kind or object does not exist. */
export const objectList: ProbeKind<ListQuestion, readonly KubernetesObject[]> = {
  name: 'kubernetes objects',
  stability: 'volatile',
  target: targetOf,
  answer: (args, control) =>
    withClient(args.kubeconfig, control, async (client) => {
      const collection = await client.collectionPath(args.apiVersion, args.kind, args.namespace);
      if (collection === undefined) return [];
      const query = new URLSearchParams();
      if (args.labels?.length) query.set('labelSelector', args.labels.join(','));
      if (args.fields?.length) query.set('fieldSelector', args.fields.join(','));
      const path =
        args.name === undefined ? `${collection}?${query.toString()}` : `${collection}/${args.name}`;
      const reply = await client.request('GET', path, { signal: control.signal });
      if (reply.status === 404) return [];
      if (reply.status !== 200) return { failed: replyMessage(reply), notYet: reply.status >= 500 };
      const body = reply.body as KubernetesObject & { readonly items?: readonly KubernetesObject[] };
      // Items of a list name neither kind nor version themselves.
      return args.name === undefined
        ? (body.items ?? []).map((item) => ({ ...item, apiVersion: args.apiVersion, kind: args.kind }))
        : [body];
    }),
};

export function askObjects(args: ListQuestion): Probe<readonly KubernetesObject[]> {
  return { kind: objectList, args };
}

export interface ApplyQuestion {
  readonly kubeconfig: string;
  readonly objects: readonly KubernetesObject[];
  readonly force: boolean;
}

/** One object as it is, and as the server says it would become. */
export interface Preview {
  readonly live: KubernetesObject | null;
  readonly applied: KubernetesObject | null;
  readonly failed?: string;
}

async function preview(
  client: KubernetesClient,
  object: KubernetesObject,
  force: boolean,
  signal: AbortSignal,
): Promise<Preview> {
  const path = await client.objectPath(object);
  // A kind or namespace that an earlier object of the same list will make is not there yet: the object is new.
  if (path === undefined) return { live: null, applied: null };
  const query = `fieldManager=${fieldManager}&force=${force}&dryRun=All`;
  const [live, applied] = await Promise.all([
    client.request('GET', path, { signal }),
    client.request('PATCH', `${path}?${query}`, {
      body: object,
      contentType: 'application/apply-patch+yaml',
      signal,
    }),
  ]);
  const now = live.status === 200 ? (live.body as KubernetesObject) : null;
  if (applied.status === 404) return { live: now, applied: null };
  if (applied.status >= 300) return { live: now, applied: null, failed: replyMessage(applied) };
  return { live: now, applied: applied.body as KubernetesObject };
}

/** What applying these objects would do, asked by server-side dry run. */
export const applyPreview: ProbeKind<ApplyQuestion, readonly Preview[]> = {
  name: 'kubernetes apply preview',
  stability: 'volatile',
  target: targetOf,
  answer: (args, control) =>
    withClient(args.kubeconfig, control, (client) =>
      Promise.all(args.objects.map((object) => preview(client, object, args.force, control.signal))),
    ),
};

export function askPreview(args: ApplyQuestion): Probe<readonly Preview[]> {
  return { kind: applyPreview, args };
}

const label = (object: KubernetesObject): string =>
  `${object.kind} ${object.metadata.namespace === undefined ? '' : `${object.metadata.namespace}/`}${object.metadata.name}`;

const sameObject = (a: KubernetesObject, b: KubernetesObject): boolean =>
  a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;

interface ObjectStep {
  readonly kubeconfig: string;
  readonly object: KubernetesObject;
}

function objectEffects(
  after: (step: ObjectStep, before: Preview) => Preview,
): StepKind<ObjectStep, unknown>['effects'] {
  return [
    {
      probe: applyPreview,
      touches: (step, probe: ApplyQuestion) =>
        probe.objects.some((object) => sameObject(object, step.object)),
      predict: (step, probe: ApplyQuestion, answer: readonly Preview[] | undefined) =>
        answer?.map((item, index) => {
          const object = probe.objects[index];
          return object && sameObject(object, step.object) ? after(step, item) : item;
        }),
    },
    {
      probe: objectList,
      touches: (step, probe: ListQuestion) =>
        probe.kind === step.object.kind &&
        (probe.name === undefined || probe.name === step.object.metadata.name),
      predict: (step, _probe: ListQuestion, answer: readonly KubernetesObject[] | undefined) => {
        if (answer === undefined) return undefined;
        const others = answer.filter((object) => !sameObject(object, step.object));
        const made = after(step, { live: null, applied: step.object }).live;
        return made ? [...others, made] : others;
      },
    },
  ];
}

const applyKind: StepKind<ObjectStep & { readonly force: boolean }, KubernetesObject> = {
  name: 'apply kubernetes object',
  target: targetOf,
  describe: ({ object }) => `apply ${label(object)}`,
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
      return reply.status < 300
        ? (reply.body as KubernetesObject)
        : { failed: `${label(args.object)}: ${replyMessage(reply)}` };
    }),
  effects: objectEffects((step, before) => {
    const live = before.applied ?? step.object;
    return { live, applied: live };
  }),
};

export function applyObject(args: ObjectStep & { readonly force: boolean }): Step<KubernetesObject> {
  return { kind: applyKind, args };
}

const deleteKind: StepKind<ObjectStep, null> = {
  name: 'delete kubernetes object',
  target: targetOf,
  describe: ({ object }) => `delete ${label(object)}`,
  act: (args, control) =>
    withClient(args.kubeconfig, control, async (client) => {
      const path = await client.objectPath(args.object);
      if (path === undefined) return null;
      const body = { propagationPolicy: 'Background' };
      const reply = await client.request('DELETE', path, { body, signal: control.signal });
      if (reply.status < 300 || reply.status === 404) return null;
      return { failed: `${label(args.object)}: ${replyMessage(reply)}` };
    }),
  effects: objectEffects(() => ({ live: null, applied: null })),
};

export function deleteObject(args: ObjectStep): Step<null> {
  return { kind: deleteKind, args };
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
        : { failed: `${label(args.object)}: ${replyMessage(reply)}` };
    }),
  effects: objectEffects((step) => ({ live: step.object, applied: step.object })),
};

/** A JSON merge patch. `object` is the object as it will be. */
export function patchObject(args: PatchStep): Step<KubernetesObject> {
  return { kind: patchKind, args };
}

interface WaitStep {
  readonly kubeconfig: string;
  readonly objects: readonly KubernetesObject[];
  /** ready: as `isReady` says; present: it exists; absent: it is gone. */
  readonly until: 'ready' | 'present' | 'absent';
  /** With ready: this condition instead. */
  readonly condition?: Condition;
  readonly timeoutSeconds: number;
}

async function isReached(
  client: KubernetesClient,
  object: KubernetesObject,
  { until, condition }: Pick<WaitStep, 'until' | 'condition'>,
): Promise<boolean> {
  const path = await client.objectPath(object);
  const reply = path === undefined ? { status: 404, body: null } : await client.request('GET', path);
  if (until === 'absent') return reply.status === 404;
  if (reply.status !== 200) return false;
  return until === 'present' || isAwaited(reply.body as KubernetesObject, condition);
}

async function waitFor(args: WaitStep, control: Control): Promise<null | ProbeFailure> {
  const end = Date.now() + args.timeoutSeconds * 1000;
  let pending = args.objects;
  let trouble = '';
  while (pending.length > 0) {
    const round = await withClient(args.kubeconfig, control, (client) =>
      Promise.all(pending.map((object) => isReached(client, object, args))),
    );
    if ('failed' in round) trouble = ` (${round.failed})`;
    else pending = pending.filter((_, index) => !round[index]);
    if (pending.length === 0) break;
    if (control.signal.aborted) return { failed: 'interrupted while waiting' };
    if (Date.now() > end) {
      const names = pending.map(label).join(', ');
      return { failed: `not ${args.until} after ${args.timeoutSeconds} s: ${names}${trouble}` };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return null;
}

const waitKind: StepKind<WaitStep, null> = {
  name: 'wait for kubernetes objects',
  target: targetOf,
  readsOnly: true,
  describe: ({ objects, until }) => `wait until ${objects.map(label).join(', ')} ${until}`,
  act: waitFor,
  effects: [],
};

export function waitForObjects(args: WaitStep): Step<null> {
  return { kind: waitKind, args };
}
