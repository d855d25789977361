// Runs one module against a real host without the engine around it: probes, plan, steps, result. For module tests on
// lab hosts, and for trying a module while writing it.
import type { Dict } from '../document/value.ts';
import type {
  Control,
  HostAccess,
  ModuleResult,
  Output,
  Plan,
  PlanContext,
  Probe,
  Script,
  Step,
  StepFailure,
} from './contract.ts';
import { done, type Module, probesOf } from './define.ts';
import { outcomesOf } from './outcomes.ts';
import { checkParameters, type CheckOptions } from './parameters.ts';
import { overlay } from './picture.ts';
import { targetOf } from './probe_identity.ts';

/** What a connection's shell has; told by shape, as this layer knows no connections. */
export interface TrialShell {
  run(
    scripts: readonly Script[],
    options?: { readonly stopOnFailure?: boolean },
  ): Promise<
    | { readonly ok: true; readonly value: readonly Output[] }
    | { readonly ok: false; readonly failure: { readonly message: string } }
  >;
}

export interface TrialOptions {
  readonly control?: Control;
  readonly context?: Partial<PlanContext>;
  readonly evaluate?: CheckOptions['evaluate'];
  /** Plan only, and picture what the steps would do. */
  readonly checkMode?: boolean;
  /**
   * Stands around each step, to look at the host before and after it. `asked` is what the module asked, by name;
   * `perform` gives the step's outcome.
   */
  readonly around?: (
    step: Step,
    asked: ReadonlyMap<string, Probe<unknown>>,
    perform: () => Promise<unknown>,
  ) => Promise<void>;
}

export interface Trial {
  readonly failed: string | undefined;
  readonly plan: Plan | undefined;
  /** Descriptions of the steps that were done. */
  readonly steps: readonly string[];
  readonly result: ModuleResult;
  /** Answers as pictured after the steps, by name. */
  readonly after: { readonly [name: string]: unknown };
}

interface Host {
  readonly shell: TrialShell;
  readonly control: Control | undefined;
}

export function isFailure(value: unknown): value is StepFailure {
  return typeof value === 'object' && value !== null && 'failed' in value && typeof value.failed === 'string';
}

async function runOne({ shell }: Host, script: Script): Promise<Output> {
  const outcome = await shell.run([script]);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  const [output] = outcome.value;
  if (!output) throw new Error('The shell gave no output');
  return output;
}

async function ask(host: Host, probe: Probe<unknown>): Promise<unknown> {
  const args = probe.args as never;
  if (targetOf(probe) !== 'host') {
    if (!host.control || !probe.kind.answer) throw new Error(`Nobody answers ${probe.kind.name}`);
    return probe.kind.answer(args, host.control);
  }
  const script = probe.kind.ask?.(args);
  if (!script || !probe.kind.parse) throw new Error(`${probe.kind.name} has no script`);
  return probe.kind.parse(await runOne(host, script), args);
}

/** One question on its own. */
export function askHost(
  probe: Probe<unknown>,
  shell: TrialShell,
  { control }: Pick<TrialOptions, 'control'> = {},
): Promise<unknown> {
  return ask({ shell, control }, probe);
}

async function perform(host: Host, step: Step): Promise<unknown> {
  const args = step.args as never;
  if (step.kind.act) {
    const access: HostAccess = { run: (script) => runOne(host, script) };
    return step.kind.act(args, host.control as Control, access);
  }
  const script = step.kind.perform?.(args);
  if (!script) throw new Error(`${step.kind.name} does nothing`);
  const output = await runOne(host, script);
  if (step.kind.parse) return step.kind.parse(output, args);
  if (output.rc === 0) return undefined;
  return { failed: `Cannot ${step.kind.describe(args)}: ${output.stderr.toString('utf8').trim()}`, output };
}

function failedTrial(
  failed: string,
  plan?: Plan,
  steps: readonly string[] = [],
  values: StepFailure['values'] = {},
): Trial {
  return { failed, plan, steps, result: { failed: true, msg: failed, ...values }, after: {} };
}

/** Runs a module once. Failures of the task are values; a lost host throws. */
export async function tryOnHost(
  module: Module,
  args: Dict,
  shell: TrialShell,
  options: TrialOptions = {},
): Promise<Trial> {
  const home = options.context?.home ?? '/root';
  const evaluate = options.evaluate ? { evaluate: options.evaluate } : {};
  const checked = checkParameters(module, args, { home, ...evaluate });
  if (checked.status === 'wrong')
    return failedTrial(checked.problems.map((problem) => problem.summary).join('; '));
  if (checked.status === 'unknown') return failedTrial(`Unknown: ${checked.waitsFor}`);
  const { params, secretParameters } = checked;
  const context: PlanContext = {
    checkMode: options.checkMode ?? false,
    diff: false,
    verbosity: 0,
    isPlanned: false,
    capabilities: new Set(),
    user: 'root',
    home,
    hostName: 'host-1',
    secretParameters,
    ...options.context,
  };
  const host: Host = { shell, control: options.control };
  const seen: { [name: string]: unknown } = {};
  const probes = new Map<string, Probe<unknown>>();
  while (module.probes) {
    const asked = module.probes(params, seen, context);
    if (asked === done) break;
    const fresh = probesOf(asked).filter(([name]) => !probes.has(name));
    if (fresh.length === 0) break;
    for (const [name, probe] of fresh) {
      const answer = await ask(host, probe);
      if (isFailure(answer)) return failedTrial(answer.failed);
      probes.set(name, probe);
      seen[name] = answer;
    }
  }
  const plan = module.plan(params, seen, context);
  if (plan.fail !== undefined) return failedTrial(plan.fail, plan);
  const outcomes: unknown[] = [];
  const steps: string[] = [];
  for (const step of options.checkMode ? [] : plan.steps) {
    steps.push(step.kind.describe(step.args as never));
    let outcome: unknown;
    const done = async (): Promise<unknown> => {
      outcome = await perform(host, step);
      return outcome;
    };
    await (options.around?.(step, probes, done) ?? done());
    if (isFailure(outcome)) return failedTrial(outcome.failed, plan, steps, outcome.values);
    outcomes.push(outcome);
  }
  const after = Object.fromEntries(
    [...probes].map(([name, probe]) => [name, overlay(probe, seen[name], plan.steps)]),
  );
  const changed = plan.steps.some((step) => step.kind.readsOnly !== true);
  const result = {
    changed,
    ...module.result?.(params, seen, outcomesOf(plan.steps, outcomes), after, context),
  };
  return {
    failed: result.failed ? JSON.stringify(result.msg ?? 'failed') : undefined,
    plan,
    steps,
    result,
    after,
  };
}
