// What steps on files do to the picture of files. Each step kind says how it changes one path; the rest is here.
import { createHash } from 'node:crypto';
import type { Effect, Predicted, Uncertain } from '../contract.ts';
import { archiveStateKind, type Archive } from './archive_state.ts';
import { controlFileEffects } from './control_file_effects.ts';
import { contentKind, type FileContent } from './content.ts';
import { listingKind, type Listing, type ListingEntry, type ListingQuestion } from './listing.ts';
import { uncertain } from '../picture.ts';
import { canonical, effect } from '../probe_identity.ts';
import { openNumber } from './open_number.ts';
import { hasOpenGroup } from './ownership.ts';
import { baseName, directoryOf, fileMayBe, isInside, normalPath, samePath } from './paths.ts';
import { unitAgeKind } from './unit_age.ts';
import { serviceListEffect } from './services.ts';
import { unitFileEffects } from './unit_files.ts';
import { unitTreeEffects } from './unit_tree.ts';
import { absent, statKind, type ExistingFile, type Stat, type StatQuestion } from './stat.ts';

/** What becomes of one path. `before` is undefined when nothing is known of it. */
export interface PathChange<Args> {
  readonly path: (args: Args) => string;
  /** The file after the step; undefined when that hangs on what is not known. */
  readonly stat: (
    args: Args,
    before: Stat | undefined,
    question: StatQuestion,
    /** What the step's needs foretell, or its outcome. */
    told?: unknown,
  ) => Stat | undefined;
  /** The content after the step; undefined when it is not known. Default: unchanged. */
  readonly content?: (args: Args, before: FileContent | undefined, told?: unknown) => FileContent | undefined;
  /** The step may also change files at other paths (a folder removed, a link made). */
  readonly wide?: boolean;
  /** What becomes of a path inside; default: untouched. */
  readonly inside?: 'gone';
  /** What becomes of a folder above the path that was not there; default: untouched. */
  readonly above?: (args: Args, told?: unknown) => ExistingFile;
  /** The file itself is changed, not replaced by another. */
  readonly isSameFile?: true;
  /** The file has other names (hard links): which file it is, so that it is changed under those too. */
  readonly shared?: (args: Args) => FileIdentity | undefined;
  /** It is the very file that `stat` gives, under another name. */
  readonly keepsIdentity?: true;
  /** Whether its time of change is that of the step: programs started before are older. Default: it is. */
  readonly newer?: (args: Args) => 'yes' | 'no' | 'unknown';
}

/** Which file it is, by whatever name. */
export type FileIdentity = Pick<ExistingFile, 'device' | 'inode'>;

/** Of a file that other names lead to as well. */
export function sharedFile({ type, links, device, inode }: ExistingFile): FileIdentity | undefined {
  return type === 'file' && links > 1 ? { device, inode } : undefined;
}

function isShared<Args>({ shared }: PathChange<Args>, args: Args, file: Stat | undefined): boolean {
  const identity = shared?.(args);
  if (!identity || !file?.exists || file.type !== 'file') return false;
  return file.inode === identity.inode && file.device === identity.device;
}

const nothingKnown = (waitsFor: string): Uncertain<never> => ({ uncertain: [], waitsFor });

/** Where a path stands to the one that a step changes. */
function standing<Args>(
  change: PathChange<Args>,
  args: Args,
  path: string,
): 'same' | 'gone' | 'above' | 'other' {
  const changed = change.path(args);
  if (samePath(path, changed)) return 'same';
  if (isInside(path, changed)) return change.inside ?? 'other';
  return isInside(changed, path) ? 'above' : 'other';
}

/** A file that takes the place of another has an inode of its own: below 0, and the same for the same step alone. */
function withIdentity<Args>(
  { isSameFile, keepsIdentity }: PathChange<Args>,
  args: Args,
  after: Stat | undefined,
): Stat | undefined {
  if (!after?.exists || after.type !== 'file' || keepsIdentity) return after;
  if (isSameFile && after.inode >= 0) return { ...after, ctime: openNumber };
  const hash = createHash('sha1')
    .update(JSON.stringify(canonical(args)))
    .digest();
  const inode = -1 - hash.readUIntBE(0, 6);
  if (isSameFile) return { ...after, inode };
  return { ...after, inode, links: 1, atime: openNumber, mtime: openNumber, ctime: openNumber };
}

/** The file after the step with the digest that is asked for; undefined when that cannot be told. */
function fileAfter<Args>(
  change: PathChange<Args>,
  args: Args,
  before: Stat | undefined,
  question: StatQuestion,
  told: unknown,
): Stat | undefined {
  const after = withIdentity(change, args, change.stat(args, before, question, told));
  if (!after?.exists || after.type !== 'file' || question.digest === undefined) return after;
  if (after.digest !== undefined) return after.digest === '' ? undefined : after;
  const found = change.content?.(args, before === undefined ? undefined : { found: 'nothing' }, told);
  if (found?.found !== 'file') return change.content ? undefined : after;
  const digest = createHash(question.digest).update(found.content.bytes).digest('hex');
  return { ...after, digest };
}

/** A new file of a user whose primary group is not known: it may be of that user's own name, or any other. */
function withKnownGroup(file: Stat): Predicted<Stat> {
  if (!file.exists || !hasOpenGroup(file)) return file;
  return uncertain([{ ...file, group: file.owner }, file], `the primary group of ${file.owner}`);
}

/** The folder of a file that comes, goes or is replaced: its times, its size and the folders in it are for the host to tell. */
function withOtherEntries<Args>(
  { path, isSameFile }: PathChange<Args>,
  args: Args,
  probe: StatQuestion,
  before: Stat | undefined,
): Stat | undefined {
  if (!before?.exists || before.type !== 'directory' || isSameFile) return before;
  if (!samePath(directoryOf(path(args)), before.resolved ?? probe.path)) return before;
  const open = { size: openNumber, mtime: openNumber, ctime: openNumber, links: openNumber };
  return foretold({ ...before, ...open });
}

/** A file that a step changed: its details are for the host to tell. */
function foretold(after: Stat | undefined): Stat | undefined {
  if (!after?.exists || after.details === undefined) return after;
  const file: { details?: unknown } & ExistingFile = { ...after };
  delete file.details;
  return file;
}

export function fileEffects<Args>(change: PathChange<Args>): readonly Effect<Args>[] {
  const touches = (args: Args, probe: { readonly path: string; readonly follow?: boolean }): boolean =>
    change.wide === true ||
    change.shared?.(args) !== undefined ||
    fileMayBe(change.path(args), probe) ||
    (change.above !== undefined && normalPath(change.path(args)).split('/').includes(baseName(probe.path)));
  const ofStat: Effect<Args> = effect(statKind, {
    touches,
    predict: (args, probe, before, told) => {
      const place = standing(change, args, probe.path);
      if (place === 'gone') return absent;
      if (place === 'above' && change.above && before?.exists === false)
        return withKnownGroup(change.above(args, told));
      if (leadsTo(before, change.path(args), probe))
        return foretold(change.stat(args, before, probe) ?? before);
      if (place !== 'same')
        return isShared(change, args, before)
          ? foretold(change.stat(args, before, probe))
          : withOtherEntries(change, args, probe, before);
      const after = foretold(fileAfter(change, args, before, probe, told));
      return after === undefined ? nothingKnown(`what becomes of ${probe.path}`) : withKnownGroup(after);
    },
  });
  const ofContent: Effect<Args> = effect(contentKind, {
    touches,
    predict: (args, probe, before, told) => {
      const place = standing(change, args, probe.path);
      if (place === 'gone') return { found: 'nothing' };
      if (place === 'above' && change.above && before?.found === 'nothing') return { found: 'not-a-file' };
      if (!change.content || place !== 'same') return before;
      return change.content(args, before, told) ?? nothingKnown(`the content of ${probe.path}`);
    },
  });
  const ofListing: Effect<Args> = effect(listingKind, {
    touches: (args, probe) => probe.follow === true || touches(args, probe),
    predict: (args, probe, before, told) =>
      before === undefined
        ? undefined
        : probe.follow === true
          ? nothingKnown(`what is in ${probe.path} and where its links lead`)
          : (withShared(change, args, listed(change, args, probe, before, told)) ??
            nothingKnown(`what is in ${probe.path}`)),
  });
  const ofAge: Effect<Args> = effect(unitAgeKind, {
    touches: (args, { files }) =>
      change.wide === true || files.some((path) => fileMayBe(change.path(args), { path, follow: true })),
    predict: (args, { files }, before) => {
      const places = files.map((path) => standing(change, args, path));
      if (!places.some((place) => place === 'same' || place === 'gone')) return before;
      const newer = change.newer?.(args) ?? 'yes';
      const newest = { needsRestart: true, needsReload: true };
      if (newer === 'yes') return newest;
      return newer === 'no' || before === undefined
        ? before
        : uncertain([before, newest], `the time of ${change.path(args)}`);
    },
  });
  return [
    ...[ofStat, ofContent, ofListing, ofAge, ofArchive(change.path), ...controlFileEffects(change)],
    ...[unitFileEffects(change), unitTreeEffects(change), serviceListEffect(change)],
  ];
}

/** An archive that is written anew, or a file that it brought and a step changes. */
function ofArchive<Args>(pathOf: (args: Args) => string): Effect<Args> {
  const isSource = (args: Args, { source }: Archive): boolean =>
    typeof source === 'string' && samePath(source, pathOf(args));
  return effect(archiveStateKind, {
    touches: (args, archive) => isSource(args, archive) || isInside(pathOf(args), archive.dest),
    predict: (args, archive, before) => {
      if (before === undefined) return undefined;
      const path = pathOf(args);
      const changed = [...before.differences, `${path} is changed`];
      // What another archive brings may be there already, where there is anything.
      if (isSource(args, archive))
        return before.isBare
          ? { ...before, differences: changed }
          : uncertain(
              [[], changed].map((differences) => ({ files: [], differences })),
              `what is in ${path}`,
            );
      const { isBare, ...rest } = before;
      if (before.files.some((name) => samePath(`${archive.dest}/${name}`, path)))
        return { ...before, differences: changed };
      return isBare && !samePath(path, archive.dest) ? rest : before;
    },
  });
}

/** Whether a probe that follows links ends at the path of a step. */
function leadsTo(before: Stat | undefined, path: string, probe: StatQuestion): boolean {
  return (
    probe.follow === true &&
    before?.exists === true &&
    before.resolved !== undefined &&
    samePath(before.resolved, path)
  );
}

/** Undefined when it cannot be told. */
function listed<Args>(
  change: PathChange<Args>,
  args: Args,
  question: ListingQuestion,
  before: Listing,
  told: unknown,
): Listing | undefined {
  const path = normalPath(change.path(args));
  const folder = normalPath(question.path);
  if (!isInside(path, folder)) {
    if (change.inside === 'gone' && isInside(folder, path)) return { exists: false, entries: [] };
    return before;
  }
  const about = { ...(question.digest ? { digest: question.digest } : {}), path };
  if (path === folder) {
    const after = change.stat(args, before.exists ? undefined : absent, about);
    if (after === undefined) return before.exists ? before : undefined;
    const isThere = after.exists && after.type === 'directory';
    return { exists: isThere, entries: isThere ? before.entries : [] };
  }
  const relative = path.slice(folder === '/' ? 1 : folder.length + 1);
  const old = before.entries.find((entry) => entry.name === relative);
  const after = fileAfter(change, args, old?.file ?? absent, about, told);
  if (after === undefined) return undefined;
  const others = before.entries.filter(
    ({ name }) => name !== relative && !(change.inside === 'gone' && name.startsWith(`${relative}/`)),
  );
  const above = after.exists && change.above ? missingAbove(relative, before, change.above(args)) : [];
  const own = after.exists ? [{ name: relative, file: asListed(after) }] : [];
  const entries = [...others, ...[...above, ...own].filter(({ name }) => isListed(name, question))];
  return {
    exists: before.exists || after.exists,
    entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Entries of a listing that are the changed file by another name. */
function withShared<Args>(
  change: PathChange<Args>,
  args: Args,
  listing: Listing | undefined,
): Listing | undefined {
  if (!listing || change.shared?.(args) === undefined) return listing;
  const entries = listing.entries.map((entry) => {
    const isOther = !samePath(entry.name, change.path(args)) && isShared(change, args, entry.file);
    const file = isOther ? change.stat(args, entry.file, { path: entry.name }) : entry.file;
    return file?.exists && file !== entry.file ? { ...entry, file } : entry;
  });
  // Who compares answers sees no change where there is none.
  return entries.every((entry, at) => entry === listing.entries[at]) ? listing : { ...listing, entries };
}

/** A listing does not look where links lead. */
function asListed(file: ExistingFile): ExistingFile {
  const listed: { leadsToFolder?: true } & ExistingFile = { ...file };
  delete listed.leadsToFolder;
  return listed;
}

function isListed(name: string, { recurse, depth }: ListingQuestion): boolean {
  const levels = name.split('/').length;
  return recurse === true ? depth === undefined || levels <= depth : levels === 1;
}

function missingAbove(relative: string, { entries }: Listing, file: ExistingFile): ListingEntry[] {
  const parts = relative.split('/').slice(0, -1);
  return parts
    .map((_, at) => parts.slice(0, at + 1).join('/'))
    .filter((name) => !entries.some((entry) => entry.name === name))
    .map((name) => ({ name, file }));
}

/** For steps that run programs of others (a service started, a package installed): any file may be another afterwards. */
export function anyFileMayChange<Args>(): readonly Effect<Args>[] {
  const effect = { touches: () => true, predict: (_: Args, __: never, before: unknown) => before };
  return [statKind, contentKind, listingKind, unitAgeKind, archiveStateKind].map((probe) => ({
    probe,
    ...effect,
  }));
}
