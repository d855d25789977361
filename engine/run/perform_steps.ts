// Does the steps of one plan in order: neighbouring scripts for the host share a round trip, the others stand alone.
import { append } from '../document/append.ts';
import type { ConnectionFailure, Shell } from '../connection/contract.ts';
import type { Control, HostAccess, Output, Script, Step, StepFailure } from '../module/contract.ts';
import { unfitScript } from '../module/unfit.ts';
import type { ResultValues } from './execution.ts';
import { type AheadOfTurn, stepKindOf, targetOf, type TripAhead, withEnvironment } from './host_view.ts';

export type Performed =
  | { readonly end: 'done'; readonly outcomes: readonly unknown[] }
  | {
      readonly end: 'failed';
      readonly failed: string;
      readonly output?: Output;
      readonly values?: ResultValues | undefined;
      readonly outcomes: readonly unknown[];
    }
  | { readonly end: 'lost'; readonly failure: ConnectionFailure; readonly opaque: boolean };

export interface Performer {
  readonly shell: Pick<Shell, 'run'>;
  readonly control: Control;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly ahead?: AheadOfTurn | undefined;
}

/** A connection that broke while a step was under way; `act` steps throw it through their `HostAccess`. */
class LostConnection extends Error {
  readonly failure: ConnectionFailure;
  constructor(failure: ConnectionFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function isStepFailure(outcome: unknown): outcome is StepFailure {
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    'failed' in outcome &&
    typeof outcome.failed === 'string'
  );
}

export function isScript(step: Step): boolean {
  const kind = stepKindOf(step);
  return targetOf(kind, step.args) === 'host' && kind.perform !== undefined;
}

export function readOutcome(step: Step, output: Output): unknown {
  const kind = stepKindOf(step);
  if (kind.parse) return kind.parse(output, step.args);
  if (output.rc === 0) return undefined;
  const said = output.stderr.toString().trim() || output.stdout.toString().trim();
  const reason = output.timedOut ? 'timed out' : `exit code ${output.rc}`;
  return {
    failed: said === '' ? `${kind.describe(step.args)}: ${reason}` : said,
    output,
  } satisfies StepFailure;
}

/** Scripts from `from` on that stand together. */
function scriptRun(steps: readonly Step[], from: number): Step[] {
  const run: Step[] = [];
  for (const step of steps.slice(from)) {
    if (!isScript(step)) break;
    run.push(step);
  }
  return run;
}

async function performScripts(
  run: readonly Step[],
  performer: Performer,
  isLast: boolean,
  arrived: readonly Output[] = [],
): Promise<Performed> {
  const outcomes: unknown[] = [];
  let came = arrived;
  while (outcomes.length < run.length) {
    const left = run.slice(outcomes.length);
    const scripts = left.map((step) => withEnvironment(scriptFor(step), performer.environment));
    const outputs =
      came.length > 0
        ? { ok: true as const, value: came }
        : await runScripts(scripts, performer, isLast ? performer.ahead?.behind(run) : undefined);
    came = [];
    if (!outputs.ok)
      return {
        end: 'lost',
        failure: outputs.failure,
        opaque: left.some((step) => stepKindOf(step).opaque === true),
      };
    for (const [index, output] of outputs.value.entries()) {
      const step = left[index];
      if (!step) throw new Error('A shell gave more outputs than scripts');
      const outcome = readOutcome(step, output);
      if (isStepFailure(outcome))
        return { end: 'failed', outcomes, ...outcome, output: outcome.output ?? output };
      outcomes.push(outcome);
    }
    if (outputs.value.length === 0 && performer.signal.aborted)
      return { end: 'failed', failed: 'It was stopped before it began', outcomes };
    if (outputs.value.length === 0) throw new Error('A shell ran no script and told of no failure');
  }
  return { end: 'done', outcomes };
}

async function runScripts(
  scripts: readonly Script[],
  { shell, signal }: Performer,
  trip: TripAhead | undefined,
): ReturnType<Shell['run']> {
  try {
    return await shell.run(scripts, { stopOnFailure: true, signal, ahead: trip?.ahead });
  } finally {
    trip?.end([]);
  }
}

export function scriptFor(step: Step): Script {
  const kind = stepKindOf(step);
  if (!kind.perform) throw new Error(`Step kind ${kind.name} has no script`);
  const script = kind.perform(step.args);
  const wrong = unfitScript(script, `perform of step ${kind.name}`);
  if (wrong !== undefined) throw new TypeError(wrong);
  return script;
}

async function performAct(step: Step, performer: Performer): Promise<Performed> {
  const kind = stepKindOf(step);
  if (!kind.act) throw new Error(`Step kind ${kind.name} can neither be sent to a host nor done here`);
  const host: HostAccess = {
    run: async (script) => {
      const outputs = await performer.shell.run([withEnvironment(script, performer.environment)], {
        signal: performer.signal,
      });
      if (!outputs.ok) throw new LostConnection(outputs.failure);
      const [output] = outputs.value;
      if (!output) throw new Error('A shell gave no output for a script');
      return output;
    },
  };
  try {
    const outcome = await kind.act(step.args, performer.control, host);
    return isStepFailure(outcome)
      ? { end: 'failed', outcomes: [], ...outcome }
      : { end: 'done', outcomes: [outcome] };
  } catch (error) {
    if (error instanceof LostConnection)
      return { end: 'lost', failure: error.failure, opaque: kind.opaque === true };
    throw error;
  }
}

export async function performSteps(steps: readonly Step[], performer: Performer): Promise<Performed> {
  if (steps.length === 0) return { end: 'done', outcomes: [] };
  const arrived = performer.ahead?.arrived(steps);
  if (arrived) return performScripts(steps, performer, true, arrived);
  await performer.ahead?.join(steps);
  const end = performer.ahead?.beginSteps(steps);
  try {
    return await performInOrder(steps, performer);
  } finally {
    end?.();
  }
}

async function performInOrder(steps: readonly Step[], performer: Performer): Promise<Performed> {
  const outcomes: unknown[] = [];
  for (let at = 0; at < steps.length;) {
    const run = scriptRun(steps, at);
    const step = steps[at];
    if (!step) break;
    const isLast = at + run.length === steps.length;
    const part =
      run.length > 0 ? await performScripts(run, performer, isLast) : await performAct(step, performer);
    if (part.end === 'lost') return part;
    append(outcomes, part.outcomes);
    if (part.end === 'failed') return { ...part, outcomes };
    at += Math.max(run.length, 1);
  }
  return { end: 'done', outcomes };
}
