// One step on a host against its picture: each question that the step's kind says it touches is asked before and after,
// and what the picture makes of the first answer must be the second.
import type { Probe, Step } from '../../../engine/module/contract.ts';
import { isUncertain, spoils } from '../../../engine/module/picture.ts';
import { identityOf } from '../../../engine/module/probe_identity.ts';
import { isAsPictured, shownAnswer } from '../../../engine/module/same_answer.ts';
import { HostView, type Asker } from '../../../engine/run/host_view.ts';
import { contentKind } from '../../../engine/module/vocabulary/content.ts';
import { questionsFor } from './questions.ts';

export interface Watched {
  /** `step kind -> probe kind`, where the picture said something certain or named what may be. */
  readonly told: Set<string>;
  readonly untrue: string[];
  /** By name: the kinds of probes that the kind of step says it touches. */
  readonly kinds: Map<string, ReadonlySet<string>>;
}

async function answers(
  view: HostView,
  probes: readonly Probe<unknown>[],
  asker: Asker,
): Promise<readonly unknown[]> {
  const answered = await view.ask(probes, asker);
  if (answered.ok) return answered.answers;
  throw new Error('failed' in answered ? answered.failed : answered.failure.message);
}

interface Asked {
  readonly probes: readonly Probe<unknown>[];
  /** Paths and names besides those of the step. */
  readonly also: readonly string[];
}

/** Steps that make what nobody can know before, keys and certificates: of their files all but the content is told. */
const makesItself = new Set(['issue certificate', 'make secret']);

function isOfMade({ kind, args }: Probe<unknown>): boolean {
  const asksDigest = Object(args) as { readonly digest?: string };
  return kind.name === contentKind.name || asksDigest.digest !== undefined;
}

/** Looks at the host around one step. */
export async function watchStep(
  asker: Asker,
  step: Step,
  asked: Asked,
  perform: () => Promise<unknown>,
  { told, untrue, kinds }: Watched,
): Promise<void> {
  kinds.set(step.kind.name, new Set(step.kind.effects.map(({ probe }) => probe.name)));
  const all = [...asked.probes, ...questionsFor(step, asked.also)];
  const probes = [...new Map(all.map((probe) => [identityOf(probe), probe])).values()].filter(
    (probe) => !spoils(step, probe),
  );
  const view = new HostView();
  await view.learnPlaces([...probes, step], asker);
  const before = await answers(view, probes, asker);
  view.predict({ possible: [[step]], waitsFor: '' });
  const foreseen = await answers(view, probes, asker);
  await perform();
  const after = await answers(new HostView(), probes, asker);
  for (const [at, probe] of probes.entries()) {
    const [pictured, real] = [foreseen[at], after[at]];
    const possible = isUncertain(pictured) ? pictured.uncertain : [pictured];
    if (possible.length === 0) continue;
    const effects = step.kind.effects.filter((effect) => effect.probe.name === probe.kind.name);
    if (effects.some((effect) => effect.touches(step.args as never, probe.args as never)))
      told.add(`${step.kind.name} -> ${probe.kind.name}`);
    if (makesItself.has(step.kind.name) && isOfMade(probe)) continue;
    if (!possible.some((one) => isAsPictured(one, real)))
      untrue.push(
        `${step.kind.describe(step.args as never)}: ${probe.kind.name} ${shownAnswer(probe.args)} was ${shownAnswer(before[at])}, pictured as ${possible.map(shownAnswer).join(' or ')}, and is ${shownAnswer(real)}`,
      );
  }
}
