// Which handlers a notification reaches, and running those that were notified.
import { textOf } from '../document/value.ts';
import { searchOrder, topicsOf } from '../playbook/handlers.ts';
import { roleOf } from '../playbook/inherit.ts';
import type { Task } from '../playbook/model.ts';
import type { HostState, PlayRun } from './state.ts';
import { taskName } from './task_info.ts';
import { TaskScope } from './task_scope.ts';

function answersTo(playRun: PlayRun, handler: Task, notified: string): boolean {
  const { run, play } = playRun;
  const [first] = playRun.hosts;
  const isTemplated = run.services.templates.hasTemplate(textOf(handler.name?.value ?? null) ?? '');
  const scope =
    first && isTemplated
      ? new TaskScope({ run, play, host: first.host, node: handler, checkMode: run.options.checkMode })
      : undefined;
  const name = handler.name ? taskName(handler, scope) : undefined;
  if (name === undefined) return false;
  const role = roleOf(handler)?.role;
  return name === notified || (role !== undefined && isOfRole(notified, name, [role.name, role.fullName]));
}

function writtenName({ name }: Task): string | undefined {
  return name && textOf(name.value);
}

function isOfRole(notified: string, name: string, roles: readonly string[]): boolean {
  return roles.some((role) => `${role} : ${name}` === notified);
}

function listensTo(handler: Task, notified: string): boolean {
  const role = roleOf(handler)?.role;
  return topicsOf(handler).some(
    (topic) =>
      topic === notified || (role !== undefined && isOfRole(notified, topic, [role.name, role.fullName])),
  );
}

/**
 * The handler of this name and those that listen to it: one of each name, so that a role used twice is heard once. As in
 * ansible-core, the role is no part of that name.
 */
export function handlersFor(playRun: PlayRun, notified: string): Task[] {
  const handlers = searchOrder(playRun.handlerBlocks);
  const named = handlers.find((handler) => answersTo(playRun, handler, notified));
  const ofName = new Map<unknown, Task>();
  for (const handler of handlers) {
    const name = writtenName(handler) ?? handler;
    if (!ofName.has(name) && listensTo(handler, notified)) ofName.set(name, handler);
  }
  return [...new Set([...(named ? [named] : []), ...ofName.values()])];
}

/**
 * Notes the handlers for a host; gives the names that no handler answers to. With a doubt (check mode) it waits for that
 * whether they are notified.
 */
export function notifyHandlers(
  playRun: PlayRun,
  host: HostState,
  names: readonly string[],
  doubt?: string,
): string[] {
  const missing: string[] = [];
  for (const name of names) {
    const handlers = handlersFor(playRun, name);
    if (handlers.length === 0) missing.push(name);
    for (const handler of handlers) {
      if (host.notified.has(handler)) continue;
      if (doubt !== undefined) {
        if (!host.maybeNotified.has(handler)) host.maybeNotified.set(handler, doubt);
        continue;
      }
      host.maybeNotified.delete(handler);
      host.notified.add(handler);
      playRun.run.emit({ type: 'notified', handler: name, host: host.name });
    }
  }
  return missing;
}
