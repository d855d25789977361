// What moved between a saved plan and the same evaluated now.
import type { PlannedStep, PlannedTask, SavedPlan } from './plan_file.ts';

export type Evaluated = Pick<SavedPlan, 'hosts' | 'hostKeys' | 'tasks'>;

const keyOf = ({ host, place, item }: PlannedTask): string => `${host} ${place} ${item ?? ''}`;

/** Tasks by host and place; a task that came twice (a role used again) by its turn. */
function byKey(tasks: readonly PlannedTask[]): Map<string, PlannedTask> {
  const found = new Map<string, PlannedTask>();
  const turns = new Map<string, number>();
  for (const task of tasks) {
    const key = keyOf(task);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    found.set(`${key}#${turn}`, task);
  }
  return found;
}

export const otherDoer = 'another user, address or environment would do it';

function stepMoved(planned: PlannedStep, now: PlannedStep): string | undefined {
  if (planned.target !== now.target || planned.kind !== now.kind)
    return `planned was ${planned.kind} on ${planned.target}, now it is ${now.kind} on ${now.target}`;
  if (planned.before !== now.before) return `what ${planned.kind} changes is no longer as it was`;
  if (planned.inputs !== now.inputs) return `${planned.kind} would do something else`;
  return planned.after === now.after ? undefined : `${planned.kind} would leave something else`;
}

export function countMoved(planned: number, now: number): string {
  const were = planned === 1 ? 'planned was 1 step' : `planned were ${planned} steps`;
  return `${were}, now there ${now === 1 ? 'is 1' : `are ${now}`}`;
}

export const noMoreToDo = 'it has nothing to do any more';

function taskMoved(planned: PlannedTask | undefined, now: PlannedTask | undefined): string | undefined {
  if (!planned) return 'it does something that was not planned';
  if (!now) return noMoreToDo;
  if (planned.status !== now.status) return `planned was ${planned.status}, now it is ${now.status}`;
  const count = Math.max(planned.steps.length, now.steps.length);
  for (let at = 0; at < count; at += 1) {
    const [before, after] = [planned.steps[at], now.steps[at]];
    if (!before || !after) return countMoved(planned.steps.length, now.steps.length);
    const moved = stepMoved(before, after);
    if (moved !== undefined) return moved;
  }
  return planned.doer === now.doer ? undefined : otherDoer;
}

export function nameOf({ host, task, place, item }: PlannedTask): string {
  return `${host}: ${task} (${place}${item === undefined ? '' : `, item ${item}`})`;
}

/** Why a host may be another machine than the one that was planned for. */
export function keyMoved(planned: string | undefined, now: string | undefined): string | undefined {
  if (planned === undefined || now === undefined || planned === now) return undefined;
  return `its ssh host key is ${now}, and was ${planned} when the plan was made`;
}

interface Moved {
  /** One sentence for each host that may be another, and each task that is not as planned: host, task, file:line, what. */
  readonly tasks: readonly string[];
  /** All that the plan would change is so already, and nothing else is to be done. */
  readonly isDone: boolean;
}

export function whatMoved(planned: Evaluated, now: Evaluated): Moved {
  const [was, is] = [byKey(planned.tasks), byKey(now.tasks)];
  let isDone = planned.tasks.some(({ status }) => status === 'changed');
  const tasks = [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [before, after] = [was.get(key), is.get(key)];
    const task = before ?? after;
    const moved = taskMoved(before, after);
    if (moved !== noMoreToDo && (moved !== undefined || before?.status !== 'ok')) isDone = false;
    if (moved === undefined || !task) return [];
    if (!now.hosts.includes(task.host)) isDone = false;
    const why = !planned.hosts.includes(task.host)
      ? 'its host was not there when the plan was made'
      : now.hosts.includes(task.host)
        ? moved
        : 'its host is not there any more';
    return [`${nameOf(task)}: ${why}`];
  });
  const hosts = Object.entries(planned.hostKeys).flatMap(([host, key]) => {
    const why = keyMoved(key, now.hostKeys[host]);
    return why === undefined ? [] : [`${host}: ${why}`];
  });
  return { tasks: [...hosts, ...tasks], isDone: isDone && hosts.length === 0 };
}
