// What the command line, the environment and the settings file make of a run's options.
import { accessSync, constants, readFileSync } from 'node:fs';
import { defaultOptions, type RunOptions } from '../run/options.ts';
import { splitWords } from '../run/connection_settings.ts';
import { expandHome } from '../playbook/file_search.ts';
import type { Prompter } from '../run/services.ts';
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

/** Why the file of `--become-password-file` cannot be read; undefined when it can, or none is named. */
export function passwordFileProblem(options: Given): string | undefined {
  const file = options.last('become-password-file');
  if (file === undefined) return undefined;
  try {
    accessSync(expandHome(file), constants.R_OK);
    return undefined;
  } catch (error) {
    return `the password file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function passwords(
  options: Given,
  prompter: Prompter,
): Promise<Pick<RunOptions, 'connectionPassword' | 'becomePassword'>> {
  const how = { hidden: true, piped: true };
  const login = options.has('ask-pass') ? await prompter.ask('SSH password: ', how) : undefined;
  const file = options.last('become-password-file');
  const fromFile = file === undefined ? undefined : readFileSync(expandHome(file), 'utf8').trimEnd();
  const asked = options.has('ask-become-pass')
    ? await prompter.ask(`BECOME password${login === undefined ? '' : ' [defaults to SSH password]'}: `, how)
    : undefined;
  const become = asked === '' ? login : (asked ?? fromFile);
  return given({ connectionPassword: login, becomePassword: become });
}

export async function runOptionsOf(
  options: Given,
  settings: Settings,
  prompter: Prompter,
): Promise<RunOptions> {
  const tags = options.all('tags');
  const words = (text: string | undefined): string[] => splitWords(text ?? '');
  return {
    ...defaultOptions,
    forks: numberOf(options.last('forks') ?? settings.get('forks'), defaultOptions.forks),
    checkMode: options.has('check'),
    diff: options.has('diff'),
    tags: tags.length > 0 ? tags : ['all'],
    skipTags: options.all('skip-tags'),
    step: options.has('step'),
    askAhead: !options.has('no-ask-ahead'),
    forceHandlers: options.has('force-handlers') || settings.isOn('forceHandlers') === true,
    become: options.has('become') || settings.isOn('become') === true,
    hostKeyChecking: hostKeyChecking(settings),
    connectTimeoutSeconds: numberOf(
      options.last('timeout') ?? settings.get('timeout'),
      defaultOptions.connectTimeoutSeconds,
    ),
    connectRetries: numberOf(settings.get('sshRetries'), defaultOptions.connectRetries),
    sshArguments: [
      ...words(settings.get('sshArgs')),
      ...words(options.last('ssh-common-args') ?? settings.get('sshCommonArgs')),
      ...words(options.last('ssh-extra-args')),
    ],
    gathering: gatheringOf(settings.get('gathering')),
    verbosity: options.count('verbose'),
    ...given({
      limit: options.last('limit'),
      startAtTask: options.last('start-at-task'),
      becomeUser: options.last('become-user') ?? settings.get('becomeUser'),
      becomeMethod: options.last('become-method') ?? settings.get('becomeMethod'),
      remoteUser: options.last('user') ?? settings.get('remoteUser'),
      privateKeyFile: options.last('private-key') ?? settings.paths('privateKeyFile', /\n/)[0],
      connection: options.last('connection'),
    }),
    ...(await passwords(options, prompter)),
  };
}

function gatheringOf(word: string | undefined): RunOptions['gathering'] {
  return word === 'explicit' || word === 'smart' ? word : 'implicit';
}
