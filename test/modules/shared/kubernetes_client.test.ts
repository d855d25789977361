// The client of the Kubernetes API against a server on the loopback.
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import * as assert from 'uvu/assert';
import { makeKeyPair } from '../../../modules/shared/key_pairs.ts';
import { KubernetesClient, Unreachable } from '../../../modules/shared/kubernetes_client.ts';
import { issueCertificate } from '../../../modules/shared/x509_issue.ts';
import { describe } from '../../support/suite.ts';

describe('modules/shared/kubernetes_client', ({ test, setup, teardown }) => {
  let server: Server;
  let client: KubernetesClient;
  let authority: string;
  /** Requests by path. */
  const asked: string[] = [];
  setup(async () => {
    const keys = await makeKeyPair({ type: 'ECDSA', curve: 'P-256' });
    const signer = await makeKeyPair({ type: 'ECDSA', curve: 'P-256' });
    const common = { subject: { cn: 'api' }, dns: [], days: 1 };
    const ca = issueCertificate({ ...common, ip: [], usages: [], isCa: true }, signer);
    const leaf = { ...common, ip: ['127.0.0.1'], usages: ['server_auth'] as const, isCa: false };
    const cert = issueCertificate(leaf, keys, { certificate: ca, privateKey: signer.privateKey });
    server = createServer({ key: keys.privateKey, cert }, ({ url = '' }, response) => {
      const times = asked.push(url) && asked.filter((one) => one === url).length;
      if (url === '/busy' && times < 3) response.writeHead(429, { 'Retry-After': '0' }).end('{}');
      else if (url === '/full') response.writeHead(429).end('{"message": "too many"}');
      else if (url === '/pods/x/eviction') response.writeHead(429, { 'Retry-After': '0' }).end('{}');
      else response.end('{"kind": "Well"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    authority = ca;
    client = new KubernetesClient({ server: `https://127.0.0.1:${port}`, ca });
  });
  teardown(() => {
    client.close();
    server.close();
  });
  const outcome = async (path: string): Promise<unknown> => {
    const { status } = await client.request('POST', path, { body: {} });
    return [status, asked.filter((one) => one === path).length];
  };

  test('a server that says when to ask again is asked again, and others and evictions are not', async () => {
    assert.equal(await outcome('/busy'), [200, 3]);
    assert.equal(await outcome('/full'), [429, 1]);
    assert.equal(await outcome('/pods/x/eviction'), [429, 1]);
  });

  /** Through a balancer whose first connections lead to a server that is gone; gives the status and the connections. */
  async function through(gone: number, path: string): Promise<[status: unknown, connections: number]> {
    let connections = 0;
    const balancer = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      connections += 1;
      if (connections <= gone) socket.destroy();
      else socket.pipe(connect((server.address() as AddressInfo).port, '127.0.0.1')).pipe(socket);
    });
    await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve));
    const { port } = balancer.address() as AddressInfo;
    const balanced = new KubernetesClient({ server: `https://127.0.0.1:${port}`, ca: authority });
    try {
      const reply = await balanced.request('POST', path, { body: {} }).catch((error: unknown) => error);
      return [reply instanceof Error ? reply : (reply as { status: number }).status, connections];
    } finally {
      balanced.close();
      balancer.close();
    }
  }

  test('a connection that ends before anything was sent is made again, as the balancer may lead elsewhere then', async () => {
    assert.equal(await through(2, '/once'), [200, 3]);
    assert.is(asked.filter((one) => one === '/once').length, 1);
    const [error, connections] = await through(100, '/never');
    assert.ok(error instanceof Unreachable);
    assert.match(error.message, 'before secure TLS connection');
    assert.is(connections, 6);
  });
});
