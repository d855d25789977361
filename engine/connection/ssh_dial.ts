// The way to a host over ssh: through jump hosts or a command, with another try when a busy sshd hangs up.
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connected, ConnectionSpec } from './contract.ts';
import { deferred } from './deferred.ts';
import { connected, failed, messageOf } from './failures.ts';
import { connectClient } from './ssh_client.ts';
import { SshConfigProblem } from './ssh_config.ts';
import { resolveSshSettings, type SshSettings } from './ssh_settings.ts';
import { sshTransport, type SshTransport } from './ssh_transport.ts';

/** Opens, or gives again, the connection to a jump host. */
export type OpenJump = (spec: ConnectionSpec) => Promise<Connected<SshTransport>>;

const dropTries = 10;

/** Seconds before try number `attempt`; random, so that three hundred hosts do not come back together. */
function pause(attempt: number): number {
  return Math.min(8, 0.2 * 2 ** attempt) * (0.5 + Math.random());
}

/** Aborting `signal` gives up; what is open by then stays. */
export async function dialSsh(
  spec: ConnectionSpec,
  openJump: OpenJump,
  signal: AbortSignal,
): Promise<Connected<SshTransport>> {
  let settings: SshSettings;
  try {
    settings = resolveSshSettings(spec);
  } catch (error) {
    if (error instanceof SshConfigProblem) return failed('resolve', error.message);
    throw error;
  }
  let drops = 0;
  for (let attempt = 0; ;) {
    if (signal.aborted) return failed('connect', 'Connecting was given up');
    const way = await openWay(spec, settings, openJump, signal);
    if (!way.ok) return way;
    const login = await connectClient(spec, settings, way.value?.stream, signal);
    if (login.ok) return connected(sshTransport(login.value, settings.keepaliveSeconds));
    way.value?.stream.destroy();
    const isDrop = login.dropped === true && way.value?.isCommand !== true && drops < dropTries;
    const mayRetry = login.failure.stage === 'connect' && attempt < spec.retries;
    if (!isDrop && !mayRetry)
      return {
        ok: false,
        failure: { ...login.failure, message: await withProxy(login.failure.message, way.value) },
      };
    if (isDrop) drops += 1;
    else attempt += 1;
    await sleep(pause(Math.max(attempt, drops)) * 1000, undefined, { signal }).catch(() => undefined);
  }
}

interface Way {
  readonly stream: Duplex;
  readonly isCommand?: boolean;
  /** What a ProxyCommand said on its standard error. */
  readonly said?: () => Promise<string>;
}

async function withProxy(message: string, way: Way | undefined): Promise<string> {
  const said = (await way?.said?.()) ?? '';
  return said === '' ? message : `${message}; the proxy command said: ${said}`;
}

/** The stream to the host's sshd, when it is not plain TCP. */
async function openWay(
  spec: ConnectionSpec,
  settings: SshSettings,
  openJump: OpenJump,
  signal: AbortSignal,
): Promise<Connected<Way | undefined>> {
  const last = settings.jumps.at(-1);
  if (last !== undefined) {
    const jump = await openJump(jumpSpec(spec, settings, last));
    if (!jump.ok) return failed(jump.failure.stage, `Jump host ${last}: ${jump.failure.message}`);
    const stream = await forwardInTime(jump.value, settings, signal);
    return stream.ok
      ? connected({ stream: stream.value })
      : failed('connect', `Jump host ${last}: ${stream.failure.message}`);
  }
  return connected(settings.proxyCommand === undefined ? undefined : commandWay(settings.proxyCommand));
}

/** The jump host itself would try for minutes to reach a host that does not answer. */
async function forwardInTime(
  jump: SshTransport,
  settings: SshSettings,
  signal: AbortSignal,
): Promise<Connected<Duplex>> {
  const { hostName, port, connectTimeoutSeconds } = settings;
  const late = AbortSignal.timeout(connectTimeoutSeconds * 1000);
  const forwarding = jump.forward(hostName, port);
  const given = deferred<Connected<Duplex>>();
  const giveUp = (): void => {
    const why = late.aborted ? `did not answer within ${connectTimeoutSeconds} s` : 'was given up';
    given.resolve(failed('connect', `${hostName} port ${port} ${why}`));
    void forwarding.then((stream) => stream.ok && stream.value.destroy());
  };
  const either = AbortSignal.any([signal, late]);
  either.addEventListener('abort', giveUp);
  const stream = await Promise.race([forwarding, given.promise]);
  either.removeEventListener('abort', giveUp);
  return stream;
}

/** As ssh does it: a jump host has the same configuration file, and none of the target's other words. */
function jumpSpec(spec: ConnectionSpec, settings: SshSettings, jump: string): ConnectionSpec {
  const match = /^(?:ssh:\/\/)?(?:(.*)@)?(\[[^\]]+\]|[^:[\]]+|[^[\]]*:[^[\]]*:[^[\]]*)(?::(\d+))?$/.exec(
    jump,
  );
  const [, user, host = jump, port] = match ?? [];
  const before = settings.jumps.slice(0, -1);
  return {
    kind: 'ssh',
    hostName: jump,
    address: host.replace(/^\[|\]$/g, ''),
    hostKeyChecking: spec.hostKeyChecking,
    connectTimeoutSeconds: spec.connectTimeoutSeconds,
    retries: spec.retries,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(spec.knownHostsFiles === undefined ? {} : { knownHostsFiles: spec.knownHostsFiles }),
    ...(spec.passphrase === undefined ? {} : { passphrase: spec.passphrase }),
    ...(spec.keepaliveSeconds === undefined ? {} : { keepaliveSeconds: spec.keepaliveSeconds }),
    ...(settings.configFile === undefined ? {} : { configFile: settings.configFile }),
    ...(before.length === 0 ? {} : { sshArguments: ['-J', before.join(',')] }),
  };
}

/** Milliseconds that a command which was ended has for its complaint. */
const lastWords = 500;

/** A process whose standard streams lead to the host's sshd. */
function commandWay(command: string): Way {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: 'pipe', detached: true });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-500)));
  child.on('error', (error) => (said = messageOf(error)));
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  stream.on('error', () => undefined);
  stream.once('close', () => child.kill());
  const ended = deferred<undefined>();
  child.once('close', () => ended.resolve(undefined));
  return {
    stream,
    isCommand: true,
    said: async () => {
      // Its complaint may still be on the way when its standard output has ended.
      await Promise.race([ended.promise, sleep(lastWords)]);
      return said
        .trim()
        .split(/[\r\n]+/)
        .join('; ');
    },
  };
}
