// Stands before an AWS endpoint: notes every call by its action, and answers some of them itself, as AWS does and moto
// does not: limits of rate, lost replies, refusals, slow states, pages.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Call {
  /** `CreateVpc`; a path for services that do not name their action. */
  readonly action: string;
  readonly service: string;
  readonly parameters: URLSearchParams;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/**
 * A fault: asked for each call. A reply is given instead of the endpoint's; `lose` does the call and closes the
 * connection; a function rewrites the endpoint's reply; undefined lets the call pass; a promise holds it up.
 */
export type Fault = (call: Call, count: number) => Effect | Promise<undefined>;

type Effect = Reply | 'lose' | ((reply: Reply) => Reply) | undefined;

/** Route 53 names its calls by method and path. */
const readingAction = /^(?:Describe|Get|List|AssumeRole|Lookup|Test|GET )/;

/** Whether a call changes nothing, by its name. */
export function readsOnly({ action }: Call): boolean {
  return readingAction.test(action);
}

export class AwsProxy {
  readonly calls: Call[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  readonly #target: string;
  readonly #server: Server;
  #faults: Fault[] = [];
  readonly #listeners: ((call: Call) => void)[] = [];

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
    });
  }

  static async before(target: string): Promise<AwsProxy> {
    const proxy = new AwsProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Calls that would change something, in order. */
  get writes(): readonly string[] {
    return this.calls.filter((call) => !readsOnly(call)).map(({ action }) => action);
  }

  /** Adds a fault until the next `heal`. */
  fault(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** Tells of each call that has been done, before its reply is given. */
  onDone(listener: (call: Call) => void): void {
    this.#listeners.push(listener);
  }

  heal(): void {
    this.#faults = [];
  }

  /** Forgets the calls so far. */
  forget(): void {
    this.calls.length = 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const call = callOf(request, body.toString('utf8'));
    this.calls.push(call);
    const count = this.calls.filter(({ action }) => action === call.action).length;
    let rewrite: ((reply: Reply) => Reply) | undefined;
    let isLost = false;
    for (const fault of this.#faults) {
      const made = fault(call, count);
      if (made instanceof Promise) await made;
      else if (typeof made === 'object') {
        response.writeHead(made.status, { 'content-type': made.type ?? 'text/xml' }).end(made.body);
        return;
      } else if (made === 'lose') isLost = true;
      else if (made) rewrite = made;
    }
    const reply = await this.#inTurn(() => this.#forward(request, body));
    for (const listener of this.#listeners) listener(call);
    if (isLost) {
      response.destroy();
      return;
    }
    const { status, body: text, type } = rewrite ? rewrite(reply) : reply;
    response.writeHead(status, { 'content-type': type ?? 'text/xml' }).end(text);
  }

  /** moto keeps an account in plain dicts that two calls at the same moment may break; AWS does not. */
  async #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const answer = this.#turn.then(call);
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #forward(request: IncomingMessage, body: Buffer): Promise<Reply> {
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      ['host', 'connection', 'content-length', 'expect'].includes(name) || value === undefined
        ? []
        : [[name, String(value)]],
    );
    const method = request.method ?? 'POST';
    const reply = await fetch(`${this.#target}${request.url ?? '/'}`, {
      method,
      headers,
      ...(['GET', 'HEAD'].includes(method) ? {} : { body: new Uint8Array(body) }),
    });
    const type = reply.headers.get('content-type');
    return { status: reply.status, body: await reply.text(), ...(type === null ? {} : { type }) };
  }
}

function callOf(request: IncomingMessage, body: string): Call {
  const parameters = new URLSearchParams(body);
  const target = request.headers['x-amz-target'];
  const scope = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '');
  return {
    action:
      parameters.get('Action') ??
      (typeof target === 'string' ? target.split('.').at(-1) : undefined) ??
      `${request.method ?? ''} ${request.url ?? ''}`,
    service: scope?.[1] ?? '',
    parameters,
  };
}

/** The reply of an EC2 call that is refused; the same form for all its errors. */
export function ec2Error(code: string, message: string, status = 400): Reply {
  const error = `<Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>`;
  return { status, body: `<?xml version="1.0"?><Response>${error}<RequestID>test</RequestID></Response>` };
}

/** The reply of services of the query form: IAM, load balancing, Auto Scaling, STS. */
export function queryError(code: string, message: string, status = 400): Reply {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    body: `<?xml version="1.0"?><ErrorResponse>${error}<RequestId>test</RequestId></ErrorResponse>`,
  };
}

/** A fault that shows another text in the first replies to an action: a state that comes slowly. */
export function held(action: string, real: string, shown: string, times: number): Fault {
  let left = times;
  return (call) => {
    if (call.action !== action || left === 0) return undefined;
    return (reply) => {
      if (!reply.body.includes(real) || left === 0) return reply;
      left -= 1;
      return { ...reply, body: reply.body.replaceAll(real, shown) };
    };
  };
}
