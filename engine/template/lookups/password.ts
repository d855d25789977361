// lookup password: a random password, kept in a file so that it stays the same.
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { textOfBytes } from '../../document/byte_text.ts';
import { type Value, withMarks } from '../../document/value.ts';
import { Failure, UnknownReached, fail } from '../failure.ts';
import { expandUser } from '../filters/paths.ts';
import { randomSalt } from '../filters/passwords.ts';
import { localFiles } from '../local_files.ts';
import { SeededRandom } from '../python/random.ts';
import type { Lookup, Options, Table, Tools } from '../interpreter/tools.ts';
import { shaCrypt } from '../python/sha_crypt.ts';
import { text } from '../python/printing.ts';
import { itemsOf } from '../python/sequence.ts';
import { termText } from './lists.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const sets = new Map([
  ['ascii_letters', lower + lower.toUpperCase()],
  ['ascii_lowercase', lower],
  ['ascii_uppercase', lower.toUpperCase()],
  ['digits', '0123456789'],
  ['hexdigits', '0123456789abcdefABCDEF'],
  ['octdigits', '01234567'],
  ['punctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
  ['whitespace', ' \t\n\r\v\f'],
]);

interface Wish {
  readonly file: string;
  readonly length: number;
  readonly alphabet: string;
  readonly encrypt: string | undefined;
  readonly seed: string | undefined;
}

function alphabetOf(names: readonly string[]): string {
  const all = names.map((name) => sets.get(name) ?? name.replaceAll(',,', ','));
  return [...new Set(all.join(''))].join('').replaceAll('"', '').replaceAll("'", '');
}

/** `file length=20 chars=ascii_letters,digits`: the options stand at the end of the term. */
function readWish(term: string, options: Options): Wish {
  const own = new Map<string, string>();
  const pattern = /^(.*?)\s+(length|chars|encrypt|seed|ident)=(\S*)$/s;
  let file = term;
  for (let match = pattern.exec(file); match; match = pattern.exec(file)) {
    const [, rest = '', name = '', value = ''] = match;
    if (!own.has(name)) own.set(name, value);
    file = rest;
  }
  const given = (name: string): string | undefined => {
    const value = options.get(name);
    return own.get(name) ?? (value === undefined || value === null ? undefined : text(value));
  };
  const chars = options.get('chars');
  const listed =
    chars === undefined
      ? undefined
      : typeof chars === 'string'
        ? chars.split(',')
        : itemsOf(chars)?.map(text);
  const names = own.get('chars')?.split(/,(?!,)(?<!,,)/) ?? listed ?? ['ascii_letters', 'digits', '.,:-_'];
  return {
    file: expandUser(file.trim()),
    length: Number(given('length') ?? 20),
    alphabet: alphabetOf(names),
    encrypt: given('encrypt'),
    seed: given('seed'),
  };
}

function randomPassword({ length, alphabet, seed }: Wish): string {
  const seeded = seed === undefined ? undefined : new SeededRandom(seed);
  const pick = (): number => (seeded ? seeded.below(alphabet.length) : randomInt(alphabet.length));
  return Array.from({ length }, () => alphabet[pick()] ?? '').join('');
}

interface Kept {
  readonly password: string;
  readonly salt: string | undefined;
  /** Check mode: it stands for one that only a run makes. */
  readonly isPromise?: true;
}

/** As it is, or in check mode as it will be. */
function readKept(file: string, { context: { host } }: Tools): Kept | undefined {
  if (host.files && host.files.typeOf(file, 'end') === undefined) return undefined;
  let content: string;
  try {
    content = textOfBytes(host.readFile(file)).trimEnd();
  } catch (problem) {
    if (problem instanceof UnknownReached) throw problem;
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Failure('file-unreadable', `lookup password: cannot read ${file}`, (problem as Error).message);
  }
  const [, password = content, salt] = /^(.*?)(?: salt=(\S+))?(?: ident=\S+)?$/s.exec(content) ?? [];
  return { password, salt };
}

/** Writes the file only when it is not there: another host's evaluation may have been quicker. */
function keep(file: string, content: string): boolean {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, `${content}\n`);
    closeSync(handle);
    return true;
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new Failure('file-unreadable', `lookup password: cannot write ${file}`, (problem as Error).message);
  }
}

function passwordOf(wish: Wish, tools: Tools): Kept {
  const { host, checkMode } = tools.context;
  const salt = wish.encrypt === undefined ? undefined : randomSalt(8);
  const made: Kept = { password: randomPassword(wish), salt };
  if (wish.file === '/dev/null') return checkMode === true ? { ...made, isPromise: true } : made;
  const place = path.resolve(host.searchPath('files').at(-1) ?? '.', wish.file);
  const kept = readKept(place, tools);
  const isThere = checkMode !== true || localFiles.typeOf(place, 'end') !== undefined;
  if (kept) return isThere ? kept : { ...kept, isPromise: true };
  const line = made.password + (salt === undefined ? '' : ` salt=${salt}`);
  if (checkMode === true) {
    // A check run leaves no file behind, yet later tasks see the one that a run makes.
    host.foretell?.(place, `${line}\n`);
    return { ...made, isPromise: true };
  }
  return keep(place, line) ? made : (readKept(place, tools) ?? made);
}

function password(terms: readonly Value[], options: Options, tools: Tools): Value[] {
  return terms.map((term) => {
    const wish = readWish(termText(term, 'password'), options);
    const found = passwordOf(wish, tools);
    const told = (text: string): Value => {
      if (found.isPromise) tools.context.onPromise?.(text);
      return withMarks(text, { secret: true });
    };
    if (wish.encrypt === undefined) return told(found.password);
    const kind = wish.encrypt.replace(/_crypt$/, '');
    if (kind !== 'sha256' && kind !== 'sha512')
      return fail(
        `lookup password: encrypt=${wish.encrypt} is not supported`,
        'Use sha512_crypt or sha256_crypt',
      );
    const rounds = kind === 'sha256' ? 535_000 : 656_000;
    return told(shaCrypt(kind, found.password, found.salt ?? randomSalt(8), rounds));
  });
}

export const passwordLookups: Table<Lookup> = {
  password: { run: password, impure: true },
};
