// hardway module: one module on hosts, without a playbook. It runs as a play of one task, made from the options.
import path from 'node:path';
import { type Dict, dict, isDict } from '../document/value.ts';
import { parseYaml } from '../document/yaml.ts';
import { checkPlays } from '../playbook/check/check.ts';
import { listPlays } from '../playbook/listing.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { tagSelection } from '../playbook/tags.ts';
import { assemble, type Assembly } from './assemble.ts';
import { commandLine } from './command_line.ts';
import {
  becomeOptions,
  connectionOptions,
  inventoryOptions,
  modulePathOption,
  runOptions,
} from './common_options.ts';
import { exitCodes } from './exit_codes.ts';
import { hostPatternProblems } from './host_patterns.ts';
import type { Given, Option } from './option_table.ts';
import { oneLine, showProblems } from './problems.ts';
import { terminalPrompter } from './prompt.ts';
import { runAssembled } from './run_assembled.ts';
import { givenPasswords, runOptionsOf } from './run_settings.ts';
import { readSettings } from './settings.ts';
import { vaultSecrets } from './vault_secrets.ts';

const options: readonly Option[] = [
  { name: 'module-name', short: 'm', takes: 'MODULE', doc: 'the module (default command)' },
  {
    name: 'args',
    short: 'a',
    takes: 'ARGS',
    doc: "its arguments: 'name=value …', free text, or a dict in YAML",
  },
  {
    name: 'background',
    short: 'B',
    takes: 'SECONDS',
    isCount: 'from 0',
    doc: 'run in the background for at most so long',
  },
  {
    name: 'poll',
    short: 'P',
    takes: 'SECONDS',
    isCount: 'from 0',
    doc: 'how often to look at it (default 15, 0: never)',
  },
  { name: 'task-timeout', takes: 'SECONDS', isCount: true, doc: 'give the module no more time than this' },
  { name: 'one-line', short: 'o', doc: 'a line a host' },
  { name: 'tree', short: 't', takes: 'FOLDER', doc: 'also write the result of each host to a file there' },
  { name: 'list-hosts', doc: 'show the hosts that would be used' },
  {
    name: 'playbook-dir',
    takes: 'FOLDER',
    doc: 'stand for a playbook in this folder: roles, modules, files, variables',
  },
  modulePathOption,
  ...inventoryOptions,
  ...runOptions,
  ...connectionOptions,
  ...becomeOptions,
];

const command = commandLine({
  name: 'module',
  usage: 'module [options] HOSTS -m MODULE [-a ARGS]',
  options,
});

/** The play that a user would have written. */
function playOf(hosts: string, given: Given): Dict {
  const module = given.last('module-name') ?? 'command';
  const text = given.last('args') ?? '';
  const yaml = text.trimStart().startsWith('{') ? parseYaml(text, '-a').documents[0] : undefined;
  const task = dict({
    name: module,
    [module]: yaml !== undefined && isDict(yaml) ? yaml : text === '' ? null : text,
  });
  const background = given.last('background');
  if (background !== undefined) {
    task.set('async', Number(background));
    task.set('poll', Number(given.last('poll') ?? 15));
  }
  const timeout = given.last('task-timeout');
  if (timeout !== undefined) task.set('timeout', Number(timeout));
  return dict({ name: `Module ${module}`, hosts, gather_facts: false, tasks: [task] });
}

export async function moduleCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const [hosts, more] = given.words;
  if (hosts === undefined) return command.refuse('name the hosts');
  if (more !== undefined)
    return command.refuse(
      `hosts are one pattern: join ${more} to ${hosts} by a comma, or name it behind an option`,
    );
  const output = given.has('one-line') ? 'one-line' : command.output(given);
  if (typeof output === 'number') return output;
  const wrong = await wrongTree(given.last('tree'));
  if (wrong !== undefined) return command.refuse(wrong, exitCodes.error);
  const settings = readSettings(process.env, process.cwd());
  const passwords = await givenPasswords(given, settings, terminalPrompter);
  if (!passwords.ok) return command.refuse(oneLine(passwords.problem), exitCodes.error);
  const vault = await vaultSecrets(given, settings, terminalPrompter);
  if (!vault.ok) return command.refuse(oneLine(vault.problem), exitCodes.error);
  const read = runOptionsOf(given, settings, passwords.value);
  const folder = path.resolve(given.last('playbook-dir') ?? '.');
  // Without a playbook the result is what the user asks for.
  const runSettings = { ...read, verbosity: Math.max(1, read.verbosity), baseFolder: folder };
  const file = path.join(folder, '(module)');
  const assembly = await assemble({
    given,
    settings,
    vault: vault.value,
    options: runSettings,
    folder,
    texts: new Map([[file, [playOf(hosts, given)]]]),
  });
  if (given.has('list-hosts')) return listHosts(assembly, hosts, given.last('limit'));
  const plays = loadPlaybook(file, assembly.loading);
  checkPlays(plays, assembly.loading);
  const problems = [
    ...assembly.problems,
    ...assembly.loading.takeProblems(),
    ...hostPatternProblems(
      listPlays(plays, tagSelection([], []), assembly.loading),
      assembly.inventory,
      runSettings.limit,
      assembly.modules,
    ),
  ];
  if (!showProblems(problems, assembly.sources).mayRun) return exitCodes.refused;
  const tree = given.last('tree');
  const besides =
    tree === undefined ? {} : { alsoTake: (await import('../report/result_tree.ts')).resultTree(tree) };
  return runAssembled([{ file, plays }], assembly, runSettings, output, undefined, besides);
}

/** Why no results can be kept in that folder, which is made where it is missing. */
async function wrongTree(folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const { whyNoTree } = await import('../report/result_tree.ts');
  return whyNoTree(folder);
}

function listHosts({ inventory, problems, sources }: Assembly, pattern: string, limit?: string): number {
  if (!showProblems(problems, sources).mayRun) return exitCodes.refused;
  const matched = inventory.match(pattern, limit);
  if (!matched.ok) return command.refuse(oneLine(matched.problem), exitCodes.error);
  const names = matched.value.map(({ name }) => `    ${name}\n`);
  process.stdout.write(`  hosts (${names.length}):\n${names.join('')}`);
  return exitCodes.success;
}
