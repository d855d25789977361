// Runs loaded plays with the assembled parts, reports, and gives the exit code.
import { makeConnections } from '../connection/connections.ts';
import type { Play } from '../playbook/model.ts';
import type { Emit } from '../run/events.ts';
import type { RunOptions } from '../run/options.ts';
import { runPlaybooks } from '../run/run_playbooks.ts';
import type { Prompter, RunServices } from '../run/services.ts';
import type { Assembly } from './assemble.ts';
import { detailedCode, exitCodeOf } from './exit_codes.ts';
import { interruptSignal } from './interrupt.ts';
import { promptsOfRun } from './prompt.ts';
import type { PageOptions } from '../report/page/page_report.ts';
import { chooseReporter, type OutputForm } from './reporter.ts';

export type Playbooks = readonly { readonly file: string; readonly plays: readonly Play[] }[];

const nobody: Prompter = {
  ask: () => Promise.resolve(undefined),
  keys: () => Promise.resolve(undefined),
};

export function runServices(
  assembly: Assembly,
  emit: Emit,
  signal: AbortSignal = new AbortController().signal,
  prompter: Prompter = nobody,
): RunServices {
  return {
    sources: assembly.sources,
    templates: assembly.templates,
    variables: assembly.variables,
    inventory: assembly.inventory,
    refreshInventory: assembly.refreshInventory,
    connections: makeConnections(),
    modules: { find: (name) => assembly.modules.module(name) },
    loader: assembly.loader,
    prompter,
    prompted: assembly.variables,
    emit,
    signal,
  };
}

export async function runAssembled(
  playbooks: Playbooks,
  assembly: Assembly,
  options: RunOptions,
  output: OutputForm,
  page?: PageOptions,
  more: { readonly detailed?: boolean; readonly alsoTake?: Emit } = {},
): Promise<number> {
  const reporter = await chooseReporter(output, options.verbosity, assembly.sources, page);
  const interrupt = interruptSignal();
  const take: Emit = (event) => {
    interrupt.take(event);
    more.alsoTake?.(event);
    reporter.take(event);
  };
  try {
    const outcome = await runPlaybooks(
      playbooks,
      runServices(assembly, take, interrupt.signal, promptsOfRun(interrupt.signal, reporter)),
      options,
    );
    await reporter.close();
    const code = exitCodeOf(outcome);
    return more.detailed ? detailedCode(code, outcome.recap) : code;
  } finally {
    interrupt.release();
  }
}
