// How one host is reached over ssh: the inventory's words, then ssh's own arguments, then its configuration files.
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import type { ConnectionSpec } from './contract.ts';
import { readSshArguments } from './ssh_arguments.ts';
import { readSshConfig, SshConfigProblem, SshOptions } from './ssh_config.ts';
import { servicePort } from './service_port.ts';
import { expandPath, expandTokens, splitWords } from './ssh_words.ts';

export interface SshSettings {
  /** Where to connect to. */
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  readonly explicitKeyFiles: readonly string[];
  /** Tried after the agent's keys. */
  readonly defaultKeyFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** The socket of an ssh-agent. */
  readonly agentSocket?: string;
  /** Hosts to go through, first one first. */
  readonly jumps: readonly string[];
  readonly proxyCommand?: string;
  /** The name under which known_hosts has it. */
  readonly hostKeyName: string;
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off';
  /** New keys are written to the first. */
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly connectTimeoutSeconds: number;
  readonly keepaliveSeconds: number;
  readonly keepaliveCount: number;
  /** For the hosts to go through. */
  readonly configFile?: string;
}

const defaultPort = 22;
const defaultConnectTimeoutSeconds = 30;
const defaultKeepaliveSeconds = 30;
const defaultKeepaliveCount = 3;

/** Throws `SshConfigProblem`. */
export function resolveSshSettings(spec: ConnectionSpec): SshSettings {
  const options = new SshOptions();
  if (spec.user !== undefined) options.offer('User', spec.user);
  if (spec.port !== undefined) options.offer('Port', String(spec.port));
  if (spec.privateKeyFile !== undefined) options.offer('IdentityFile', spec.privateKeyFile);
  const given = readSshArguments(spec.sshArguments ?? [], options);
  const configFile = given.configFile ?? spec.configFile;
  if (configFile === undefined) {
    readSshConfig(path.join(homedir(), '.ssh/config'), spec.address, options);
    readSshConfig('/etc/ssh/ssh_config', spec.address, options);
  } else if (configFile !== 'none') readSshConfig(expandPath(configFile), spec.address, options);
  return settingsFrom(spec, options, configFile);
}

function settingsFrom(
  spec: ConnectionSpec,
  options: SshOptions,
  configFile: string | undefined,
): SshSettings {
  const user = options.get('User') ?? userInfo().username;
  const port = portOf(options);
  const hostName = expandTokens(options.get('HostName') ?? spec.address, { h: spec.address });
  const tokens = {
    ...{ h: hostName, n: spec.address, p: String(port), r: user, u: userInfo().username, d: homedir() },
    k: options.get('HostKeyAlias') ?? spec.address,
  };
  const file = (name: string): string => expandPath(expandTokens(name, tokens));
  const files = (value: string | undefined, otherwise: readonly string[]): string[] =>
    (value === undefined ? otherwise : splitWords(value)).filter((name) => name !== 'none').map(file);
  const jump = options.get('ProxyJump');
  const proxy = options.get('ProxyCommand');
  const alias = options.get('HostKeyAlias');
  const agentSocket = agentSocketOf(options.get('IdentityAgent'), file);
  const names = options.identityFiles.filter((name) => name !== 'none');
  const hasProxy = proxy !== undefined && proxy.toLowerCase() !== 'none';
  return {
    hostName,
    port,
    user,
    explicitKeyFiles: names.map(file),
    defaultKeyFiles:
      options.identityFiles.length > 0
        ? []
        : ['~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'].map(file),
    identitiesOnly: isYes(options.get('IdentitiesOnly')),
    ...(agentSocket === undefined ? {} : { agentSocket }),
    jumps:
      jump === undefined || jump.toLowerCase() === 'none' ? [] : jump.split(',').map((hop) => hop.trim()),
    ...(hasProxy ? { proxyCommand: shellCommand(proxy, tokens) } : {}),
    hostKeyName: alias ?? (port === defaultPort ? hostName : `[${hostName}]:${port}`).toLowerCase(),
    hostKeyChecking: checkingOf(spec, options),
    userKnownHostsFiles:
      spec.knownHostsFiles ??
      files(options.get('UserKnownHostsFile'), ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHostsFiles: files(options.get('GlobalKnownHostsFile'), [
      '/etc/ssh/ssh_known_hosts',
      '/etc/ssh/ssh_known_hosts2',
    ]),
    connectTimeoutSeconds:
      spec.connectTimeoutSeconds > 0
        ? spec.connectTimeoutSeconds
        : secondsOf(options, 'ConnectTimeout', defaultConnectTimeoutSeconds) || defaultConnectTimeoutSeconds,
    keepaliveSeconds:
      spec.keepaliveSeconds ?? secondsOf(options, 'ServerAliveInterval', defaultKeepaliveSeconds),
    keepaliveCount: numberOf(options, 'ServerAliveCountMax', defaultKeepaliveCount),
    ...(configFile === undefined ? {} : { configFile }),
  };
}

/** A number, or the name of a service in /etc/services. */
function portOf(options: SshOptions): number {
  const text = options.get('Port');
  if (text === undefined || /^\d+$/.test(text)) return numberOf(options, 'Port', defaultPort);
  const port = servicePort(text);
  if (port === undefined) throw new SshConfigProblem(`Port of ssh is no number and no service: ${text}`);
  return port;
}

function numberOf(options: SshOptions, name: string, otherwise: number): number {
  const text = options.get(name);
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new SshConfigProblem(`${name} of ssh is no number: ${text}`);
  return Number(text);
}

const unitSeconds = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** sshd_config(5), TIME FORMATS: `90`, `1m30s`, in letters of either case. */
function secondsOf(options: SshOptions, name: string, otherwise: number): number {
  const text = options.get(name)?.toLowerCase();
  if (text === undefined) return otherwise;
  if (text === 'none') return 0;
  if (!/^(\d+[smhdw])*(\d+)?$/.test(text) || text === '')
    throw new SshConfigProblem(`${name} of ssh is no time: ${text}`);
  return [...text.matchAll(/(\d+)([smhdw]?)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitSeconds[(unit ?? '') as keyof typeof unitSeconds],
    0,
  );
}

/** What a shell would act on, or a program take for an option. A user's name may hold a backslash, as `DOMAIN\\name`. */
const forShell = /[\s`"'$;&<>|(){}]|\\$|^-/;

/** Names of hosts and users may be what some host said (add_host, delegate_to), and a shell reads the command. */
function shellCommand(command: string, tokens: Readonly<Record<string, string>>): string {
  for (const [, letter = ''] of command.matchAll(/%([A-Za-z%])/g)) {
    const name = 'hnrk'.includes(letter) ? tokens[letter] : undefined;
    if (name !== undefined && forShell.test(name))
      throw new SshConfigProblem(
        `ProxyCommand is not run: a shell would act on the ${letter === 'r' ? 'user' : 'host'} name ${JSON.stringify(name)}`,
      );
  }
  return expandTokens(command, tokens);
}

function agentSocketOf(setting: string | undefined, file: (name: string) => string): string | undefined {
  if (setting === 'none') return undefined;
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return process.env['SSH_AUTH_SOCK'];
  return setting.startsWith('$') && !setting.startsWith('${') ? process.env[setting.slice(1)] : file(setting);
}

function isYes(value: string | undefined): boolean {
  return value !== undefined && /^(yes|true)$/i.test(value);
}

/** Words of ssh may loosen the default, but not what the caller chose. */
function checkingOf(spec: ConnectionSpec, options: SshOptions): SshSettings['hostKeyChecking'] {
  if (spec.hostKeyChecking !== 'strict') return spec.hostKeyChecking;
  const value = (options.get('StrictHostKeyChecking') ?? 'yes').toLowerCase();
  if (value === 'no' || value === 'off' || value === 'false') return 'off';
  return value === 'accept-new' ? 'accept-new' : 'strict';
}
