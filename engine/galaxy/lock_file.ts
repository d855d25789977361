// The lock file: what was installed for each requirement, so exactly that it can be had again or be refused.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Sources } from '../document/source.ts';
import { bare, isDict, isList, type Position, textOf, type Value } from '../document/value.ts';
import { error, keyPlace, kindOfValue, suggestion, valuePlace } from '../playbook/problem.ts';
import { problemAt } from './refusal.ts';
import type { Kind, Request } from './request.ts';
import { isCollectionName, isRoleName, titleOf } from './request.ts';
import { readYamlFile } from './requirements_file.ts';

export interface LockEntry {
  readonly kind: Kind;
  readonly name: string;
  /** As the requirement says it, without secrets. */
  readonly source: string;
  /** As asked. */
  readonly version?: string;
  /** The version that a collection tells of itself. */
  readonly resolved?: string;
  readonly commit?: string;
  readonly archive_sha256?: string;
  /** Of all files together. */
  readonly sha256: string;
  /** What depends on it; absent where the requirements ask for it. */
  readonly by?: string;
  readonly position?: Position;
}

export interface Lock {
  readonly file: string;
  readonly entries: readonly LockEntry[];
  /** The kinds that it speaks of. */
  readonly kinds: ReadonlySet<Kind>;
}

const sections: Readonly<Record<Kind, string>> = { role: 'roles', collection: 'collections' };
const kinds: readonly Kind[] = ['role', 'collection'];
const needed = ['name', 'source', 'sha256'] as const;
const optional = ['version', 'resolved', 'commit', 'archive_sha256', 'by'] as const;
const formatNumber = 1;

/** `requirements.lock.yml` beside `requirements.yml`. */
export function lockFileOf(requirements: string): string {
  const { dir, name } = path.parse(requirements);
  return path.join(dir, `${name}.lock.yml`);
}

const renew = 'Renew the lock by --update';

function readEntry(kind: Kind, item: Value, position: Position, problems: Diagnostic[]): LockEntry[] {
  if (!isDict(item)) {
    problems.push(
      error('lock', `An entry of the lock must be a dict, not ${kindOfValue(item)}`, position, renew),
    );
    return [];
  }
  const keys: readonly string[] = [...needed, ...optional];
  const before = problems.length;
  for (const key of item.keys())
    if (!keys.includes(String(key)))
      problems.push(
        error(
          'unknown-keyword',
          `Unknown key ${String(key)}`,
          keyPlace(item, key, position),
          suggestion(String(key), keys, renew),
        ),
      );
  const found = keys.flatMap((key): [string, string][] => {
    const value = bare(item.get(key) ?? null);
    const text = textOf(value);
    if (text !== undefined) return [[key, text]];
    if (value !== null)
      problems.push(
        error(
          'lock',
          `${key} must be text, not ${kindOfValue(value)}`,
          valuePlace(item, key, position),
          renew,
        ),
      );
    return [];
  });
  const entry = Object.fromEntries(found) as Omit<LockEntry, 'kind' | 'position'>;
  const missing = needed.filter((key) => !(key in entry));
  const fits = kind === 'role' ? isRoleName : isCollectionName;
  if (missing.length === 0 && !fits(entry.name))
    problems.push(
      error(
        'lock',
        `${entry.name} cannot be the name of a ${kind}`,
        valuePlace(item, 'name', position),
        renew,
      ),
    );
  if (missing.length > 0 && problems.length === before)
    problems.push(error('lock', `The entry lacks ${missing.join(', ')}`, position, renew));
  return problems.length > before ? [] : [{ ...entry, kind, position }];
}

/** The lock beside the requirements, if there is one. */
export function readLock(file: string, sources: Sources, problems: Diagnostic[]): Lock | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = readYamlFile(file, sources, problems);
  if (!parsed) return undefined;
  const { value, start } = parsed;
  if (!isDict(value) || bare(value.get('lock') ?? null) !== formatNumber) {
    problems.push(
      error(
        'lock',
        'This is no lock file that is understood here',
        start,
        `Its first key is lock: ${formatNumber}. ${renew}`,
      ),
    );
    return undefined;
  }
  const found = kinds.filter((kind) => isList(bare(value.get(sections[kind]) ?? null)));
  const entries = found.flatMap((kind) => {
    const list = bare(value.get(sections[kind]) ?? null);
    return isList(list)
      ? list.flatMap((item, index) => readEntry(kind, item, valuePlace(list, index, start), problems))
      : [];
  });
  return { file, entries, kinds: new Set(found) };
}

function entryLines(entry: LockEntry): string {
  const keys = [...needed.slice(0, 2), ...optional.slice(0, 4), 'sha256', 'by'] as const;
  const lines = keys.flatMap((key) =>
    entry[key] === undefined ? [] : [`${key}: ${JSON.stringify(entry[key])}`],
  );
  return `  - ${lines.join('\n    ')}\n`;
}

export function lockText(entries: readonly LockEntry[], known: ReadonlySet<Kind>): string {
  const parts = kinds
    .filter((kind) => known.has(kind))
    .map((kind) => {
      const own = entries
        .filter((entry) => entry.kind === kind)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return own.length === 0
        ? `${sections[kind]}: []\n`
        : `${sections[kind]}:\n${own.map(entryLines).join('')}`;
    });
  return `# Written by hardway galaxy install, which renews it by --update.\nlock: ${formatNumber}\n${parts.join('')}`;
}

/** Whole or not at all; false when it says this already. */
export function writeLock(file: string, text: string): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return true;
}

/** What the lock holds for a request: several where a repository has several collections. */
export function lockedFor(request: Request, lock: Lock): readonly LockEntry[] {
  return lock.entries.filter(
    ({ kind, name, source, version }) =>
      kind === request.kind &&
      source === request.shown &&
      version === request.version &&
      (request.name === undefined || request.name === name),
  );
}

function nearEntry({ kind, name, shown }: Request, lock: Lock): LockEntry | undefined {
  const same = lock.entries.filter((entry) => entry.kind === kind);
  return (
    same.find((entry) => name !== undefined && entry.name === name) ??
    same.find((entry) => entry.source === shown)
  );
}

function lockedTitle({ kind, name, source, version }: LockEntry): string {
  return `${kind} ${name} from ${source}${version === undefined ? '' : `, ${version}`}`;
}

/** Where requirements and lock do not say the same. */
export function lockDifferences(requests: readonly Request[], lock: Lock): Diagnostic[] {
  const asked = requests.filter(({ kind }) => lock.kinds.has(kind));
  const missing = asked
    .filter((request) => lockedFor(request, lock).length === 0)
    .map((request): Diagnostic => {
      const near = nearEntry(request, lock);
      const related = near?.position && [
        { message: `The lock has ${lockedTitle(near)}`, position: near.position },
      ];
      const summary = `The lock does not hold ${titleOf(request)} from ${request.shown}`;
      const problem = problemAt(request.position, 'lock', summary, renew);
      return related ? { ...problem, related } : problem;
    });
  const used = new Set(asked.flatMap((request) => lockedFor(request, lock)));
  const told = new Set(asked.map((request) => nearEntry(request, lock)));
  const left = lock.entries
    .filter((entry) => entry.by === undefined && !used.has(entry) && !told.has(entry))
    .map((entry) =>
      problemAt(entry.position, 'lock', `Nobody asks for ${lockedTitle(entry)} any more`, renew),
    );
  return [...missing, ...left];
}
