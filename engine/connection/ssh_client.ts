// One ssh connection by the ssh2 package: handshake, host key, login. All of ssh2's callbacks end here and in
// ssh_transport.ts.
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import type { Connected, ConnectionFailure, ConnectionSpec, FailureStage } from './contract.ts';
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
import type { SshSettings } from './ssh_settings.ts';

/** `dropped`: the server hung up before it said who it is, as MaxStartups does; another try may go through. */
export type ClientResult = Connected<Client> & { readonly dropped?: boolean };

// In the order of OpenSSH's own preference.
const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  ...(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] as const),
  ...(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] as const),
];

/** Connects over `through`, or by TCP, until `signal` is aborted. */
export async function connectClient(
  spec: ConnectionSpec,
  settings: SshSettings,
  through: Duplex | undefined,
  signal: AbortSignal,
): Promise<ClientResult> {
  const known = knownKeysOf(settings.hostKeyName, [
    ...settings.userKnownHostsFiles,
    ...settings.globalKnownHostsFiles,
  ]);
  const authentication = planAuthentication(spec, settings);
  const client = new ssh2.Client();
  let refusal: ConnectionFailure | undefined;
  let heardServer = false;
  let giveUp: () => void = () => undefined;
  const config: ConnectConfig = {
    ...(through === undefined ? { host: settings.hostName, port: settings.port } : { sock: through }),
    username: settings.user,
    authHandler: authentication.handler,
    readyTimeout: settings.connectTimeoutSeconds * 1000,
    keepaliveInterval: settings.keepaliveSeconds * 1000,
    keepaliveCountMax: settings.keepaliveCount,
    algorithms: { serverHostKey: preferredAlgorithms(known) },
    hostVerifier: (key: Buffer) => {
      heardServer = true;
      const message = hostKeyProblem(key, known, settings);
      const doubt = settings.hostKeyChecking === 'off' ? otherKey(key, known) : undefined;
      if (doubt !== undefined) authentication.keepPassword(doubt);
      if (message !== undefined) refusal = { stage: 'host-key', message, outcomeUnknown: false };
      return message === undefined;
    },
  };
  const result = await new Promise<ClientResult>((resolve) => {
    client.once('ready', () => resolve(connected(client)));
    client.on('error', (error: Error & { level?: string; code?: string }) => {
      const stage = stageOf(error, heardServer);
      const text = describeError(error, stage, settings, authentication.account());
      const dropped = !heardServer && (stage === 'connect' || stage === 'lost') && isDrop(error);
      resolve({ ok: false, failure: refusal ?? { stage, message: text, outcomeUnknown: false }, dropped });
    });
    const ended = (): void =>
      resolve({ ...failed('connect', `${where(settings)} closed the connection`), dropped: !heardServer });
    client.once('close', ended);
    client.once('end', ended);
    giveUp = () => resolve(failed('connect', `${where(settings)}: connecting was given up`));
    signal.addEventListener('abort', giveUp);
    try {
      client.connect(config);
    } catch (error) {
      resolve(failed('connect', messageOf(error)));
    }
  });
  signal.removeEventListener('abort', giveUp);
  if (!result.ok) client.destroy();
  else if (through === undefined) client.setNoDelay(true);
  return result;
}

function where(settings: SshSettings): string {
  return `${settings.hostName} port ${settings.port}`;
}

function isDrop(error: Error & { code?: string }): boolean {
  return (
    error.code === 'ECONNRESET' ||
    error.code === 'EPIPE' ||
    /before handshake|Exceeded MaxStartups/i.test(error.message)
  );
}

function stageOf(error: { level?: string; code?: string }, heardServer: boolean): FailureStage {
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'resolve';
  if (error.level === 'client-authentication') return 'authenticate';
  return heardServer && error.level !== 'client-timeout' ? 'lost' : 'connect';
}

function describeError(
  error: Error & { level?: string; code?: string },
  stage: FailureStage,
  settings: SshSettings,
  account: string,
): string {
  if (stage === 'authenticate') return `${where(settings)} did not let ${settings.user} in: ${account}`;
  if (stage === 'resolve') return `The name ${settings.hostName} is not known (${error.message})`;
  if (error.level === 'client-timeout')
    return `${where(settings)} did not answer within ${settings.connectTimeoutSeconds} s: is the host up, and the address (ansible_host) right?`;
  const plain = plainReasons[error.code ?? ''];
  return plain === undefined ? `${where(settings)}: ${error.message}` : `${where(settings)} ${plain}`;
}

const plainReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: does sshd run there, on this port (ansible_port)?',
  EHOSTUNREACH: 'cannot be reached: no way leads to this address from here (ansible_host, or a jump host)',
  ENETUNREACH: 'cannot be reached: no way leads to this network from here (ansible_host, or a jump host)',
};

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

/** What is wrong with the key, or nothing. Notes a new one when that is wanted. */
function hostKeyProblem(key: Buffer, known: readonly KnownKey[], settings: SshSettings): string | undefined {
  if (settings.hostKeyChecking === 'off') return undefined;
  const name = settings.hostKeyName;
  const shown = `${keyType(key)} ${fingerprint(key)}`;
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
