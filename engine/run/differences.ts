// What `--diff` shows of a plan besides the differences that its module tells: what was seen and the picture of it after
// the steps, as far as the questions know how to show themselves (owner and mode of a file whose content the module
// tells); where nothing shows a change, the steps in words.
import type { Difference, Plan, Step } from '../module/contract.ts';
import { isUncertain, isUnforeseen } from '../module/picture.ts';
import { probeKindOf, stepKindOf } from './host_view.ts';
import { pictureAfter, type World } from './look.ts';

export function withDifferences(plan: Plan, world: World): Plan {
  const { steps, differences: own = [] } = plan;
  // What a command changes nobody can tell; a look or a wait changes nothing.
  const acts = steps.filter((step) => stepKindOf(step).readsOnly !== true);
  if (acts.length === 0 || acts.some(isUnforeseen)) return plan;
  const headers = new Set(own.map(({ header }) => header));
  // As in Ansible, a file that comes or goes is told by its content.
  const pictured = fromPicture(plan, world).filter(
    ({ header, before, after }) => !headers.has(header) || (before !== null && after !== null),
  );
  const all = [...own, ...pictured];
  return { ...plan, differences: all.length > 0 ? all : inWords(acts) };
}

function fromPicture({ steps }: Plan, world: World): Difference[] {
  const after = pictureAfter(world, steps);
  const found = [...world.probes].flatMap(([name, probe]): Difference[] => {
    const { shown } = probeKindOf(probe);
    const [before, now] = [world.seen[name], after[name]];
    if (!shown || [before, now].some((answer) => answer === undefined || isUncertain(answer))) return [];
    const [old, next] = [shown(before, probe.args), shown(now, probe.args)];
    const texts = { before: textOf(old.lines), after: textOf(next.lines) };
    return texts.before === texts.after ? [] : [{ header: old.title, ...texts }];
  });
  // Of a file that is asked about twice, itself and where it leads, one is told.
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

function textOf(lines: readonly string[] | null): string | null {
  return lines?.map((line) => `${line}\n`).join('') ?? null;
}

function inWords(steps: readonly Step[]): Difference[] {
  const words = steps.map((step) => `${stepKindOf(step).describe(step.args)}\n`);
  return [{ header: 'steps', before: '', after: words.join('') }];
}
