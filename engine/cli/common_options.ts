// Options that several commands share, by what they are about.
import type { Option } from './option_table.ts';

export const verboseOption: Option = { name: 'verbose', short: 'v', doc: 'tell more; up to -vvv' };

export const vaultOptions: readonly Option[] = [
  {
    name: 'vault-password-file',
    takes: 'FILE',
    also: ['vault-pass-file'],
    doc: 'file or program that gives the vault password',
  },
  { name: 'vault-id', takes: 'ID@FILE', doc: 'vault password of an identity; may be repeated' },
  {
    name: 'ask-vault-pass',
    short: 'J',
    also: ['ask-vault-password'],
    excludes: 'vault-password-file',
    doc: 'ask for the vault password',
  },
];

export const inventoryOptions: readonly Option[] = [
  {
    name: 'inventory',
    short: 'i',
    takes: 'PLACE',
    also: ['inventory-file'],
    doc: 'inventory file, folder, or list of hosts with a comma; may be repeated',
  },
  {
    name: 'flush-cache',
    also: ['refresh'],
    doc: 'ask dynamic inventories again and forget cached facts',
  },
  { name: 'limit', short: 'l', takes: 'PATTERN', doc: 'only these hosts of the plays' },
  {
    name: 'extra-vars',
    short: 'e',
    takes: 'VARS',
    doc: 'variables above all others: name=value, JSON, YAML or @file; may be repeated',
  },
  ...vaultOptions,
];

export const connectionOptions: readonly Option[] = [
  { name: 'user', short: 'u', takes: 'USER', doc: 'log in as this user' },
  { name: 'private-key', takes: 'FILE', also: ['key-file'], doc: 'key to log in with' },
  {
    name: 'connection',
    short: 'c',
    takes: 'KIND',
    doc: 'ssh (default), openssh, local, nspawn, chroot, docker, podman',
  },
  {
    name: 'timeout',
    short: 'T',
    takes: 'SECONDS',
    isCount: true,
    doc: 'seconds to wait for a connection (default 10)',
  },
  {
    name: 'ask-pass',
    short: 'k',
    excludes: 'connection-password-file',
    doc: 'ask for the login password',
  },
  {
    name: 'connection-password-file',
    takes: 'FILE',
    also: ['conn-pass-file'],
    doc: 'file or program that gives the login password',
  },
  { name: 'ssh-common-args', takes: 'ARGS', doc: 'more ssh arguments: -F, -o, -J, -i, -p' },
  { name: 'ssh-extra-args', takes: 'ARGS', doc: 'the same' },
  { name: 'scp-extra-args', takes: 'ARGS', doc: 'taken and passed over: files go without scp' },
  { name: 'sftp-extra-args', takes: 'ARGS', doc: 'taken and passed over: files go without sftp' },
];

export const becomeOptions: readonly Option[] = [
  { name: 'become', short: 'b', doc: 'become another user' },
  { name: 'become-user', takes: 'USER', doc: 'which user (default root)' },
  { name: 'become-method', takes: 'METHOD', doc: 'sudo (default), su or doas' },
  {
    name: 'ask-become-pass',
    short: 'K',
    excludes: 'become-password-file',
    doc: 'ask for the password of become',
  },
  {
    name: 'become-password-file',
    takes: 'FILE',
    also: ['become-pass-file'],
    doc: 'file or program that gives the password of become',
  },
];

export const runOptions: readonly Option[] = [
  {
    name: 'forks',
    short: 'f',
    takes: 'NUMBER',
    isCount: true,
    doc: 'tasks in flight at the same time (default 5)',
  },
  { name: 'check', short: 'C', doc: 'say what would change, change nothing' },
  { name: 'diff', short: 'D', doc: 'show what changes in files' },
  { name: 'output', takes: 'FORM', doc: 'text (default), short: one line a task, or json: one event a line' },
  verboseOption,
];

/** Every command has these two. */
export const helpOption: Option = { name: 'help', short: 'h', doc: 'this text' };
export const versionOption: Option = { name: 'version', doc: 'name, version and settings file' };

export const modulePathOption: Option = {
  name: 'module-path',
  short: 'M',
  takes: 'FOLDERS',
  doc: 'more folders of your own modules, by colons; they go before modules/',
};
