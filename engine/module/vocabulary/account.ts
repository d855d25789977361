// Users and groups by name, from getent or, where there is none (busybox), from the files.
import type { Output, Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';

export interface AccountQuestion {
  /** A name or a number. */
  readonly name: string;
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
  /** Of /etc/shadow: `!`, `*`, a hash, or empty; undefined when it may not be read. */
  readonly password?: string;
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
    };

// `getent FILE KEY` for hosts without it; a key of digits is a number.
const lookUp = sh`look() { if command -v getent >/dev/null; then getent "$1" "$2"; else awk -F: -v k="$2" '$1 == k || (k ~ /^[0-9]+$/ && $3 == k) { print; exit }' "/etc/$1"; fi; }`;

function parseUser({ rc, stdout }: Output): User {
  if (rc !== 0) return { exists: false };
  const [entry = '', group = '', groups = '', shadow = '', home = ''] = stdout.toString('utf8').split('\n');
  const [name = '', , uid, gid, comment = '', place = '', shell = ''] = entry.split(':');
  if (name === '') return { exists: false };
  const password = shadow.split(':')[1];
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
    ...(password === undefined ? {} : { password }),
    homeExists: home === 'home',
  };
}

export const userKind: ProbeKind<AccountQuestion, User> = {
  name: 'user',
  stability: 'stable',
  target: 'host',
  ask: ({ name }) => ({
    script: sh`${lookUp}
e=$(look passwd ${name}) || exit 1
[ -n "$e" ] || exit 1
printf '%s\n' "$e"
n=$(printf '%s' "$e" | cut -d: -f1)
g=$(printf '%s' "$e" | cut -d: -f4)
look group "$g" | cut -d: -f1 | head -n 1 | grep . || echo
printf '%s\n' "$(id -Gn -- "$n" 2>/dev/null)"
s=$( { command -v getent >/dev/null && getent shadow "$n" || grep "^$n:" /etc/shadow; } 2>/dev/null ); printf '%s\n' "$s"
if [ -d "$(printf '%s' "$e" | cut -d: -f6)" ]; then echo home; else echo none; fi`.text,
  }),
  parse: parseUser,
};

export function user(name: string): Probe<User> {
  return probe(userKind, { name });
}

export const groupKind: ProbeKind<AccountQuestion, Group> = {
  name: 'group',
  stability: 'stable',
  target: 'host',
  ask: ({ name }) => ({
    script: sh`${lookUp}
look group ${name}`.text,
  }),
  parse: ({ rc, stdout }) => {
    const [name = '', , gid, members = ''] = stdout.toString('utf8').trim().split(':');
    if (rc !== 0 || name === '') return { exists: false };
    return {
      exists: true,
      name,
      gid: Number(gid),
      members: members
        .split(',')
        .filter((one) => one !== '')
        .sort(),
    };
  },
};

export function group(name: string): Probe<Group> {
  return probe(groupKind, { name });
}
