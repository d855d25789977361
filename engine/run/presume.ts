// Check mode: what a task's result makes of the picture that later tasks see. The playbook's own word counts: a command
// with `changed_when: false` changes nothing. What nobody can tell spoils the answers that it may touch.
import { bare } from '../document/value.ts';
import type { Step } from '../module/contract.ts';
import type { Module } from '../module/define.ts';
import { unforeseen } from '../module/vocabulary/unforeseen.ts';
import type { Task } from '../playbook/model.ts';
import { connectionSettings } from './connection_settings.ts';
import { engineActionFor } from './engine_actions.ts';
import type { TaskResult } from './events.ts';
import type { Foreseen, ForeseenStep } from './execution.ts';
import { type HostView, stepKindOf } from './host_view.ts';
import { unforeseenOf } from './predict_module.ts';
import type { HostState, PlayRun, RunState } from './state.ts';
import { TaskScope } from './task_scope.ts';

function isOpaque({ step }: ForeseenStep): boolean {
  return stepKindOf(step).opaque === true;
}

export function hasSteps(foreseen: Foreseen | undefined): boolean {
  return foreseen?.possible.some((steps) => steps.length > 0) === true;
}

/** Puts into the picture what the result says. */
export function presume(run: RunState, task: Task, result: TaskResult): void {
  const { foreseen } = result;
  if (!foreseen || !hasSteps(foreseen)) return;
  const isDeclared =
    task.keywords.has('changed_when') && bare(result.values.get('changed') ?? null) === false;
  const possible = foreseen.possible.map((steps) =>
    isDeclared ? steps.filter((one) => !isOpaque(one)) : steps,
  );
  predict(run, possible, foreseen.waitsFor);
}

function predict(run: RunState, possible: Foreseen['possible'], waitsFor: string): void {
  // In a run that does things the picture stays the host's own: what a task with `check_mode: true` foretells never comes.
  if (!run.options.checkMode) return;
  for (const view of new Set(possible.flat().map(({ view }) => view))) {
    const here = (steps: readonly ForeseenStep[]): Step[] =>
      steps.filter((one) => one.view === view).map(({ step }) => step);
    view.predict({ possible: possible.map(here), waitsFor });
  }
  const opaque = possible.flat().find(isOpaque);
  if (!opaque) return;
  // A command reaches further than its host: what APIs answer may be another after it.
  const apis = unforeseen('apis', stepKindOf(opaque.step).describe(opaque.step.args));
  run.controlView.predict({ possible: [[apis]], waitsFor });
}

function reachOf({ run }: PlayRun, task: Task): Module['reach'] {
  const { module: name } = task.action;
  return (engineActionFor(name)?.module ?? run.services.modules.find(name))?.reach;
}

/** Whether the task's module changes nothing, whatever its parameters. */
export function looksOnly(playRun: PlayRun, task: Task): boolean {
  return reachOf(playRun, task) === 'nothing';
}

/** A task that never came to its module: what that can touch at all is not known any more. */
export function presumeAnything(playRun: PlayRun, task: Task, host: HostState, waitsFor: string): void {
  const { run } = playRun;
  const reach = reachOf(playRun, task);
  for (const view of viewsOf(playRun, task, host)) {
    const foreseen = unforeseenOf(reach, { view, controlView: run.controlView }, {}, waitsFor);
    predict(run, foreseen.possible, waitsFor);
  }
}

/** Where the task may be done, as far as that can be told without its parameters. */
function viewsOf(playRun: PlayRun, task: Task, host: HostState): ReadonlySet<HostView> {
  const { run, play } = playRun;
  if (task.keywords.has('delegate_to'))
    return new Set([run.controlView, ...[...run.hosts.values()].map(({ view }) => view)]);
  const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode: true });
  const reached = connectionSettings(task, host.host, scope, run.options, (secret) =>
    run.secrets.add(secret),
  );
  const isLocal = reached.ok && reached.value.spec.kind === 'local';
  return new Set([isLocal ? run.controlView : host.view]);
}
