// password_hash.
import { randomInt } from 'node:crypto';
import { hashSync } from 'bcryptjs';
import type { Value } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table, Tools } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { md5Crypt } from '../python/md5_crypt.ts';
import { shaCrypt } from '../python/sha_crypt.ts';

const saltAlphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./';
// What ansible-core asks of the system's crypt when nothing else is said.
const defaultRounds = { sha256: 535_000, sha512: 656_000 } as const;

export function randomSalt(length: number): string {
  return Array.from({ length }, () => saltAlphabet[randomInt(saltAlphabet.length)] ?? '').join('');
}

type Kind = 'sha256' | 'sha512' | 'md5' | 'bcrypt';

function kindOf(name: string): Kind {
  const kind = name === 'blowfish' ? 'bcrypt' : name.replace(/_crypt$/, '');
  if (kind === 'sha256' || kind === 'sha512' || kind === 'md5' || kind === 'bcrypt') return kind;
  return fail(`password_hash: there is no hash type '${name}'`, 'Use sha512, sha256, bcrypt or md5');
}

/** As passlib, which ansible-core asks, takes them. */
const limits = {
  sha256: { salt: 16, rounds: [1000, 999_999_999] },
  sha512: { salt: 16, rounds: [1000, 999_999_999] },
  md5: { salt: 8, rounds: undefined },
  bcrypt: { salt: 22, rounds: [4, 31] },
} as const;

function checkedSalt(kind: Kind, salt: string): string {
  if (!/^[./0-9A-Za-z]*$/.test(salt)) return fail('password_hash: the salt may hold only ./0-9A-Za-z');
  const { salt: length } = limits[kind];
  if (kind === 'bcrypt' && salt.length !== length)
    return fail(`password_hash: a salt of bcrypt has ${length} characters, this one ${salt.length}`);
  if (salt.length > length)
    return fail(`password_hash: the salt is too long, ${kind} takes ${length} characters at most`);
  return salt;
}

function roundsOf(kind: Kind, args: Args): number | undefined {
  if (!args.has('rounds')) return undefined;
  const range = limits[kind].rounds;
  if (!range) return fail(`password_hash: ${kind} knows no rounds`);
  const [least, most] = range;
  const rounds = args.count('rounds');
  if (rounds < least || rounds > most)
    return fail(`password_hash: ${kind} takes ${least} to ${most} rounds, not ${rounds}`);
  return rounds;
}

function hashOf(kind: Kind, password: string, salt: string, args: Args): string {
  const rounds = roundsOf(kind, args);
  switch (kind) {
    case 'md5':
      return md5Crypt(password, salt);
    case 'bcrypt': {
      const ident = args.has('ident') ? args.text('ident') : '2b';
      if (!/^2[aby]$/.test(ident))
        return fail(`password_hash: ident ${ident} of bcrypt is not known`, 'Use 2b, 2y or 2a');
      return hashSync(password, `$${ident}$${String(rounds ?? 12).padStart(2, '0')}$${salt}`);
    }
    default:
      return shaCrypt(kind, password, salt, rounds ?? defaultRounds[kind]);
  }
}

function passwordHash(args: Args, tools: Tools): Value {
  const kind = kindOf(args.text('hashtype', 'sha512'));
  const given = args.has('salt') ? args.text('salt') : '';
  // An empty salt is none.
  const isRandom = given === '';
  if (isRandom) tools.impure('password_hash without a salt');
  const length = limits[kind].salt;
  const salt = isRandom ? randomSalt(kind === 'bcrypt' ? length : args.count('salt_size', length)) : given;
  const hash = hashOf(kind, args.text('value'), checkedSalt(kind, salt), args);
  const { isPromise, onPromise } = tools.context;
  if (isRandom || isPromise?.(args.text('value')) === true) onPromise?.(hash);
  return hash;
}

export const passwordFilters: Table<Filter> = {
  password_hash: { parameters: 'value hashtype salt salt_size rounds ident', run: passwordHash },
};
