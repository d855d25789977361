// password_hash.
import { randomInt } from 'node:crypto';
import type { Value } from '../../document/value.ts';
import { Failure, fail } from '../failure.ts';
import type { Filter, Table, Tools } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { shaCrypt } from '../python/sha_crypt.ts';

const saltAlphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./';
// What ansible-core asks of the system's crypt when nothing else is said.
const defaultRounds = { sha256: 535_000, sha512: 656_000 } as const;

export function randomSalt(length: number): string {
  return Array.from({ length }, () => saltAlphabet[randomInt(saltAlphabet.length)] ?? '').join('');
}

function kindOf(name: string): 'sha256' | 'sha512' {
  const kind = name.replace(/_crypt$/, '');
  if (kind === 'sha256' || kind === 'sha512') return kind;
  if (['md5', 'blowfish', 'bcrypt'].includes(kind))
    throw new Failure('unsupported', `password_hash: ${name} is not supported here`, 'Use sha512 or sha256');
  return fail(`password_hash: there is no hash type '${name}'`, 'Use sha512 or sha256');
}

function passwordHash(args: Args, tools: Tools): Value {
  const kind = kindOf(args.text('hashtype', 'sha512'));
  if (!args.has('salt')) tools.impure('password_hash without a salt');
  const salt = args.has('salt') ? args.text('salt') : randomSalt(args.count('salt_size', 16));
  if (!/^[./0-9A-Za-z]*$/.test(salt)) return fail('password_hash: the salt may hold only ./0-9A-Za-z');
  const rounds = args.has('rounds') ? args.count('rounds') : defaultRounds[kind];
  const hash = shaCrypt(kind, args.text('value'), salt, rounds);
  const { isPromise, onPromise } = tools.context;
  if (!args.has('salt') || isPromise?.(args.text('value')) === true) onPromise?.(hash);
  return hash;
}

export const passwordFilters: Table<Filter> = {
  password_hash: { parameters: 'value hashtype salt salt_size rounds ident', run: passwordHash },
};
