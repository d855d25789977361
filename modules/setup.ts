// Gathers facts of a host in one round trip.
import type { ResultData } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { int, list, optional, path, str } from '../engine/module/kinds.ts';
import { facts, type Facts } from '../engine/module/vocabulary/facts/facts.ts';

/** A pattern of the shell over a fact's name. */
function matches(name: string, pattern: string): boolean {
  const body = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${body}$`).test(name);
}

/** By the names that playbooks read. A filter may leave the prefix out. */
function named(found: Facts, filter: readonly string[]): { readonly [name: string]: ResultData } {
  const wanted = filter.filter((pattern) => pattern !== '');
  const isWanted = (name: string): boolean =>
    wanted.length === 0 ||
    wanted.some((pattern) => matches(name, pattern) || matches(`ansible_${name}`, pattern));
  return Object.fromEntries(
    Object.entries(found)
      .filter(([name]) => isWanted(name))
      .map(([name, value]) => [`ansible_${name}`, value]),
  );
}

export const setup = defineModule({
  name: 'setup',
  fullNames: ['ansible.builtin.setup', 'ansible.builtin.gather_facts', 'gather_facts'],
  summary: 'Gather facts of a host',
  params: {
    gather_subset: optional(list(str()), ['all']),
    gather_timeout: optional(int(), 10),
    filter: optional(list(str()), []),
    fact_path: optional(path({ doc: 'Folder of the host with facts of its own.' }), '/etc/ansible/facts.d'),
    parallel: optional(str({ doc: 'Taken and passed over.' })),
  },
  seen: answers<{ readonly facts: Facts }>(),
  probes: ({ gather_subset: subsets, fact_path: factPath }) => ({ facts: facts({ subsets, factPath }) }),
  plan: ({ filter }, seen) => ({ steps: [], effects: { facts: named(seen.facts, filter) } }),
  result: ({ filter }, seen) => ({ changed: false, ansible_facts: named(seen.facts, filter) }),
});
