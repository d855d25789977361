// Users and groups by name, from getent or, where there is none (busybox), from the files.
import type { Output, Probe, ProbeKind, Step } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh, type ShellText } from '../quote.ts';
import { isFileTouched } from './file_touched.ts';

export interface AccountQuestion {
  /** A name or a number. */
  readonly name: string;
  /** Look into the host's own files only, past any directory service. */
  readonly local?: true;
}

/** Days, as /etc/shadow counts them; -1 where it says nothing. */
export interface Aging {
  readonly min: number;
  readonly max: number;
  readonly warn: number;
  /** Days after the password is too old until the account is closed. */
  readonly inactive: number;
  /** The day, counted from 1970, on which the account is closed. */
  readonly expires: number;
}

export interface ExistingUser {
  readonly exists: true;
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Name of the primary group, empty when there is none of that number. */
  readonly group: string;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  /** Other groups, in the order of names. */
  readonly groups: readonly string[];
  /** The numbers of those groups that the host told, by name. */
  readonly groupNumbers?: Readonly<Record<string, number>>;
  /** Of /etc/shadow: `!`, `*`, a hash, or empty; undefined when it may not be read. */
  readonly password?: string;
  /** Undefined when /etc/shadow may not be read. */
  readonly aging?: Aging;
  readonly homeExists: boolean;
}

export type User = { readonly exists: false } | ExistingUser;
export type Group =
  | { readonly exists: false }
  | {
      readonly exists: true;
      readonly name: string;
      readonly gid: number;
      readonly members: readonly string[];
      /** Users of whom it is the primary group, in the order of names. */
      readonly primaryOf?: readonly string[];
    };

// `getent FILE KEY`, also for hosts without it; a key of digits is a number.
function lookUp({ local }: AccountQuestion): ShellText {
  return sh`look() { if ${local ? 'false' : 'true'} && command -v getent >/dev/null; then getent "$1" "$2"; else awk -F: -v k="$2" '$1 == k || (k ~ /^[0-9]+$/ && $3 == k) { print; exit }' "/etc/$1"; fi; }`;
}

/** From the fields of a line of /etc/shadow behind the password and the day of its last change. */
function agingOf(fields: readonly string[]): Aging {
  const [min, max, warn, inactive, expires] = fields
    .slice(3, 8)
    .map((field) => (field === '' ? -1 : Number(field)));
  return {
    min: min ?? -1,
    max: max ?? -1,
    warn: warn ?? -1,
    inactive: inactive ?? -1,
    expires: expires ?? -1,
  };
}

function parseUser({ rc, stdout }: Output): User {
  if (rc !== 0) return { exists: false };
  const [entry = '', group = '', groups = '', shadow = '', home = '', numbers = ''] = stdout
    .toString('utf8')
    .split('\n');
  const [name = '', , uid, gid, comment = '', place = '', shell = ''] = entry.split(':');
  if (name === '') return { exists: false };
  const fields = shadow.split(':');
  const password = fields[1];
  const gids = numbers.split(' ').map(Number);
  return {
    exists: true,
    name,
    uid: Number(uid),
    gid: Number(gid),
    group,
    comment,
    home: place,
    shell,
    groups: groups
      .split(' ')
      .filter((one) => one !== '' && one !== group)
      .sort(),
    groupNumbers: Object.fromEntries(groups.split(' ').map((one, index) => [one, gids[index] ?? -1])),
    ...(password === undefined ? {} : { password, aging: agingOf(fields) }),
    homeExists: home === 'home',
  };
}

/** Of the password only whether there is one. */
function linesOfUser(user: ExistingUser): string[] {
  const { uid, group, groups, comment, home, shell, password, aging } = user;
  return [
    ...(uid < 0 ? [] : [`uid: ${uid}`]),
    ...[`group: ${group}`, `groups: ${groups.join(', ')}`, `comment: ${comment}`],
    ...[`home: ${home}`, `shell: ${shell}`],
    ...(password === undefined ? [] : [`password: ${/^[!*]|^$/.test(password) ? 'none or locked' : 'set'}`]),
    ...Object.entries(aging ?? {}).flatMap(([name, days]) => (days === -1 ? [] : [`${name}: ${days} days`])),
  ];
}

const accountFiles = ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow', '/etc/nsswitch.conf'];

/** A step on files changes what accounts are kept in; those on accounts say themselves what they do. */
function isWrittenByHand(step: Step): boolean {
  const isOfAccounts = ['user', 'group', 'package', 'apt act'].includes(step.kind.name);
  return !isOfAccounts && accountFiles.some((path) => isFileTouched(step, path));
}

export const userKind: ProbeKind<AccountQuestion, User> = {
  name: 'user',
  stability: 'stable',
  target: 'host',
  spoiltBy: (step) => isWrittenByHand(step),
  ask: (question) => ({
    script: sh`${lookUp(question)}
e=$(look passwd ${question.name}) || exit 1
[ -n "$e" ] || exit 1
printf '%s\n' "$e"
n=$(printf '%s' "$e" | cut -d: -f1)
g=$(printf '%s' "$e" | cut -d: -f4)
look group "$g" | cut -d: -f1 | head -n 1 | grep . || echo
printf '%s\n' "$(id -Gn -- "$n" 2>/dev/null)"
s=$( { command -v getent >/dev/null && getent shadow "$n" || grep "^$n:" /etc/shadow; } 2>/dev/null ); printf '%s\n' "$s"
if [ -d "$(printf '%s' "$e" | cut -d: -f6)" ]; then echo home; else echo none; fi
printf '%s\n' "$(id -G -- "$n" 2>/dev/null)"`.text,
  }),
  parse: parseUser,
  shown: (user, { name }) => ({ title: `user ${name}`, lines: user.exists ? linesOfUser(user) : null }),
};

export function user(name: string, local = false): Probe<User> {
  return probe(userKind, { name, ...(local ? { local } : {}) });
}

export const groupKind: ProbeKind<AccountQuestion, Group> = {
  name: 'group',
  stability: 'stable',
  target: 'host',
  spoiltBy: (step) => isWrittenByHand(step),
  ask: (question) => ({
    script: sh`${lookUp(question)}
g=$(look group ${question.name}) || exit 1
printf '%s\n' "$g"
n=$(printf '%s' "$g" | cut -d: -f3)
[ -z "$n" ] || awk -F: -v n="$n" '$4 == n { print "primary " $1 }' /etc/passwd`.text,
  }),
  parse: ({ rc, stdout }) => {
    const [line = '', ...more] = stdout.toString('utf8').trim().split('\n');
    const [name = '', , gid, members = ''] = line.split(':');
    const primaryOf = more.flatMap((one) => (one.startsWith('primary ') ? [one.slice(8)] : [])).sort();
    if (rc !== 0 || name === '') return { exists: false };
    return {
      exists: true,
      name,
      gid: Number(gid),
      members: members
        .split(',')
        .filter((one) => one !== '')
        .sort(),
      ...(primaryOf.length > 0 ? { primaryOf } : {}),
    };
  },
  shown: (group, { name }) => ({
    title: `group ${name}`,
    lines: group.exists
      ? [...(group.gid < 0 ? [] : [`gid: ${group.gid}`]), `members: ${group.members.join(', ')}`]
      : null,
  }),
};

export function group(name: string, local = false): Probe<Group> {
  return probe(groupKind, { name, ...(local ? { local } : {}) });
}
