// Settings below the command line: ansible.cfg (its settings that matter here) and ANSIBLE_* variables above it.
import { textOfBytes } from '../document/byte_text.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Position } from '../document/value.ts';
import { expandHome } from '../playbook/file_search.ts';
import { isTrueWord } from './setting_words.ts';
import { wrongValues } from './setting_values.ts';
import { readEntries } from './settings_text.ts';
import { unusedSettings } from './unused_settings.ts';

/** Name here, section and key in ansible.cfg, variable of the environment. */
const known = {
  inventory: ['defaults', 'inventory', 'ANSIBLE_INVENTORY'],
  rolesPath: ['defaults', 'roles_path', 'ANSIBLE_ROLES_PATH'],
  collectionsPath: ['defaults', 'collections_path', 'ANSIBLE_COLLECTIONS_PATH'],
  remoteUser: ['defaults', 'remote_user', 'ANSIBLE_REMOTE_USER'],
  forks: ['defaults', 'forks', 'ANSIBLE_FORKS'],
  hostKeyChecking: ['defaults', 'host_key_checking', 'ANSIBLE_HOST_KEY_CHECKING'],
  privateKeyFile: ['defaults', 'private_key_file', 'ANSIBLE_PRIVATE_KEY_FILE'],
  vaultPasswordFile: ['defaults', 'vault_password_file', 'ANSIBLE_VAULT_PASSWORD_FILE'],
  timeout: ['defaults', 'timeout', 'ANSIBLE_TIMEOUT'],
  gathering: ['defaults', 'gathering', 'ANSIBLE_GATHERING'],
  factCaching: ['defaults', 'fact_caching', 'ANSIBLE_CACHE_PLUGIN'],
  factCachingConnection: ['defaults', 'fact_caching_connection', 'ANSIBLE_CACHE_PLUGIN_CONNECTION'],
  factCachingPrefix: ['defaults', 'fact_caching_prefix', 'ANSIBLE_CACHE_PLUGIN_PREFIX'],
  factCachingTimeout: ['defaults', 'fact_caching_timeout', 'ANSIBLE_CACHE_PLUGIN_TIMEOUT'],
  forceHandlers: ['defaults', 'force_handlers', 'ANSIBLE_FORCE_HANDLERS'],
  become: ['privilege_escalation', 'become', 'ANSIBLE_BECOME'],
  becomeUser: ['privilege_escalation', 'become_user', 'ANSIBLE_BECOME_USER'],
  becomeMethod: ['privilege_escalation', 'become_method', 'ANSIBLE_BECOME_METHOD'],
  sshArgs: ['ssh_connection', 'ssh_args', 'ANSIBLE_SSH_ARGS'],
  sshCommonArgs: ['ssh_connection', 'ssh_common_args', 'ANSIBLE_SSH_COMMON_ARGS'],
  retryFiles: ['defaults', 'retry_files_enabled', 'ANSIBLE_RETRY_FILES_ENABLED'],
  retryFilesPath: ['defaults', 'retry_files_save_path', 'ANSIBLE_RETRY_FILES_SAVE_PATH'],
  report: ['hardway', 'report', 'HARDWAY_REPORT'],
  inventoryCache: ['inventory', 'cache', 'ANSIBLE_INVENTORY_CACHE'],
  inventoryCacheTimeout: ['inventory', 'cache_timeout', 'ANSIBLE_INVENTORY_CACHE_TIMEOUT'],
  inventoryCacheConnection: ['inventory', 'cache_connection', 'ANSIBLE_INVENTORY_CACHE_CONNECTION'],
  inventoryCachePrefix: ['inventory', 'cache_prefix', 'ANSIBLE_INVENTORY_CACHE_PLUGIN_PREFIX'],
  inventoryExtraVars: ['inventory_plugins', 'use_extra_vars', 'ANSIBLE_INVENTORY_USE_EXTRA_VARS'],
  sshRetries: ['ssh_connection', 'retries', 'ANSIBLE_SSH_RETRIES'],
  sshExtraArgs: ['ssh_connection', 'ssh_extra_args', 'ANSIBLE_SSH_EXTRA_ARGS'],
  tags: ['tags', 'run', 'ANSIBLE_RUN_TAGS'],
  skipTags: ['tags', 'skip', 'ANSIBLE_SKIP_TAGS'],
  anyErrorsFatal: ['defaults', 'any_errors_fatal', 'ANSIBLE_ANY_ERRORS_FATAL'],
  hashBehaviour: ['defaults', 'hash_behaviour', 'ANSIBLE_HASH_BEHAVIOUR'],
  strategy: ['defaults', 'strategy', 'ANSIBLE_STRATEGY'],
  diff: ['diff', 'always', 'ANSIBLE_DIFF_ALWAYS'],
  verbosity: ['defaults', 'verbosity', 'ANSIBLE_VERBOSITY'],
  taskTimeout: ['defaults', 'task_timeout', 'ANSIBLE_TASK_TIMEOUT'],
  transport: ['defaults', 'transport', 'ANSIBLE_TRANSPORT'],
  remotePort: ['defaults', 'remote_port', 'ANSIBLE_REMOTE_PORT'],
  askPass: ['defaults', 'ask_pass', 'ANSIBLE_ASK_PASS'],
  askVaultPass: ['defaults', 'ask_vault_pass', 'ANSIBLE_ASK_VAULT_PASS'],
  becomeAskPass: ['privilege_escalation', 'become_ask_pass', 'ANSIBLE_BECOME_ASK_PASS'],
  becomeAllowSameUser: ['privilege_escalation', 'become_allow_same_user', 'ANSIBLE_BECOME_ALLOW_SAME_USER'],
  becomeExe: ['privilege_escalation', 'become_exe', 'ANSIBLE_BECOME_EXE'],
  becomeFlags: ['privilege_escalation', 'become_flags', 'ANSIBLE_BECOME_FLAGS'],
  becomePasswordFile: ['defaults', 'become_password_file', 'ANSIBLE_BECOME_PASSWORD_FILE'],
  vaultIdentityList: ['defaults', 'vault_identity_list', 'ANSIBLE_VAULT_IDENTITY_LIST'],
} as const;

export type SettingName = keyof typeof known;
/** Section, key and variable of each setting that is honoured. */
export const knownSettings: Readonly<Record<SettingName, readonly [string, string, string]>> = known;

/** Where ansible-core looks when nothing else is said. */
const defaultPaths: { readonly [name in SettingName]?: string } = {
  rolesPath: '~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles',
  collectionsPath: '~/.ansible/collections:/usr/share/ansible/collections',
};

export interface Settings {
  /** The settings file that was read. */
  readonly file: string | undefined;
  get(name: SettingName): string | undefined;
  isOn(name: SettingName): boolean | undefined;
  /** The file or the variable that sets it. */
  origin(name: SettingName): string | undefined;
  /** Where the file sets it, when that is what holds. */
  place(name: SettingName): Position | undefined;
  /** All that the file says, by `section.key`. */
  readonly written: ReadonlyMap<string, string>;
  /** Paths, absolute: those of the file are relative to it. */
  paths(name: SettingName, separator: RegExp): readonly string[];
  /** Texts between commas. */
  list(name: SettingName): readonly string[];
  /** Settings that are set and that nothing here heeds. */
  readonly problems: readonly Diagnostic[];
}

/** The first that exists, as Ansible seeks it. One in a folder that anybody may write to is passed over. */
function settingsFile(environment: NodeJS.ProcessEnv, folder: string): string | undefined {
  const named = environment['ANSIBLE_CONFIG'];
  const candidates = [
    ...(named === undefined ? [] : [path.resolve(folder, expandHome(named))]),
    path.join(folder, 'ansible.cfg'),
    path.join(homedir(), '.ansible.cfg'),
    '/etc/ansible/ansible.cfg',
  ];
  const found = candidates.find((file) => existsSync(file) && statSync(file).isFile());
  const isOpen = found === path.join(folder, 'ansible.cfg') && (statSync(folder).mode & 0o002) !== 0;
  return isOpen && named === undefined ? undefined : found;
}

export function readSettings(environment: NodeJS.ProcessEnv, folder: string): Settings {
  const file = settingsFile(environment, folder);
  const { entries, problems } =
    file === undefined ? { entries: [], problems: [] } : readEntries(textOfBytes(readFileSync(file)), file);
  const values = new Map(entries.map(({ section, key, value }) => [`${section}.${key}`, value]));
  const read = (name: SettingName): { value: string; base: string } | undefined => {
    const [section, key, variable] = known[name];
    const fromEnvironment = environment[variable];
    if (fromEnvironment !== undefined && fromEnvironment !== '')
      return { value: fromEnvironment, base: folder };
    const value = values.get(`${section}.${key}`);
    return value === undefined || value === '' ? undefined : { value, base: path.dirname(file ?? folder) };
  };
  const get = (name: SettingName): string | undefined => read(name)?.value;
  return {
    file,
    problems: [
      ...problems,
      ...unusedSettings(entries, environment, Object.values(known)),
      ...wrongValues(known, entries, get),
    ],
    list: (name) => (get(name) ?? '').split(',').flatMap((one) => one.trim() || []),
    get,
    written: values,
    place: (name) => {
      const [section, key, variable] = known[name];
      if ((environment[variable] ?? '') !== '') return undefined;
      return entries.findLast((entry) => entry.section === section && entry.key === key)?.position;
    },
    origin: (name) => {
      const variable = known[name][2];
      if ((environment[variable] ?? '') !== '') return `env: ${variable}`;
      return read(name) && file;
    },
    isOn: (name) => {
      const word = get(name);
      return word === undefined ? undefined : isTrueWord(word);
    },
    paths: (name, separator) => {
      const found = read(name);
      return ((found?.value ?? defaultPaths[name])?.split(separator) ?? [])
        .map((one) => one.trim())
        .filter((one) => one !== '')
        .map((one) => (one.endsWith(',') ? one : path.resolve(found?.base ?? folder, expandHome(one))));
    },
  };
}
