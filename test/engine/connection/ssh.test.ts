// Connections to an sshd of our own, by ssh2 and by the system's ssh.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type {
  ConnectionFailure,
  Connections,
  ConnectionSpec,
  Shell,
} from '../../../engine/connection/contract.ts';
import { connectShell } from '../../support/shells.ts';
import { makeKey, startSshd, whyNoSshd, type TestSshd } from '../../support/sshd.ts';
import { describe } from '../../support/suite.ts';

async function textOf(shell: Shell, script: string): Promise<string> {
  const ran = await shell.run([{ script }]);
  if (!ran.ok) throw new Error(ran.failure.message);
  return ran.value[0]?.stdout.toString('utf8') ?? '';
}

function without(spec: ConnectionSpec, ...names: (keyof ConnectionSpec)[]): ConnectionSpec {
  const kept = Object.entries(spec).filter(([name]) => !names.includes(name as keyof ConnectionSpec));
  return Object.fromEntries(kept) as unknown as ConnectionSpec;
}

async function refusal(connections: Connections, spec: ConnectionSpec): Promise<ConnectionFailure> {
  const opened = await connections.open(spec);
  if (opened.ok) assert.fail('the connection was opened');
  return opened.failure;
}

for (const kind of ['ssh', 'openssh'] as const)
  describe(
    `a connection by ${kind}`,
    ({ test, setup, teardown }) => {
      let sshd: TestSshd;
      let spec: ConnectionSpec;
      let connections: Connections;
      setup(async () => {
        sshd = await startSshd();
        spec = { ...sshd.spec, kind };
        connections = makeConnections();
      });
      teardown(async () => {
        await connections.closeAll();
        sshd.stop();
      });
      const file = (name: string): string => path.join(sshd.place, name);

      test('runs scripts, several in one round trip, and is shared by all who mean the same host', async () => {
        const shell = await connectShell(connections, spec);
        const before = shell.traffic.roundTrips;
        const ran = await shell.run([
          { script: 'cat', stdin: Buffer.from('\0\r\n\xff') },
          { script: 'exit 4' },
        ]);
        assert.ok(ran.ok);
        assert.deepEqual(
          ran.value.map((output) => output.rc),
          [0, 4],
        );
        assert.ok(ran.value[0]?.stdout.equals(Buffer.from('\0\r\n\xff')));
        assert.equal(shell.traffic.roundTrips - before, 1);
        const logins = sshd.logins();
        assert.equal(
          await textOf(await connectShell(connections, { ...spec, hostName: 'other name' }), 'echo same'),
          'same\n',
        );
        assert.equal(sshd.logins(), logins);
      });

      test('carries 8 MB in both directions', async () => {
        const shell = await connectShell(connections, spec);
        const bytes = randomBytes(8 * 1024 * 1024);
        const ran = await shell.run([{ script: 'cat', stdin: bytes }]);
        assert.ok(ran.ok);
        assert.ok(ran.value[0]?.stdout.equals(bytes));
      });

      test('kills the group of a script at its timeout', async () => {
        const shell = await connectShell(connections, spec);
        const marker = file(`timeout-${kind}`);
        const ran = await shell.run([{ script: `echo $$ >${marker}; sleep 300 | cat`, timeoutSeconds: 0.3 }]);
        assert.ok(ran.ok);
        assert.deepEqual([ran.value[0]?.rc, ran.value[0]?.timedOut], [124, true]);
        const left = execFileSync('ps', ['-eo', 'pgid=,stat=,comm='], { encoding: 'utf8' })
          .split('\n')
          .filter(
            (line) =>
              line.trim().startsWith(`${readFileSync(marker, 'utf8').trim()} `) && !line.includes(' Z'),
          );
        assert.deepEqual(left, []);
      });

      test('says that the outcome is unknown when it is cut within a step, and works again afterwards', async () => {
        const shell = await connectShell(connections, spec);
        const marker = file(`cut-${kind}`);
        const running = shell.run([{ script: `echo on >${marker}; sleep 2; echo done >${marker}` }]);
        while (!existsSync(marker)) await sleep(10);
        sshd.cutAll();
        const ran = await running;
        assert.ok(!ran.ok);
        assert.deepEqual([ran.failure.stage, ran.failure.outcomeUnknown], ['lost', true]);
        assert.equal(await textOf(shell, 'echo again'), 'again\n');
      });

      test('opens anew, without a failure, when it was lost between two steps', async () => {
        const shell = await connectShell(connections, spec);
        sshd.cutAll();
        await sleep(300);
        assert.equal(await textOf(shell, 'echo again'), 'again\n');
      });

      test('refuses a host whose key is not known, and one whose key is another', async () => {
        const unknown = file('no_known_hosts');
        writeFileSync(unknown, '');
        const failure = await refusal(connections, { ...spec, knownHostsFiles: [unknown] });
        assert.equal(failure.stage, 'host-key');
        if (kind === 'ssh')
          assert.match(failure.message, /not known: ssh-ed25519 SHA256:.*ssh-keyscan -p \d+ 127\.0\.0\.1/);
        makeKey(file(`other-${kind}`));
        const other = file(`other_known_hosts-${kind}`);
        const key = readFileSync(file(`other-${kind}.pub`), 'utf8');
        writeFileSync(other, `[127.0.0.1]:${sshd.port} ${key}`);
        assert.equal((await refusal(connections, { ...spec, knownHostsFiles: [other] })).stage, 'host-key');
      });

      test('notes the key of a new host when told to, and then knows it', async () => {
        const noted = file(`noted-${kind}`);
        await connectShell(connections, { ...spec, knownHostsFiles: [noted], hostKeyChecking: 'accept-new' });
        assert.ok(readFileSync(noted, 'utf8').includes(`[127.0.0.1]:${sshd.port} ${sshd.hostKey}`));
        await connectShell(connections, { ...spec, knownHostsFiles: [noted] });
        await connectShell(connections, { ...spec, knownHostsFiles: [file('none')], hostKeyChecking: 'off' });
      });

      test('says what was tried when it is not let in', async () => {
        makeKey(file(`stranger-${kind}`));
        const failure = await refusal(connections, { ...spec, privateKeyFile: file(`stranger-${kind}`) });
        assert.equal(failure.stage, 'authenticate');
        if (kind === 'ssh')
          assert.match(failure.message, /tried key .*stranger-ssh; the host takes publickey/);
      });

      test('opens encrypted keys, and says so when it cannot', async () => {
        for (const type of ['ed25519', 'rsa', 'ecdsa']) {
          const name = file(`encrypted-${type}-${kind}`);
          makeKey(name, type, 'open sesame');
          appendFileSync(file('authorized_keys'), readFileSync(`${name}.pub`));
          await connectShell(connections, { ...spec, privateKeyFile: name, passphrase: () => 'open sesame' });
        }
        const locked = file(`locked-${kind}`);
        makeKey(locked, 'ed25519', 'open sesame');
        const failure = await refusal(connections, { ...spec, privateKeyFile: locked });
        assert.equal(failure.stage, 'authenticate');
        if (kind === 'ssh')
          assert.match(failure.message, /locked-ssh is encrypted and no passphrase was given/);
      });

      test('goes through a ProxyCommand that is ssh itself', async () => {
        const ssh = `ssh -F none -i ${sshd.privateKeyFile} -o UserKnownHostsFile=${sshd.knownHostsFile} -p ${sshd.port} -W %h:%p 127.0.0.1`;
        const words = ['-o', `ProxyCommand ${ssh}`];
        assert.equal(
          await textOf(await connectShell(connections, { ...spec, sshArguments: words }), 'echo through'),
          'through\n',
        );
      });

      test('goes through jump hosts that a configuration file names', async () => {
        const config = file(`config-${kind}`);
        writeFileSync(
          config,
          `Host inner-*\n  ProxyJump hop\nHost *\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  IdentityFile ${sshd.privateKeyFile}\n  UserKnownHostsFile ${sshd.knownHostsFile}\n`,
        );
        const bare = without(spec, 'port', 'privateKeyFile');
        const before = sshd.logins();
        const shells = await Promise.all(
          ['inner-1', 'inner-2', 'inner-3'].map((address) =>
            connectShell(connections, { ...bare, address, configFile: config }),
          ),
        );
        for (const shell of shells) assert.equal(await textOf(shell, 'echo through'), 'through\n');
        // The system's ssh makes its own connection to the hop for each host; ssh shares one.
        assert.equal(sshd.logins() - before, kind === 'ssh' ? 4 : 6);
      });
    },
    { unless: whyNoSshd },
  );

describe(
  'ssh with an agent, a busy sshd and few sessions',
  ({ test }) => {
    test('uses the keys of an ssh-agent, only the named one with IdentitiesOnly', async () => {
      const sshd = await startSshd();
      const socket = path.join(sshd.place, 'agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      const connections = makeConnections();
      try {
        while (!existsSync(socket)) await sleep(10);
        const environment = { ...process.env, SSH_AUTH_SOCK: socket };
        makeKey(path.join(sshd.place, 'stranger'));
        for (const key of ['stranger', 'id'])
          execFileSync('ssh-add', ['-q', path.join(sshd.place, key)], { env: environment });
        writeFileSync(path.join(sshd.place, 'id'), 'the agent alone has the key now');
        const bare = without(sshd.spec, 'privateKeyFile');
        const words = ['-o', `IdentityAgent=${socket}`];
        await connectShell(connections, { ...bare, sshArguments: words });
        const only = [...words, '-o', 'IdentitiesOnly=yes', '-i'];
        await connectShell(connections, { ...bare, sshArguments: [...only, path.join(sshd.place, 'id')] });
        const other = await refusal(connections, {
          ...bare,
          sshArguments: [...only, path.join(sshd.place, 'gone')],
        });
        assert.equal(other.stage, 'authenticate');
      } finally {
        await connections.closeAll();
        agent.kill();
        sshd.stop();
      }
    });

    test('tries again when a busy sshd hangs up before its banner', async () => {
      const sshd = await startSshd(['MaxStartups 2:90:4']);
      const all = Array.from({ length: 12 }, () => makeConnections());
      try {
        const opened = await Promise.all(all.map((connections) => connections.open(sshd.spec)));
        assert.deepEqual(
          opened.filter((one) => !one.ok),
          [],
        );
      } finally {
        await Promise.all(all.map((connections) => connections.closeAll()));
        sshd.stop();
      }
    });

    test('says so when nobody listens, and when a name is not known', async () => {
      const sshd = await startSshd();
      sshd.stop();
      const connections = makeConnections();
      const refused = await refusal(connections, sshd.spec);
      assert.deepEqual([refused.stage, refused.outcomeUnknown], ['connect', false]);
      assert.match(refused.message, /127\.0\.0\.1 port \d+ refuses connections/);
      const nameless = await refusal(connections, { ...sshd.spec, address: 'host.invalid' });
      assert.equal(nameless.stage, 'resolve');
    });
  },
  { unless: whyNoSshd },
);
