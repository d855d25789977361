// Hosts that are half dead: the connection is up, and nothing comes of it. Told within a limit, and usable afterwards.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections, ConnectionSpec, Shell } from '../../../engine/connection/contract.ts';
import { connectShell } from '../../support/shells.ts';
import { startSshd, whyNoSshd, type TestSshd } from '../../support/sshd.ts';
import { describe } from '../../support/suite.ts';

/** A way to a port that can be made to carry nothing, while its connections stay. */
async function wayTo(port: number): Promise<{ port: number; freeze: () => void; close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const host = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, host],
      [host, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function numberIn(file: string): Promise<number> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))
      return Number(readFileSync(file, 'utf8'));
    await sleep(20);
  }
  throw new Error(`${file} did not come`);
}

for (const kind of ['ssh', 'openssh', 'local'] as const)
  describe(
    `a half-dead host, by ${kind}`,
    ({ test, setup, teardown }) => {
      let sshd: TestSshd;
      let connections: Connections;
      const spec = (): ConnectionSpec => ({ ...sshd.spec, kind, keepaliveSeconds: 1 });
      const file = (name: string): string => path.join(sshd.place, `${name}-${kind}`);
      setup(async () => {
        sshd = await startSshd();
        connections = makeConnections();
      });
      teardown(async () => {
        await connections.closeAll();
        for (const name of readdirSync(sshd.place).filter((one) => one.endsWith('.pid')))
          process.kill(Number(readFileSync(path.join(sshd.place, name), 'utf8')));
        sshd.stop();
      });

      /** The number of the shell that runs requests, which has one under way from then on. */
      const busyShell = async (
        shell: Shell,
        name: string,
      ): Promise<{ agent: number; ran: ReturnType<Shell['run']> }> => {
        const ran = shell.run([
          { script: `echo $$ >${file(name)}.pid; echo $PPID >${file(name)}; exec sleep 3000` },
        ]);
        return { agent: await numberIn(file(name)), ran };
      };
      const worksAgain = async (shell: Shell): Promise<void> => {
        const again = await shell.run([{ script: 'echo again' }]);
        assert.ok(again.ok);
        assert.equal(again.value[0]?.stdout.toString(), 'again\n');
      };

      test('leaves a command alone that is silent for long, and has asked meanwhile', async () => {
        const shell = await connectShell(connections, spec());
        const before = shell.traffic.roundTrips;
        const ran = await shell.run([{ script: 'sleep 4; echo end' }]);
        assert.ok(ran.ok);
        assert.equal(ran.value[0]?.stdout.toString(), 'end\n');
        assert.ok(shell.traffic.roundTrips - before >= 2, 'nothing was asked');
      });

      test('tells a shell that was stopped, and opens another', async () => {
        const shell = await connectShell(connections, spec());
        const { agent, ran } = await busyShell(shell, 'stopped');
        process.kill(agent, 'SIGSTOP');
        const ended = await ran;
        assert.ok(!ended.ok);
        assert.deepEqual([ended.failure.stage, ended.failure.outcomeUnknown], ['lost', true]);
        assert.match(ended.failure.message, /was stopped from outside/);
        await worksAgain(shell);
        process.kill(agent, 'SIGKILL');
      });

      test('tells it also while it sends to it', async () => {
        const shell = await connectShell(connections, spec());
        const { agent, ran } = await busyShell(shell, 'sending');
        process.kill(agent, 'SIGKILL');
        assert.ok(!(await ran).ok);
        const found = await shell.run([{ script: 'echo $PPID' }]);
        assert.ok(found.ok);
        const next = Number(found.value[0]?.stdout.toString());
        process.kill(next, 'SIGSTOP');
        const ended = await shell.run([{ script: 'cat >/dev/null', stdin: randomBytes(64 * 1024 * 1024) }]);
        assert.ok(!ended.ok);
        assert.deepEqual([ended.failure.stage, ended.failure.outcomeUnknown], ['lost', false]);
        await worksAgain(shell);
        process.kill(next, 'SIGKILL');
      });

      if (kind !== 'local')
        test('tells a network that carries nothing any more', async () => {
          const way = await wayTo(sshd.port);
          const unknown = { port: way.port, hostKeyChecking: 'off' } as const;
          const shell = await connectShell(connections, { ...spec(), ...unknown });
          const { ran } = await busyShell(shell, 'network');
          way.freeze();
          const ended = await ran;
          assert.ok(!ended.ok);
          assert.deepEqual([ended.failure.stage, ended.failure.outcomeUnknown], ['lost', true]);
          way.close();
        });
    },
    { unless: whyNoSshd },
  );
