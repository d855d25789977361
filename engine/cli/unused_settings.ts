// Settings that are set and that nothing heeds: each is told once, with its place, so that none is passed over in silence.
import type { Diagnostic } from '../document/diagnostic.ts';
import { nearestName } from '../document/nearest.ts';
import { isTrueWord } from './setting_words.ts';
import type { SettingEntry } from './settings_text.ts';

type Heeded = readonly [section: string, key: string, variable: string];

const prefix = 'ANSIBLE_';
const withoutPrefix = (name: string): string => name.replace(prefix, '');

const isOff = (value: string): boolean => !isTrueWord(value);
const always = (): boolean => true;

/** Settings that ask for what is done anyway, or for what has nothing to act on here: the variable, the file's names. */
const fulfilled: readonly [variable: string, keys: readonly string[], when: (value: string) => boolean][] = [
  // Scripts go over one connection of our own, without files and without Python.
  [
    'ANSIBLE_PIPELINING',
    ['defaults.pipelining', 'connection.pipelining', 'ssh_connection.pipelining'],
    always,
  ],
  ['ANSIBLE_SSH_PIPELINING', [], always],
  ['ANSIBLE_SSH_CONTROL_PATH', ['ssh_connection.control_path'], always],
  ['ANSIBLE_SSH_CONTROL_PATH_DIR', ['ssh_connection.control_path_dir'], always],
  ['ANSIBLE_SSH_TRANSFER_METHOD', ['ssh_connection.transfer_method', 'ssh_connection.scp_if_ssh'], always],
  ['ANSIBLE_PYTHON_INTERPRETER', ['defaults.interpreter_python'], always],
  // Words and pictures that are not made here.
  ['ANSIBLE_NOCOWS', ['defaults.nocows', 'defaults.cow_selection', 'defaults.cowpath'], always],
  ['ANSIBLE_DEPRECATION_WARNINGS', ['defaults.deprecation_warnings'], always],
  ['ANSIBLE_SYSTEM_WARNINGS', ['defaults.system_warnings'], always],
  ['ANSIBLE_COMMAND_WARNINGS', ['defaults.command_warnings'], isOff],
  ['ANSIBLE_LOCALHOST_WARNING', ['defaults.localhost_warning'], isOff],
  ['ANSIBLE_NOCOLOR', [], always],
  ['ANSIBLE_FORCE_COLOR', ['defaults.force_color', 'defaults.nocolor'], isOff],
  ['ANSIBLE_STDOUT_CALLBACK', ['defaults.stdout_callback'], (value) => value === 'default'],
  ['ANSIBLE_DISPLAY_SKIPPED_HOSTS', ['defaults.display_skipped_hosts'], isTrueWord],
  ['ANSIBLE_DIFF_CONTEXT', ['diff.context'], (value) => value === '3'],
  // What holds here whether it is asked for or not.
  ['ANSIBLE_ERROR_ON_UNDEFINED_VARS', ['defaults.error_on_undefined_vars'], isTrueWord],
  ['ANSIBLE_ERROR_ON_MISSING_HANDLER', ['defaults.error_on_missing_handler'], isTrueWord],
  ['ANSIBLE_INJECT_FACT_VARS', ['defaults.inject_facts_as_vars'], isTrueWord],
  ['ANSIBLE_JINJA2_NATIVE', ['defaults.jinja2_native'], isOff],
  ['ANSIBLE_PRIVATE_ROLE_VARS', ['defaults.private_role_vars'], isOff],
  ['ANSIBLE_NO_LOG', ['defaults.no_log'], isOff],
  ['ANSIBLE_POLL_INTERVAL', ['defaults.poll_interval'], (value) => value === '15'],
  ['ANSIBLE_CONFIG', [], always],
];

/** Sections of programs that are none of ours. */
const ofOthers = new Set(['galaxy', 'testing']);

/** `unused` asks for what is not done here, `fulfilled` for what is done anyway; a setting of others is neither. */
export type Unread = 'unused' | 'fulfilled' | undefined;

const judged = (isFulfilled: boolean): Unread => (isFulfilled ? 'fulfilled' : 'unused');

/** Of a key of the file that nothing heeds. */
export function unreadKey(key: string, value: string): Unread {
  if (value === '' || ofOthers.has(key.split('.')[0] ?? '')) return undefined;
  return judged(fulfilled.some(([, keys, when]) => keys.includes(key) && when(value)));
}

/** Of a variable of the environment that nothing heeds. */
export function unreadVariable(name: string, value: string): Unread {
  if (!/^ANSIBLE_[A-Z]/.test(name) || value === '' || /^ANSIBLE_(?:GALAXY|TEST)_/.test(name))
    return undefined;
  return judged(fulfilled.some(([variable, , when]) => variable === name && when(value)));
}

export function unusedSettings(
  entries: readonly SettingEntry[],
  environment: NodeJS.ProcessEnv,
  heeded: readonly Heeded[],
): Diagnostic[] {
  const names = heeded.map(([section, key]) => `${section}.${key}`);
  const unused = entries.filter(({ section, key, value }) => {
    const name = `${section}.${key}`;
    return !names.includes(name) && unreadKey(name, value) === 'unused';
  });
  const variables = heeded.map(([, , variable]) => variable);
  const unusedVariables = Object.entries(environment).filter(
    ([name, value = '']) => !variables.includes(name) && unreadVariable(name, value) === 'unused',
  );
  const ends = variables.map(withoutPrefix);
  const near = (name: string): string | undefined => nearestName(withoutPrefix(name), ends);
  return [
    ...unused.map(({ section, key, position }) => ({
      ...told(`The setting ${key} of [${section}]`, hint(key, section, heeded)),
      position,
    })),
    ...unusedVariables.map(([name]) =>
      told(`The variable ${name} of the environment`, meant(near(name), prefix)),
    ),
  ];
}

function told(what: string, detail: string | undefined): Diagnostic {
  return {
    code: 'unsupported',
    severity: 'warning',
    summary: `${what} is not heeded`,
    detail: detail ?? 'What it asks for is not done here; take it out once that is well',
  };
}

function meant(name: string | undefined, before = ''): string | undefined {
  return name === undefined ? undefined : `Did you mean ${before}${name}?`;
}

/** A slip of the name, or the right name in the wrong section. */
function hint(key: string, section: string, heeded: readonly Heeded[]): string | undefined {
  const elsewhere = heeded.find(([, name]) => name === key);
  if (elsewhere) return `It belongs to [${elsewhere[0]}]`;
  const here = heeded.filter(([name]) => name === section).map(([, name]) => name);
  return meant(nearestName(key, here));
}
