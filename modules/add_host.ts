// Adds a host to the inventory of this run, with groups and variables.
import { defineModule } from '../engine/module/define.ts';
import { list, optional, raw, str } from '../engine/module/kinds.ts';

export const add_host = defineModule({
  name: 'add_host',
  fullNames: ['ansible.builtin.add_host'],
  summary: 'Add a host to the inventory of this run',
  reach: 'nothing',
  actsOnRun: true,
  onceForAll: true,
  makesHosts: true,
  params: {
    name: str({ aliases: ['hostname', 'host'] }),
    groups: optional(list(str(), { aliases: ['group', 'groupname'] }), []),
  },
  anyParameter: raw({ doc: 'A variable of the host.' }),
  plan: ({ name, groups, ...vars }) => {
    const trimmed = groups.map((group) => group.trim()).filter((group) => group !== '');
    return {
      steps: [],
      effects: { addHost: { name, groups: trimmed, vars } },
    };
  },
  result: ({ name, groups, ...vars }) => ({
    add_host: { host_name: name, groups, host_vars: vars },
  }),
});
