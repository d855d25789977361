// A small client of the Kubernetes API over HTTPS: requests, discovery of a kind's path, and nothing else.
import { Agent, request as send } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import type { Access } from './kubernetes_access.ts';

/** A Kubernetes object as JSON. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

export interface ApiReply {
  readonly status: number;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
  /** When the server wants to be asked again, if it says so. */
  readonly retryAfterSeconds?: number;
}

/** Of one request, the first with it. */
const maxAttempts = 10;

/** A balancer that still leads to a server that is gone closes at once; the next connection leads to another one. */
const maxConnections = 6;
const betweenConnectionsMs = 500;

/** The API could not be asked at all; as opposed to an answer that refuses. */
export class Unreachable extends Error {
  /** Whether the connection was closed before anything of the request could be sent. */
  readonly isUnsent: boolean;

  constructor(server: string, error: Error) {
    super(`${server}: ${error.message}`);
    // Node's own words, with the code ECONNRESET that a lost reply has as well.
    this.isUnsent = error.message.includes('before secure TLS connection was established');
  }
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export class KubernetesClient {
  readonly server: string;
  readonly #agent: Agent;
  readonly #headers: Record<string, string>;
  readonly #resources = new Map<string, Promise<readonly Resource[]>>();

  constructor(access: Access) {
    this.server = access.server;
    this.#headers = access.token === undefined ? {} : { authorization: `Bearer ${access.token}` };
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 8,
      ...(access.ca === undefined ? {} : { ca: access.ca }),
      ...(access.cert === undefined ? {} : { cert: access.cert }),
      ...(access.key === undefined ? {} : { key: access.key }),
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  /**
   * One request. Rejects with `Unreachable` when no answer came; a connection that is closed before anything was sent is
   * made again for some seconds. A server that is too busy, or whose storage of a new kind
   * is not ready, says when to ask again (429 with Retry-After), and is asked then; a pod that may not be evicted is not.
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<ApiReply> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.#connected(method, path, options);
      const { status, retryAfterSeconds } = reply;
      const isOver = status !== 429 || path.endsWith('/eviction') || attempt === maxAttempts;
      if (isOver || retryAfterSeconds === undefined || options.signal?.aborted === true) return reply;
      const wait = setTimeout(Math.min(retryAfterSeconds, 10) * 1000, true, {
        ...(options.signal ? { signal: options.signal } : {}),
      });
      if (!(await wait.catch(() => false))) return reply;
    }
  }

  async #connected(method: string, path: string, options: RequestOptions): Promise<ApiReply> {
    for (let attempt = 1; ; attempt += 1)
      try {
        return await this.#once(method, path, options);
      } catch (error) {
        const isOver = attempt === maxConnections || options.signal?.aborted === true;
        if (!(error instanceof Unreachable) || !error.isUnsent || isOver) throw error;
        await setTimeout(betweenConnectionsMs);
      }
  }

  #once(method: string, path: string, options: RequestOptions): Promise<ApiReply> {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    return new Promise((resolve, reject) => {
      const url = new URL(path, this.server);
      const sent = send(
        url,
        {
          method,
          agent: this.#agent,
          timeout: options.timeoutMs ?? 30_000,
          headers: {
            accept: 'application/json',
            ...this.#headers,
            ...(body === undefined
              ? {}
              : {
                  'content-type': options.contentType ?? 'application/json',
                  'content-length': Buffer.byteLength(body),
                }),
          },
          ...(options.signal ? { signal: options.signal } : {}),
        },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.on('error', (error) => reject(new Unreachable(this.server, error)));
          reply.on('end', () =>
            resolve({
              ...retryAfter(reply.headers['retry-after']),
              status: reply.statusCode ?? 0,
              body: parseBody(Buffer.concat(chunks).toString('utf8')),
            }),
          );
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', (error) => reject(new Unreachable(this.server, error)));
      sent.end(body);
    });
  }

  async #resourcesOf(apiVersion: string): Promise<readonly Resource[]> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const reply = await this.request('GET', path);
    if (reply.status !== 200) return [];
    const { resources } = reply.body as { resources: readonly Resource[] };
    return resources.filter((resource) => !resource.name.includes('/'));
  }

  #known(apiVersion: string): Promise<readonly Resource[]> {
    let known = this.#resources.get(apiVersion);
    if (!known) {
      known = this.#resourcesOf(apiVersion);
      this.#resources.set(apiVersion, known);
      // A failed or empty answer is not kept: the group may appear with the next custom resource definition.
      known.then(
        (found) => found.length > 0 || this.#resources.delete(apiVersion),
        () => this.#resources.delete(apiVersion),
      );
    }
    return known;
  }

  async #resource(apiVersion: string, kind: string): Promise<Resource | undefined> {
    const wasKnown = this.#resources.has(apiVersion);
    const find = async (): Promise<Resource | undefined> =>
      (await this.#known(apiVersion)).find((candidate) => candidate.kind === kind);
    const found = await find();
    if (found || !wasKnown) return found;
    // A definition may have added the kind to a group that was there before.
    this.#resources.delete(apiVersion);
    return find();
  }

  /** The path of a kind's objects; undefined when the server knows no such kind. */
  async collectionPath(apiVersion: string, kind: string, namespace?: string): Promise<string | undefined> {
    const resource = await this.#resource(apiVersion, kind);
    if (!resource) return undefined;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return resource.namespaced && namespace !== undefined
      ? `${root}/namespaces/${encodeURIComponent(namespace)}/${resource.name}`
      : `${root}/${resource.name}`;
  }

  /** The path of one object, with namespace `default` where a namespaced kind names none. */
  async objectPath(object: KubernetesObject): Promise<string | undefined> {
    const { name, namespace } = object.metadata;
    const path = await this.collectionPath(object.apiVersion, object.kind, namespace ?? 'default');
    return path === undefined ? undefined : `${path}/${encodeURIComponent(name)}`;
  }
}

function retryAfter(header: string | undefined): Pick<ApiReply, 'retryAfterSeconds'> {
  return header !== undefined && /^\d+$/.test(header) ? { retryAfterSeconds: Number(header) } : {};
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The message of an error reply (a `Status` object), or its text. */
export function replyMessage(reply: ApiReply): string {
  const message = (reply.body as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : `HTTP ${reply.status}`;
}
