// What steps on files do to the picture of files. Each step kind says how it changes one path; the rest is here.
import type { TextContent } from '../content.ts';
import type { Effect } from '../contract.ts';
import { archiveStateKind, type Archive, type ArchiveState } from './archive_state.ts';
import { controlFileKind, type ControlFile, type ControlQuestion } from './control_files.ts';
import { contentKind, type ContentQuestion, type FileContent } from './content.ts';
import { listingKind, type Listing, type ListingQuestion } from './listing.ts';
import { baseName, fileMayBe, isInside, normalPath, samePath } from './paths.ts';
import { unitAgeKind, type UnitAge, type UnitAgeQuestion } from './unit_age.ts';
import { absent, statKind, type Stat, type StatQuestion } from './stat.ts';

/** What becomes of one path. `before` is undefined when nothing is known of it. */
export interface PathChange<Args> {
  readonly path: (args: Args) => string;
  /** The file after the step; undefined when that hangs on what is not known. */
  readonly stat: (args: Args, before: Stat | undefined, question: StatQuestion) => Stat | undefined;
  /** The content after the step; undefined when it is not known. Default: unchanged. */
  readonly content?: (args: Args, before: FileContent | undefined) => FileContent | undefined;
  /** The step may also change files at other paths (a folder removed, a link made). */
  readonly wide?: boolean;
  /** What becomes of a path inside; default: untouched. */
  readonly inside?: 'gone';
  /** What becomes of a folder above the path that was not there; default: untouched. */
  readonly above?: (args: Args) => Stat;
}

const nothingKnown = (waitsFor: string): unknown => ({ uncertain: [], waitsFor });

export function fileEffects<Args>(change: PathChange<Args>): readonly Effect<Args>[] {
  const touches = (args: Args, probe: { readonly path: string; readonly follow?: boolean }): boolean =>
    change.wide === true ||
    fileMayBe(change.path(args), probe) ||
    (change.above !== undefined && normalPath(change.path(args)).split('/').includes(baseName(probe.path)));
  const isGone = (args: Args, path: string): boolean =>
    change.inside === 'gone' && isInside(path, change.path(args)) && !samePath(path, change.path(args));
  const isAbove = (args: Args, path: string): boolean =>
    isInside(change.path(args), path) && !samePath(path, change.path(args));
  const ofStat: Effect<Args> = {
    probe: statKind,
    touches,
    predict: (args: Args, probe: StatQuestion, before: Stat | undefined) => {
      if (isGone(args, probe.path)) return absent;
      if (change.above && before?.exists === false && isAbove(args, probe.path)) return change.above(args);
      if (leadsTo(before, change.path(args), probe)) return change.stat(args, before, probe) ?? before;
      if (!samePath(change.path(args), probe.path)) return before;
      return change.stat(args, before, probe) ?? nothingKnown(`what becomes of ${probe.path}`);
    },
  };
  const ofContent: Effect<Args> = {
    probe: contentKind,
    touches,
    predict: (args: Args, probe: ContentQuestion, before: FileContent | undefined) => {
      if (isGone(args, probe.path)) return { found: 'nothing' };
      if (!change.content || !samePath(change.path(args), probe.path)) return before;
      return change.content(args, before) ?? nothingKnown(`the content of ${probe.path}`);
    },
  };
  const ofListing: Effect<Args> = {
    probe: listingKind,
    touches,
    predict: (args: Args, probe: ListingQuestion, before: Listing | undefined) =>
      before === undefined ? undefined : listed(change, args, probe, before),
  };
  const ofAge: Effect<Args> = {
    probe: unitAgeKind,
    touches: (args: Args, { files }: UnitAgeQuestion) =>
      change.wide === true || files.some((path) => fileMayBe(change.path(args), { path, follow: true })),
    predict: (args: Args, { files }: UnitAgeQuestion, before: UnitAge) =>
      files.some((path) => samePath(path, change.path(args)))
        ? { needsRestart: true, needsReload: true }
        : before,
  };
  return [ofStat, ofContent, ofListing, ofAge, ofArchive(change.path), ofControlFile(change)];
}

/** A file of the control machine that a step makes there, when it is a host of the run as well. */
function ofControlFile<Args>(change: PathChange<Args>): Effect<Args> {
  return {
    probe: controlFileKind,
    touches: (args: Args, { name }: ControlQuestion) => samePath(change.path(args), name),
    predict: (args: Args, { name }: ControlQuestion, before: ControlFile | undefined) => {
      const old = before?.type === 'file' ? before : undefined;
      const file = change.stat(args, absent, { path: name });
      const found: FileContent | undefined = change.content?.(
        args,
        old && 'bytes' in old.content
          ? { found: 'file', content: old.content as TextContent }
          : { found: 'nothing' },
      );
      if (found?.found !== 'file') return change.content ? nothingKnown(`the content of ${name}`) : before;
      return { type: 'file', path: name, mode: file?.exists ? file.mode : '0644', content: found.content };
    },
  };
}

/** An archive that is written anew, or a file that it brought and a step changes. */
function ofArchive<Args>(pathOf: (args: Args) => string): Effect<Args> {
  const isSource = (args: Args, { source }: Archive): boolean =>
    typeof source === 'string' && samePath(source, pathOf(args));
  return {
    probe: archiveStateKind,
    touches: (args: Args, archive: Archive) =>
      isSource(args, archive) || isInside(pathOf(args), archive.dest),
    predict: (args: Args, archive: Archive, before: ArchiveState | undefined) => {
      if (before === undefined) return undefined;
      const isBrought = before.files.some((name) => samePath(`${archive.dest}/${name}`, pathOf(args)));
      if (!isSource(args, archive) && !isBrought) return before;
      return { ...before, differences: [...before.differences, `${pathOf(args)} is changed`] };
    },
  };
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

function listed<Args>(
  change: PathChange<Args>,
  args: Args,
  question: ListingQuestion,
  before: Listing,
): Listing {
  const path = normalPath(change.path(args));
  if (!isInside(path, question.path)) {
    if (change.inside === 'gone' && isInside(question.path, path)) return { exists: false, entries: [] };
    return before;
  }
  const relative = path === normalPath(question.path) ? '' : path.slice(normalPath(question.path).length + 1);
  const old = relative === '' ? undefined : before.entries.find((entry) => entry.name === relative);
  const after = change.stat(args, old?.file ?? absent, { ...question, path });
  const others = before.entries.filter(
    (entry) =>
      entry.name !== relative &&
      !(change.inside === 'gone' && (relative === '' || entry.name.startsWith(`${relative}/`))),
  );
  if (relative === '')
    return after?.exists === false ? { exists: false, entries: [] } : { exists: true, entries: others };
  const tooDeep = question.recurse !== true && relative !== baseName(path);
  if (!after?.exists || tooDeep) return { ...before, entries: others };
  const entries = [...others, { name: relative, file: after }].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { exists: true, entries };
}

/** For steps that run programs of others (a service started, a package installed): any file may be another afterwards. */
export function anyFileMayChange<Args>(): readonly Effect<Args>[] {
  const effect = { touches: () => true, predict: (_: Args, __: never, before: unknown) => before };
  return [statKind, contentKind, listingKind, unitAgeKind, archiveStateKind].map((probe) => ({
    probe,
    ...effect,
  }));
}
