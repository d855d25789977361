// Connections to lab hosts, which have neither Python nor Perl: becoming other users under both userlands, terminals,
// jumps (S4-11), power loss, many at once.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type {
  BecomeSpec,
  Connected,
  ConnectionFailure,
  Connections,
  ConnectionSpec,
  Shell,
} from '../../../engine/connection/contract.ts';
import type { Output, Script } from '../../../engine/module/contract.ts';
import { parseTopology } from '../../../lab/topology.ts';
import { useLab, whyNoLab, type TestLab } from '../../support/lab.ts';
import { describe } from '../../support/suite.ts';

const wanted = parseTopology({
  subnets: { public: null, private: { gateway: 'gnu-1' } },
  hosts: {
    'gnu-1': { subnets: ['public', 'private'] },
    'busybox-1': { subnets: ['public'], userland: 'busybox' },
    'inner-1': { subnets: ['private'] },
    'inner-2': { subnets: ['private'] },
  },
});

describe(
  'connections to lab hosts',
  ({ test, setup, teardown }) => {
    let lab: TestLab;
    const opened: Connections[] = [];
    setup(async () => {
      if (!wanted.ok) throw new Error(wanted.problems.join('; '));
      lab = await useLab(wanted.topology);
    });
    teardown(async () => {
      await closeAll();
      await lab.release();
    });

    const closeAll = async (): Promise<void> => {
      await Promise.all(opened.splice(0).map(async (connections) => connections.closeAll()));
    };

    function newConnections(): Connections {
      const connections = makeConnections();
      opened.push(connections);
      return connections;
    }

    function specOf(host: string, user: string, more: Partial<ConnectionSpec> = {}): ConnectionSpec {
      return {
        ...{ kind: 'ssh', hostName: host, address: lab.host(host).address, user, configFile: 'none' },
        ...{ privateKeyFile: lab.privateKeyFile, knownHostsFiles: [lab.knownHostsFile] },
        ...{ hostKeyChecking: 'strict', connectTimeoutSeconds: 20, retries: 0, ...more },
      };
    }

    async function tryShell(spec: ConnectionSpec, become?: BecomeSpec): Promise<Connected<Shell>> {
      const connection = await newConnections().open(spec);
      return connection.ok ? connection.value.shell(become) : connection;
    }

    async function openShell(spec: ConnectionSpec, become?: BecomeSpec): Promise<Shell> {
      const shell = await tryShell(spec, become);
      if (!shell.ok) throw new Error(shell.failure.message);
      return shell.value;
    }

    async function refusal(spec: ConnectionSpec, become?: BecomeSpec): Promise<ConnectionFailure> {
      const shell = await tryShell(spec, become);
      if (shell.ok) assert.fail('a shell was opened');
      return shell.failure;
    }

    async function runOne(shell: Shell, script: string | Script): Promise<Output> {
      const ran = await shell.run([typeof script === 'string' ? { script } : script]);
      if (!ran.ok) throw new Error(ran.failure.message);
      const [output] = ran.value;
      assert.ok(output);
      return output;
    }
    const textOf = async (shell: Shell, script: string): Promise<string> =>
      (await runOne(shell, script)).stdout.toString('utf8');

    const root = (method: BecomeSpec['method'], password?: string): BecomeSpec => ({
      ...{ method, user: 'root' },
      ...(password === undefined ? {} : { password: () => password }),
    });
    const secret = (user: string): string => lab.passwords[user] ?? '';
    const allBytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));

    for (const kind of ['ssh', 'openssh'] as const)
      for (const host of ['gnu-1', 'busybox-1']) {
        const ways = [
          ['operator', 'sudo', 'operator'],
          ['operator', 'doas', 'operator'],
          ['deploy', 'sudo', undefined],
          ['deploy', 'sudo', 'not asked for'],
          ['deploy', 'doas', undefined],
          ['console', 'sudo', 'console'],
          ['guest', 'su', 'root'],
          ['noisy', 'sudo', undefined],
        ] as const;
        for (const [user, method, account] of ways)
          test(`${user} becomes root by ${method} with ${account === undefined ? 'no password' : 'the password'}, by ${kind} on ${host}`, async () => {
            const password = account === undefined ? undefined : secret(account) || account;
            const shell = await openShell(specOf(host, user, { kind }), root(method, password));
            assert.deepEqual(
              [shell.capabilities.user, shell.capabilities.uid, shell.capabilities.home],
              ['root', 0, '/root'],
            );
            const output = await runOne(shell, { script: 'cat; id -u >&2', stdin: allBytes });
            assert.ok(output.stdout.equals(allBytes));
            assert.equal(output.stderr.toString(), '0\n');
          });
      }

    for (const kind of ['ssh', 'openssh'] as const)
      test(`lines that a terminal's ssh would take for commands go through as they are, by ${kind}`, async () => {
        const shell = await openShell(specOf('gnu-1', 'console', { kind }), root('sudo', secret('console')));
        const lines = ['~~', '~?', '~#', '~B', '~C', '~R', '~V', '~\u001a', '~&', '~.'];
        const bytes = Buffer.from(`\n${lines.join('\n')}\r${lines.join('\r')}\n`);
        assert.ok((await runOne(shell, { script: 'cat', stdin: bytes })).stdout.equals(bytes));
        const many = Buffer.concat([bytes, randomBytes(16 * 1024 * 1024)]);
        assert.ok((await runOne(shell, { script: 'cat', stdin: many })).stdout.equals(many));
      });

    for (const host of ['gnu-1', 'busybox-1']) {
      test(`a wrong password and a missing one are told, whatever the method, on ${host}`, async () => {
        const ways = [
          ['operator', 'sudo'],
          ['operator', 'doas'],
          ['console', 'sudo'],
          ['guest', 'su'],
        ] as const;
        for (const [user, method] of ways) {
          const wrong = await refusal(specOf(host, user), root(method, 'wrong'));
          assert.deepEqual(
            [wrong.stage, wrong.message],
            ['become', `${method} refused the password for root`],
          );
          const missing = await refusal(specOf(host, user), root(method));
          assert.equal(missing.stage, 'become');
          if (user !== 'console')
            assert.ok(
              missing.message.startsWith(`${method} to root wants a password and none was given: -K`),
            );
        }
      });

      test(`bytes and 4 MB pass a terminal unchanged, on ${host}`, async () => {
        const shell = await openShell(specOf(host, 'console'), root('sudo', secret('console')));
        const bytes = Buffer.concat([allBytes, randomBytes(4 * 1024 * 1024)]);
        const output = await runOne(shell, { script: 'cat', stdin: bytes });
        assert.ok(output.stdout.equals(bytes));
      });

      test(`a timeout kills what runs as root, on ${host}`, async () => {
        const shell = await openShell(specOf(host, 'operator'), root('sudo', secret('operator')));
        const output = await runOne(shell, { script: 'sleep 4321 & sleep 4321 | cat', timeoutSeconds: 0.5 });
        assert.deepEqual([output.rc, output.timedOut], [124, true]);
        assert.equal(await textOf(shell, 'pgrep -fx "sleep 4321" | wc -l'), '0\n');
      });

      test(`64 MB go in and come out, on ${host}`, async () => {
        const shell = await openShell(specOf(host, 'root'));
        const bytes = randomBytes(64 * 1024 * 1024);
        assert.ok((await runOne(shell, { script: 'cat', stdin: bytes })).stdout.equals(bytes));
      });

      test(`64 MB of text go over packed, also by sudo through a terminal, on ${host}`, async () => {
        const text = Buffer.from(
          randomBytes(1024)
            .toString('hex')
            .repeat(32 * 1024),
        );
        for (const shell of [
          await openShell(specOf(host, 'root')),
          await openShell(specOf(host, 'console'), root('sudo', secret('console'))),
        ]) {
          const before = shell.traffic;
          assert.ok((await runOne(shell, { script: 'cat', stdin: text })).stdout.equals(text));
          const { bytesSent, bytesReceived } = shell.traffic;
          assert.ok(bytesSent - before.bytesSent < text.length / 5);
          assert.ok(bytesReceived - before.bytesReceived < text.length / 5);
        }
      });

      test(`the host has neither Python nor Perl, and needs none, on ${host}`, async () => {
        const { names } = (await openShell(specOf(host, 'root'))).capabilities;
        assert.deepEqual(
          [names.has('python3'), names.has('perl'), names.has('systemd')],
          [false, false, true],
        );
        assert.equal(names.has('busybox-userland'), host === 'busybox-1');
      });

      test(`no password stands in an argv, an environment or a log, on ${host}`, async () => {
        const watcher = await openShell(specOf(host, 'root'));
        const watch =
          'i=0; while [ $i -lt 40 ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; sleep 0.05; i=$((i + 1)); done';
        const watching = runOne(watcher, watch);
        const users: [string, BecomeSpec['method'], string][] = [
          ['operator', 'sudo', 'operator'],
          ['operator', 'doas', 'operator'],
          ['console', 'sudo', 'console'],
          ['guest', 'su', 'root'],
        ];
        for (const [user, method, account] of users)
          await openShell(specOf(host, user), root(method, secret(account)));
        const seen = (await watching).stdout.toString('latin1');
        const logs = await textOf(watcher, 'journalctl -q --no-pager; cat /var/log/auth.log 2>/dev/null');
        assert.ok(seen.includes('sudo'));
        for (const [, , account] of users) {
          assert.ok(!seen.includes(secret(account)));
          assert.ok(!logs.includes(secret(account)));
        }
      });
    }

    for (const kind of ['ssh', 'openssh'] as const)
      test(`a login by password works, and a wrong one is told, by ${kind}`, async () => {
        const bare = (password: string): ConnectionSpec => {
          const { privateKeyFile, ...rest } = specOf('gnu-1', 'operator', { kind, password: () => password });
          return privateKeyFile === undefined
            ? rest
            : { ...rest, sshArguments: ['-o', 'IdentitiesOnly=yes'] };
        };
        assert.equal(await textOf(await openShell(bare(secret('operator'))), 'id -un'), 'operator\n');
        assert.equal((await refusal(bare('wrong'))).stage, 'authenticate');
      });

    test('private hosts are reached through their gateway by one shared connection', async () => {
      const connections = newConnections();
      const watcher = await openShell(specOf('gnu-1', 'root'));
      const sessions = async (): Promise<number> =>
        Number(await textOf(watcher, 'pgrep -fc "^sshd: .*root" || true'));
      const before = await sessions();
      for (const host of ['inner-1', 'inner-2']) {
        const words = ['-F', lab.sshConfigFile];
        const { configFile, ...spec } = specOf(host, 'root', { sshArguments: words });
        const connection = await connections.open(spec);
        assert.ok(connection.ok, configFile);
        const shell = await connection.value.shell();
        assert.ok(shell.ok);
        assert.equal(await textOf(shell.value, 'uname -n'), `${host}\n`);
      }
      // One session on the gateway for both; sshd may show its monitor and its worker.
      assert.ok((await sessions()) - before <= 2);
    });

    test('twelve users on one connection never need more channels than sshd gives', async () => {
      const connection = await newConnections().open(specOf('gnu-1', 'root'));
      assert.ok(connection.ok);
      const users = [
        'bin',
        'daemon',
        'games',
        'lp',
        'mail',
        'man',
        'news',
        'nobody',
        'proxy',
        'sys',
        'uucp',
        'www-data',
      ];
      for (let round = 0; round < 2; round += 1) {
        const names: string[] = await Promise.all(
          users.map(async (user): Promise<string> => {
            const shell: Connected<Shell> = await connection.value.shell({ method: 'sudo', user });
            if (!shell.ok) return shell.failure.message;
            return textOf(shell.value, 'id -un');
          }),
        );
        assert.deepEqual(
          names,
          users.map((user) => `${user}\n`),
        );
      }
    });

    test('three hundred connections are open at once', async () => {
      const shells = await Promise.all(
        Array.from({ length: 300 }, (_, at) =>
          tryShell(specOf(at % 2 === 0 ? 'gnu-1' : 'busybox-1', 'root')),
        ),
      );
      assert.deepEqual(
        shells.filter((shell) => !shell.ok),
        [],
      );
      const texts = await Promise.all(
        shells.map(async (shell) => (shell.ok ? textOf(shell.value, 'echo here') : '')),
      );
      assert.deepEqual(new Set(texts), new Set(['here\n']));
      await closeAll();
    });

    test('a host that loses power within a step leaves the outcome unknown, and works again when it is back', async () => {
      const shell = await openShell(
        specOf('inner-1', 'root', {
          keepaliveSeconds: 1,
          sshArguments: ['-J', `root@${lab.host('gnu-1').address}`],
          configFile: lab.sshConfigFile,
        }),
      );
      const running = shell.run([{ script: 'echo on >/root/started; sleep 100' }]);
      await sleep(1000);
      await lab.kill('inner-1');
      const ran = await running;
      assert.ok(!ran.ok);
      assert.deepEqual([ran.failure.stage, ran.failure.outcomeUnknown], ['lost', true]);
      await lab.boot();
      assert.equal(await textOf(shell, 'cat /root/started'), 'on\n');
    });
  },
  { unless: await whyNoLab() },
);
