// For `hardway/testing`: runs a module on a host and holds the four answers of its kinds of probes and steps against what
// the host then says.
import { isDict } from '../document/value.ts';
import type { Probe, Step } from './contract.ts';
import { toValue } from './data.ts';
import type { Module } from './define.ts';
import { isUncertain, mayTouch, overlay, spoils } from './picture.ts';
import { isAsPictured, isSameAnswer, shownAnswer } from './same_answer.ts';
import {
  askHost,
  isFailure,
  tryOnHost,
  type Trial,
  type TrialOptions,
  type TrialShell,
} from './try_on_host.ts';

const plainTypes = new Set(['string', 'number', 'boolean', 'bigint', 'undefined']);

/** What a parser may not give: later questions, digests and pictures compare answers as data. */
function isPlain(answer: unknown): boolean {
  if (answer === null || plainTypes.has(typeof answer) || answer instanceof Uint8Array) return true;
  if (answer instanceof Map || answer instanceof Set) return [...answer.values()].every(isPlain);
  if (typeof answer !== 'object') return typeof answer === 'function';
  return Object.values(answer).every(isPlain) && !(answer instanceof Promise);
}

class Liar extends Error {
  override readonly name = 'KindError';
}

type Named = ReadonlyMap<string, Probe<unknown>>;

async function askAll(asked: Named, shell: TrialShell, options: TrialOptions): Promise<Map<string, unknown>> {
  const answers = new Map<string, unknown>();
  for (const [name, probe] of asked) {
    const answer = await askHost(probe, shell, options);
    if (!isPlain(answer))
      throw new Liar(`parsed: ${probe.kind.name} gives no plain data but ${String(answer)}`);
    answers.set(name, answer);
  }
  return answers;
}

/** Stable answers stay as they are while nothing is done; one that asks must not change anything either. */
async function checkAsked(asked: Named, shell: TrialShell, options: TrialOptions): Promise<void> {
  const first = await askAll(asked, shell, options);
  const again = await askAll(asked, shell, options);
  for (const [name, probe] of asked)
    if (probe.kind.stability === 'stable' && !isSameAnswer(first.get(name), again.get(name)))
      throw new Liar(
        `asked: ${probe.kind.name} is stable, yet asked twice it answers ${shownAnswer(first.get(name))} and then ${shownAnswer(again.get(name))}`,
      );
}

function checkStep(step: Step, probe: Probe<unknown>, before: unknown, after: unknown): void {
  const [doing, asking] = [step.kind.name, probe.kind.name];
  const answered = `it was ${shownAnswer(before)} and is ${shownAnswer(after)}`;
  if (!mayTouch(step, probe)) {
    if (!isSameAnswer(before, after))
      throw new Liar(`made stale: ${doing} says that it does not touch ${asking}, yet ${answered}`);
    return;
  }
  if (spoils(step, probe)) return;
  const pictured = overlay(probe, before, [step]);
  const possible = isUncertain(pictured) ? pictured.uncertain : [pictured];
  if (possible.length > 0 && !possible.some((one) => isAsPictured(one, after)))
    throw new Liar(
      `pictured: ${doing} pictures ${asking} as ${possible.map(shownAnswer).join(' or ')}, yet ${answered}`,
    );
}

/**
 * Runs the module with these parameters (as a playbook gives them) on a host, twice. Throws with the name of the answer
 * that is not true: asked, done, parsed, made stale, pictured; or when the second run finds something to do.
 */
export async function checkOnHost(
  module: Module,
  params: { readonly [name: string]: unknown },
  shell: TrialShell,
  options: TrialOptions = {},
): Promise<Trial> {
  const args = toValue(params as never);
  if (!isDict(args)) throw new TypeError('Parameters are no dict');
  const trial = await tryOnHost(module, args, shell, {
    ...options,
    around: async (step, asked, perform) => {
      await checkAsked(asked, shell, options);
      const before = await askAll(asked, shell, options);
      // The trial itself tells of a step that failed.
      if (isFailure(await perform())) return;
      const after = await askAll(asked, shell, options);
      for (const [name, probe] of asked) checkStep(step, probe, before.get(name), after.get(name));
    },
  });
  if (trial.failed !== undefined) throw new Liar(`done: ${trial.failed}`);
  const again = await tryOnHost(module, args, shell, { ...options, checkMode: true });
  const left = (again.plan?.steps ?? []).filter(({ kind }) => kind.readsOnly !== true);
  if (left.length > 0)
    throw new Liar(
      `done: a second run would ${left.map(({ kind, args: of }) => kind.describe(of as never)).join(', ')} again`,
    );
  return trial;
}
