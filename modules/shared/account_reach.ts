// What a task on users or groups can touch of which check mode knows neither the answers nor some parameters.
import type { Reach } from '../../engine/module/define.ts';
import { groupKind, userKind } from '../../engine/module/vocabulary/account.ts';

/** With the copies and locks beside them; facts, getent and the answers about accounts come from the first four. */
const tables = ['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid'].flatMap((name) =>
  ['', '-', '.lock'].map((ending) => `/etc/${name}${ending}`),
);

export const accountsReach: Reach = { files: tables, answers: [userKind, groupKind] };

type Given = { readonly [name: string]: unknown };

/** Where nothing else is told a home is presumed to stand below /home; docs/check-mode.md says so. */
export function homesReached({ name, home }: Given): readonly unknown[] {
  // Of a task that never came to its module nothing is known: any file.
  if (home !== undefined || name === undefined) return [home];
  return typeof name === 'string' ? [name === 'root' ? '/root' : '/home'] : ['/root', '/home'];
}

/** What `remove` takes away, and where `move_home` begins, hangs on the account: any file. */
export function userReach(given: Given): Reach {
  const isMoved = [given['remove'], given['move_home']].some((wish) => wish !== undefined && wish !== false);
  const homes = isMoved ? [undefined] : homesReached(given);
  return { ...accountsReach, files: [...tables, '/var/mail', '/var/spool/mail', ...homes] };
}
