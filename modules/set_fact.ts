// Gives the host variables of its own, for the rest of the run.
import { defineModule } from '../engine/module/define.ts';
import { factOf } from '../engine/module/fact.ts';
import { bool, optional, raw } from '../engine/module/kinds.ts';

type Facts = Readonly<Record<string, Parameters<typeof factOf>[0]>>;

function factsOf(variables: Facts): Facts {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, factOf(value)]));
}

export const set_fact = defineModule({
  name: 'set_fact',
  fullNames: ['ansible.builtin.set_fact'],
  summary: 'Give the host variables',
  reach: 'nothing',
  actsOnRun: true,
  givesOn: true,
  params: { cacheable: optional(bool({ doc: 'Keep them as facts for later runs too.' }), false) },
  anyParameter: raw(),
  plan: ({ cacheable, ...variables }) => {
    const wrong = Object.keys(variables).find((name) => !/^[A-Za-z_]\w*$/.test(name));
    if (wrong !== undefined) return { steps: [], fail: `${wrong} is no name for a variable` };
    if (Object.keys(variables).length === 0) return { steps: [], fail: 'No variable is given' };
    return { steps: [], effects: { hostVariables: factsOf(variables), cacheable } };
  },
  result: (params) => ({
    changed: false,
    ansible_facts: factsOf(
      Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'cacheable')),
    ),
  }),
});
