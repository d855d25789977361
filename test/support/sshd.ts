// An sshd of our own on loopback, for tests of what a connection does with keys, host keys and broken lines. It lets in
// the user who runs the tests, with a key made for it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionSpec } from '../../engine/connection/contract.ts';

const program = '/usr/sbin/sshd';

/** Why there can be no sshd here. */
export const whyNoSshd = existsSync(program) ? undefined : 'there is no sshd (package openssh-server)';

export interface TestSshd {
  readonly port: number;
  /** A directory of the test's own. */
  readonly place: string;
  /** `ssh-ed25519 AAAA...` */
  readonly hostKey: string;
  readonly privateKeyFile: string;
  readonly knownHostsFile: string;
  /** The way in, with the host's key known. */
  readonly spec: ConnectionSpec;
  /** Ends all connections at once, as a cut line does. */
  readonly cutAll: () => void;
  /** How many were let in since the start. */
  readonly logins: () => number;
  readonly stop: () => void;
}

export function makeKey(file: string, type = 'ed25519', passphrase = ''): void {
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...(type === 'rsa' ? ['-b', '2048'] : []),
    '-N',
    passphrase,
    '-C',
    'test',
    '-f',
    file,
  ]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => socket.destroy());
  });
}

/** `settings` are lines of sshd_config. */
export async function startSshd(settings: readonly string[] = []): Promise<TestSshd> {
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const place = mkdtempSync(path.join(tmpdir(), 'hardway-test-'));
  const port = await freePort();
  const file = (name: string): string => path.join(place, name);
  makeKey(file('host_key'));
  makeKey(file('id'));
  writeFileSync(file('authorized_keys'), readFileSync(file('id.pub')), { mode: 0o600 });
  const lines = [
    ...[
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host_key')}`,
      'PidFile none',
      'UsePAM no',
    ],
    ...[`AuthorizedKeysFile ${file('authorized_keys')}`, 'StrictModes no', 'LogLevel VERBOSE'],
    ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin yes', ...settings],
  ];
  writeFileSync(file('sshd_config'), `${lines.join('\n')}\n`);
  const hostKey = readFileSync(file('host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  const child = spawn(program, ['-D', '-e', '-f', file('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 200) throw new Error(`sshd does not answer: ${log}`);
    await sleep(25);
  }
  return {
    ...{ port, place, hostKey, privateKeyFile: file('id'), knownHostsFile: file('known_hosts') },
    spec: {
      ...{ kind: 'ssh', hostName: 'loopback', address: '127.0.0.1', port, user: userInfo().username },
      ...{ privateKeyFile: file('id'), knownHostsFiles: [file('known_hosts')], configFile: 'none' },
      ...{ hostKeyChecking: 'strict', connectTimeoutSeconds: 20, retries: 0 },
    },
    cutAll: () => {
      for (const pid of sessionsOf(child)) killIfThere(pid);
    },
    logins: () => log.split('\n').filter((line) => line.startsWith('Accepted publickey')).length,
    stop: () => {
      for (const pid of sessionsOf(child)) killIfThere(pid);
      child.kill('SIGKILL');
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** One that ends its parent may have ended its children. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
}

/** The processes that sshd made for its connections. */
function sessionsOf(sshd: ChildProcess): number[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const children = (parent: number): number[] =>
    all
      .filter(([, ppid, name]) => Number(ppid) === parent && name?.startsWith('sshd') === true)
      .flatMap(([pid]) => [Number(pid), ...children(Number(pid))]);
  return children(sshd.pid ?? -1);
}
