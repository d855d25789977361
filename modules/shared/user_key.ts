// The pair of SSH keys that the module user makes for a user that has none.
import type { ResultData, Step } from '../../engine/module/contract.ts';
import type { Outcomes } from '../../engine/module/outcomes.ts';
import { bool, int, optional, path, secret, str, type Parameters } from '../../engine/module/kinds.ts';
import type { User } from '../../engine/module/vocabulary/account.ts';
import { joinPath } from '../../engine/module/vocabulary/paths.ts';
import { makeSshKey, makeSshKeyKind, type SshKey } from '../../engine/module/vocabulary/ssh_key.ts';

export const keyParams = {
  generate_ssh_key: optional(bool({ doc: 'Make a pair of SSH keys, unless there is one.' }), false),
  ssh_key_bits: optional(int({ doc: '0: as ssh-keygen thinks best.' }), 0),
  ssh_key_type: optional(str(), 'rsa'),
  ssh_key_file: optional(path({ doc: 'Below the home folder when relative; default .ssh/id_TYPE.' })),
  ssh_key_comment: optional(str({ doc: 'Without it, one that names the host.' })),
  ssh_key_passphrase: optional(secret()),
};

interface Wish extends Parameters<typeof keyParams> {
  readonly name: string;
  readonly home: string | undefined;
  readonly force: boolean;
}

/** A user that is not there yet will live where useradd puts it. */
export function keyPath(wish: Wish, user: User): string {
  const file = wish.ssh_key_file ?? `.ssh/id_${wish.ssh_key_type}`;
  if (file.startsWith('/')) return file;
  return joinPath(wish.home ?? (user.exists ? user.home : `/home/${wish.name}`), file);
}

function isKept({ force }: Wish, key: SshKey): boolean {
  return !force && (key.hasPrivate || key.hasPublic);
}

export function keySteps(wish: Wish, path: string, key: SshKey): Step[] {
  if (isKept(wish, key)) return [];
  const { name: owner, ssh_key_type: type, ssh_key_bits: bits } = wish;
  return [
    makeSshKey({
      ...{ path, owner, type, bits },
      comment: wish.ssh_key_comment,
      passphrase: wish.ssh_key_passphrase,
    }),
  ];
}

export function keyWarnings(wish: Wish, path: string, key: SshKey): string[] {
  if (!key.hasPrivate && !key.hasPublic) return [];
  const found = key.hasPrivate ? `private file "${path}"` : `public file "${path}.pub"`;
  return wish.force
    ? [`Overwriting existing ssh key ${found}`]
    : [`Found existing ssh key ${found}, no force, so skipping ssh-keygen generation`];
}

export function keyResult(
  wish: Wish,
  path: string,
  before: SshKey,
  outcomes: Outcomes,
): { readonly [name: string]: ResultData } {
  const key = isKept(wish, before) ? before : outcomes.one(makeSshKeyKind);
  return { ssh_fingerprint: key.fingerprint, ssh_key_file: path, ssh_public_key: key.publicKey };
}
