// hardway galaxy install: from words or a file to what is installed, and the lock beside the file.
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../../document/diagnostic.ts';
import { Sources } from '../../document/source.ts';
import { collectionsRoot } from '../../galaxy/collection_folder.ts';
import { install, type Installation, lockEntries, type Plan } from '../../galaxy/install.ts';
import { type Lock, lockFileOf, lockText, readLock, writeLock } from '../../galaxy/lock_file.ts';
import type { Kind, Request } from '../../galaxy/request.ts';
import { readRequirements } from '../../galaxy/requirements_file.ts';
import { collectionOfWord, roleOfWord } from '../../galaxy/words.ts';
import { expandHome } from '../../playbook/file_search.ts';
import type { Command } from '../command_line.ts';
import { exitCodes } from '../exit_codes.ts';
import type { Given } from '../option_table.ts';
import { showProblems } from '../problems.ts';
import type { Settings } from '../settings.ts';
import { unheededSettings } from './unheeded_settings.ts';

export interface Asked {
  readonly act: string;
  /** Roles, collections, or both where neither was said. */
  readonly kind: Kind | 'both';
  readonly words: readonly string[];
  readonly given: Given;
  readonly settings: Settings;
}

/** The first folder that can be written to, or made. */
function writableFolder(folders: readonly string[]): string {
  const canWrite = (folder: string): boolean => {
    const there = existsSync(folder);
    if (!there) return folder !== '/' && canWrite(path.dirname(folder));
    try {
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  };
  return folders.find(canWrite) ?? folders[0] ?? process.cwd();
}

/** Folders that -p names, and with them those of the settings. */
export function foldersOf(
  kind: Kind,
  { given, settings }: Asked,
): { readonly named: readonly string[]; readonly all: readonly string[] } {
  const named = given
    .all('roles-path')
    .flatMap((text) => text.split(':'))
    .filter((one) => one !== '')
    .map((one) => path.resolve(expandHome(one)));
  const setting = kind === 'role' ? 'rolesPath' : 'collectionsPath';
  return { named, all: [...named, ...settings.paths(setting, /:/)] };
}

interface Wanted {
  readonly requests: readonly Request[];
  readonly problems: readonly Diagnostic[];
}

function fromWords(kind: Kind, words: readonly string[]): Wanted {
  const reads = words.map((word) => (kind === 'role' ? roleOfWord : collectionOfWord)(word, [process.cwd()]));
  return {
    requests: reads.flatMap((read) => ('wrong' in read ? [] : [read.request])),
    problems: reads.flatMap((read): Diagnostic[] =>
      'wrong' in read
        ? [{ code: 'requirement', severity: 'error', summary: read.wrong, detail: read.advice }]
        : [],
    ),
  };
}

/** What the file asks for, of the kinds that are installed now, and of the names that are said. */
function fromFile(file: string, asked: Asked, sources: Sources): Wanted {
  const read = readRequirements(file, sources, process.cwd());
  const kinds = kindsOf(asked);
  const requests = read.requests.filter(({ kind }) => kinds.includes(kind));
  const isLeftOut = asked.kind === 'both' && requests.length < read.requests.length;
  const problems: Diagnostic[] = [...read.problems];
  if (isLeftOut)
    problems.push({
      ...{ code: 'requirement', severity: 'warning' },
      summary: 'The collections of the file are left out, as -p names a folder of roles',
      detail: 'Install them by hardway galaxy collection install -r, or both without -p',
    });
  const { words } = asked;
  const isNamed = ({ name }: Request): boolean => name !== undefined && words.includes(name);
  return { requests: words.length === 0 ? requests : requests.filter(isNamed), problems };
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

function tellInstallation({ done, kept, elsewhere }: Installation, { check, force }: Plan): void {
  const changed = done.filter(({ before }) => before !== 'same' || force);
  const verb = check ? 'would be installed' : 'installed';
  for (const { staged, folder, before } of changed) {
    const version = staged.version === '' ? '' : ` ${staged.version}`;
    const commit = staged.commit === undefined ? '' : ` (commit ${staged.commit.slice(0, 12)})`;
    const replaced = before === 'absent' ? '' : ', in the place of what was there';
    tell(`${staged.kind} ${staged.name}${version}${commit}: ${verb} in ${folder}${replaced}`);
  }
  const same = [
    ...done.filter((one) => !changed.includes(one)).map(({ staged }) => `${staged.kind} ${staged.name}`),
    ...kept.map(({ kind, name }) => `${kind} ${name}`),
    ...elsewhere,
  ];
  if (changed.length > 0) for (const name of same) tell(`${name}: is installed already`);
  else if (same.length === 0) tell('Nothing to do: nothing is asked for');
  else tell(`Nothing to do: ${same.length} installed already (${same.join(', ')})`);
}

interface Locking {
  readonly file: string;
  /** As it was found. */
  readonly lock: Lock | undefined;
  /** Those of which the lock says nothing yet, or is to say it anew. */
  readonly kinds: readonly Kind[];
}

/** The other kind keeps its part of the lock. */
function renewLock({ file, lock, kinds }: Locking, installation: Installation): Diagnostic | undefined {
  if (kinds.length === 0) return undefined;
  const own = lockEntries(installation).filter(({ kind }) => kinds.includes(kind));
  const others = lock?.entries.filter(({ kind }) => !kinds.includes(kind)) ?? [];
  const text = lockText([...own, ...others], new Set([...kinds, ...(lock?.kinds ?? [])]));
  try {
    if (writeLock(file, text)) tell(`${path.relative(process.cwd(), file)}: written`);
    return undefined;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { code: 'lock', severity: 'error', summary: `The lock ${file} cannot be written`, detail };
  }
}

/** The part of a lock that speaks of these kinds. */
function lockOf(kinds: readonly Kind[], lock: Lock): Lock {
  const known = kinds.filter((kind) => lock.kinds.has(kind));
  const entries = lock.entries.filter(({ kind }) => known.includes(kind));
  return { file: lock.file, entries, kinds: new Set(known) };
}

function kindsOf({ kind, given }: Asked): readonly Kind[] {
  if (kind !== 'both') return [kind];
  return given.has('roles-path') ? ['role'] : ['role', 'collection'];
}

function warnOfPath(asked: Asked, target: string): Diagnostic[] {
  const { named } = foldersOf('collection', asked);
  const known = asked.settings.paths('collectionsPath', /:/).map(collectionsRoot);
  if (asked.kind !== 'collection' || named.length === 0 || known.includes(target)) return [];
  const detail = `Searched are ${known.join(', ')}, and collections/ beside a playbook`;
  const summary = `${path.dirname(target)} is not one of collections_path`;
  return [{ code: 'unsupported', severity: 'warning', summary, detail }];
}

const undone = 'nothing was installed';

/** By words alone, or by some of a file's names, nothing is locked. */
function lockFile({ words, given }: Asked, file: string | undefined): string | undefined {
  return file === undefined || given.has('no-lock') || words.length > 0 ? undefined : lockFileOf(file);
}

function planOf(asked: Asked, requests: readonly Request[], place: readonly string[]): Omit<Plan, 'sources'> {
  const { kind, given, settings } = asked;
  const [roles, collections] = [foldersOf('role', asked), foldersOf('collection', asked)];
  const usual = settings.paths('collectionsPath', /:/);
  const [target = process.cwd()] = kind === 'collection' ? collections.all : usual;
  return {
    requests,
    place,
    targets: { role: roles.named[0] ?? writableFolder(roles.all), collection: collectionsRoot(target) },
    searched: { role: roles.all, collection: collections.all.map(collectionsRoot) },
    force: given.has('force') || given.has('force-with-deps'),
    check: given.has('check'),
    withDependencies: !given.has('no-deps'),
    ignoreErrors: given.has('ignore-errors'),
    seconds: Number(given.last('timeout') ?? 60),
  };
}

export async function installAll(asked: Asked, refuse: Command['refuse']): Promise<number> {
  const { kind, words, given } = asked;
  const [named] = given.all('requirements-file').slice(-1);
  const file = named === undefined ? undefined : path.resolve(expandHome(named));
  const ofCollections = kind === 'collection';
  if (file === undefined && words.length === 0)
    return refuse(
      'say what to install: words, or -r FILE',
      ofCollections ? exitCodes.error : exitCodes.badChoice,
    );
  if (file !== undefined && words.length > 0 && ofCollections)
    return refuse('words cannot stand beside -r', exitCodes.error);
  const sources = new Sources();
  const { requests, problems } =
    file === undefined ? fromWords(ofCollections ? kind : 'role', words) : fromFile(file, asked, sources);
  const found: Diagnostic[] = [];
  const lockPath = lockFile(asked, file);
  const lock = lockPath === undefined ? undefined : readLock(lockPath, sources, found);
  const isRenewed = given.has('update');
  const kinds = kindsOf(asked);
  const plan: Plan = {
    ...planOf(asked, requests, [process.cwd(), ...(file === undefined ? [] : [path.dirname(file)])]),
    ...{ sources, lock: lock && !isRenewed ? lockOf(kinds, lock) : undefined },
  };
  const warned = [
    ...warnOfPath(asked, plan.targets.collection),
    ...unheededSettings(asked.settings, process.env),
  ];
  const before = [...problems, ...(isRenewed ? [] : found), ...warned];
  if (!showProblems(before, sources, { undone }).mayRun) return exitCodes.error;
  const installation = await install(plan);
  if (!showProblems(installation.problems, sources, { undone }).mayRun) return exitCodes.error;
  tellInstallation(installation, plan);
  if (lockPath === undefined || plan.check || installation.isPartial) return exitCodes.success;
  const unlocked = kinds.filter((one) => isRenewed || lock?.kinds.has(one) !== true);
  const unwritten = renewLock({ file: lockPath, lock, kinds: unlocked }, installation);
  if (!unwritten) return exitCodes.success;
  showProblems([unwritten], sources, { undone: 'what was asked for is installed, and not locked' });
  return exitCodes.error;
}
