// Handlers of a play and the names under which they are notified.
import { textOf, type Value } from '../document/value.ts';
import { hasTemplate } from '../template/template.ts';
import { childrenOf, itemsOf, roleOf } from './inherit.ts';
import type { Loading } from './loading.ts';
import type { Located, Node, Play, Task } from './model.ts';
import { evaluateStatically } from './static_scope.ts';

/** Handlers that were written together: a list's tasks between its blocks, or one block. */
export type HandlerBlock = readonly Task[];

/**
 * All handlers of a play that are known before it runs, in ansible-core's order: those of its roles, its own, those of
 * roles that its tasks import.
 */
export function handlerBlocksOf(play: Play): readonly HandlerBlock[] {
  const imported = [play.preTasks, play.tasks, play.postTasks].flatMap((nodes) =>
    nodes.flatMap(roleHandlerBlocks),
  );
  return [...play.roles.flatMap(roleHandlerBlocks), ...blocksOf(play.handlers), ...imported];
}

export function handlersOf(play: Play): readonly Task[] {
  return handlerBlocksOf(play).flat();
}

/** Handlers of the roles in a node: dependencies first. */
export function roleHandlerBlocks(node: Node): readonly HandlerBlock[] {
  const inside = childrenOf(node).flatMap((nodes) => nodes.flatMap(roleHandlerBlocks));
  if (node.kind !== 'role') return inside;
  const dependencies = node.dependencies.flatMap(roleHandlerBlocks);
  const tasks = node.tasks.flatMap(roleHandlerBlocks);
  return [...dependencies, ...blocksOf(node.handlers), ...tasks];
}

export function roleHandlers(node: Node): readonly Task[] {
  return roleHandlerBlocks(node).flat();
}

function blocksOf(nodes: readonly Node[]): HandlerBlock[] {
  const blocks: Task[][] = [];
  let bare: Task[] | undefined;
  for (const node of nodes) {
    if (node.kind !== 'task') {
      blocks.push([...tasksOf([node])]);
      bare = undefined;
    } else if (bare) bare.push(node);
    else blocks.push((bare = [node]));
  }
  return blocks;
}

/**
 * The order in which a notification looks for its handler: from the last block to the first, and within one from its
 * first task on. So of two with one name a role's loses to the play's, while in one list the first one wins.
 */
export function searchOrder(blocks: readonly HandlerBlock[]): readonly Task[] {
  return blocks.toReversed().flat();
}

/** The tasks of a list of nodes, blocks opened. */
export function tasksOf(nodes: readonly Node[]): readonly Task[] {
  return nodes.flatMap((node) =>
    node.kind === 'task' ? [node] : childrenOf(node).flatMap((inside) => [...tasksOf(inside)]),
  );
}

export interface HandlerNames {
  readonly names: ReadonlySet<string>;
  readonly topics: ReadonlySet<string>;
  /** False when a name needs variables that only the run knows. */
  readonly isComplete: boolean;
}

/** What a `notify` may say to reach this handler. */
export function namesOfHandler(handler: Task, loading: Loading): HandlerNames {
  const name = handler.name && known(handler.name, handler, loading);
  const topics = topicsOf(handler);
  return {
    names: new Set(withRole(name === undefined ? [] : [name], handler)),
    topics: new Set(withRole(topics, handler)),
    isComplete: handler.name === undefined || name !== undefined,
  };
}

export function topicsOf(handler: Task): readonly string[] {
  const listen = handler.keywords.get('listen');
  if (!listen) return [];
  return itemsOf(listen).flatMap(({ value }) => textOf(value) ?? []);
}

/** A handler of a role is also reached by `role : name`. */
function withRole(names: readonly string[], handler: Task): string[] {
  const role = roleOf(handler)?.role;
  if (!role) return [...names];
  return names.flatMap((name) => [name, `${role.name} : ${name}`, `${role.fullName} : ${name}`]);
}

function known({ value }: Located, handler: Task, loading: Loading): string | undefined {
  const text = textOf(value);
  if (text === undefined || !hasTemplate(text)) return text;
  const evaluated = evaluateStatically(value, handler, loading);
  const result: Value = evaluated.ok ? evaluated.value : null;
  return textOf(result);
}
