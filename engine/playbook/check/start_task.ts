// --start-at-task with a name that no task bears, or only ones that do not run, would run nothing.
import type { Diagnostic } from '../../document/diagnostic.ts';
import { nearestName } from '../../document/nearest.ts';
import { hasTemplate } from '../../template/template.ts';
import { tasksOf } from '../handlers.ts';
import { childrenOf } from '../inherit.ts';
import { tagsOfNode } from '../listing.ts';
import type { Loading } from '../loading.ts';
import type { Play, Task } from '../model.ts';
import { meansTask, startableTasks, startNames } from '../start_task.ts';
import type { TagSelection } from '../tags.ts';
import { mayBeSelected } from './doubts.ts';

/** An error when no task can be the one meant. Tasks with templates in their names may be it; included ones never are. */
export function unknownStart(
  plays: readonly Play[],
  start: string | undefined,
  selection: TagSelection,
  loading: Loading,
): readonly Diagnostic[] {
  if (start === undefined) return [];
  const tasks = plays.flatMap((play) => [...startableTasks(play)]);
  const meant = tasks.filter((task) => mayMean(start, task));
  if (meant.some((task) => mayBeSelected(task, selection))) return [];
  const [leftOut] = meant;
  if (leftOut) return [leftOutByTags(leftOut, start, loading)];
  const inside = plays.flatMap((play) => childrenOf(play).flatMap(tasksOf));
  const inRescue = inside.find((task) => mayMean(start, task));
  return [inRescue ? onlyInRescue(inRescue, start) : nowhere(start, tasks)];
}

/** Templates in a name may become anything. */
function mayMean(start: string, task: Task): boolean {
  const names = startNames(task);
  const isPattern = /[*?[]/.test(start);
  return (
    meansTask(start, names) ||
    names.some(
      (name) =>
        hasTemplate(name) &&
        (isPattern || meansTask(name.replaceAll(/\{\{.*?\}\}|\{%.*%\}/gs, '*'), [start])),
    )
  );
}

function refused(summary: string, detail: string, task?: Task): Diagnostic {
  const { position } = task ?? {};
  return { code: 'unknown-task', severity: 'error', summary, detail, ...(position ? { position } : {}) };
}

function leftOutByTags(task: Task, start: string, loading: Loading): Diagnostic {
  const tags = tagsOfNode(task, loading);
  const bears = tags.length === 0 ? 'no tag' : `the tags ${tags.join(', ')}`;
  return refused(`The tags that are chosen leave out the task ${start}`, `It has ${bears}`, task);
}

function onlyInRescue(task: Task, start: string): Diagnostic {
  const detail = 'What a rescue holds runs only after a failure in its block';
  return refused(`A run cannot begin with the task ${start}`, detail, task);
}

function nowhere(start: string, tasks: readonly Task[]): Diagnostic {
  const nearest = nearestName(
    start,
    tasks.flatMap((task) => startNames(task)),
  );
  const otherwise = 'Only tasks that are known before the run can be the first; --list-tasks shows them';
  return refused(`No task is named ${start}`, nearest === undefined ? otherwise : `Did you mean ${nearest}?`);
}
