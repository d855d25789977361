// Hundreds of hosts at once: what one process does for each of them is shared, and none of them starves.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { ConnectionSpec } from '../../../engine/connection/contract.ts';
import { describe } from '../../support/suite.ts';

describe('connections to many hosts at once', ({ test }) => {
  test('handshakes take turns, sixteen at once; waiting for a turn is none of their time', async () => {
    const sockets = new Set<Socket>();
    let greeted = 0;
    // It accepts, and never says who it is.
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => (greeted += 1));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const spec: ConnectionSpec = {
      ...{ kind: 'ssh', hostName: 'mute', address: '127.0.0.1', user: 'nobody', configFile: 'none' },
      ...{ port: (server.address() as AddressInfo).port, hostKeyChecking: 'off' },
      ...{ connectTimeoutSeconds: 1, retries: 0 },
    };
    const all = Array.from({ length: 40 }, () => makeConnections());
    const opening = all.map(async (connections) => connections.open(spec));
    await Promise.race(opening);
    assert.deepEqual([sockets.size, greeted], [40, 16]);
    const opened = await Promise.all(opening);
    for (const socket of sockets) socket.destroy();
    server.close();
    const messages = opened.map((one) => (one.ok ? 'open' : `${one.failure.stage}: ${one.failure.message}`));
    assert.deepEqual(
      new Set(messages),
      new Set([
        `connect: 127.0.0.1 port ${spec.port} did not answer within 1 s: is the host up, and the address (ansible_host) right?`,
      ]),
    );
    assert.equal(greeted, 40);
  });
});
