// What the command line, the environment and the settings file make of a run's options.
import { type Outcome, success } from '../document/diagnostic.ts';
import { readPasswordFile } from '../document/vault_password.ts';
import { defaultOptions, type RunOptions } from '../run/options.ts';
import { splitWords } from '../run/connection_settings.ts';
import { expandHome } from '../playbook/file_search.ts';
import type { Asker } from '../run/services.ts';
import type { Given } from './option_table.ts';
import type { Settings } from './settings.ts';

function numberOf(text: string | undefined, fallback: number): number {
  const number = Number(text);
  return text === undefined || !Number.isInteger(number) || number < 1 ? fallback : number;
}

function hostKeyChecking(settings: Settings): RunOptions['hostKeyChecking'] {
  const word = settings.get('hostKeyChecking');
  if (word === 'accept-new') return 'accept-new';
  return settings.isOn('hostKeyChecking') === false ? 'off' : 'strict';
}

/** Entries of an object whose values are undefined are left out. */
function given<T extends object>(entries: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: NonNullable<T[Name]>;
  };
}

type Passwords = Pick<RunOptions, 'connectionPassword' | 'becomePassword'>;

/** Those of the options: from files and programs, or asked for. */
export async function givenPasswords(
  options: Given,
  settings: Settings,
  asker: Asker,
): Promise<Outcome<Passwords>> {
  const fromFile = (
    option: string,
    what: string,
    setting?: 'becomePasswordFile',
  ): Outcome<string | undefined> => {
    const file = options.last(option) ?? (setting && settings.paths(setting, /\n/)[0]);
    return file === undefined ? success(undefined) : readPasswordFile(expandHome(file), what);
  };
  const how = { hidden: true, piped: true };
  const loginFile = fromFile('connection-password-file', 'login password');
  if (!loginFile.ok) return loginFile;
  const becomeFile = fromFile('become-password-file', 'password of become', 'becomePasswordFile');
  if (!becomeFile.ok) return becomeFile;
  const login =
    options.has('ask-pass') || settings.isOn('askPass') === true
      ? await asker.ask('SSH password: ', how)
      : loginFile.value;
  const asked =
    options.has('ask-become-pass') || settings.isOn('becomeAskPass') === true
      ? await asker.ask(`BECOME password${login === undefined ? '' : ' [defaults to SSH password]'}: `, how)
      : undefined;
  const become = asked === '' ? login : (asked ?? becomeFile.value);
  return success(given({ connectionPassword: login, becomePassword: become }));
}

export function runOptionsOf(options: Given, settings: Settings, passwords: Passwords = {}): RunOptions {
  // As in Ansible, tags of the command line join those of the settings.
  const tags = [...settings.list('tags'), ...options.all('tags')];
  const words = (text: string | undefined): string[] => splitWords(text ?? '');
  return {
    ...defaultOptions,
    forks: numberOf(options.last('forks') ?? settings.get('forks'), defaultOptions.forks),
    checkMode: options.has('check'),
    diff: options.has('diff') || settings.isOn('diff') === true,
    tags: tags.length > 0 ? tags : ['all'],
    skipTags: [...settings.list('skipTags'), ...options.all('skip-tags')],
    step: options.has('step'),
    askAhead: !options.has('no-ask-ahead'),
    forceHandlers: options.has('force-handlers') || settings.isOn('forceHandlers') === true,
    become: options.has('become') || settings.isOn('become') === true,
    becomeAllowSameUser: settings.isOn('becomeAllowSameUser') === true,
    hostKeyChecking: hostKeyChecking(settings),
    connectTimeoutSeconds: numberOf(
      options.last('timeout') ?? settings.get('timeout'),
      defaultOptions.connectTimeoutSeconds,
    ),
    connectRetries: numberOf(settings.get('sshRetries'), defaultOptions.connectRetries),
    sshArguments: [
      ...words(settings.get('sshArgs')),
      ...words(options.last('ssh-common-args') ?? settings.get('sshCommonArgs')),
      ...words(options.last('ssh-extra-args') ?? settings.get('sshExtraArgs')),
    ],
    gathering: gatheringOf(settings.get('gathering')),
    verbosity: options.count('verbose') + numberOf(settings.get('verbosity'), 0),
    anyErrorsFatal: settings.isOn('anyErrorsFatal') === true,
    taskTimeoutSeconds: numberOf(settings.get('taskTimeout'), 0),
    ...given({
      limit: options.last('limit'),
      startAtTask: options.last('start-at-task'),
      becomeUser: options.last('become-user') ?? settings.get('becomeUser'),
      becomeMethod: options.last('become-method') ?? settings.get('becomeMethod'),
      remoteUser: options.last('user') ?? settings.get('remoteUser'),
      privateKeyFile: options.last('private-key') ?? settings.paths('privateKeyFile', /\n/)[0],
      connection: options.last('connection') ?? transportOf(settings.get('transport')),
      strategy: settings.get('strategy'),
      remotePort: portOf(settings.get('remotePort')),
      becomeExecutable: settings.get('becomeExe'),
      becomeFlags: settings.get('becomeFlags'),
    }),
    ...passwords,
  };
}

function gatheringOf(word: string | undefined): RunOptions['gathering'] {
  return word === 'explicit' || word === 'smart' ? word : 'implicit';
}

/** `smart` chooses between ways of Ansible's own. */
function transportOf(word: string | undefined): string | undefined {
  return word === 'smart' ? undefined : word;
}

function portOf(text: string | undefined): number | undefined {
  const port = numberOf(text, 0);
  return port > 0 && port < 65_536 ? port : undefined;
}
