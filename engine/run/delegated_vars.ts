// `ansible_delegated_vars`: the variables of the host that a task is delegated to, by that host's name.
import { LazyDict } from '../document/lazy_dict.ts';
import { outsideText } from '../document/outside.ts';
import type { Dict, Value } from '../document/value.ts';
import type { TaskScope } from './task_scope.ts';

/** The task's own names with it. As in Ansible, `inventory_hostname` in it is the host that the task is of. */
export function withDelegatedVars(local: Dict, delegatedTo: string, place: TaskScope, host: string): Dict {
  const scope = place.scope();
  const evaluated = (name: string): Value | undefined => {
    if (name === 'inventory_hostname') return outsideText(host);
    const value = scope.get(name);
    if (value === undefined) return undefined;
    const outcome = place.evaluate(value);
    return outcome.ok ? outcome.value : value;
  };
  const variables = new LazyDict({
    get: (key) => evaluated(String(key)),
    has: (key) => scope.get(String(key)) !== undefined,
    keys: () => scope.names(),
  });
  return new Map<string, Value>([
    ...(local as Map<string, Value>),
    ['ansible_delegated_vars', new Map([[delegatedTo, variables]])],
  ]);
}
