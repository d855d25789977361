// Modules that run once for all hosts fail under strategy free, where every host goes its own way.
import { textOf } from '../../document/value.ts';
import { playOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Task } from '../model.ts';
import { warning } from '../problem.ts';

const free = new Set(['free', 'host_pinned']);

/** A warning, as a condition may keep the run from it; Ansible says nothing before it comes there. */
export function checkStrategy(task: Task, loading: Loading): void {
  const { module, written, position } = task.action;
  if (loading.options.catalog.isOnceForAll?.(module) !== true) return;
  const strategy = textOf(playOf(task).keywords.get('strategy')?.value ?? null)?.replace(
    'ansible.builtin.',
    '',
  );
  if (strategy === undefined || !free.has(strategy)) return;
  const detail = 'It runs once for all hosts, and fails where each goes its own way';
  loading.report(
    warning('conflicting-keywords', `${written} cannot run with strategy ${strategy}`, position, detail),
  );
}
