// hardway apply: does what a saved plan says, if it would still be the same. All is evaluated again by check mode first;
// one step that differs and nothing is done. While it runs each task's steps are held against the plan again, by what
// the host answers right before them; one that differs fails undone.
import { existsSync } from 'node:fs';
import type { HostRecap } from '../run/events.ts';
import { runPlaybooks } from '../run/run_playbooks.ts';
import { commandLine } from './command_line.ts';
import { exitCodeOf, exitCodes } from './exit_codes.ts';
import { interruptSignal } from './interrupt.ts';
import { inventoryOptions } from './common_options.ts';
import { type Option, parseArguments } from './option_table.ts';
import { PlanCollector } from './plan/collect_plan.ts';
import { whatMoved } from './plan/compare_plans.ts';
import { PlanGuard } from './plan/plan_guard.ts';
import { readPlan, type SavedPlan } from './plan/plan_file.ts';
import { playbookOptions, type Prepared, preparePlaybooks } from './prepare_playbooks.ts';
import { showProblems } from './problems.ts';
import { promptsOfRun, terminalPrompter } from './prompt.ts';
import { runAssembled, runServices } from './run_assembled.ts';
import { version } from './version.ts';

const options: readonly Option[] = [
  ...inventoryOptions.filter(({ name }) => name === 'extra-vars'),
  { name: 'detailed-exitcode', doc: 'exit code 3 when something changed' },
  { name: 'output', takes: 'FORM', doc: 'text (default), short: one line a task, or json: one event a line' },
];

const command = commandLine({
  name: 'apply',
  usage: `apply [options] PLAN

Does what \`hardway playbook --plan PLAN\` foretold, if it would still be the same.`,
  options,
});

export async function applyCommand(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const [file] = given.words;
  if (file === undefined) return command.refuse('name a plan');
  const output = command.output(given);
  if (typeof output === 'number') return output;
  const plan = readPlan(file, version());
  if (typeof plan === 'string') return command.refuse(plan, exitCodes.error);
  const extra = given.all('extra-vars');
  if (extra.length !== plan.extraVariables)
    return command.refuse(
      `the plan was made with ${plan.extraVariables} --extra-vars, which it does not hold: give them again`,
    );
  if (!existsSync(plan.folder))
    return command.refuse(`the folder of the plan, ${plan.folder}, is not there`, exitCodes.error);
  process.chdir(plan.folder);
  const args = [...extra.flatMap((value) => ['--extra-vars', value]), ...plan.arguments];

  const now = await evaluateAgain(args, plan);
  if (typeof now === 'number') return now;
  const moved = whatMoved(plan, now);
  if (moved.isDone) {
    process.stderr.write('nothing is left to do: all that the plan would change is so already\n');
    return exitCodes.success;
  }
  for (const one of moved.tasks) process.stderr.write(`moved: ${one}\n`);
  if (moved.tasks.length > 0)
    return command.refuse('not everything is as it was planned, nothing was done', exitCodes.error);

  const prepared = await prepare(args);
  if (typeof prepared === 'number') return prepared;
  const guard = new PlanGuard(plan);
  let recap: ReadonlyMap<string, HostRecap> = new Map();
  const code = await runAssembled(
    prepared.playbooks,
    prepared.assembly,
    { ...prepared.options, isPlanned: true, guard: guard.refuses },
    output,
    undefined,
    {
      detailed: given.has('detailed-exitcode'),
      alsoTake: (event) => {
        guard.take(event);
        if (event.type === 'run-end') ({ recap } = event);
      },
    },
  );
  for (const one of guard.undone(recap)) process.stderr.write(`not done: ${one}\n`);
  return code;
}

async function prepare(args: readonly string[]): Promise<Prepared | number> {
  const parsed = parseArguments(args, playbookOptions);
  const first = parsed.ok ? parsed.given.words[0] : undefined;
  if (first === undefined) return command.refuse('the plan names no playbook', exitCodes.error);
  const prepared = await preparePlaybooks(args, terminalPrompter);
  if (!prepared.ok) return command.refuse(prepared.message, prepared.code);
  const { mayRun } = showProblems(prepared.problems, prepared.assembly.sources);
  return mayRun ? prepared : exitCodes.refused;
}

/** The plan as it would be made now; an exit code when it cannot be. */
async function evaluateAgain(args: readonly string[], plan: SavedPlan): Promise<PlanCollector | number> {
  const prepared = await prepare(['--check', ...args]);
  if (typeof prepared === 'number') return prepared;
  const collector = new PlanCollector(plan.key, plan.folder);
  const interrupt = interruptSignal();
  try {
    const outcome = await runPlaybooks(
      prepared.playbooks,
      runServices(prepared.assembly, collector.take, interrupt.signal, promptsOfRun(interrupt.signal)),
      { ...prepared.options, isPlanned: true },
    );
    const code = exitCodeOf(outcome);
    return code === exitCodes.success
      ? collector
      : command.refuse('evaluated again it does not go well: hardway playbook --check says more', code);
  } finally {
    interrupt.release();
  }
}
