// hardway inventory: hosts and groups as JSON, as a tree, or the variables of one host.
import { bare, type Dict, isDict, isList, type Value } from '../document/value.ts';
import type { Group, Host } from '../inventory/model.ts';
import { toData } from '../module/data.ts';
import { pythonText } from '../module/python_text.ts';
import type { Play } from '../playbook/model.ts';
import { assemble, type Assembly } from './assemble.ts';
import { commandLine } from './command_line.ts';
import { helpOption, inventoryOptions, runOptions } from './common_options.ts';
import { exitCodes } from './exit_codes.ts';
import type { Option } from './option_table.ts';
import { showProblems } from './problems.ts';
import { terminalPrompter } from './prompt.ts';
import { runOptionsOf } from './run_settings.ts';
import { readSettings } from './settings.ts';
import { vaultSecrets } from './vault_secrets.ts';

const options: readonly Option[] = [
  ...inventoryOptions,
  { name: 'list', doc: 'all hosts, groups and variables as JSON' },
  { name: 'graph', doc: 'groups and hosts as a tree' },
  { name: 'host', takes: 'HOST', doc: 'the variables of one host as JSON' },
  { name: 'vars', doc: 'with --graph: variables as well' },
  { name: 'playbook-dir', takes: 'FOLDER', doc: 'read group_vars and host_vars of this folder too' },
  ...runOptions.filter(({ name }) => name === 'verbose'),
  helpOption,
];

const command = commandLine({
  name: 'inventory',
  usage: 'inventory [options] --list | --graph [GROUP] | --host HOST',
  options,
});

/** Variables of the inventory alone: no play takes part. */
const noPlay: Play = {
  kind: 'play',
  name: '',
  position: { file: '', line: 1, column: 1 },
  file: '',
  keywords: new Map(),
  hosts: { value: 'all', position: { file: '', line: 1, column: 1 } },
  roles: [],
  preTasks: [],
  tasks: [],
  postTasks: [],
  handlers: [],
  importedWith: [],
};

function hostVariables({ variables, inventory }: Assembly, host: Host): Dict {
  const scope = variables.scope({ play: noPlay, host });
  const written = [...host.vars.keys()].map(String);
  const names = new Set<string>(written.filter((name) => !isMagic(name)));
  for (const group of inventory.groupsOf(host)) for (const name of group.vars.keys()) names.add(String(name));
  for (const name of scope.names()) if (!isMagic(name)) names.add(name);
  const values: Dict = new Map();
  for (const name of [...names].sort()) {
    const value = scope.get(name);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

const magic = new Set(
  (
    'inventory_hostname inventory_hostname_short inventory_file inventory_dir group_names groups hostvars omit vars ' +
    'playbook_dir role_name role_path role_names environment play_hosts'
  ).split(' '),
);

function isMagic(name: string): boolean {
  const own =
    /^ansible_(version|run_tags|skip_tags|verbosity|forks|diff_mode|check_mode|limit|config_file|facts|local|search_path|inventory_sources|playbook_python|play_\w+|role_\w+|parent_role_\w+|dependent_role_names|collection_name)$/;
  return magic.has(name) || own.test(name);
}

function shown(value: Value): unknown {
  const inner = bare(value);
  if (isList(inner)) return inner.map(shown);
  if (isDict(inner)) return Object.fromEntries([...inner].map(([key, item]) => [String(key), shown(item)]));
  return toData(value);
}

function print(value: unknown): void {
  const text = JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item),
    4,
  );
  process.stdout.write(`${text}\n`);
}

type IsShown = (host: Host) => boolean;

/** Which hosts `--limit` leaves. */
function shownBy({ inventory }: Assembly, limit: string | undefined): IsShown {
  if (limit === undefined) return () => true;
  const matched = inventory.match('all', limit);
  const left = new Set(matched.ok ? matched.value : []);
  return (host) => left.has(host);
}

function listing(assembly: Assembly, isShown: IsShown): Record<string, unknown> {
  const { inventory } = assembly;
  if (inventory.sources.length === 0 && inventory.hosts.size === 0)
    process.stderr.write('No inventory is given: name one with -i, or in ansible.cfg\n');
  const hosts = [...inventory.hosts.values()].filter((host) => !host.implicit && isShown(host));
  const variables = hosts.map((host) => [host.name, hostVariables(assembly, host)] as const);
  const hostvars = Object.fromEntries(
    variables.filter(([, vars]) => vars.size > 0).map(([name, vars]) => [name, shown(vars)]),
  );
  const groups = [...inventory.groups.values()].map((group): [string, unknown] => [
    group.name,
    groupEntry(group, isShown),
  ]);
  return { _meta: { hostvars }, ...Object.fromEntries(groups) };
}

function groupEntry(group: Group, isShown: IsShown): unknown {
  const hosts = group.name === 'all' ? [] : [...group.hosts].filter(isShown).map(({ name }) => name);
  const children = [...group.children].map(({ name }) => name);
  return { ...(children.length > 0 ? { children } : {}), ...(hosts.length > 0 ? { hosts } : {}) };
}

function graph(
  assembly: Assembly,
  group: Group,
  how: { readonly withVars: boolean; readonly isShown: IsShown },
  depth = 0,
): string[] {
  const indent = depth === 0 ? '' : `${'  |'.repeat(depth)}--`;
  const inner = `${'  |'.repeat(depth + 1)}--`;
  const lines = [`${indent}@${group.name}:`];
  for (const child of group.children) lines.push(...graph(assembly, child, how, depth + 1));
  for (const host of group.name === 'all' ? [] : [...group.hosts].filter(how.isShown)) {
    lines.push(`${inner}${host.name}`);
    if (how.withVars) lines.push(...variableLines(hostVariables(assembly, host), depth + 2));
  }
  if (how.withVars) lines.push(...variableLines(groupVariables(assembly, group), depth + 1));
  return lines;
}

function groupVariables({ variables }: Assembly, group: Group): Dict {
  const own = variables.groupVariables(group);
  return group.priority === 1 ? own : own.set('ansible_group_priority', group.priority);
}

function variableLines(variables: Dict, depth: number): string[] {
  const named = [...variables].map(([name, value]): [string, Value] => [String(name), value]);
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, value]) => `${'  |'.repeat(depth)}--{${name} = ${pythonText(value)}}`);
}

export async function inventoryCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const settings = readSettings(process.env, process.cwd());
  const vault = await vaultSecrets(given, settings, terminalPrompter);
  const folder = given.last('playbook-dir') ?? process.cwd();
  // No host is connected to: no password is asked for, whatever the settings say.
  const runSettings = await runOptionsOf(given, settings, { ask: () => Promise.resolve(undefined) });
  const assembly = await assemble({ given, settings, vault: vault.secrets, options: runSettings, folder });
  const { inventory } = assembly;
  const name = given.last('host');
  const asked = name === undefined ? undefined : inventory.hosts.get(name);
  const files = assembly.variables.checkFiles(asked ? [asked] : inventory.hosts.values());
  const problems = [...vault.problems, ...assembly.problems, ...files];
  if (!showProblems(problems, assembly.sources).mayRun) return exitCodes.error;
  const isShown = shownBy(assembly, given.last('limit'));
  if (name !== undefined) {
    if (!asked) return command.refuse(`there is no host ${name} in the inventory`, exitCodes.badChoice);
    print(shown(hostVariables(assembly, asked)));
    return exitCodes.success;
  }
  if (given.has('graph')) {
    const group = inventory.groups.get(given.words[0] ?? 'all');
    if (!group)
      return command.refuse(
        `there is no group ${given.words[0] ?? 'all'} in the inventory`,
        exitCodes.badChoice,
      );
    process.stdout.write(`${graph(assembly, group, { withVars: given.has('vars'), isShown }).join('\n')}\n`);
    return exitCodes.success;
  }
  if (given.has('list')) {
    print(listing(assembly, isShown));
    return exitCodes.success;
  }
  return command.refuse('say --list, --graph or --host HOST', exitCodes.badChoice);
}
