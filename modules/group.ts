// Keeps a group present or absent.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, int, oneOf, optional, str } from '../engine/module/kinds.ts';
import { group as groupProbe, type Group } from '../engine/module/vocabulary/account.ts';
import { groupAct } from '../engine/module/vocabulary/account_acts.ts';
import { accountsReach } from './shared/account_reach.ts';

export const group = defineModule({
  name: 'group',
  fullNames: ['ansible.builtin.group'],
  summary: 'Keep a group present or absent',
  reach: () => accountsReach,
  params: {
    name: str(),
    state: optional(oneOf('present', 'absent'), 'present'),
    gid: optional(int()),
    system: optional(bool({ doc: 'A number from the range of the system.' }), false),
    non_unique: optional(bool(), false),
    gid_min: optional(int({ doc: 'For a new group, instead of what login.defs says.' })),
    gid_max: optional(int({ doc: 'As gid_min.' })),
    local: optional(bool({ doc: 'Look into the host’s own files only.' }), false),
    force: optional(bool(), false),
  },
  returns: {
    name: str(),
    state: str(),
    gid: int({ doc: 'Of a group that is there' }),
    system: bool({ doc: 'As it was asked' }),
  },
  seen: answers<{ readonly group: Group }>(),
  probes: ({ name, local }) => ({ group: groupProbe(name, local) }),
  plan: (wish, { group }) => {
    const { name, state, gid, gid_min: min, gid_max: max, system, non_unique: nonUnique } = wish;
    if (state === 'absent') return { steps: group.exists ? [groupAct({ act: 'remove', name })] : [] };
    if (!group.exists) return { steps: [groupAct({ act: 'add', name, gid, system, nonUnique, min, max })] };
    const isRight = gid === undefined || gid === group.gid;
    return { steps: isRight ? [] : [groupAct({ act: 'change', name, gid, nonUnique })] };
  },
  result: ({ name, state, system }, _, __, { group }) => ({
    name,
    state,
    system,
    ...(group.exists && group.gid >= 0 ? { gid: group.gid } : {}),
  }),
});
