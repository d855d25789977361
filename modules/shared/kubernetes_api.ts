// What is asked of a Kubernetes API, reached from the control machine by a kubeconfig there.
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createSecureContext } from 'node:tls';
import type { Control, Probe, ProbeFailure, ProbeKind } from '../../engine/module/contract.ts';
import { probe } from '../../engine/module/probe_identity.ts';
import { readContent } from '../../engine/module/content.ts';
import { readPromise } from './pki_promises.ts';
import { readAccess, type Access } from './kubernetes_access.ts';
import {
  KubernetesClient,
  replyMessage,
  Unreachable,
  type ApiReply,
  type KubernetesObject,
} from './kubernetes_client.ts';
import { withoutChosen } from './kubernetes_objects.ts';
import { shownChange } from './kubernetes_shown.ts';

const applyPatch = 'application/apply-patch+yaml';

/** The name under which our fields are owned in server-side apply. */
export const fieldManager = 'hardway';

export const targetOf = (args: { readonly kubeconfig: string }): `api:${string}` => `api:${args.kubeconfig}`;

const isPem = (text: string | undefined): boolean =>
  text === undefined || /^-----BEGIN [A-Z ]+-----$/m.test(text);

/** Why a kubeconfig opens no connection, in words. */
function unusable(kubeconfig: string, { ca, cert, key }: Access): string | undefined {
  // In check mode it may hold what stands for keys and certificates that only a run makes.
  if ([ca, cert, key].some((text) => text !== undefined && readPromise(text)))
    return `only the run makes the keys and certificates of kubeconfig ${kubeconfig}`;
  const missing = [
    ...(isPem(ca) ? [] : ['no certificate of an authority']),
    ...(isPem(cert) ? [] : ['no client certificate']),
    ...(isPem(key) ? [] : ['no client key']),
  ];
  if (missing.length > 0) return `kubeconfig ${kubeconfig} holds ${missing.join(', ')}`;
  try {
    createSecureContext({ ca, cert, key });
    return undefined;
  } catch (error) {
    return `the certificates or the key in kubeconfig ${kubeconfig} cannot be used (${(error as Error).message})`;
  }
}

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
  const failed = unusable(kubeconfig, access);
  if (failed !== undefined) return { failed, notYet: true };
  const open = (): Promise<KubernetesClient> => Promise.resolve(new KubernetesClient(access));
  const digest = createHash('sha256').update(text).digest('hex');
  const identity = `kubernetes ${access.server} ${kubeconfig} ${digest}`;
  return control.client(identity, open, (client) => {
    client.close();
    return Promise.resolve();
  });
}

/** Runs `use` with a client; an API that cannot be reached is a failure as a value. */
export async function withClient<T>(
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
  /** The module tells itself what becomes of each of them. */
  readonly isTold?: boolean;
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
  shown: (objects, { kind, name, isTold }) => ({
    title: [kind, name].filter((word) => word !== undefined).join(' '),
    lines: isTold
      ? null
      : objects.flatMap((object) => shownChange(null, object).after?.trimEnd().split('\n') ?? []),
  }),
};

export function askObjects(args: ListQuestion): Probe<readonly KubernetesObject[]> {
  return probe(objectList, args);
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
  /** Its namespace is not there. */
  readonly lacksNamespace?: true;
  /** Why the server did not say whether it would take the object. */
  readonly unchecked?: string;
}

/** Where every cluster has a namespace, to ask whether an object is right whose own one is only to be made. */
const alwaysThere = 'default';

function isNamespaceMissing({ status, body }: ApiReply): boolean {
  const details = (body as { readonly details?: { readonly kind?: string } } | null)?.details;
  return status === 404 && details?.kind === 'namespaces';
}

/** The server looks at the fields of an object without its namespace, and at their values only in one that is there. */
async function elsewhere(
  client: KubernetesClient,
  object: KubernetesObject,
  query: string,
  signal: AbortSignal,
): Promise<Preview> {
  const lacking = { live: null, applied: null, lacksNamespace: true } as const;
  const unchecked = `its namespace ${object.metadata.namespace ?? ''} is not there yet`;
  const moved = { ...object, metadata: { ...object.metadata, namespace: alwaysThere } };
  const path = (await client.objectPath(moved)) ?? '';
  const [there, applied] = await Promise.all([
    client.request('GET', path, { signal }),
    client.request('PATCH', `${path}?${query}`, { body: moved, contentType: applyPatch, signal }),
  ]);
  // One of its name may be there, and what may not be changed of it says nothing of a new one.
  if (applied.status < 300 || there.status === 200)
    return there.status === 200 ? { ...lacking, unchecked } : lacking;
  // Other refusals hang on what is in the namespace, or holds there.
  return applied.status === 422 ? { ...lacking, failed: replyMessage(applied) } : { ...lacking, unchecked };
}

async function preview(
  client: KubernetesClient,
  object: KubernetesObject,
  force: boolean,
  signal: AbortSignal,
): Promise<Preview> {
  const path = await client.objectPath(object);
  // A kind or namespace that an earlier object of the same list will make is not there yet: the object is new.
  if (path === undefined)
    return {
      live: null,
      applied: null,
      unchecked: `the API knows no ${object.kind} of ${object.apiVersion} yet`,
    };
  const query = `fieldManager=${fieldManager}&force=${force}&dryRun=All`;
  const [live, applied] = await Promise.all([
    client.request('GET', path, { signal }),
    client.request('PATCH', `${path}?${query}`, {
      body: object,
      contentType: applyPatch,
      signal,
    }),
  ]);
  const now = live.status === 200 ? (live.body as KubernetesObject) : null;
  if (isNamespaceMissing(applied)) return elsewhere(client, object, query, signal);
  if (applied.status === 404) return { live: now, applied: null };
  if (applied.status >= 300) return { live: now, applied: null, failed: replyMessage(applied) };
  const after = applied.body as KubernetesObject;
  return { live: now, applied: now ? after : withoutChosen(after, object) };
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
  return probe(applyPreview, args);
}
