// What a run may pass by: a mistake there is no reason to refuse the play, as Ansible reads templates in their turn.
import { isList, textOf } from '../../document/value.ts';
import { tasksOf } from '../handlers.ts';
import { hasTemplate } from '../../template/template.ts';
import { chainOf, childrenOf, conditionsOf, effectiveKeyword, tagsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Loop, Node, Play, Task } from '../model.ts';
import { isSelected, tagNames, type TagSelection } from '../tags.ts';

/** Conditions, loops, rescue, the tag `never` and the tags that were chosen may keep a run from coming here. */
export function mayBePassed(node: Node, loading: Loading): boolean {
  return conditionsOf(node).length > 0 || mayBeLeft(node, loading);
}

/** As `mayBePassed`, whatever conditions say. */
function mayBeLeft(node: Node, loading: Loading): boolean {
  return (node.kind === 'task' && mayBeEmpty(node.loop)) || mayBeUnasked(node, loading);
}

/** As `mayBeLeft`, before the items of the task's own loop are asked for: conditions are asked for each item. */
export function mayBeUnasked(node: Node, { options: { selection } }: Loading): boolean {
  if (isOfHandlers(node)) return true;
  if (tagsOf(node).some(({ value }) => textOf(value) === 'never')) return true;
  if (selection && isLeftOut(node, selection)) return true;
  if (effectiveKeyword(node, 'ignore_errors')) return true;
  for (const each of chainOf(node)) if (isRescued(each, node)) return true;
  return false;
}

/** A list that is written down has as many items as it has; of `with_items` each may be an empty list. */
function mayBeEmpty(loop: Loop | undefined): boolean {
  if (!loop) return false;
  const { value } = loop.items;
  return loop.kind !== 'loop' || !isList(value) || value.length === 0;
}

/** Whether --tags and --skip-tags may leave a task: with a template among its tags only the run knows. */
export function mayBeSelected(task: Task, selection: TagSelection): boolean {
  const tags = tagsOf(task).map(({ value }) => value);
  return tags.some((tag) => hasTemplate(textOf(tag) ?? '')) || isSelected(tagNames(tags), selection);
}

/** Whether they leave out all that is here. */
function isLeftOut(node: Node, selection: TagSelection): boolean {
  return node.kind === 'task'
    ? !mayBeSelected(node, selection)
    : childrenOf(node).every((nodes) => nodes.every((each) => isLeftOut(each, selection)));
}

function isOfHandlers(node: Node): boolean {
  return tasksOf([node])[0]?.isHandler === true;
}

function isRescued(around: Node | Play, node: Node): boolean {
  if (around.kind !== 'block') return false;
  for (const inside of chainOf(node))
    if (inside.kind !== 'play' && (around.rescue.includes(inside) || around.block.includes(inside)))
      return around.rescue.length > 0;
  return false;
}

/** Keywords whose templates are read also where a condition is false. */
const readRegardless = new Set(['loop_control', 'delegate_to', 'run_once', 'throttle', 'tags']);

/** Whether a run may go well without reading the templates of this keyword. */
export function mayGoUnread(node: Node | Play, keyword: string, loading: Loading): boolean {
  // A variable's template is read when somebody asks for it.
  if (keyword === 'vars') return true;
  if (node.kind === 'play') return false;
  if (readRegardless.has(keyword)) return mayBeLeft(node, loading);
  return keyword === 'when'
    ? mayBeLeft(node, loading) || isConditional(node.parent)
    : mayBePassed(node, loading);
}

function isConditional(node: Node | Play): boolean {
  return conditionsOf(node).length > 0;
}

/** Tasks that end a host's part in the play without a failure. */
export function endsPlay({ action }: Task): boolean {
  const said = action.freeForm && textOf(action.freeForm.value);
  return action.module === 'meta' && said?.startsWith('end_') !== false;
}
