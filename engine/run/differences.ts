// What `--diff` shows of a plan whose module tells no differences itself: what was seen and the picture of it after the
// steps, as far as the questions know how to show themselves; else the steps in words.
import type { Difference, Plan } from '../module/contract.ts';
import { isUncertain, isUnforeseen } from '../module/picture.ts';
import { probeKindOf, stepKindOf } from './host_view.ts';
import { pictureAfter, type World } from './look.ts';

export function withDifferences(plan: Plan, world: World): Plan {
  const { steps } = plan;
  if ((plan.differences?.length ?? 0) > 0 || steps.length === 0 || steps.some(isUnforeseen)) return plan;
  const pictured = fromPicture(plan, world);
  return { ...plan, differences: pictured.length > 0 ? pictured : inWords(plan) };
}

function fromPicture({ steps }: Plan, world: World): Difference[] {
  const after = pictureAfter(world, steps);
  return [...world.probes].flatMap(([name, probe]): Difference[] => {
    const { shown } = probeKindOf(probe);
    const [before, now] = [world.seen[name], after[name]];
    if (!shown || [before, now].some((answer) => answer === undefined || isUncertain(answer))) return [];
    const [old, next] = [shown(before, probe.args), shown(now, probe.args)];
    const texts = { before: textOf(old.lines), after: textOf(next.lines) };
    return texts.before === texts.after ? [] : [{ header: old.title, ...texts }];
  });
}

function textOf(lines: readonly string[] | null): string | null {
  return lines?.map((line) => `${line}\n`).join('') ?? null;
}

function inWords({ steps }: Plan): Difference[] {
  const words = steps.map((step) => `${stepKindOf(step).describe(step.args)}\n`);
  return [{ header: 'steps', before: '', after: words.join('') }];
}
