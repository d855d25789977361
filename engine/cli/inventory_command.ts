// hardway inventory: hosts and groups as JSON or YAML, as a tree, or the variables of one host.
import { nearestName } from '../document/nearest.ts';
import { type Value } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import { writePrivate } from '../report/private_file.ts';
import { assemble, type Assembly } from './assemble.ts';
import { commandLine } from './command_line.ts';
import { inventoryOptions, verboseOption } from './common_options.ts';
import { exitCodes } from './exit_codes.ts';
import { limitProblems } from './host_patterns.ts';
import { flatListing, graphLines, hostVariables, nestedListing } from './inventory_listing.ts';
import { jsonOf, yamlOf } from './data_text.ts';
import type { Given, Option } from './option_table.ts';
import { oneLine, showProblems } from './problems.ts';
import { terminalPrompter } from './prompt.ts';
import { runOptionsOf } from './run_settings.ts';
import { readSettings } from './settings.ts';
import { vaultSecrets } from './vault_secrets.ts';

const options: readonly Option[] = [
  ...inventoryOptions,
  { name: 'list', doc: 'all hosts, groups and variables' },
  { name: 'graph', doc: 'groups and hosts as a tree' },
  { name: 'host', takes: 'HOST', doc: 'the variables of one host' },
  { name: 'yaml', short: 'y', doc: 'with --list and --host: YAML, not JSON' },
  { name: 'toml', refused: 'inventories in TOML are not read either; use --yaml', doc: '' },
  { name: 'export', doc: 'with --list: each variable where it is set, not with every host that has it' },
  { name: 'output', takes: 'FILE', doc: 'write there, not to the screen' },
  { name: 'vars', doc: 'with --graph: variables as well' },
  { name: 'playbook-dir', takes: 'FOLDER', doc: 'read group_vars and host_vars of this folder too' },
  verboseOption,
];

const command = commandLine({
  name: 'inventory',
  usage: 'inventory [options] --list | --graph [GROUP] | --host HOST',
  options,
});

const acts = ['list', 'graph', 'host'];

/** Which hosts `--limit` leaves. */
function shownBy({ inventory }: Assembly, limit: string | undefined): (host: Host) => boolean {
  if (limit === undefined) return () => true;
  const matched = inventory.match('all', limit);
  const left = new Set(matched.ok ? matched.value : []);
  return (host) => left.has(host);
}

function meant(name: string, names: Iterable<string>): string {
  const near = nearestName(name, [...names]);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** The text that was asked for, or what is asked for and not there. */
function answer(given: Given, assembly: Assembly): { readonly text: string } | { readonly missing: string } {
  const { inventory } = assembly;
  const isShown = shownBy(assembly, given.last('limit'));
  const write = (value: Value): { text: string } => ({
    text: given.has('yaml') ? yamlOf(value) : jsonOf(value),
  });
  const name = given.last('host');
  if (name !== undefined) {
    const host = inventory.hosts.get(name);
    return host
      ? write(hostVariables(assembly, host))
      : { missing: `there is no host ${name} in the inventory${meant(name, inventory.hosts.keys())}` };
  }
  if (given.has('graph')) {
    const [wanted = 'all'] = given.words;
    const group = inventory.groups.get(wanted);
    if (!group)
      return {
        missing: `there is no group ${wanted} in the inventory${meant(wanted, inventory.groups.keys())}`,
      };
    return { text: `${graphLines(assembly, group, { withVars: given.has('vars'), isShown }).join('\n')}\n` };
  }
  if (inventory.sources.length === 0 && inventory.hosts.size === 0)
    process.stderr.write('No inventory is given: name one with -i, or in ansible.cfg\n');
  const listing = { assembly, isShown, isExport: given.has('export') };
  return write(given.has('yaml') ? nestedListing(listing) : flatListing(listing));
}

export async function inventoryCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  if (acts.filter((act) => given.has(act)).length !== 1)
    return command.refuse('say one of --list, --graph and --host HOST', exitCodes.badChoice);
  const settings = readSettings(process.env, process.cwd());
  const vault = await vaultSecrets(given, settings, terminalPrompter);
  if (!vault.ok) return command.refuse(oneLine(vault.problem), exitCodes.error);
  const folder = given.last('playbook-dir') ?? process.cwd();
  const runSettings = runOptionsOf(given, settings);
  const assembly = await assemble({ given, settings, vault: vault.value, options: runSettings, folder });
  const { inventory } = assembly;
  const asked = inventory.hosts.get(given.last('host') ?? '');
  const files = assembly.variables.checkFiles(asked ? [asked] : inventory.hosts.values());
  const limit = given.last('limit');
  const limited = limit === undefined ? [] : limitProblems(limit, inventory);
  if (!showProblems([...assembly.problems, ...files, ...limited], assembly.sources).mayRun)
    return exitCodes.error;
  const told = answer(given, assembly);
  if ('missing' in told) return command.refuse(told.missing, exitCodes.badChoice);
  return put(told.text, given.last('output'));
}

function put(text: string, file: string | undefined): number {
  if (file === undefined) {
    process.stdout.write(text);
    return exitCodes.success;
  }
  try {
    // Variables may hold what a vault gave.
    writePrivate(file, text);
    return exitCodes.success;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return command.refuse(`${file} cannot be written: ${reason}`, exitCodes.error);
  }
}
