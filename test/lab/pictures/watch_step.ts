// One step on a host against its picture: each question that the step's kind says it touches is asked before and after,
// and what the picture makes of the first answer must be the second.
import { isDeepStrictEqual } from 'node:util';
import type { Probe, Step } from '../../../engine/module/contract.ts';
import { isUncertain, spoils } from '../../../engine/module/picture.ts';
import { canonical, identityOf } from '../../../engine/module/probe_identity.ts';
import { HostView, type Asker } from '../../../engine/run/host_view.ts';
import { contentKind } from '../../../engine/module/vocabulary/content.ts';
import { questionsFor } from './questions.ts';

/** True of the moment only, or numbered by the system: times, inodes, ids that a tool chooses. */
const fleeting = new Set(['mtime', 'atime', 'ctime', 'inode', 'device', 'links', 'seconds']);

/** Of units and mounts the system tells much that no picture holds; modules plan by what stands beside these. */
const passedOver = new Set(['properties', 'next', 'options']);

const keyOf = (one: unknown): string => {
  const { name, dest } = Object(one) as { readonly name?: string; readonly dest?: string };
  return name ?? dest ?? '';
};

/** Lists of named things come in the host's order, which no step tells. */
function inOrder(list: readonly unknown[]): unknown[] {
  return [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

/** What of an answer outlasts the moment. An id of -1 is one that the picture leaves open. */
function lasting(answer: unknown): unknown {
  if (Array.isArray(answer)) return inOrder(answer.map(lasting));
  if (typeof answer !== 'object' || answer === null) return answer;
  const isFolder = 'type' in answer && answer.type === 'directory';
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([name]) => !fleeting.has(name) && !passedOver.has(name) && !(isFolder && name === 'size'))
      .map(([name, value]) => [name, lasting(value)]),
  );
}

/** What the host's own settings give to a new user; a picture without it leaves it open. */
const mayBeOpen = new Set(['aging', 'groupNumbers']);

/** The real answer with what the picture leaves open (ids of -1) left open as well. */
function levelled(real: unknown, pictured: unknown): unknown {
  if (pictured === '' && typeof real === 'string') return '';
  if (typeof pictured === 'number' && pictured < 0 && typeof real === 'number') return pictured;
  if (Array.isArray(real) && Array.isArray(pictured))
    return real.map((one, at) => levelled(one, pictured[at]));
  if (typeof real !== 'object' || real === null || typeof pictured !== 'object' || pictured === null)
    return real;
  const open = pictured as { readonly [name: string]: unknown };
  return Object.fromEntries(
    Object.entries(real)
      .filter(([name]) => name in open || !mayBeOpen.has(name))
      .map(([name, value]) => [name, levelled(value, open[name])]),
  );
}

function same(pictured: unknown, real: unknown): boolean {
  const [one, other] = [lasting(canonical(pictured)), lasting(canonical(real))];
  return isDeepStrictEqual(one, levelled(other, one));
}

export interface Watched {
  /** `step kind -> probe kind`, where the picture said something certain or named what may be. */
  readonly told: Set<string>;
  readonly untrue: string[];
  /** By name: the kinds of probes that the kind of step says it touches. */
  readonly kinds: Map<string, ReadonlySet<string>>;
}

const short = (value: unknown): string => JSON.stringify(lasting(canonical(value))).slice(0, 600);

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
  perform: () => Promise<void>,
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
    if (!possible.some((one) => same(one, real)))
      untrue.push(
        `${step.kind.describe(step.args as never)}: ${probe.kind.name} ${short(probe.args)} was ${short(before[at])}, pictured as ${possible.map(short).join(' or ')}, and is ${short(real)}`,
      );
  }
}
