// How a task reaches its host and as whom: variables of the host first, then keywords, then the command line.
import { userInfo } from 'node:os';
import type { BecomeSpec, ConnectionSpec } from '../connection/contract.ts';
import { splitWords as shellWords, wordProblem } from '../module/words.ts';
import { failure, type Outcome, success } from '../document/diagnostic.ts';
import { bare, Unknown, type Value } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import type { Node, Play } from '../playbook/model.ts';
import { asBoolean, asNumber, asText, type Evaluate, readKeyword } from './keywords.ts';
import type { RunOptions } from './options.ts';
import { expandHome } from '../playbook/file_search.ts';
import { isOmit } from '../template/omit.ts';
import { definedValue, type TaskScope } from './task_scope.ts';

const connectionKinds: ReadonlyMap<string, ConnectionSpec['kind']> = new Map([
  ['ssh', 'ssh'],
  ['ansible.builtin.ssh', 'ssh'],
  ['smart', 'ssh'],
  ['paramiko', 'ssh'],
  ['paramiko_ssh', 'ssh'],
  ['openssh', 'openssh'],
  ['local', 'local'],
  ['ansible.builtin.local', 'local'],
  ['nspawn', 'nspawn'],
  ['community.general.machinectl', 'nspawn'],
  ['chroot', 'chroot'],
  ['community.general.chroot', 'chroot'],
  ['docker', 'docker'],
  ['community.docker.docker', 'docker'],
  ['podman', 'podman'],
  ['containers.podman.podman', 'podman'],
]);

export interface ReachedBy {
  readonly spec: ConnectionSpec;
  readonly become: BecomeSpec | undefined;
}

/** Reads variables of one host, each the first name that has a value. */
class HostVariables {
  readonly #scope: TaskScope;
  problem: Outcome<never> | undefined;

  constructor(scope: TaskScope) {
    this.#scope = scope;
  }

  read<T>(names: readonly string[], read: (value: Value) => T | undefined): T | undefined {
    const scope = this.#scope.scope();
    for (const name of names) {
      const raw = scope.get(name);
      if (raw === undefined) continue;
      const evaluated = this.#scope.evaluate(raw);
      const outcome = evaluated.ok ? definedValue(evaluated.value) : evaluated;
      if (!outcome.ok) {
        this.problem ??= outcome;
        return undefined;
      }
      if (bare(outcome.value) === null || bare(outcome.value) === '') continue;
      const value = read(outcome.value);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** Splits ssh options as a shell would; where a quotation is not closed, at blanks, for ssh's words to be complained of. */
export function splitWords(text: string): string[] {
  if (wordProblem(text) === undefined) return shellWords(text);
  return text.split(/\s+/).filter((word) => word !== '');
}

function hostKeyChecking(value: Value): 'strict' | 'accept-new' | 'off' | undefined {
  const word = asText(value);
  if (word === 'accept-new' || word === 'strict' || word === 'off') return word;
  const flag = asBoolean(value);
  return flag === undefined ? undefined : flag ? 'strict' : 'off';
}

/** A port, or what was given in its place. */
function portOf(value: Value): Outcome<number> | undefined {
  // Nothing was given, or check mode cannot tell what.
  if (isOmit(value) || bare(value) instanceof Unknown) return undefined;
  const port = asNumber(value);
  if (port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65535) return success(port);
  const given = asText(value) ?? (port === undefined ? 'no number' : String(port));
  return failure({
    code: 'wrong-type',
    severity: 'error',
    summary: `Port ${given} is no port`,
    detail: 'A port is a whole number from 1 to 65535',
  });
}

function lateSecret(text: string | undefined): { password?: () => string | undefined } {
  return text === undefined ? {} : { password: () => text };
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name === '127.0.0.1' || name === '::1';
}

/** For the task's host or the one that it is delegated to. `scope` is that host's. */
export function connectionSettings(
  node: Node | Play,
  host: Host,
  scope: TaskScope,
  options: RunOptions,
  remember: (secret: string) => void,
): Outcome<ReachedBy> {
  const variables = new HostVariables(scope);
  const evaluate: Evaluate = (value, position) => scope.evaluate(value, undefined, position);
  const keyword = <T>(name: string, read: (value: Value) => T | undefined): T | undefined => {
    const found = readKeyword(node, name, evaluate, read);
    if (found.ok) return found.value;
    variables.problem ??= failure({
      code: 'template-failed',
      severity: 'error',
      summary: found.message,
      position: found.position,
    });
    return undefined;
  };

  const word =
    variables.read(['ansible_connection'], asText) ??
    (host.implicit && isLocalName(host.name) ? 'local' : undefined) ??
    keyword('connection', asText) ??
    options.connection ??
    'ssh';
  const kind = connectionKinds.get(word);
  if (!kind)
    return failure({
      code: 'unsupported',
      severity: 'error',
      summary: `Connection ${word} is not supported`,
      detail: `Known are ${[...new Set(connectionKinds.values())].join(', ')}`,
    });

  const password =
    variables.read(['ansible_ssh_password', 'ansible_password', 'ansible_ssh_pass'], asText) ??
    options.connectionPassword;
  if (password !== undefined) remember(password);
  const sshArguments = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'].flatMap(
    (name) => splitWords(variables.read([name], asText) ?? ''),
  );
  const wishedPort = variables.read(['ansible_ssh_port', 'ansible_port'], portOf) ?? keyword('port', portOf);
  const port = wishedPort?.ok === true ? wishedPort.value : options.remotePort;
  if (wishedPort?.ok === false && (kind === 'ssh' || kind === 'openssh'))
    variables.problem ??= failure({
      ...wishedPort.problem,
      summary: `${wishedPort.problem.summary} (ansible_port of ${host.name})`,
    });
  const user =
    variables.read(['ansible_ssh_user', 'ansible_user'], asText) ??
    keyword('remote_user', asText) ??
    keyword('user', asText) ??
    options.remoteUser;
  const key =
    variables.read(['ansible_ssh_private_key_file', 'ansible_private_key_file'], asText) ??
    options.privateKeyFile;
  const knownHosts = variables.read(['ansible_ssh_known_hosts_file'], asText);
  const configFile = variables.read(['ansible_ssh_config_file'], asText);
  const spec: ConnectionSpec = {
    kind,
    hostName: host.name,
    address: variables.read(['ansible_ssh_host', 'ansible_host'], asText) ?? host.name,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...lateSecret(password),
    ...(key === undefined ? {} : { privateKeyFile: expandHome(key) }),
    hostKeyChecking:
      variables.read(['ansible_ssh_host_key_checking', 'ansible_host_key_checking'], hostKeyChecking) ??
      options.hostKeyChecking,
    ...(knownHosts === undefined ? {} : { knownHostsFiles: [expandHome(knownHosts)] }),
    ...(configFile === undefined ? {} : { configFile: expandHome(configFile) }),
    sshArguments: [...options.sshArguments, ...sshArguments],
    connectTimeoutSeconds:
      variables.read(['ansible_ssh_timeout', 'ansible_timeout'], asNumber) ?? options.connectTimeoutSeconds,
    retries: variables.read(['ansible_ssh_retries'], asNumber) ?? options.connectRetries,
  };

  const become = becomeSettings(variables, keyword, options, remember);
  if (variables.problem) return variables.problem;
  if (!become.ok) return become;
  // As in Ansible, nobody becomes who they are; a login whose name is not said may be anybody's.
  const login = kind === 'local' ? userInfo().username : user;
  const isSame = become.value?.user === login && !options.becomeAllowSameUser;
  return success({ spec, become: isSame ? undefined : become.value });
}

function becomeSettings(
  variables: HostVariables,
  keyword: <T>(name: string, read: (value: Value) => T | undefined) => T | undefined,
  options: RunOptions,
  remember: (secret: string) => void,
): Outcome<BecomeSpec | undefined> {
  const wanted =
    variables.read(['ansible_become'], asBoolean) ?? keyword('become', asBoolean) ?? options.become;
  if (!wanted) return success(undefined);
  const written =
    variables.read(['ansible_become_method'], asText) ??
    keyword('become_method', asText) ??
    options.becomeMethod ??
    'sudo';
  const method = written.replace(/^(ansible\.builtin|community\.general)\./, '');
  if (method !== 'sudo' && method !== 'su' && method !== 'doas')
    return failure({
      code: 'unsupported',
      severity: 'error',
      summary: `Become method ${written} is not supported`,
      detail: 'Known are sudo, su and doas',
    });
  const user =
    variables.read([`ansible_${method}_user`, 'ansible_become_user'], asText) ??
    keyword('become_user', asText) ??
    options.becomeUser ??
    'root';
  const password =
    variables.read(
      [
        `ansible_${method}_pass`,
        'ansible_become_password',
        'ansible_become_pass',
        `ansible_${method}_password`,
      ],
      asText,
    ) ?? options.becomePassword;
  if (password !== undefined) remember(password);
  const flags =
    variables.read(['ansible_become_flags'], asText) ??
    keyword('become_flags', asText) ??
    options.becomeFlags;
  const executable =
    variables.read(['ansible_become_exe'], asText) ??
    keyword('become_exe', asText) ??
    options.becomeExecutable;
  return success({
    method,
    user,
    ...lateSecret(password),
    ...(flags === undefined ? {} : { flags }),
    ...(executable === undefined ? {} : { executable }),
  });
}
