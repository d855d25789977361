// What comes after a task in its play, in the order of the text: the rest of its block, of its role, of its section.
import { textOf } from '../../document/value.ts';
import type { Node, RoleUse, Task } from '../../playbook/model.ts';
import type { HostState } from '../state.ts';

export interface Coming {
  readonly nodes: readonly Node[];
  /** Index of the next node. */
  readonly next: number;
  /** What follows when these nodes are over. */
  readonly outer: Coming | undefined;
  /** Handlers run before what follows, if any were notified. */
  readonly flushes?: true;
}

export function before(nodes: readonly Node[], outer: Coming | undefined): Coming | undefined {
  return nodes.length === 0 ? outer : { nodes, next: 0, outer };
}

/** Nobody can tell what comes after it: an include of what is not known yet, handlers that run, the end of the play. */
const barrier = Symbol('barrier');

export interface ComingFor {
  readonly host: HostState;
  readonly isRoleDone: (use: RoleUse) => boolean;
  /** What an include will bring: nothing when it is held back, undefined when that cannot be told. */
  readonly included: (task: Task) => readonly Node[] | undefined;
}

/** Includes inside of each other; a file may include itself. */
const deepest = 8;

function* inside(
  node: Node,
  comingFor: ComingFor,
  depth: number,
): Generator<Task | typeof barrier, undefined> {
  const { host, isRoleDone, included } = comingFor;
  if (node.kind === 'block') {
    for (const inner of [...node.block, ...node.always]) yield* inside(inner, comingFor, depth);
    return;
  }
  if (node.kind === 'role') {
    if (isRoleDone(node)) return;
    for (const inner of [...node.dependencies, ...node.tasks]) yield* inside(inner, comingFor, depth);
    return;
  }
  const { module, freeForm, args } = node.action;
  if (module === 'include_tasks' || module === 'include_role') {
    const nodes = depth < deepest ? included(node) : undefined;
    if (!nodes) yield barrier;
    else for (const inner of nodes) yield* inside(inner, comingFor, depth + 1);
  } else if (module === 'meta') {
    const action = textOf(freeForm?.value ?? args.get('free_form') ?? null)?.trim();
    const isNothing = action === 'noop' || (action === 'flush_handlers' && host.notified.size === 0);
    if (!isNothing) yield barrier;
  } else if (node.keywords.has('throttle')) yield barrier;
  else yield node;
}

/** The tasks that this host will come to, as far as the text alone tells. */
export function* comingTasks(coming: Coming | undefined, comingFor: ComingFor): Generator<Task, undefined> {
  for (let frame = coming; frame; frame = frame.outer) {
    for (const node of frame.nodes.slice(frame.next))
      for (const task of inside(node, comingFor, 0)) {
        if (task === barrier) return;
        yield task;
      }
    if (frame.flushes && comingFor.host.notified.size > 0) return;
  }
}
