// From arguments to checked plays, ready to run: shared by the command and the library.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import { checkPlays } from '../playbook/check/check.ts';
import { unknownStart } from '../playbook/check/start_task.ts';
import { unknownTags } from '../playbook/check/tag_options.ts';
import { listPlays } from '../playbook/listing.ts';
import { playbookOfCollection } from '../playbook/collection_playbook.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { tagSelection } from '../playbook/tags.ts';
import type { RunOptions } from '../run/options.ts';
import type { Asker } from '../run/services.ts';
import { assemble, type Assembly } from './assemble.ts';
import {
  becomeOptions,
  connectionOptions,
  inventoryOptions,
  modulePathOption,
  runOptions,
} from './common_options.ts';
import { exitCodes } from './exit_codes.ts';
import { hostPatternProblems, hostsOf } from './host_patterns.ts';
import { type Given, type Option, parseArguments } from './option_table.ts';
import type { Playbooks } from './run_assembled.ts';
import { givenPasswords, runOptionsOf } from './run_settings.ts';
import { oneLine } from './problems.ts';
import { readSettings, type Settings } from './settings.ts';
import { vaultSecrets } from './vault_secrets.ts';

export const playbookOptions: readonly Option[] = [
  ...inventoryOptions,
  modulePathOption,
  { name: 'tags', short: 't', takes: 'TAGS', doc: 'only tasks with one of these tags' },
  { name: 'skip-tags', takes: 'TAGS', doc: 'no tasks with one of these tags' },
  ...runOptions,
  { name: 'report', takes: 'FILE', doc: 'also write a page (HTML) that shows how the run went' },
  {
    name: 'plan',
    takes: 'FILE',
    doc: 'with --check, which it implies: save what would be done, for hardway apply',
  },
  { name: 'detailed-exitcode', doc: 'exit code 3 when something changed, would change, or cannot be told' },
  { name: 'start-at-task', takes: 'NAME', doc: 'begin with the task of this name' },
  { name: 'step', doc: 'ask before each task' },
  { name: 'list-tasks', doc: 'show the tasks that would run' },
  { name: 'list-tags', doc: 'show the tags there are' },
  { name: 'list-hosts', doc: 'show the hosts that would be used' },
  { name: 'syntax-check', doc: 'check only' },
  { name: 'strict', doc: 'take warnings of the check as errors' },
  { name: 'no-ask-ahead', doc: 'ask for each task alone, not for coming ones as well' },
  { name: 'force-handlers', doc: 'run handlers even where a task failed' },
  ...connectionOptions,
  ...becomeOptions,
];

export interface Prepared {
  readonly ok: true;
  readonly given: Given;
  readonly playbooks: Playbooks;
  readonly assembly: Assembly;
  readonly options: RunOptions;
  readonly settings: Settings;
  /** Where a page of the run is wanted. */
  readonly report: string | undefined;
  readonly problems: readonly Diagnostic[];
}

/** The file that a word of the command line names: a path, or a playbook of a collection (`acme.tools.site`). */
export function playbookFile(word: string, settings: Settings): string {
  const own = path.resolve(word);
  if (existsSync(own)) return own;
  return playbookOfCollection(word, settings.paths('collectionsPath', /:/)) ?? own;
}

function noPassword(problem: Diagnostic): { ok: false; message: string; code: number } {
  return { ok: false, message: oneLine(problem), code: exitCodes.error };
}

export async function preparePlaybooks(
  argv: readonly string[],
  prompter: Asker,
  settings: Settings = readSettings(process.env, process.cwd()),
): Promise<Prepared | { readonly ok: false; readonly message: string; readonly code: number }> {
  const parsed = parseArguments(argv, playbookOptions);
  if (!parsed.ok) return { ...parsed, code: exitCodes.usage };
  const { given } = parsed;
  const passwords = await givenPasswords(given, settings, prompter);
  if (!passwords.ok) return noPassword(passwords.problem);
  const vault = await vaultSecrets(given, settings, prompter);
  if (!vault.ok) return noPassword(vault.problem);
  const files = given.words.map((word) => playbookFile(word, settings));
  const folder = path.dirname(files[0] ?? path.resolve('.'));
  const options = { ...runOptionsOf(given, settings, passwords.value), baseFolder: folder };
  const assembly = await assemble({ given, settings, vault: vault.value, options, folder });
  const playbooks = given.words.map((file, index) => ({
    file,
    plays: loadPlaybook(files[index] ?? file, assembly.loading),
  }));
  const plays = playbooks.flatMap((playbook) => playbook.plays);
  checkPlays(plays, assembly.loading);
  const selection = tagSelection(options.tags, options.skipTags);
  const everything = listPlays(plays, tagSelection([], []), assembly.loading);
  const problems = [
    ...assembly.problems,
    ...assembly.loading.takeProblems(),
    ...assembly.variables.checkFiles(hostsOf(plays, assembly.inventory, options.limit), plays),
    ...unknownTags(everything, selection),
    ...unknownStart(plays, options.startAtTask, selection, assembly.loading),
    ...hostPatternProblems(everything, assembly.inventory, options.limit, assembly.modules),
  ];
  const report = given.last('report');
  return {
    ...{ ok: true, given, playbooks, assembly, options, settings, problems },
    report: report === undefined ? settings.paths('report', /\n/)[0] : path.resolve(report),
  };
}
