// `hardway/testing`: a module's cases as data. Each case is checked without a host: parameters are coerced, the plan is
// made from what was seen, and what the steps leave behind (the settled state) must plan nothing.
import { isDeepStrictEqual } from 'node:util';
import { isDict } from '../document/value.ts';
import type { ModuleResult, Output, Plan, PlanContext, Probe, ProbeKind, Step } from './contract.ts';
import { toData, toValue } from './data.ts';
import { done, type CheckedValues, type Module, probesOf } from './define.ts';
import { outcomesOf } from './outcomes.ts';
import { checkParameters, type CheckOptions } from './parameters.ts';
import { isUncertain, isUnforeseen, overlay } from './picture.ts';
import { identityOf } from './probe_identity.ts';

export { checkOnHost } from './check_on_host.ts';
export { thisMachine } from './this_machine.ts';
export { tryOnHost } from './try_on_host.ts';
export { seenContent, seenDirectory, seenFile, seenLink } from './seen_files.ts';

export type AddTest = (name: string, body: () => void) => void;

export interface PlanCase {
  /** A sentence that says what holds. */
  readonly name: string;
  /** As a playbook gives them. */
  readonly params: { readonly [name: string]: unknown };
  /** Answers by the names that `probes` uses; a function makes them from the parameters' home folder. */
  readonly seen?: object;
  /** What is done: steps, or their descriptions. Default: nothing. */
  readonly steps?: readonly (Step | string)[];
  readonly fail?: string | RegExp;
  readonly skip?: string | RegExp;
  readonly warnings?: readonly string[];
  /** Parts of the result, with these outcomes of the steps in order (default: none of them gave any). */
  readonly result?: { readonly [name: string]: unknown };
  readonly outcomes?: readonly unknown[];
  /** Parameters refused, by their summary. */
  readonly refused?: readonly string[];
  /** Why the settled state plans something again, or is not known: `a restart is asked for each time`. */
  readonly repeats?: string;
  readonly context?: Partial<PlanContext>;
  readonly evaluate?: CheckOptions['evaluate'];
}

export interface ParserCase<Answer> {
  readonly name: string;
  /** Recorded from a real host. */
  readonly output: string;
  readonly rc?: number;
  readonly stderr?: string;
  readonly seen: Answer;
}

class CaseError extends Error {
  override readonly name = 'CaseError';
}

function expectEqual(actual: unknown, wanted: unknown, what: string): void {
  if (isDeepStrictEqual(actual, wanted)) return;
  throw new CaseError(`${what}\n  is     ${show(actual)}\n  should ${show(wanted)}`);
}

function show(value: unknown): string {
  const plain = (_: string, item: unknown): unknown =>
    item instanceof Map ? toData(item as never) : typeof item === 'bigint' ? String(item) : item;
  return JSON.stringify(value, plain, 2);
}

function expectText(actual: string | undefined, wanted: string | RegExp | undefined, what: string): void {
  const isSame = wanted instanceof RegExp ? wanted.test(actual ?? '') : actual === wanted;
  if (!isSame) throw new CaseError(`${what} is ${String(actual)}, should be ${String(wanted)}`);
}

function contextOf(given: PlanCase, secretParameters: ReadonlySet<string>): PlanContext {
  return {
    checkMode: false,
    diff: false,
    verbosity: 0,
    isPlanned: false,
    capabilities: new Set(['systemd', 'sha256sum']),
    user: 'root',
    home: '/root',
    hostName: 'host-1',
    secretParameters,
    ...given.context,
  };
}

/** The answers that the module asks for, taken from the case; the case must have each of them. */
function collectSeen(
  module: Module,
  params: CheckedValues,
  context: PlanContext,
  answer: (name: string, probe: Probe<unknown>) => unknown,
): { readonly seen: { [name: string]: unknown }; readonly probes: ReadonlyMap<string, Probe<unknown>> } {
  const seen: { [name: string]: unknown } = {};
  const probes = new Map<string, Probe<unknown>>();
  for (let round = 0; module.probes; round += 1) {
    if (round > 20) throw new CaseError(`${module.name} asks again without end`);
    const asked = module.probes(params, seen, context);
    if (asked === done) break;
    const fresh = probesOf(asked).filter(([name]) => !probes.has(name));
    if (fresh.length === 0) break;
    for (const [name, probe] of fresh) {
      probes.set(name, probe);
      seen[name] = answer(name, probe);
    }
  }
  return { seen, probes };
}

function shownSteps(plan: Plan, wanted: readonly (Step | string)[]): { actual: unknown; wanted: unknown } {
  const describe = (step: Step): string => step.kind.describe(step.args as never);
  const isText = wanted.some((one) => typeof one === 'string');
  const text = (one: Step | string): string => (typeof one === 'string' ? one : describe(one));
  return isText
    ? { actual: plan.steps.map(describe), wanted: wanted.map(text) }
    : { actual: plan.steps.map(identityOf), wanted: wanted.map((one) => identityOf(one as Step)) };
}

function checkResult(actual: ModuleResult, wanted: { readonly [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(wanted)) {
    const found = actual[name];
    const plain = found === undefined ? undefined : toData(toValue(found));
    expectEqual(plain, value, `result ${name}`);
  }
}

function planOf(module: Module, params: CheckedValues, seen: object, context: PlanContext): Plan {
  return module.plan(params, seen, context);
}

/** Checks one case; throws an error that says what differs. */
export function checkCase(module: Module, given: PlanCase): void {
  const args = toValue(given.params as never);
  if (!isDict(args)) throw new CaseError('params is no dict');
  const evaluate = given.evaluate ? { evaluate: given.evaluate } : {};
  const checked = checkParameters(module, args, { home: '/root', ...evaluate });
  if (checked.status !== 'ok' || given.refused) {
    const problems = checked.status === 'wrong' ? checked.problems.map((problem) => problem.summary) : [];
    expectEqual(problems, given.refused ?? [], 'refused parameters');
    return;
  }
  const { params, secretParameters } = checked;
  const context = contextOf(given, secretParameters);
  const known = (given.seen ?? {}) as { readonly [name: string]: unknown };
  const { seen, probes } = collectSeen(module, params, context, (name) => {
    if (!Object.hasOwn(known, name)) throw new CaseError(`The module asks for ${name}: seen must say it`);
    return known[name];
  });
  const plan = planOf(module, params, seen, context);
  expectText(plan.fail, given.fail, 'fail');
  expectText(plan.skip, given.skip, 'skip');
  const { actual, wanted } = shownSteps(plan, given.steps ?? []);
  expectEqual(actual, wanted, 'steps');
  if (given.warnings) expectEqual(plan.warnings ?? [], given.warnings, 'warnings');
  const after = Object.fromEntries(
    [...probes].map(([name, probe]) => [name, overlay(probe, seen[name], plan.steps)]),
  );
  if (given.result) {
    const outcomes = outcomesOf(plan.steps, given.outcomes ?? plan.steps.map(() => undefined));
    checkResult(module.result?.(params, seen, outcomes, after, context) ?? {}, given.result);
  }
  if (plan.steps.length > 0 && given.repeats === undefined)
    checkSettled(module, params, plan, context, (name, probe) => overlay(probe, known[name], plan.steps));
}

function checkSettled(
  module: Module,
  params: CheckedValues,
  first: Plan,
  context: PlanContext,
  answer: (name: string, probe: Probe<unknown>) => unknown,
): void {
  if (first.steps.every(isUnforeseen)) return;
  const { seen } = collectSeen(module, params, context, (name, probe) => {
    const settled = answer(name, probe);
    // Of several possible answers one stands for all: which it is changes nothing for a plan that is right.
    if (isUncertain(settled) && settled.uncertain.length > 0) return settled.uncertain[0];
    if (isUncertain(settled))
      throw new CaseError(`After the steps ${name} is not known: ${settled.waitsFor}`);
    return settled;
  });
  const again = planOf(module, params, seen, context);
  const left = again.steps
    .filter((step) => !isUnforeseen(step))
    .map((step) => step.kind.describe(step.args as never));
  expectEqual(left, [], 'steps in the settled state (does each step picture what it changes?)');
}

/** Adds a test for each case by `test(name, body)`, as test runners have it. */
export function checkModule(module: Module, cases: readonly PlanCase[], test: AddTest): void {
  for (const one of cases) test(one.name, () => checkCase(module, one));
}

/** Adds a test for each recorded output of a probe. */
export function checkParser<Args, Answer>(
  kind: ProbeKind<Args, Answer>,
  args: Args,
  cases: readonly ParserCase<Answer>[],
  test: AddTest,
): void {
  for (const { name, output, rc = 0, stderr = '', seen } of cases)
    test(name, () => {
      const given: Output = { rc, stdout: Buffer.from(output), stderr: Buffer.from(stderr) };
      expectEqual(kind.parse?.(given, args), seen, 'the parsed answer');
    });
}
