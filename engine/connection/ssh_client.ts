// One ssh connection by the ssh2 package: handshake, host key, login. All of ssh2's callbacks end here and in
// ssh_transport.ts.
import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import ssh2 from 'ssh2';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import type { ConnectionFailure, ConnectionSpec } from './contract.ts';
import { connected, failed, messageOf } from './failures.ts';
import {
  addKnownHost,
  fingerprint,
  judgeHostKey,
  keyType,
  knownKeysOf,
  type KnownKey,
} from './known_hosts.ts';
import { planAuthentication } from './ssh_auth.ts';
import { describeError, givenUp, hungUp, isDrop, stageOf, type Dialled } from './ssh_refusals.ts';
import type { SshSettings } from './ssh_settings.ts';
import { openTcp } from './ssh_tcp.ts';

// In the order of OpenSSH's own preference.
const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  ...(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] as const),
  ...(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] as const),
];

/**
 * A handshake is work for the processors here and there. Three hundred at once would each take as long as all of them
 * together and run out of their time; so they take turns, and the time of each begins with its turn.
 */
const handshakeTurn = pLimit(16);

export interface LoggedIn {
  readonly client: Client;
  /** Type and fingerprint of the key that the host showed. */
  readonly hostKey: string;
}

/** Connects over `through`, or by TCP, until `signal` is aborted. Waiting for a host that is silent takes no turn. */
export async function connectClient(
  spec: ConnectionSpec,
  settings: SshSettings,
  through: Duplex | undefined,
  signal: AbortSignal,
): Promise<Dialled<LoggedIn>> {
  const way = through === undefined ? await openTcp(settings, signal) : connected(through);
  if (!way.ok) return way;
  const login = await handshakeTurn(() => shakeHands(spec, settings, way.value, signal));
  if (!login.ok) way.value.destroy();
  return login;
}

/** The handshake and the login, over a stream that leads to the host's sshd. */
async function shakeHands(
  spec: ConnectionSpec,
  settings: SshSettings,
  way: Duplex,
  signal: AbortSignal,
): Promise<Dialled<LoggedIn>> {
  if (signal.aborted) return givenUp(settings);
  if (way.destroyed) return hungUp(settings, true);
  const known = knownKeysOf(settings.hostKeyName, [
    ...settings.userKnownHostsFiles,
    ...settings.globalKnownHostsFiles,
  ]);
  const authentication = planAuthentication(spec, settings);
  const client = new ssh2.Client();
  let refusal: ConnectionFailure | undefined;
  let heardServer = false;
  let hostKey = '';
  let giveUp: () => void = () => undefined;
  const config: ConnectConfig = {
    sock: way,
    username: settings.user,
    authHandler: authentication.handler,
    readyTimeout: settings.connectTimeoutSeconds * 1000,
    keepaliveInterval: settings.keepaliveSeconds * 1000,
    keepaliveCountMax: settings.keepaliveCount,
    algorithms: { serverHostKey: preferredAlgorithms(known) },
    hostVerifier: (key: Buffer) => {
      heardServer = true;
      hostKey = shownKey(key);
      const message = hostKeyProblem(key, known, settings);
      const doubt = settings.hostKeyChecking === 'off' ? otherKey(key, known) : undefined;
      if (doubt !== undefined) authentication.keepPassword(doubt);
      if (message !== undefined) refusal = { stage: 'host-key', message, outcomeUnknown: false };
      return message === undefined;
    },
  };
  const result = await new Promise<Dialled<LoggedIn>>((resolve) => {
    client.once('ready', () => resolve(connected({ client, hostKey })));
    client.on('error', (error: Error & { level?: string; code?: string }) => {
      const stage = stageOf(error, heardServer);
      const text = describeError(error, stage, settings, authentication.account());
      const dropped = !heardServer && (stage === 'connect' || stage === 'lost') && isDrop(error);
      resolve({ ok: false, failure: refusal ?? { stage, message: text, outcomeUnknown: false }, dropped });
    });
    const ended = (): void => resolve(hungUp(settings, !heardServer));
    client.once('close', ended);
    client.once('end', ended);
    giveUp = () => resolve(givenUp(settings));
    signal.addEventListener('abort', giveUp);
    try {
      client.connect(config);
    } catch (error) {
      resolve(failed('connect', messageOf(error)));
    }
  });
  signal.removeEventListener('abort', giveUp);
  if (!result.ok) client.destroy();
  return result;
}

/** Types that are known for the host come first: else it may show a key that is right but that nobody noted. */
function preferredAlgorithms(known: readonly KnownKey[]): ServerHostKeyAlgorithm[] {
  const types = new Set(known.filter((entry) => entry.marker === '').map((entry) => entry.type));
  if (types.has('ssh-rsa')) types.add('rsa-sha2-512').add('rsa-sha2-256');
  const first = hostKeyAlgorithms.filter((name) => types.has(name));
  return [...first, ...hostKeyAlgorithms.filter((name) => !types.has(name))];
}

/** Where keys are not checked: why a password is kept from the host, as OpenSSH does. */
function otherKey(key: Buffer, known: readonly KnownKey[]): string | undefined {
  const judged = judgeHostKey(key, known);
  if (judged.verdict === 'revoked') return 'the password was not sent, as the host key is marked as revoked';
  if (judged.verdict !== 'changed') return undefined;
  return `the password was not sent, as the host key is not the one that is known (${judged.known.file}:${judged.known.line})`;
}

const shownKey = (key: Buffer): string => `${keyType(key)} ${fingerprint(key)}`;

/** What is wrong with the key, or nothing. Notes a new one when that is wanted. */
function hostKeyProblem(key: Buffer, known: readonly KnownKey[], settings: SshSettings): string | undefined {
  if (settings.hostKeyChecking === 'off') return undefined;
  const name = settings.hostKeyName;
  const shown = shownKey(key);
  const judged = judgeHostKey(key, known);
  switch (judged.verdict) {
    case 'known':
      return undefined;
    case 'revoked':
      return `Host key of ${name} is marked as revoked: ${shown}`;
    case 'changed':
      return `Host key of ${name} is not the one that is known (${judged.known.file}:${judged.known.line}): the host shows ${shown}. Either the host was made anew, then remove that line, or somebody stands between`;
    case 'authority-only':
      return `Host key of ${name} is known by a certificate authority only, which this connection cannot check; use connection openssh, or add the key itself: ${shown}`;
    case 'unknown':
      return acceptOrRefuse(key, name, shown, settings);
  }
}

function acceptOrRefuse(key: Buffer, name: string, shown: string, settings: SshSettings): string | undefined {
  const [file] = settings.userKnownHostsFiles;
  if (settings.hostKeyChecking === 'accept-new') {
    try {
      if (file !== undefined) addKnownHost(file, name, key);
      return undefined;
    } catch (error) {
      return `Host key of ${name} is new and cannot be noted: ${messageOf(error)}`;
    }
  }
  const port = settings.port === 22 ? '' : `-p ${settings.port} `;
  return `Host key of ${name} is not known: ${shown}. Compare it with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), then add it: ssh-keyscan ${port}${settings.hostName} >> ${file ?? '~/.ssh/known_hosts'}; or accept keys of new hosts with StrictHostKeyChecking=accept-new`;
}
