// What `import … from 'hardway'` gives: declaring modules, and running playbooks from a program.
// Everything heavy is loaded by `runPlaybook` when it is called, so that a module's file costs nothing to import.
import type { Diagnostic } from './document/diagnostic.ts';
import type { HostRecap, RunEvent } from './run/events.ts';

export { answers, defineModule, done } from './module/define.ts';
export type { Outcomes } from './module/outcomes.ts';
export type { Constraints, Module, ModuleDeclaration, Params, ProbesFor } from './module/define.ts';
export {
  bool,
  bytes,
  conditions,
  defaultsOf,
  dict,
  expression,
  float,
  int,
  json,
  list,
  listOf,
  mode,
  oneOf,
  optional,
  path,
  raw,
  secret,
  str,
} from './module/kinds.ts';
export type { Kind, Parameters } from './module/kinds.ts';
export { bytesContent, textContent } from './module/content.ts';
export type { Content } from './module/content.ts';
export { effect, probe, step } from './module/probe_identity.ts';
export { lines, quote, sh, ShellText } from './module/quote.ts';
export { content, contentKind, textIn } from './module/vocabulary/content.ts';
export type { FileContent } from './module/vocabulary/content.ts';
export { fileEffects } from './module/vocabulary/file_effects.ts';
export { removeFile } from './module/vocabulary/remove_file.ts';
export { isFolder, stat, statKind } from './module/vocabulary/stat.ts';
export type { ExistingFile, Stat } from './module/vocabulary/stat.ts';
export { writeFile } from './module/vocabulary/write_file.ts';
export type {
  Control,
  Data,
  Difference,
  Effect,
  HostAccess,
  ModuleResult,
  Output,
  Plan,
  PlanContext,
  Predicted,
  Probe,
  ProbeKind,
  Script,
  Step,
  StepFailure,
  StepKind,
  Uncertain,
} from './module/contract.ts';
export type { Diagnostic } from './document/diagnostic.ts';
export type { HostRecap, RunEvent, Status, TaskInfo, TaskResult } from './run/events.ts';

export interface RunRequest {
  /** Playbook files, relative to the current folder. */
  readonly playbooks: readonly string[];
  /** Further arguments as the command line takes them: `['-i', 'hosts.yml', '--check']`. */
  readonly arguments?: readonly string[];
  /** Told of everything that happens, in order. Values may carry secrets: report's redaction is not applied. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
}

export interface RunReport {
  /** What the check found. With an error among them nothing was run. */
  readonly problems: readonly Diagnostic[];
  readonly ran: boolean;
  readonly recap: ReadonlyMap<string, HostRecap>;
}

/** Checks playbooks and runs them, without a terminal. Throws only for wrong arguments and own bugs. */
export async function runPlaybook(request: RunRequest): Promise<RunReport> {
  const { preparePlaybooks } = await import('./cli/prepare_playbooks.ts');
  const { runServices } = await import('./cli/run_assembled.ts');
  const { runPlaybooks } = await import('./run/run_playbooks.ts');
  const prepared = await preparePlaybooks([...(request.arguments ?? []), '--', ...request.playbooks], {
    ask: () => Promise.resolve(undefined),
  });
  if (!prepared.ok) throw new Error(prepared.message);
  const { problems, playbooks, assembly, options } = prepared;
  if (problems.some(({ severity }) => severity === 'error'))
    return { problems, ran: false, recap: new Map() };
  const services = runServices(assembly, request.onEvent ?? (() => undefined), request.signal);
  const outcome = await runPlaybooks(playbooks, services, options);
  return { problems, ran: true, recap: outcome.recap };
}
