// Makes, changes and removes users and groups: by the shadow tools, or by busybox's where those are missing.
import type { Effect, Predicted, Step, StepKind } from '../contract.ts';
import { uncertain } from '../picture.ts';
import { effect, step } from '../probe_identity.ts';
import { lines, sh, type ShellText } from '../quote.ts';
import { groupKind, userKind, type Aging, type ExistingUser, type Group, type User } from './account.ts';
import {
  gidIsFree,
  groupIsNobodys,
  groupIsThere,
  lacksOwnGroup,
  ownGroups,
  uidIsFree,
} from './account_needs.ts';
import { doubtfulFiles, isShown, type Doubt } from './doubtful_files.ts';
import { homeFrom, homeOfNewUser, newHomeEffects } from './new_home.ts';
import { isInside } from './paths.ts';

export interface GroupAct {
  readonly act: 'add' | 'change' | 'remove';
  readonly name: string;
  readonly gid?: number | undefined;
  readonly system?: boolean;
  readonly nonUnique?: boolean;
  /** The range of a number that is chosen. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The files in which accounts are kept, with the copies and locks beside them. */
const tables = /^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)(-|\.lock)?$/;

function tablesInDoubt<Args>(
  waitsFor: (args: Args) => string,
  other: (args: Args, path: string, told: unknown) => Doubt,
): ReturnType<typeof doubtfulFiles<Args>> {
  return doubtfulFiles<Args>({
    waitsFor,
    of: (args, path, told) => (tables.test(path) ? 'open' : other(args, path, told)),
    lists: (args, question, told) =>
      isShown('/etc/passwd', question) ||
      other(args, `${question.path}/any`, told) !== 'stays' ||
      question.path === '/home',
  });
}

function groupScript({ act, name, gid, system, nonUnique, min, max }: GroupAct): ShellText {
  const id = gid === undefined ? [] : ['-g', String(gid)];
  const same = nonUnique ? ['-o'] : [];
  const range = [
    ...(min === undefined ? [] : ['-K', `GID_MIN=${min}`]),
    ...(max === undefined ? [] : ['-K', `GID_MAX=${max}`]),
  ];
  if (act === 'remove')
    return sh`if command -v groupdel >/dev/null; then groupdel -- ${name}; else delgroup ${name}; fi`;
  if (act === 'change') return sh`groupmod ${[...id, ...same]} -- ${name}`;
  return sh`if command -v groupadd >/dev/null; then groupadd ${[...(system ? ['-r'] : []), ...id, ...same, ...range]} -- ${name}
else addgroup ${[...(system ? ['-S'] : []), ...id]} ${name}; fi`;
}

function groupAfter({ act, name, gid }: GroupAct, before: Group | undefined): Group {
  if (act === 'remove') return { exists: false };
  const old = before?.exists ? before : { exists: true as const, name, gid: -1, members: [] };
  return { ...old, gid: gid ?? old.gid };
}

/** Who has a number: one who had it may lose it, and one may come by it whom nobody had before. */
function byNumber<Account extends User | Group>(
  asked: string,
  name: string,
  before: Account | undefined,
  after: (known: Account | undefined) => Account | undefined,
): Account | undefined {
  if (!/^\d+$/.test(asked) || before === undefined) return before;
  if (before.exists && before.name !== name) return before;
  return after(before.exists ? before : undefined) ?? ({ exists: false } as Account);
}

export const groupActKind: StepKind<GroupAct, void> = {
  name: 'group',
  target: 'host',
  perform: (args) => ({ script: groupScript(args).text }),
  needs: ({ act, name, gid, nonUnique }) => [
    ...(gid === undefined || nonUnique === true || act === 'remove' ? [] : [gidIsFree(gid, name)]),
    ...(act === 'remove' ? [groupIsNobodys(name)] : []),
  ],
  describe: ({ act, name, gid }) => `${act} the group ${name}${gid === undefined ? '' : ` (gid ${gid})`}`,
  effects: [
    ...tablesInDoubt<GroupAct>(
      (args) => `${args.act} the group ${args.name}`,
      () => 'stays',
    ),
    effect(groupKind, {
      touches: () => true,
      predict: (args, { name }, before) =>
        name === args.name
          ? groupAfter(args, before)
          : byNumber(name, args.name, before, (known) => {
              const after = groupAfter(args, known);
              return after.exists && String(after.gid) === name ? after : undefined;
            }),
    }),
    effect(userKind, {
      touches: () => true,
      predict: ({ act, name }, _, before) =>
        act === 'remove' && before?.exists
          ? { ...before, groups: before.groups.filter((one) => one !== name) }
          : before,
    }),
  ],
};

export function groupAct(args: GroupAct): Step<void> {
  return step(groupActKind, args);
}

/** What shall hold of a user; what is left out stays. */
export interface UserWish {
  readonly uid?: number | undefined;
  readonly group?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly comment?: string | undefined;
  readonly home?: string | undefined;
  readonly shell?: string | undefined;
  /** A hash as crypt makes it; given to the host on standard input. */
  readonly password?: string | undefined;
  readonly locked?: boolean | undefined;
  /** Days, as in Aging; -1 takes the limit away. */
  readonly expires?: number | undefined;
  readonly inactive?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly warn?: number | undefined;
}

export interface UserAct extends UserWish {
  readonly act: 'add' | 'change' | 'remove';
  readonly name: string;
  readonly system?: boolean;
  readonly createHome?: boolean;
  readonly moveHome?: boolean;
  readonly skeleton?: string | undefined;
  /** Settings of login.defs for this one call: `UMASK=077`. */
  readonly defaults?: readonly string[];
  readonly nonUnique?: boolean;
  /** On removal: also the home folder and mail. */
  readonly removeHome?: boolean;
  readonly force?: boolean;
  /** Where the home is before the act. */
  readonly homeNow?: string | undefined;
  /** Check mode: where the home after the act really stands, by whatever links. */
  readonly homePlace?: string;
}

function homeOf({ name, home, homeNow, homePlace }: UserAct): string {
  return homePlace ?? home ?? homeNow ?? `/home/${name}`;
}

/** As useradd and usermod take it; nothing is never. */
function dateOf(days: number): string {
  return days < 0 ? '' : new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function agingFlags({ min, max, warn }: UserAct): string[] {
  const pairs: [string, number | undefined][] = [
    ['-m', min],
    ['-M', max],
    ['-W', warn],
  ];
  return pairs.flatMap(([flag, days]) => (days === undefined ? [] : [flag, String(days)]));
}

function flags(args: UserAct): string[] {
  const pairs: [string, string | undefined][] = [
    ['-u', args.uid === undefined ? undefined : String(args.uid)],
    ['-g', args.group],
    ['-G', args.groups?.join(',')],
    ['-c', args.comment],
    ['-d', args.home],
    ['-s', args.shell],
    ['-e', args.expires === undefined ? undefined : dateOf(args.expires)],
    ['-f', args.inactive === undefined ? undefined : String(args.inactive)],
  ];
  const given = pairs.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return [...given, ...(args.nonUnique ? ['-o'] : [])];
}

function addScript(args: UserAct): ShellText {
  const home = args.createHome ? ['-m'] : ['-M'];
  const skeleton = args.skeleton === undefined ? [] : ['-k', args.skeleton];
  const defaults = (args.defaults ?? []).flatMap((one) => ['-K', one]);
  const own = args.group === undefined ? [] : ['-G', args.group];
  const busybox = [
    '-D',
    ...(args.uid === undefined ? [] : ['-u', String(args.uid)]),
    ...own,
    ...(args.comment === undefined ? [] : ['-g', args.comment]),
    ...(args.home === undefined ? [] : ['-h', args.home]),
    ...(args.shell === undefined ? [] : ['-s', args.shell]),
    ...(args.system ? ['-S'] : []),
    ...(args.createHome ? [] : ['-H']),
  ];
  // Without this a group of the user's own name, made earlier, would stop useradd.
  const sameGroup =
    args.group === undefined
      ? sh`if grep -q ${`^${args.name}:`} /etc/group; then set -- -N "$@" -g ${args.name}; fi`
      : sh`:`;
  return sh`if command -v useradd >/dev/null; then
set -- ${[...(args.system ? ['-r'] : []), ...flags(args), ...home, ...skeleton, ...defaults]}
${sameGroup}
useradd "$@" -- ${args.name} || exit 1
else
adduser ${busybox} ${args.name} || exit 1
${(args.groups ?? []).map((one) => `addgroup '${args.name}' '${one}'`).join('; ') === '' ? sh`:` : lines(...(args.groups ?? []).map((one) => sh`addgroup ${args.name} ${one} || exit 1`))}
fi`;
}

function userScript(args: UserAct): ShellText {
  if (args.act === 'remove')
    return sh`if command -v userdel >/dev/null; then userdel ${[...(args.force ? ['-f'] : []), ...(args.removeHome ? ['-r'] : [])]} -- ${args.name}
else deluser ${args.removeHome ? ['--remove-home'] : []} ${args.name}; fi`;
  const words = flags(args);
  const change =
    words.length === 0
      ? undefined
      : sh`usermod ${[...words, ...(args.moveHome ? ['-m'] : [])]} -- ${args.name} || exit 1`;
  const makeHome =
    args.act === 'change' && args.createHome
      ? sh`h=$(awk -F: -v n=${args.name} '$1 == n { print $6 }' /etc/passwd)
if [ ! -d "$h" ]; then mkdir -p "$h" && { cp -r ${`${args.skeleton ?? '/etc/skel'}/.`} "$h"/ 2>/dev/null; chown -R "$(id -u ${args.name}):$(id -g ${args.name})" "$h" && chmod 0755 "$h"; } || exit 1; fi`
      : undefined;
  return lines(
    args.act === 'add' ? addScript(args) : change,
    makeHome,
    args.password === undefined ? undefined : sh`chpasswd -e || exit 1`,
    args.locked === undefined
      ? undefined
      : sh`passwd ${[args.locked ? '-l' : '-u']} ${args.name} >/dev/null || exit 1`,
    agingFlags(args).length === 0 ? undefined : sh`chage ${agingFlags(args)} -- ${args.name} || exit 1`,
    sh`:`,
  );
}

const noAging: Aging = { min: -1, max: -1, warn: -1, inactive: -1, expires: -1 };

/** Empty when nothing was known and nothing is set. */
function agingAfter(args: UserAct, { aging }: ExistingUser): { readonly aging?: Aging } {
  const names = Object.keys(noAging) as (keyof Aging)[];
  const set = names.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]] as const]));
  if (aging === undefined && set.length === 0) return {};
  return { aging: { ...(aging ?? noAging), ...Object.fromEntries(set) } };
}

/** Homes are made, moved, given to another group and removed, with what is in them. */
function homeInDoubt(args: UserAct, path: string, told: unknown): Doubt {
  if (homeFrom(told) !== undefined) return 'stays';
  const { act, name, homeNow, createHome, removeHome, moveHome } = args;
  const [place, old] = [homeOf(args), homeNow ?? `/home/${name}`];
  const isOld = isInside(path, old);
  if (act === 'remove') return removeHome && isOld ? 'open' : 'stays';
  if (moveHome && (isOld || isInside(path, place))) return 'open';
  if (act === 'change' && (args.uid ?? args.group) !== undefined && isOld) return 'open';
  return createHome && isInside(path, place) ? 'any' : 'stays';
}

function userAfter(args: UserAct, before: User | undefined, told?: unknown): User {
  if (args.act === 'remove') return { exists: false };
  const old: ExistingUser = before?.exists
    ? before
    : {
        exists: true,
        name: args.name,
        uid: -1,
        gid: -1,
        group: args.group ?? (lacksOwnGroup(args, told) ? '' : args.name),
        comment: '',
        home: `/home/${args.name}`,
        shell: '/bin/sh',
        groups: [],
        password: '!',
        homeExists: false,
      };
  const {
    uid = old.uid,
    group = old.group,
    comment = old.comment,
    home = old.home,
    shell = old.shell,
  } = args;
  const groups = args.groups ? [...args.groups].filter((one) => one !== group).sort() : old.groups;
  const password = args.password ?? old.password;
  const locked =
    args.locked === undefined || password === undefined
      ? password
      : `${args.locked ? '!' : ''}${password.replace(/^!/, '')}`;
  const { groupNumbers, ...kept } = old;
  const hasSameGroups = group === old.group && args.groups === undefined;
  const after = {
    ...kept,
    ...(hasSameGroups && groupNumbers ? { groupNumbers } : {}),
    ...agingAfter(args, old),
    uid,
    gid: group === old.group ? old.gid : -1,
    group,
    comment,
    home,
    shell,
    groups,
    homeExists: old.homeExists || args.createHome === true,
  };
  return locked === undefined ? after : { ...after, password: locked };
}

const userEffect: Effect<UserAct> = effect(userKind, {
  touches: () => true,
  predict: (args, { name }, before, told) =>
    name === args.name
      ? userAfter(args, before, told)
      : byNumber(name, args.name, before, (known) => {
          const after = userAfter(args, known, told);
          return after.exists && String(after.uid) === name ? after : undefined;
        }),
});

/** A new user brings a group of its own name, unless another is its primary one; a removed one may take it along. */
function ownGroup(args: UserAct, name: string, before: Group): Predicted<Group> {
  const { act, uid, group } = args;
  if (act === 'remove') {
    const left = withPrimary(args, name, before);
    return uncertain([left, { exists: false }], `remove the user ${name}`);
  }
  if (act === 'change' || before.exists || group !== undefined) return withPrimary(args, name, before);
  return { exists: true, name, gid: uid ?? -1, members: [], primaryOf: [name] };
}

function withMembers(args: UserAct, asked: string, known: Group): Group {
  const before = withPrimary(args, asked, known);
  const { act, name, group, groups } = args;
  if (!before.exists || (act !== 'remove' && groups === undefined)) return before;
  const others = before.members.filter((one) => one !== name);
  const isMember = act !== 'remove' && asked !== group && groups?.includes(asked) === true;
  return { ...before, members: isMember ? [...others, name].sort() : others };
}

function withPrimary({ act, name, group }: UserAct, asked: string, before: Group): Group {
  if (!before.exists) return before;
  if (act === 'change' && group === undefined) return before;
  const { primaryOf = [], ...rest } = before;
  const others = primaryOf.filter((one) => one !== name);
  // One that was there before a user of its name is that user's, unless another is named.
  const primary = group ?? name;
  const isPrimary = act !== 'remove' && (primary === asked || primary === String(before.gid));
  const after = isPrimary ? [...others, name].sort() : others;
  return after.length > 0 ? { ...rest, primaryOf: after } : rest;
}

const groupEffect: Effect<UserAct> = effect(groupKind, {
  touches: () => true,
  predict: (args, { name }, before, told) => {
    if (before === undefined || lacksOwnGroup(args, told)) return before;
    return name === args.name ? ownGroup(args, name, before) : withMembers(args, name, before);
  },
});

export const userActKind: StepKind<UserAct, void> = {
  name: 'user',
  target: 'host',
  perform: (args) => ({
    script: userScript(args).text,
    ...(args.password === undefined ? {} : { stdin: Buffer.from(`${args.name}:${args.password}\n`) }),
  }),
  needs: ({ act, name, uid, nonUnique, group, groups, createHome, home, skeleton, defaults }) =>
    act === 'remove'
      ? []
      : [
          ...(act === 'add' && group === undefined ? [ownGroups] : []),
          ...(act === 'add' && createHome ? homeOfNewUser({ name, home, skeleton, defaults }) : []),
          ...(uid === undefined || nonUnique === true ? [] : [uidIsFree(uid, name)]),
          ...[group, ...(groups ?? [])].flatMap(groupIsThere),
        ],
  describe: ({ act, name }) => `${act} the user ${name}`,
  placed: (args, lead) => ({ ...args, homePlace: lead(homeOf(args), 'end') }),
  // userdel and usermod refuse a user of a running process, and that would have the old groups and home.
  endsShellsOf: ({ act, name }) => (act === 'add' ? undefined : name),
  effects: [
    ...tablesInDoubt<UserAct>((args) => `${args.act} the user ${args.name}`, homeInDoubt),
    ...newHomeEffects<UserAct>(homeOf, (args, told) => {
      const { name, uid = -1 } = args;
      const user = userAfter(args, { exists: false }, told);
      const group = user.exists ? user.group : '';
      return { owner: name, uid, group: /^\d+$/.test(group) ? '' : group, gid: -1 };
    }),
    userEffect,
    groupEffect,
  ],
};

export function userAct(args: UserAct): Step<void> {
  return step(userActKind, args);
}
