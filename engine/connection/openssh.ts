// Channels over the system's own ssh: one master process for the connection, one more for each channel. For what ssh2
// cannot do: certificates, hardware keys, Kerberos, every corner of ssh_config.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../module/quote.ts';
import type { Channel, Transport } from './channel.ts';
import type { Connected, ConnectionSpec, FailureStage } from './contract.ts';
import { connected, failed } from './failures.ts';
import { endWithUs, processChannel } from './processes.ts';
import { serveSecret, type SecretDoor } from './secret_door.ts';

const pollMilliseconds = 20;

/** ssh's own exit code when it cannot reach the host or loses it. */
const failedSsh = 255;

export async function dialOpenssh(spec: ConnectionSpec, signal: AbortSignal): Promise<Connected<Transport>> {
  // Short: a socket's name may have 107 bytes, and ssh adds some of its own.
  const place = await mkdtemp(path.join(tmpdir(), 'hardway-'));
  const door = await openDoor(spec, place);
  const socket = path.join(place, 's');
  const argv = masterArgv(spec, socket, door !== undefined);
  const master = spawn('ssh', argv, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    env:
      door === undefined
        ? process.env
        : { ...process.env, SSH_ASKPASS: door.program, SSH_ASKPASS_REQUIRE: 'force' },
  });
  endWithUs(master);
  let said = '';
  master.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
  master.on('error', (error) => (said = error.message));
  const isUp = await waitForMaster(master, socket, spec.connectTimeoutSeconds, signal);
  door?.close();
  if (isUp) return connected(masterTransport(spec, master, socket, place));
  master.kill();
  await rm(place, { recursive: true, force: true });
  return failed(
    stageOf(said),
    said
      .trim()
      .split(/[\r\n]+/)
      .slice(-3)
      .join('; ') || 'ssh did not connect in time',
  );
}

async function openDoor(spec: ConnectionSpec, place: string): Promise<SecretDoor | undefined> {
  const secret = spec.password?.() ?? spec.passphrase?.();
  if (secret === undefined) return undefined;
  const door = await serveSecret(place, secret);
  const program = path.join(place, 'askpass');
  await writeFile(program, `#!/bin/sh\ncat ${quote(door.fifo)}\n`);
  await chmod(program, 0o700);
  return { ...door, program };
}

function masterArgv(spec: ConnectionSpec, socket: string, hasSecret: boolean): string[] {
  // ssh keeps the first value of an option, so the user's own words stand before ours.
  const checking = { strict: 'yes', 'accept-new': 'accept-new', off: 'no' }[spec.hostKeyChecking];
  const options: Readonly<Record<string, string | undefined>> = {
    ControlMaster: 'yes',
    ControlPath: socket,
    ControlPersist: 'no',
    BatchMode: hasSecret ? 'no' : 'yes',
    NumberOfPasswordPrompts: '1',
    StrictHostKeyChecking: checking,
    UserKnownHostsFile: spec.knownHostsFiles?.map((file) => `"${file}"`).join(' '),
    ConnectTimeout: String(Math.ceil(spec.connectTimeoutSeconds)),
    ConnectionAttempts: String(1 + spec.retries),
    ServerAliveInterval: String(spec.keepaliveSeconds ?? 30),
    ServerAliveCountMax: '3',
  };
  return [
    ...(spec.hostKeyChecking === 'off' ? ['-o', 'StrictHostKeyChecking=no'] : []),
    ...(spec.configFile === undefined ? [] : ['-F', spec.configFile]),
    ...(spec.port === undefined ? [] : ['-p', String(spec.port)]),
    ...(spec.user === undefined ? [] : ['-l', spec.user]),
    ...(spec.privateKeyFile === undefined ? [] : ['-i', spec.privateKeyFile]),
    ...(spec.sshArguments ?? []),
    ...Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : ['-o', `${name}=${value}`],
    ),
    ...['-N', '-T', '--', spec.address],
  ];
}

async function waitForMaster(
  master: ChildProcess,
  socket: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + timeoutSeconds * 1000 + 1000;
  const isDialling = (): boolean => master.exitCode === null && master.signalCode === null;
  while (isDialling() && !signal.aborted && Date.now() < deadline) {
    if (existsSync(socket)) return true;
    await sleep(pollMilliseconds);
  }
  return false;
}

function stageOf(said: string): FailureStage {
  if (/Could not resolve|Name or service not known/i.test(said)) return 'resolve';
  if (/Host key verification failed|host key/i.test(said)) return 'host-key';
  return /Permission denied|Too many authentication/i.test(said) ? 'authenticate' : 'connect';
}

function masterTransport(
  spec: ConnectionSpec,
  master: ChildProcess,
  socket: string,
  place: string,
): Transport {
  const open = new Map<Channel, Promise<void>>();
  let isOpen = true;
  master.on('exit', () => (isOpen = false));
  return {
    get isOpen() {
      return isOpen;
    },
    openChannel(command, events, options) {
      if (!isOpen) return Promise.resolve(failed('lost', 'The connection was lost'));
      // A channel that finds no master must not begin a connection of its own.
      const words = [
        '-o',
        `ControlPath=${socket}`,
        '-o',
        'ControlMaster=no',
        '-o',
        'ProxyCommand=false',
        '-o',
        'LogLevel=ERROR',
        // On a terminal ssh would act on `~.` at the start of a line, and make one of two tildes.
        '-o',
        'EscapeChar=none',
      ];
      const terminal = options?.terminal === true ? '-tt' : '-T';
      const child = spawn('ssh', ['-F', 'none', ...words, terminal, '--', spec.address, command], {
        stdio: 'pipe',
        detached: true,
      });
      let ended: () => void = () => undefined;
      const end = new Promise<void>((resolve) => (ended = resolve));
      const channel = processChannel(child, {
        ...events,
        closed: (how) => {
          open.delete(channel);
          ended();
          events.closed(how.rc === failedSsh ? { ...how, wayLost: true } : how);
        },
      });
      open.set(channel, end);
      return Promise.resolve(connected(channel));
    },
    async close() {
      for (const channel of open.keys()) channel.close();
      await Promise.race([Promise.all(open.values()), sleep(1000, undefined, { ref: false })]);
      isOpen = false;
      master.kill();
      await rm(place, { recursive: true, force: true });
    },
  };
}
