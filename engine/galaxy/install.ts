// An installation: all that can be known is checked, then everything is fetched and looked through, then it is put in its
// places, and last the lock is written.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Sources } from '../document/source.ts';
import { isDirectory } from '../document/file_kind.ts';
import { readManifest } from './collection_manifest.ts';
import { collectionDependencies, fetchRequest, type Pins } from './fetch.ts';
import { collectionIn, installedSum, roleIn } from './installed.ts';
import { type Lock, lockDifferences, lockedFor, type LockEntry } from './lock_file.ts';
import { placeAll, type Standing, standing, type Target } from './place.ts';
import { outcomeOf, problemAt } from './refusal.ts';
import { identityOf, type Kind, type Request, titleOf } from './request.ts';
import { roleDependencies } from './role_source.ts';
import type { Staged } from './staged.ts';
import { meetsRange } from './version_range.ts';
import { type Place, serverProblem } from './words.ts';

export interface Plan {
  readonly requests: readonly Request[];
  /** Where each kind goes. */
  readonly targets: Readonly<Record<Kind, string>>;
  /** Where each kind is sought besides. */
  readonly searched: Readonly<Record<Kind, readonly string[]>>;
  readonly lock?: Lock | undefined;
  readonly place: Place;
  readonly force: boolean;
  readonly check: boolean;
  readonly withDependencies: boolean;
  /** What fails is told, and the rest is installed. */
  readonly ignoreErrors: boolean;
  /** For a download. */
  readonly seconds: number;
  readonly sources: Sources;
}

export interface Done {
  readonly staged: Staged;
  readonly folder: string;
  readonly before: Standing;
}

export interface Installation {
  readonly problems: readonly Diagnostic[];
  /** What was fetched. */
  readonly done: readonly Done[];
  /** What is as the lock says, and was not fetched. */
  readonly kept: readonly LockEntry[];
  /** With errors ignored: whether there were some. */
  readonly isPartial: boolean;
  /** Names that stand elsewhere already. */
  readonly elsewhere: readonly string[];
}

function folderOf(plan: Plan, kind: Kind, name: string): string {
  return path.join(plan.targets[kind], ...(kind === 'role' ? [name] : name.split('.')));
}

/** A request by name alone is met by what is installed in any searched folder. */
function isMet(request: Request, plan: Plan): boolean {
  const { kind, name = '', version } = request;
  const find = kind === 'role' ? roleIn : collectionIn;
  const found = [plan.targets[kind], ...plan.searched[kind]].map((root) => find(root, name));
  return found.some(
    (one) =>
      one &&
      (version === undefined || one.version === version || meetsRange(one.version ?? '0', version) === true),
  );
}

function unmet(request: Request): Diagnostic {
  const { summary, detail } = serverProblem(request);
  const told =
    request.by === undefined
      ? summary
      : `${request.by} depends on ${request.name ?? ''}: it is named, and not where it is to be had`;
  const version = request.version === undefined ? '' : ` ${request.version}`;
  const more =
    request.by === undefined
      ? detail
      : `Add ${request.name ?? ''}${version} to the requirements with its source, or say --no-deps`;
  return problemAt(request.position, 'requirement', told, more);
}

/** The same name asked for twice, but by the same words. */
function conflicts(requests: readonly Request[]): Diagnostic[] {
  const first = new Map<string, Request>();
  return requests.flatMap((request): Diagnostic[] => {
    const key = `${request.kind} ${request.name ?? request.shown}`;
    const before = first.get(key);
    if (!before) first.set(key, request);
    if (!before || identityOf(before) === identityOf(request)) return [];
    const summary = `${request.kind} ${request.name ?? request.shown} is asked for twice, and not alike`;
    const detail = `${titleOf(before)} from ${before.shown}; ${titleOf(request)} from ${request.shown}`;
    const related = before.position && [{ message: 'First here', position: before.position }];
    const problem = problemAt(request.position, 'requirement', summary, detail);
    return [related ? { ...problem, related } : problem];
  });
}

/** Everything that is wrong before anything is fetched. */
function checkRequests(plan: Plan): Diagnostic[] {
  const { requests, lock } = plan;
  const named = requests.filter(({ source }) => source.type === 'server');
  const sourced = requests.filter(({ source }) => source.type !== 'server');
  return [
    ...named.filter((request) => !isMet(request, plan)).map(unmet),
    ...conflicts(requests),
    ...(lock ? lockDifferences(sourced, lock) : []),
  ];
}

class Resolution {
  readonly problems: Diagnostic[] = [];
  readonly staged: Staged[] = [];
  readonly kept: LockEntry[] = [];
  readonly elsewhere: string[] = [];
  hasFailed = false;
  readonly #taken = new Map<string, Request>();
  readonly #plan: Plan;
  readonly #folder: string;
  #count = 0;

  constructor(plan: Plan, folder: string) {
    this.#plan = plan;
    this.#folder = folder;
  }

  async run(): Promise<void> {
    let queue: readonly Request[] = this.#plan.requests;
    while (queue.length > 0) {
      const found: Request[] = [];
      for (const request of queue) found.push(...(await this.#take(request)));
      queue = this.#plan.withDependencies ? found.filter((one) => this.#isWanted(one)) : [];
    }
  }

  #fail(problem: Diagnostic): void {
    this.hasFailed ||= problem.severity === 'error';
    this.problems.push(this.#plan.ignoreErrors ? { ...problem, severity: 'warning' } : problem);
  }

  /** A dependency gives way to what was asked for before it under its name. */
  #isWanted(request: Request): boolean {
    const { kind, name, source, by = '' } = request;
    const before = this.#taken.get(`${kind} ${name ?? request.shown}`);
    if (before && source.type !== 'server' && identityOf(before) !== identityOf({ ...request, kind }))
      this.problems.push({
        ...problemAt(
          request.position,
          'requirement',
          `${by} depends on ${titleOf(request)} from ${request.shown}, and ${titleOf(before)} from ${before.shown} is taken`,
        ),
        severity: 'warning',
      });
    if (before) this.#checkRange(request);
    return !before;
  }

  #checkRange({ kind, name, source, version, by = '' }: Request): void {
    const taken = this.staged.find((one) => one.kind === kind && one.name === name);
    if (kind !== 'collection' || source.type !== 'server' || version === undefined || !taken) return;
    if (taken.version === '*' || meetsRange(taken.version, version) !== false) return;
    const summary = `${by} depends on ${name ?? ''} ${version}, and ${taken.version} is taken`;
    this.#fail({ code: 'requirement', severity: 'error', summary, detail: 'Ask for a version that fits' });
  }

  async #take(request: Request): Promise<readonly Request[]> {
    const { kind, name, shown } = request;
    const key = `${kind} ${name ?? shown}`;
    if (this.#taken.has(key)) return [];
    this.#taken.set(key, request);
    if (request.source.type === 'server') {
      if (isMet(request, this.#plan)) this.elsewhere.push(name ?? shown);
      else if (request.by !== undefined) this.#fail(unmet(request));
      return [];
    }
    const entries = this.#locked(request);
    if (!entries) return [];
    if (entries.length > 0 && !this.#plan.force && entries.every((entry) => this.#isKept(entry))) {
      this.kept.push(...entries);
      for (const entry of entries) this.#taken.set(`${kind} ${entry.name}`, request);
      const found = await outcomeOf(titleOf(request), () =>
        entries.flatMap((one) => this.#dependenciesOf(one)),
      );
      if (!found.ok) this.#fail(found.problem);
      return found.ok ? found.value : [];
    }
    return this.#fetch(request, entries);
  }

  /** What the lock says of a request; undefined when it should and does not. */
  #locked(request: Request): readonly LockEntry[] | undefined {
    const { lock } = this.#plan;
    if (!lock?.kinds.has(request.kind)) return [];
    const entries = lockedFor(request, lock);
    if (entries.length > 0) return entries;
    this.#fail({
      ...{ code: 'lock', severity: 'error', detail: 'Renew the lock by --update' },
      summary: `The lock does not hold ${titleOf(request)} from ${request.shown}, on which ${request.by ?? 'nothing'} depends`,
    });
    return undefined;
  }

  #isKept({ kind, name, sha256 }: LockEntry): boolean {
    const folder = folderOf(this.#plan, kind, name);
    return isDirectory(folder) && installedSum(folder) === sha256;
  }

  #dependenciesOf({ kind, name }: LockEntry): readonly Request[] {
    const { sources, place } = this.#plan;
    const folder = folderOf(this.#plan, kind, name);
    if (kind === 'collection') return collectionDependencies(readManifest(folder), place).requests;
    return roleDependencies(folder, name, sources, place).requests.map((one) => ({ ...one, by: name }));
  }

  async #fetch(request: Request, entries: readonly LockEntry[]): Promise<readonly Request[]> {
    const { seconds, sources, place } = this.#plan;
    const [pin] = entries;
    const pins: Pins = {
      ...(pin?.commit === undefined ? {} : { commit: pin.commit }),
      ...(pin?.archive_sha256 === undefined ? {} : { archiveSum: pin.archive_sha256 }),
    };
    this.#count += 1;
    const folder = path.join(this.#folder, String(this.#count));
    const problems: Diagnostic[] = [];
    const fetching = { folder, pins, seconds, sources, place, problems };
    const fetched = await outcomeOf(
      `Fetching ${titleOf(request)}`,
      () => fetchRequest(request, fetching),
      request.position,
    );
    for (const problem of problems) this.#fail(problem);
    if (!fetched.ok) this.#fail(fetched.problem);
    if (!fetched.ok || problems.some(({ severity }) => severity === 'error')) return [];
    const differing = [
      ...fetched.value.flatMap((staged) => this.#differsFromLock(staged, entries)),
      ...entries
        .filter(({ name }) => !fetched.value.some((one) => one.name === name))
        .map((one) => goneFrom(request, one)),
    ];
    for (const problem of differing) this.#fail(problem);
    if (differing.length > 0) return [];
    for (const staged of fetched.value) {
      this.#taken.set(`${staged.kind} ${staged.name}`, request);
      this.staged.push(staged);
    }
    return fetched.value.flatMap(({ dependencies }) => dependencies);
  }

  #differsFromLock({ kind, name, sum, request }: Staged, entries: readonly LockEntry[]): Diagnostic[] {
    if (entries.length === 0) return [];
    const entry = entries.find((one) => one.name === name);
    if (entry?.sha256 === sum) return [];
    const summary = entry
      ? `The files of ${kind} ${name} are not those that the lock names`
      : `${request.shown} holds ${name}, which the lock does not name`;
    const detail = `Their sum is ${sum}${entry ? `, and was ${entry.sha256}` : ''}. If that is wanted, renew the lock by --update`;
    return [problemAt(entry?.position ?? request.position, 'lock', summary, detail)];
  }
}

/** The lock has a collection that its source has no more. */
function goneFrom({ shown }: Request, { name, position }: LockEntry): Diagnostic {
  const summary = `${shown} holds no ${name} any more, which the lock names`;
  return problemAt(position, 'lock', summary, 'If that is wanted, renew the lock by --update');
}

/** Two sources that hold the same collection. */
function sameNames(staged: readonly Staged[]): Diagnostic[] {
  return staged.flatMap(({ kind, name, request }, index): Diagnostic[] => {
    const before = staged.slice(0, index).find((one) => one.kind === kind && one.name === name);
    if (!before) return [];
    const summary = `${kind} ${name} comes from ${before.request.shown} and from ${request.shown}`;
    return [problemAt(request.position, 'requirement', summary, 'Ask for one of them')];
  });
}

function mayReplace({ staged, folder, before }: Done, force: boolean): Diagnostic[] {
  const { kind, name, request } = staged;
  const blocked = (why: string, detail: string): Diagnostic[] => [
    problemAt(
      request.position,
      'in-the-way',
      `${kind} ${name} cannot be installed: ${folder} ${why}`,
      detail,
    ),
  ];
  if (before === 'in the way') return blocked('is no folder', 'Take it away');
  if (before !== 'touched' || force) return [];
  return blocked(
    'holds something else, or was changed since it was installed',
    '--force puts what was asked for in its place',
  );
}

async function installIn(plan: Plan, folder: string): Promise<Installation> {
  const resolution = new Resolution(plan, folder);
  await resolution.run();
  const { problems, staged, kept, elsewhere } = resolution;
  problems.push(...sameNames(staged));
  const done = staged.map((one): Done => {
    const target: Target = { staged: one, folder: folderOf(plan, one.kind, one.name) };
    return { ...target, before: standing(target) };
  });
  const blocked = done.map((one) => mayReplace(one, plan.force));
  const severity = plan.ignoreErrors ? 'warning' : 'error';
  problems.push(...blocked.flat().map((problem): Diagnostic => ({ ...problem, severity })));
  const free = done.filter((_one, index) => blocked[index]?.length === 0);
  const isPartial = resolution.hasFailed || free.length < done.length;
  const found = { problems, done: free, kept, elsewhere, isPartial };
  if (plan.check || problems.some((problem) => problem.severity === 'error')) return found;
  const placed = await outcomeOf('Installing', () =>
    placeAll(free.filter(({ before }) => before !== 'same' || plan.force)),
  );
  return placed.ok ? found : { ...found, problems: [...problems, placed.problem] };
}

export async function install(plan: Plan): Promise<Installation> {
  const problems = checkRequests(plan);
  if (problems.length > 0 && !plan.ignoreErrors)
    return { problems, done: [], kept: [], elsewhere: [], isPartial: true };
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-galaxy-'));
  const cleanUp = (): void => rmSync(folder, { recursive: true, force: true });
  const interrupted = (signal: NodeJS.Signals): void => {
    cleanUp();
    process.removeListener(signal, interrupted);
    process.kill(process.pid, signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  try {
    const outcome = await outcomeOf('Installing', () => installIn(plan, folder));
    if (!outcome.ok)
      return { problems: [outcome.problem], done: [], kept: [], elsewhere: [], isPartial: true };
    const done = outcome.value;
    const warned = problems.map((problem): Diagnostic => ({ ...problem, severity: 'warning' }));
    return {
      ...done,
      problems: [...warned, ...done.problems],
      isPartial: done.isPartial || problems.length > 0,
    };
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, interrupted);
    cleanUp();
  }
}

/** What the lock is to say after an installation. */
export function lockEntries({ done, kept }: Installation): readonly LockEntry[] {
  const fetched = done.map(({ staged }): LockEntry => {
    const { kind, name, request, version, commit, archiveSum, sum } = staged;
    return {
      ...{ kind, name, source: request.shown, sha256: sum },
      ...(request.version === undefined ? {} : { version: request.version }),
      ...(kind === 'role' ? {} : { resolved: version }),
      ...(commit === undefined ? {} : { commit }),
      ...(archiveSum === undefined ? {} : { archive_sha256: archiveSum }),
      ...(request.by === undefined ? {} : { by: request.by }),
    };
  });
  return [...fetched, ...kept];
}
