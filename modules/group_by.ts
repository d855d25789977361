// Puts the host into a group, made from its own variables; for the rest of the run.
import { defineModule } from '../engine/module/define.ts';
import { list, optional, str } from '../engine/module/kinds.ts';

const groupName = (text: string): string => text.replaceAll(' ', '-');

export const group_by = defineModule({
  name: 'group_by',
  fullNames: ['ansible.builtin.group_by'],
  summary: 'Put the host into a group',
  reach: 'nothing',
  actsOnRun: true,
  makesHosts: true,
  params: {
    key: str({ doc: 'Name of the group.' }),
    parents: optional(list(str()), ['all']),
  },
  plan: ({ key, parents }) => ({
    steps: [],
    effects: {
      addToGroups: [groupName(key)],
      parentGroups: parents.map(groupName).filter((one) => one !== 'all'),
    },
  }),
  result: ({ key, parents }) => ({
    changed: false,
    add_group: groupName(key),
    parent_groups: parents.map(groupName),
  }),
});
