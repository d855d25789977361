// Learns which services a host has and which run, as the fact `services`.
import { answers, defineModule } from '../engine/module/define.ts';
import { allServices, type Service } from '../engine/module/vocabulary/services.ts';

export const service_facts = defineModule({
  name: 'service_facts',
  fullNames: ['ansible.builtin.service_facts'],
  summary: 'Learn which services a host has',
  reach: 'nothing',
  facts: () => ['services'],
  params: {},
  seen: answers<{ readonly services: readonly Service[] }>(),
  probes: () => ({ services: allServices() }),
  plan: (_, { services }) => ({
    steps: [],
    effects: { facts: { services: Object.fromEntries(services.map((one) => [one.name, { ...one }])) } },
  }),
  result: () => ({ changed: false }),
});
