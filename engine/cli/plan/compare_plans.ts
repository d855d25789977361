// What moved between a saved plan and the same evaluated now.
import type { PlannedStep, PlannedTask } from './plan_file.ts';

const keyOf = ({ host, place, item }: PlannedTask): string => `${host} ${place} ${item ?? ''}`;

/** Tasks by host and place; a task that came twice (a role used again) by its turn. */
function byKey(tasks: readonly PlannedTask[]): Map<string, PlannedTask> {
  const found = new Map<string, PlannedTask>();
  for (const task of tasks) {
    const key = keyOf(task);
    const turn = [...found.keys()].filter((one) => one.startsWith(`${key}#`)).length;
    found.set(`${key}#${turn}`, task);
  }
  return found;
}

function stepMoved(planned: PlannedStep, now: PlannedStep): string | undefined {
  if (planned.target !== now.target || planned.kind !== now.kind)
    return `planned was ${planned.kind} on ${planned.target}, now it is ${now.kind} on ${now.target}`;
  if (planned.before !== now.before) return `what ${planned.kind} changes is no longer as it was`;
  if (planned.inputs !== now.inputs) return `${planned.kind} would do something else`;
  return planned.after === now.after ? undefined : `${planned.kind} would leave something else`;
}

function taskMoved(planned: PlannedTask | undefined, now: PlannedTask | undefined): string | undefined {
  if (!planned) return 'it does something that was not planned';
  if (!now) return 'it has nothing to do any more';
  if (planned.status !== now.status) return `planned was ${planned.status}, now it is ${now.status}`;
  const count = Math.max(planned.steps.length, now.steps.length);
  for (let at = 0; at < count; at += 1) {
    const [before, after] = [planned.steps[at], now.steps[at]];
    if (!before || !after)
      return `planned were ${planned.steps.length} steps, now there are ${now.steps.length}`;
    const moved = stepMoved(before, after);
    if (moved !== undefined) return moved;
  }
  return undefined;
}

/** One sentence for each task that is not as planned: host, task, file:line, what. */
export function movedTasks(planned: readonly PlannedTask[], now: readonly PlannedTask[]): string[] {
  const [was, is] = [byKey(planned), byKey(now)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const moved = taskMoved(was.get(key), is.get(key));
    const task = was.get(key) ?? is.get(key);
    return moved === undefined || !task
      ? []
      : [
          `${task.host}: ${task.task} (${task.place}${task.item === undefined ? '' : `, item ${task.item}`}): ${moved}`,
        ];
  });
}

/** For the real run: says why a task may not do these steps; the plan may hold none of them. */
export function planGuard(
  tasks: readonly PlannedTask[],
): (
  host: string,
  place: string,
  steps: readonly { readonly target: string; readonly kind: string }[],
) => string | undefined {
  const allowed = new Map<string, Set<string> | 'anything'>();
  for (const { host, place, status, steps } of tasks) {
    const key = `${host} ${place}`;
    const known = allowed.get(key) ?? new Set();
    if (status === 'unknown' || known === 'anything') allowed.set(key, 'anything');
    else allowed.set(key, new Set([...known, ...steps.map(({ target, kind }) => `${target} ${kind}`)]));
  }
  // An include that was unknown brings tasks that no plan can name.
  const open = new Set(
    tasks.filter(({ status, steps }) => status === 'unknown' && steps.length === 0).map(({ host }) => host),
  );
  return (host, place, steps) => {
    const may = allowed.get(`${host} ${place}`) ?? (open.has(host) ? 'anything' : new Set<string>());
    const other =
      may === 'anything' ? undefined : steps.find(({ target, kind }) => !may.has(`${target} ${kind}`));
    return other && `The plan has no ${other.kind} on ${other.target} here: nothing was done`;
  };
}
