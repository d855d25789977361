// What includes will bring, as far as their names can be told before their turn. Only a guess at coming questions: in its
// turn an include is evaluated and loaded as ever.
import type { Node, Task } from '../../playbook/model.ts';
import { pureOnly } from '../../template/pure_only.ts';
import { type Wish, wishFor, wishKey } from '../include_wish.ts';
import { isTagged } from '../is_tagged.ts';
import type { HostState, PlayRun } from '../state.ts';
import { TaskScope } from '../task_scope.ts';

export class EarlyIncludes {
  /** By include and by what it asks for, so that hosts and trips share one reading. */
  readonly #guessed = new Map<Task, Map<string, readonly Node[] | undefined>>();

  /** Nothing when the include is held back; undefined when it cannot be told what it brings. */
  nodesOf({ run, play }: PlayRun, host: HostState, task: Task): readonly Node[] | undefined {
    if (task.loop || task.keywords.has('run_once')) return undefined;
    const { checkMode } = run.options;
    const scope = new TaskScope({ run, play, host: host.host, node: task, checkMode, isEarly: true });
    const told = pureOnly(() =>
      isTagged(run.options, task, scope) ? wishFor({ task, scope }, new Map()) : [],
    );
    if (told === undefined || 'doubt' in told) return undefined;
    if ('length' in told) return told;
    if ('status' in told) return told.status === 'skipped' ? [] : undefined;
    return this.#guess(run, task, told);
  }

  #guess({ services }: PlayRun['run'], task: Task, wish: Wish): readonly Node[] | undefined {
    const ofTask = this.#guessed.get(task) ?? new Map<string, readonly Node[] | undefined>();
    this.#guessed.set(task, ofTask);
    const key = wishKey(wish);
    if (!ofTask.has(key)) {
      const args = task.action.module === 'include_role' ? wish.args : undefined;
      ofTask.set(key, services.loader.guess?.(task, wish.name, args));
    }
    return ofTask.get(key);
  }
}
