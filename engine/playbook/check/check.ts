// The static check: everything about loaded plays that can be seen to be wrong before a connection is made.
// Problems are reported to `loading`, all of them.
import { isDict } from '../../document/value.ts';
import { handlersOf, roleHandlers, tasksOf } from '../handlers.ts';
import { childrenOf, playOf } from '../inherit.ts';
import { keywords } from '../keywords.ts';
import type { Loading } from '../loading.ts';
import type { Node, Play, RoleUse, Task } from '../model.ts';
import { checkStrategy } from './free_strategy.ts';
import { circle, goesInCircles, mayEnd, writtenName } from './circles.ts';
import { includeKey, isInclude, readAhead } from './includes.ts';
import { checkKeywords, checkLoop, checkTable } from './keywords.ts';
import { LikelyValues } from './likely_values.ts';
import { LocalFiles } from './local_files.ts';
import { endsPlay, mayBePassed } from './doubts.ts';
import { Notifications } from './notifications.ts';
import { checkArgumentsOf } from './parameters.ts';
import { checkPatterns } from './patterns.ts';
import { checkPlay } from './play.ts';
import { checkRoleArguments } from './role_arguments.ts';
import { TemplateCheck } from './templates.ts';
import { checkFactNames } from './variable_names.ts';

/** Keeps what one play's check has seen. */
interface Check {
  readonly loading: Loading;
  readonly templates: TemplateCheck;
  readonly notifications: Notifications;
  readonly files: LocalFiles;
  readonly likely: LikelyValues;
  readonly visited: Set<string>;
  /** A task before may have ended all: what includes itself may do so until then. */
  mayHaveEnded: boolean;
  /** A task before may have ended the play, and well. */
  mayHaveLeft: boolean;
}

function newCheck(
  loading: Loading,
  templates: TemplateCheck,
  files: LocalFiles,
  likely = new LikelyValues(),
): Check {
  return {
    loading,
    templates,
    files,
    likely,
    notifications: new Notifications(),
    visited: new Set(),
    mayHaveEnded: false,
    mayHaveLeft: false,
  };
}

export function checkPlays(plays: readonly Play[], loading: Loading): void {
  const templates = new TemplateCheck(loading);
  const files = new LocalFiles(templates, loading);
  const likely = new LikelyValues();
  for (const play of plays) {
    const check = newCheck(loading, templates, files, likely);
    likely.play(play);
    for (const { keywords: given } of play.importedWith)
      checkTable(given, keywords.import_playbook, templates, loading);
    checkKeywords(play, templates, loading);
    checkPlay(play, templates, loading);
    check.notifications.addHandlers(handlersOf(play), loading);
    for (const nodes of [...childrenOf(play), play.handlers]) checkNodes(nodes, check);
    check.notifications.report(loading);
  }
  likely.report(loading);
}

/** Checks what a dynamic include brought in the run. */
export function checkIncluded(nodes: readonly Node[], loading: Loading): void {
  const templates = new TemplateCheck(loading);
  const files = new LocalFiles(templates, loading);
  const check = newCheck(loading, templates, files);
  files.expectMore();
  const [first] = nodes;
  if (!first) return;
  check.notifications.addHandlers(handlersOf(playOf(first)), loading);
  check.notifications.addHandlers(nodes.flatMap(roleHandlers), loading);
  check.notifications.expectMore();
  checkNodes(nodes, check);
  check.notifications.report(loading);
}

function checkNodes(nodes: readonly Node[], check: Check): void {
  for (const node of nodes) checkNode(node, check);
}

function checkNode(node: Node, check: Check): void {
  const { loading, templates, notifications } = check;
  templates.inDoubtIf(check.mayHaveLeft, () => {
    checkKeywords(node, templates, loading);
    notifications.addFrom(node, loading);
    if (node.kind === 'task') checkTask(node, check);
    if (node.kind === 'role') checkRole(node, check);
  });
  for (const nodes of childrenOf(node)) checkNodes(nodes, check);
}

function checkRole(use: RoleUse, check: Check): void {
  const { templates } = check;
  checkRoleArguments(use, check.loading);
  check.likely.role(use);
  templates.inDoubtIf(true, () => {
    for (const variables of [use.params, use.role.defaults, use.role.vars])
      templates.value(variables, use.position);
  });
  checkNodes(use.handlers, check);
}

function checkTask(task: Task, check: Check): void {
  const { loading, templates } = check;
  checkLoop(task, templates, loading);
  templates.inDoubtIf(mayBePassed(task, loading), () => {
    if (task.name) templates.value(task.name.value, task.name.position);
    checkArgumentsOf(task, templates, loading);
  });
  checkPatterns(task, loading);
  checkStrategy(task, loading);
  checkFactNames(task, loading);
  check.files.check(task);
  check.likely.task(task);
  if (mayEnd(task)) check.mayHaveEnded = true;
  if (endsPlay(task)) check.mayHaveLeft = true;
  if (isInclude(task)) checkInclude(task, check);
}

function checkInclude(task: Task, check: Check): void {
  const { loading, notifications, visited } = check;
  const key = includeKey(task, loading);
  if (visited.has(key)) {
    if (!check.mayHaveEnded && goesInCircles(task, loading))
      loading.report(circle(task, writtenName(task), 'No condition ever keeps it from doing so'));
    return;
  }
  visited.add(key);
  const included = readAhead(task, loading);
  if (!included) {
    notifications.expectMore();
    check.files.expectMore();
    check.likely.expectMore();
    return;
  }
  const apply = task.action.args.get('apply');
  if (apply !== undefined && isDict(apply))
    check.templates.inDoubtIf(true, () => {
      check.templates.value(apply, task.action.position);
    });
  const { nodes, isDoubtful } = included;
  const handlers = [...nodes.flatMap(roleHandlers), ...(task.isHandler ? tasksOf(nodes) : [])];
  notifications.addHandlers(handlers, loading);
  if (isDoubtful) loading.inDoubt(() => checkNodes(nodes, check));
  else checkNodes(nodes, check);
}
