// What steps need of users and groups: that those they name are there, and that numbers they give are free.
import type { Need } from '../contract.ts';
import { group, user, type Group, type User } from './account.ts';
import { content, textIn, type FileContent } from './content.ts';
import type { Ownership, ToldCreator } from './ownership.ts';

/** A name of digits may be a number, which nobody needs to have. */
const isNumber = (name: string): boolean => /^\d+$/.test(name);

export function userIsThere(name: string | undefined): Need[] {
  if (name === undefined || name === '' || isNumber(name)) return [];
  const unmet = (found: User): string | undefined => (found.exists ? undefined : `there is no user ${name}`);
  return [{ probe: user(name), unmet }];
}

export function groupIsThere(name: string | undefined): Need[] {
  if (name === undefined || name === '' || isNumber(name)) return [];
  const unmet = (found: Group): string | undefined =>
    found.exists ? undefined : `there is no group ${name}`;
  return [{ probe: group(name), unmet }];
}

export function ownersAreThere({ owner, group: ofGroup }: Ownership): Need[] {
  return [...userIsThere(owner), ...groupIsThere(ofGroup)];
}

/** Of which group files are that a user makes. */
export function groupOfCreator(name: string): Need[] {
  if (name === 'root') return [];
  return [
    {
      probe: user(name),
      unmet: () => undefined,
      foretells: (found: User): ToldCreator => ({
        creator:
          found.exists && found.group !== ''
            ? { uid: found.uid, gid: found.gid, group: found.group }
            : 'open',
      }),
      untold: { creator: 'open' } satisfies ToldCreator,
    },
  ];
}

export function uidIsFree(uid: number, name: string): Need {
  return {
    probe: user(String(uid)),
    unmet: (found: User) =>
      found.exists && found.name !== name ? `uid ${uid} is that of the user ${found.name}` : undefined,
  };
}

export function gidIsFree(gid: number, name: string): Need {
  return {
    probe: group(String(gid)),
    unmet: (found: Group) =>
      found.exists && found.name !== name ? `gid ${gid} is that of the group ${found.name}` : undefined,
  };
}

/** A group goes only when it is nobody's primary one. */
export function groupIsNobodys(name: string): Need {
  return {
    probe: group(name),
    unmet: (found: Group) => {
      const [first] = found.exists ? (found.primaryOf ?? []) : [];
      return first === undefined ? undefined : `${name} is the primary group of the user ${first}`;
    },
  };
}

/** What /etc/login.defs makes of a new user for which no primary group is named. */
interface NewGroup {
  readonly hasOwnGroup: boolean;
}

function settingsOfNewUsers(found: FileContent): NewGroup {
  return { hasOwnGroup: !/^[ \t]*USERGROUPS_ENAB[ \t]+(?!yes\b)/m.test(textIn(found)) };
}

/** Of a step that makes a user, or not: false only where it is foretold. */
export function lacksOwnGroup(
  { act, group }: { readonly act: string; readonly group?: string | undefined },
  told: unknown,
): boolean {
  const isTold = typeof told === 'object' && told !== null && 'hasOwnGroup' in told;
  return act === 'add' && group === undefined && isTold && !(told as NewGroup).hasOwnGroup;
}

export const ownGroups: Need = {
  probe: content('/etc/login.defs'),
  unmet: () => undefined,
  foretells: settingsOfNewUsers,
};
