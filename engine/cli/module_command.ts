// hardway module: one module on hosts, without a playbook. It runs as a play of one task, made from the options.
import path from 'node:path';
import { type Dict, dict, isDict } from '../document/value.ts';
import { parseYaml } from '../document/yaml.ts';
import { checkPlays } from '../playbook/check/check.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { assemble } from './assemble.ts';
import { commandLine } from './command_line.ts';
import {
  becomeOptions,
  connectionOptions,
  helpOption,
  inventoryOptions,
  runOptions,
} from './common_options.ts';
import { exitCodes } from './exit_codes.ts';
import type { Given, Option } from './option_table.ts';
import { showProblems } from './problems.ts';
import { terminalPrompter } from './prompt.ts';
import { runAssembled } from './run_assembled.ts';
import { passwordFileProblem, runOptionsOf } from './run_settings.ts';
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
  { name: 'background', short: 'B', takes: 'SECONDS', doc: 'run in the background for at most so long' },
  { name: 'poll', short: 'P', takes: 'SECONDS', doc: 'how often to look at it (default 15, 0: never)' },
  ...inventoryOptions,
  ...runOptions,
  ...connectionOptions,
  ...becomeOptions,
  helpOption,
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
  return dict({ name: `Module ${module}`, hosts, gather_facts: false, tasks: [task] });
}

export async function moduleCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const [hosts] = given.words;
  if (hosts === undefined) return command.refuse('name the hosts');
  const settings = readSettings(process.env, process.cwd());
  const unreadable = passwordFileProblem(given, settings);
  if (unreadable !== undefined) return command.refuse(unreadable);
  const output = command.output(given);
  if (typeof output === 'number') return output;
  const vault = await vaultSecrets(given, settings, terminalPrompter);
  const read = await runOptionsOf(given, settings, terminalPrompter);
  // Without a playbook the result is what the user asks for.
  const runSettings = { ...read, verbosity: Math.max(1, read.verbosity) };
  const folder = process.cwd();
  const file = path.join(folder, '(module)');
  const assembly = await assemble({
    given,
    settings,
    vault: vault.secrets,
    options: runSettings,
    folder,
    texts: new Map([[file, [playOf(hosts, given)]]]),
  });
  const plays = loadPlaybook(file, assembly.loading);
  checkPlays(plays, assembly.loading);
  const problems = [...vault.problems, ...assembly.problems, ...assembly.loading.takeProblems()];
  if (!showProblems(problems, assembly.sources).mayRun) return exitCodes.refused;
  return runAssembled([{ file, plays }], assembly, runSettings, output);
}
