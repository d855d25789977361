// What --list-tasks and --list-tags show: tasks in the order in which they run, as far as they are known before it.
import { isList, textOf, type Value } from '../document/value.ts';
import { argumentSpecTask } from './engine_tasks.ts';
import { childrenOf, roleOf, tagsOf } from './inherit.ts';
import type { Loading } from './loading.ts';
import type { Node, Play, Task } from './model.ts';
import { evaluateStatically } from './static_scope.ts';
import { isSelected, tagNames, type TagSelection } from './tags.ts';

export interface ListedTask {
  readonly task: Task;
  /** With its role before it, `web : Install`; the module alone when it has no name. */
  readonly name: string;
  readonly tags: readonly string[];
}

export interface ListedPlay {
  readonly play: Play;
  /** Its host patterns and its name, templates evaluated when that needs no host. */
  readonly patterns: readonly string[];
  readonly name: string;
  readonly tags: readonly string[];
  readonly tasks: readonly ListedTask[];
  /** All tags of its tasks that are selected, sorted. */
  readonly taskTags: readonly string[];
  /** All tags of all its tasks, those of rescue and always included. */
  readonly knownTags: ReadonlySet<string>;
}

export function listPlays(
  plays: readonly Play[],
  selection: TagSelection,
  loading: Loading,
): readonly ListedPlay[] {
  return plays.map((play) => {
    const listed = listTasks(play, loading);
    const tasks = listed.filter(({ isListed, tags }) => isListed && isSelected(new Set(tags), selection));
    return {
      play,
      patterns: shown(play.hosts.value, play, loading),
      name: shown(play.name, play, loading).join(','),
      tags: tagsOfNode(play, loading),
      tasks,
      taskTags: [...new Set(tasks.flatMap(({ tags }) => tags))].sort(),
      knownTags: new Set(listed.flatMap(({ tags }) => tags)),
    };
  });
}

/** Tasks of rescue and always run only at need: as in ansible-core they are not listed. */
function listTasks(play: Play, loading: Loading): (ListedTask & { readonly isListed: boolean })[] {
  const listed: (ListedTask & { readonly isListed: boolean })[] = [];
  const visit = (node: Node, isListed: boolean): void => {
    if (node.kind === 'task')
      listed.push({ task: node, name: listedName(node), tags: tagsOfNode(node, loading), isListed });
    const check = node.kind === 'role' ? argumentSpecTask(node) : undefined;
    for (const [index, nodes] of childrenOf(node).entries()) {
      // After the dependencies, before the tasks.
      if (check && index === 1) visit(check, isListed);
      for (const each of nodes) visit(each, isListed && !(node.kind === 'block' && index > 0));
    }
  };
  for (const nodes of childrenOf(play)) for (const node of nodes) visit(node, true);
  return listed;
}

function shown(value: Value, play: Play, loading: Loading): readonly string[] {
  const evaluated = evaluateStatically(value, play, loading);
  const known = evaluated.ok ? evaluated.value : value;
  return (isList(known) ? known : [known]).map((item) => textOf(item) ?? '');
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
  const name = writtenName(task);
  const role = roleOf(task)?.role;
  const isBare = !role || name === task.action.written || task.action.module === 'include_role';
  return isBare ? name : `${role.fullName} : ${name}`;
}
