// hardway playbook: checks playbooks whole, then runs them.
import { existsSync } from 'node:fs';
import { nearFile } from '../document/near_file.ts';
import { listPlays } from '../playbook/listing.ts';
import { tagSelection } from '../playbook/tags.ts';
import type { Emit } from '../run/events.ts';
import type { PageOptions } from '../report/page/page_report.ts';
import { commandLine } from './command_line.ts';
import { exitCodes } from './exit_codes.ts';
import { listHosts, listPlay, listTags, listTasks } from './listings.ts';
import type { Given } from './option_table.ts';
import { playbookFile, playbookOptions, type Prepared, preparePlaybooks } from './prepare_playbooks.ts';
import { showProblems } from './problems.ts';
import { terminalPrompter } from './prompt.ts';
import { retryFileWriter } from './retry_file.ts';
import { runAssembled } from './run_assembled.ts';
import { readSettings } from './settings.ts';
import { version } from './version.ts';

const command = commandLine({
  name: 'playbook',
  usage: 'playbook [options] PLAYBOOK [PLAYBOOK ...]',
  options: playbookOptions,
});

export async function playbookCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const [first] = given.words;
  if (first === undefined) return command.refuse('name a playbook');
  const settings = readSettings(process.env, process.cwd());
  const missing = given.words.find((file) => !existsSync(playbookFile(file, settings)));
  if (missing !== undefined) {
    const near = nearFile(missing, ['.']);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    return command.refuse(`the playbook ${missing} could not be found${meant}`, exitCodes.error);
  }
  const output = command.output(given);
  if (typeof output === 'number') return output;

  const planFile = given.last('plan');
  const asked = planFile === undefined ? argv : ['--check', ...argv];
  const prepared = await preparePlaybooks(asked, terminalPrompter, settings);
  if (!prepared.ok) return command.refuse(prepared.message, prepared.code);
  const { playbooks, assembly, problems } = prepared;
  if (!showProblems(problems, assembly.sources, { isStrict: given.has('strict') }).mayRun)
    return exitCodes.refused;
  if (isListing(given)) return list(prepared);
  const page = await pageOptions(prepared, argv);
  if (typeof page === 'string') return command.refuse(page);
  const detailed = given.has('detailed-exitcode');
  if (planFile === undefined)
    return runAssembled(playbooks, assembly, prepared.options, output, page, {
      detailed,
      alsoTake: retryFileWriter(settings, playbookFile(first, settings)),
    });
  const { whyNoPlanFile } = await import('./plan/plan_file.ts');
  const why = whyNoPlanFile(planFile);
  if (why !== undefined) return command.refuse(`no plan can be saved: ${why}`, exitCodes.error);
  return savedPlan(planFile, argv, (take) =>
    runAssembled(playbooks, assembly, { ...prepared.options, isPlanned: true }, output, page, {
      detailed,
      alsoTake: take,
    }),
  );
}

/** Runs check mode, and keeps what it foretells when it goes well. */
async function savedPlan(
  file: string,
  argv: readonly string[],
  run: (take: Emit) => Promise<number>,
): Promise<number> {
  const { PlanCollector } = await import('./plan/collect_plan.ts');
  const { newKey, savePlan } = await import('./plan/plan_file.ts');
  const { plannedArguments } = await import('./plan/planned_arguments.ts');
  const [key, folder] = [newKey(), process.cwd()];
  const collector = new PlanCollector(key, folder);
  const code = await run(collector.take);
  if (code !== exitCodes.success && code !== exitCodes.changes) return code;
  const { hosts, hostKeys, tasks } = collector;
  const failed = savePlan(file, {
    ...{ format: 'hardway-plan', version: 2, hardway: version(), key, folder },
    ...plannedArguments(argv),
    ...{ hosts, hostKeys, tasks },
  });
  return failed === undefined ? code : command.refuse(`the plan was not saved: ${failed}`, exitCodes.error);
}

/** Nothing when no page is wanted; a text says why there can be none. */
async function pageOptions(
  { report, assembly }: Prepared,
  argv: readonly string[],
): Promise<PageOptions | string | undefined> {
  if (report === undefined) return undefined;
  const { whyNoPage } = await import('../report/page/page_report.ts');
  const { topologyOf } = await import('./topology.ts');
  const { shownCommand } = await import('./shown_command.ts');
  return (
    whyNoPage(report) ?? {
      file: report,
      topology: topologyOf(assembly.inventory),
      command: shownCommand('hardway playbook', argv, playbookOptions),
      folder: process.cwd(),
    }
  );
}

function isListing(given: Given): boolean {
  return ['syntax-check', 'list-tasks', 'list-tags', 'list-hosts'].some((name) => given.has(name));
}

function list({ given, playbooks, assembly, options }: Prepared): number {
  // Tags that nobody chose are all listed, those of tasks that run only when asked for as well.
  const isChosen = given.has('tags') || given.has('skip-tags');
  const tags = given.has('list-tags') && !isChosen ? ['never', 'all'] : options.tags;
  const selection = tagSelection(tags, options.skipTags);
  for (const { file, plays } of playbooks) {
    process.stdout.write(`\nplaybook: ${file}\n`);
    const listed = listPlays(plays, selection, assembly.loading);
    for (const [index, play] of listed.entries()) {
      const parts = [
        given.has('list-hosts') ? listHosts(play, assembly, options.limit) : '',
        given.has('list-tasks') ? listTasks(play) : '',
        given.has('list-tags') ? listTags(play) : '',
      ];
      if (parts.some((part) => part !== '')) process.stdout.write(listPlay(play, index) + parts.join(''));
    }
  }
  return exitCodes.success;
}
