// Keeps a user present or absent, with its groups, home, shell, password hash, ageing and a key for SSH.
import type { Plan, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
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
import { sshKey, type SshKey } from '../engine/module/vocabulary/ssh_key.ts';
import { userReach } from './shared/account_reach.ts';
import { keyParams, keyPath, keyResult, keySteps, keyWarnings } from './shared/user_key.ts';

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
  force: optional(
    bool({ doc: 'With absent: also when logged in; with generate_ssh_key: a new key.' }),
    false,
  ),
  expires: optional(float({ doc: 'Seconds since 1970 at which the account is closed; negative: never.' })),
  password_expire_max: optional(int({ doc: 'Days after which a password must be changed.' })),
  password_expire_min: optional(int({ doc: 'Days before which it cannot be.' })),
  password_expire_warn: optional(int({ doc: 'Days of warning.' })),
  password_expire_account_disable: optional(int({ doc: 'Days after a password’s end until the account’s.' })),
  umask: optional(str({ doc: 'Of a home folder that is made with the user.' })),
  uid_min: optional(int({ doc: 'For a new user, instead of what login.defs says.' })),
  uid_max: optional(int({ doc: 'As uid_min.' })),
  ...keyParams,
  local: optional(bool({ doc: 'Look into the host’s own files only.' }), false),
  seuser: optional(str({ doc: 'Refused: SELinux users are not kept.' })),
  hidden: optional(bool({ doc: 'Of macOS; nothing is done.' })),
  login_class: optional(str({ doc: 'Of BSD; nothing is done.' })),
  profile: optional(str({ doc: 'Of Solaris; nothing is done.' })),
  authorization: optional(str({ doc: 'Of Solaris; nothing is done.' })),
  role: optional(str({ doc: 'Of Solaris; nothing is done.' })),
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly user: User;
  /** Asked when the user shall have one. */
  readonly key?: SshKey;
}

function isLocked(password: string): boolean {
  return password.startsWith('!');
}

/** A group of the user's that is named by its number. */
function nameOfGroup(wished: string, { groupNumbers = {} }: ExistingUser): string {
  if (!/^\d+$/.test(wished)) return wished;
  return Object.keys(groupNumbers).find((name) => groupNumbers[name] === Number(wished)) ?? wished;
}

function groupsWished({ groups, append }: Wish, user: ExistingUser): readonly string[] | undefined {
  if (!groups) return undefined;
  const named = groups.map((one) => nameOfGroup(one, user)).filter((one) => one !== '' && one !== user.group);
  const all = [...new Set(append ? [...user.groups, ...named] : named)].sort();
  return all.join() === user.groups.join() ? undefined : all;
}

/** The day of an expiry in seconds; every negative one means never. */
function dayOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.max(-1, Math.floor(seconds / 86_400));
}

function agingWished(wish: Wish): UserWish {
  return {
    expires: dayOf(wish.expires),
    inactive: wish.password_expire_account_disable,
    min: wish.password_expire_min,
    max: wish.password_expire_max,
    warn: wish.password_expire_warn,
  };
}

function agingDue(wish: Wish, { aging }: ExistingUser): UserWish {
  const due = Object.entries(agingWished(wish)).filter(
    ([name, days]) => days !== undefined && days !== aging?.[name as keyof typeof aging],
  );
  return Object.fromEntries(due);
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
    ...agingDue(wish, user),
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
      skeleton: wish.skeleton,
      moveHome: moveHome && differing.home !== undefined,
      nonUnique,
      homeNow: user.home,
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
    ...agingWished(wish),
    defaults: [
      ...(wish.umask === undefined ? [] : [`UMASK=${wish.umask}`]),
      ...(wish.uid_min === undefined ? [] : [`UID_MIN=${wish.uid_min}`]),
      ...(wish.uid_max === undefined ? [] : [`UID_MAX=${wish.uid_max}`]),
    ],
  });
}

function refusal(wish: Wish): string | undefined {
  if (wish.seuser !== undefined) return 'user does not keep users of SELinux (seuser)';
  const kept = wish.local ? (['umask', 'uid_min', 'uid_max'] as const) : [];
  const wrong = kept.find((name) => wish[name] !== undefined);
  return wrong === undefined ? undefined : `'${wrong}' can not be used with 'local'`;
}

/** As Ansible says it: what does not look like a hash is put in place all the same. */
function passwordWarnings({ password }: Wish): string[] {
  if (password === undefined || /^[*!]+$/.test(password)) return [];
  const isHash = /^\$[^$:*!]+\$[^:*!]+$/.test(password);
  return isHash ? [] : ['The input password appears not to have been hashed.'];
}

function plan(wish: Wish, { user, key }: Seen): Plan {
  const fail = refusal(wish);
  if (fail !== undefined) return { steps: [], fail };
  const { name, remove: removeHome, force } = wish;
  if (wish.state === 'absent')
    return {
      steps: user.exists ? [userAct({ act: 'remove', name, removeHome, force, homeNow: user.home })] : [],
    };
  const path = keyPath(wish, user);
  const steps = user.exists ? changeSteps(wish, user) : [addStep(wish)];
  return {
    steps: [...steps, ...(key ? keySteps(wish, path, key) : [])],
    warnings: [...passwordWarnings(wish), ...(key ? keyWarnings(wish, path, key) : [])],
  };
}

export const user = defineModule({
  name: 'user',
  fullNames: ['ansible.builtin.user'],
  summary: 'Keep a user present or absent',
  reach: userReach,
  params,
  returns: {
    name: str(),
    state: str(),
    uid: int(),
    group: int({ doc: 'Number of the primary group' }),
    groups: str({ doc: 'Those that were asked for, by commas' }),
    comment: str(),
    home: str(),
    shell: str(),
    system: bool({ doc: 'As it was asked, like append, create_home, move_home, force and remove' }),
    append: bool(),
    create_home: bool({ doc: 'Of a user that is new' }),
    move_home: bool({ doc: 'Of a user that was there' }),
    force: bool({ doc: 'Of a user that is gone, like remove' }),
    remove: bool(),
    password: str({ doc: 'NOT_LOGGING_PASSWORD where one was asked for' }),
    ssh_fingerprint: str({ doc: 'With generate_ssh_key, like ssh_key_file and ssh_public_key' }),
    ssh_key_file: str(),
    ssh_public_key: str(),
  },
  seen: answers<Seen>(),
  probes: (wish, { user }) => {
    if (!user) return { user: userProbe(wish.name, wish.local) };
    const needsKey = wish.generate_ssh_key && wish.state === 'present';
    return needsKey ? { key: sshKey(keyPath(wish, user)) } : done;
  },
  plan,
  result: (wish, before, outcomes, { user }) => {
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
      ...(before.key ? keyResult(wish, keyPath(wish, user), before.key, outcomes) : {}),
      ...(before.user.exists ? { move_home: wish.move_home } : { create_home: wish.create_home }),
    };
  },
});
