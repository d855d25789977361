// Keeps a user present or absent, with its groups, home, shell and password hash.
import type { Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import {
  bool,
  float,
  int,
  list,
  oneOf,
  optional,
  path,
  secret,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import { user as userProbe, type ExistingUser, type User } from '../engine/module/vocabulary/account.ts';
import { userAct, type UserWish } from '../engine/module/vocabulary/account_acts.ts';

const params = {
  name: str({ aliases: ['user'] }),
  state: optional(oneOf('present', 'absent'), 'present'),
  uid: optional(int()),
  group: optional(str({ doc: 'Primary group.' })),
  groups: optional(list(str(), { doc: 'Other groups; an empty list means none.' })),
  append: optional(bool({ doc: 'Keep the groups that are not named.' }), false),
  comment: optional(str()),
  home: optional(path()),
  shell: optional(path()),
  password: optional(secret({ doc: 'A hash as crypt makes it.' })),
  update_password: optional(oneOf('always', 'on_create'), 'always'),
  password_lock: optional(bool()),
  create_home: optional(bool({ aliases: ['createhome'] }), true),
  move_home: optional(bool(), false),
  skeleton: optional(str()),
  system: optional(bool(), false),
  non_unique: optional(bool(), false),
  remove: optional(bool({ doc: 'With absent: the home folder too.' }), false),
  force: optional(bool(), false),
  expires: optional(float({ doc: 'Refused: not built.' })),
  generate_ssh_key: optional(bool(), false),
  local: optional(bool({ doc: 'Taken and passed over: users are always local.' }), false),
};

type Wish = Parameters<typeof params>;

function isLocked(password: string): boolean {
  return password.startsWith('!');
}

function groupsWished({ groups, append }: Wish, user: ExistingUser): readonly string[] | undefined {
  if (!groups) return undefined;
  const named = groups.filter((one) => one !== '' && one !== user.group);
  const all = [...new Set(append ? [...user.groups, ...named] : named)].sort();
  return all.join() === user.groups.join() ? undefined : all;
}

/** What of the wish does not hold yet. */
function differences(wish: Wish, user: ExistingUser): UserWish {
  const other = <T>(wanted: T | undefined, found: T): T | undefined =>
    wanted === found ? undefined : wanted;
  const hasGroup = wish.group === user.group || wish.group === String(user.gid);
  const isKept = wish.update_password === 'on_create' || user.password === undefined;
  const sameHash =
    wish.password === undefined || user.password?.replace(/^!/, '') === wish.password.replace(/^!/, '');
  return {
    uid: other(wish.uid, user.uid),
    group: hasGroup ? undefined : wish.group,
    groups: groupsWished(wish, user),
    comment: other(wish.comment, user.comment),
    home: other(wish.home, user.home),
    shell: other(wish.shell, user.shell),
    password: isKept || sameHash ? undefined : wish.password,
    locked:
      user.password === undefined ? wish.password_lock : other(wish.password_lock, isLocked(user.password)),
  };
}

function changeSteps(wish: Wish, user: ExistingUser): Step[] {
  const differing = differences(wish, user);
  const createHome = wish.create_home && !user.homeExists;
  if (!createHome && Object.values(differing).every((value) => value === undefined)) return [];
  const { name, move_home: moveHome, non_unique: nonUnique } = wish;
  return [
    userAct({
      act: 'change',
      name,
      ...differing,
      createHome,
      moveHome: moveHome && differing.home !== undefined,
      nonUnique,
    }),
  ];
}

function addStep(wish: Wish): Step {
  const { name, uid, group, groups, comment, home, shell, password, skeleton, system } = wish;
  return userAct({
    act: 'add',
    name,
    uid,
    group,
    groups: groups?.filter((one) => one !== ''),
    comment,
    home,
    shell,
    password,
    locked: wish.password_lock ? true : undefined,
    system,
    createHome: wish.create_home,
    skeleton,
    nonUnique: wish.non_unique,
  });
}

export const user = defineModule({
  name: 'user',
  fullNames: ['ansible.builtin.user'],
  summary: 'Keep a user present or absent',
  params,
  seen: answers<{ readonly user: User }>(),
  probes: ({ name }) => ({ user: userProbe(name) }),
  plan: (wish, { user }) => {
    const { name, remove: removeHome, force } = wish;
    if (wish.expires !== undefined) return { steps: [], fail: 'user does not set expires yet' };
    if (wish.generate_ssh_key) return { steps: [], fail: 'user does not make SSH keys yet' };
    if (wish.state === 'absent')
      return { steps: user.exists ? [userAct({ act: 'remove', name, removeHome, force })] : [] };
    return { steps: user.exists ? changeSteps(wish, user) : [addStep(wish)] };
  },
  result: (wish, before, _, { user }) => {
    const { name, state, append, system } = wish;
    if (!user.exists) return { name, state, force: wish.force, remove: wish.remove };
    const { uid, gid, comment, home, shell } = user;
    return {
      name,
      state,
      append,
      system,
      comment,
      home,
      shell,
      ...(uid >= 0 ? { uid } : {}),
      group: gid >= 0 ? gid : user.group,
      ...(wish.groups ? { groups: wish.groups.join(',') } : {}),
      ...(wish.password === undefined ? {} : { password: 'NOT_LOGGING_PASSWORD' }),
      ...(before.user.exists ? { move_home: wish.move_home } : { create_home: wish.create_home }),
    };
  },
});
