// What --list-tasks and --list-tags show: tasks in the order in which they run, as far as they are known before it.
import { textOf } from '../document/value.ts';
import { childrenOf, roleOf, tagsOf } from './inherit.ts';
import type { Loading } from './loading.ts';
import type { Node, Play, Task } from './model.ts';
import { evaluateStatically } from './static_scope.ts';
import { isSelected, tagNames, type TagSelection } from './tags.ts';

export interface ListedTask {
  readonly task: Task;
  /** With its role before it, `web : Install`; the module when it has no name. */
  readonly name: string;
  readonly tags: readonly string[];
}

export interface ListedPlay {
  readonly play: Play;
  readonly tags: readonly string[];
  readonly tasks: readonly ListedTask[];
  /** All tags of its tasks that are selected, sorted. */
  readonly taskTags: readonly string[];
}

export function listPlays(
  plays: readonly Play[],
  selection: TagSelection,
  loading: Loading,
): readonly ListedPlay[] {
  return plays.map((play) => {
    const tasks = listTasks(play, selection, loading);
    const taskTags = [...new Set(tasks.flatMap(({ tags }) => tags))].sort();
    return { play, tags: tagsOfNode(play, loading), tasks, taskTags };
  });
}

function listTasks(play: Play, selection: TagSelection, loading: Loading): ListedTask[] {
  const listed: ListedTask[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'task') {
      const tags = tagsOfNode(node, loading);
      if (node.action.module !== 'meta' && isSelected(new Set(tags), selection))
        listed.push({ task: node, name: listedName(node), tags });
    }
    for (const nodes of childrenOf(node)) nodes.forEach(visit);
  };
  for (const nodes of childrenOf(play)) nodes.forEach(visit);
  return listed;
}

/** Tags of a node and all around it, sorted; templates among them evaluated when that needs no host. */
export function tagsOfNode(node: Node | Play, loading: Loading): readonly string[] {
  const values = tagsOf(node).map(({ value }) => {
    const evaluated = evaluateStatically(value, node, loading);
    return evaluated.ok ? evaluated.value : value;
  });
  return [...tagNames(values)].sort();
}

/** The name of a task as written, templates included; its module when it has none. */
export function writtenName(task: Task): string {
  const name = task.name && textOf(task.name.value);
  return name === undefined || name === '' ? task.action.written : name;
}

function listedName(task: Task): string {
  const role = roleOf(task)?.role;
  const name = writtenName(task);
  return role ? `${role.fullName} : ${name}` : name;
}
