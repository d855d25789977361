// What steps that run programs of others leave in doubt: files in places of which the step alone does not tell enough.
import type { Effect, Uncertain } from '../contract.ts';
import { effect } from '../probe_identity.ts';
import { uncertain } from '../picture.ts';
import { contentKind } from './content.ts';
import { listingKind, type ListingQuestion } from './listing.ts';
import { newDirectory } from './make_directory.ts';
import { openNumber } from './open_number.ts';
import { directoryOf, isInside } from './paths.ts';
import { absent, statKind, type Stat } from './stat.ts';
import { unitAgeKind } from './unit_age.ts';
import { newFile } from './write_file.ts';

/** `may come`: what was not there may be; `any`: what is there may be another as well; `open`: nothing is known. */
export type Doubt = 'stays' | 'may come' | 'any' | 'open' | 'gone' | 'a folder';

export interface DoubtfulFiles<Args> {
  readonly waitsFor: (args: Args) => string;
  /** What becomes of the file at a path; `told` is what the step's needs foretell, or its outcome. */
  readonly of: (args: Args, path: string, told?: unknown) => Doubt;
  /** Whether a folder that is listed may get or lose entries by what lies deeper or beside. */
  readonly lists: (args: Args, question: ListingQuestion, told?: unknown) => boolean;
}

/** A folder of whatever owner and mode. */
const folders = ['0755', '0700', '1777', '0750'].map((mode) => ({
  ...newDirectory(''),
  uid: openNumber,
  gid: openNumber,
  mode,
}));

/** Files as packages and archives bring them: of several modes, and of owners that nobody knows (empty). */
export function whatMayCome(digest: string | undefined): Stat[] {
  // That it is already what a task writes there is not presumed: an open digest equals no other.
  const file = { ...newFile('root', { size: openNumber }), ...(digest === undefined ? {} : { digest: '' }) };
  const folder = newDirectory('root');
  const ofSomebody = { owner: '', group: '', uid: openNumber, gid: openNumber };
  return [
    absent,
    ...[file, { ...file, mode: '0755' }, { ...file, ...ofSomebody }],
    ...[folder, { ...folder, ...ofSomebody }, { ...folder, ...ofSomebody, mode: '0700' }],
  ];
}

export function doubtfulFiles<Args>({ waitsFor, of, lists }: DoubtfulFiles<Args>): readonly Effect<Args>[] {
  const open = (args: Args): Uncertain<never> => ({ uncertain: [], waitsFor: waitsFor(args) });
  const ofStat: Effect<Args> = effect(statKind, {
    touches: () => true,
    predict: (args, { path, digest, typeOnly }, before, told) => {
      const doubt = of(args, path, told);
      if (doubt === 'gone') return absent;
      if (doubt === 'stays') return before;
      if (doubt === 'a folder') return uncertain(folders, waitsFor(args));
      if ((doubt !== 'open' || typeOnly) && before?.exists === false)
        return uncertain(whatMayCome(digest), waitsFor(args));
      if (doubt !== 'may come' || before === undefined) return open(args);
      return before;
    },
  });
  const ofContent: Effect<Args> = effect(contentKind, {
    touches: () => true,
    predict: (args, { path }, before, told) => {
      const doubt = of(args, path, told);
      if (doubt === 'gone') return { found: 'nothing' };
      if (doubt === 'stays') return before;
      if (doubt === 'a folder') return { found: 'not-a-file' };
      if (doubt !== 'may come' || before?.found === 'nothing') return open(args);
      return before;
    },
  });
  const ofListing: Effect<Args> = effect(listingKind, {
    touches: () => true,
    predict: (args, question, before, told) => {
      const isOpen = of(args, question.path, told) !== 'stays' || lists(args, question, told);
      return isOpen ? open(args) : before;
    },
  });
  const ofAge: Effect<Args> = effect(unitAgeKind, {
    touches: () => true,
    predict: (args, { files }, before, told) => {
      if (before === undefined || files.every((path) => of(args, path, told) === 'stays')) return before;
      return uncertain([before, { needsRestart: true, needsReload: true }], waitsFor(args));
    },
  });
  return [ofStat, ofContent, ofListing, ofAge];
}

/** Whether a listing shows what is at this path. */
export function isShown(path: string, { path: folder, recurse }: ListingQuestion): boolean {
  return recurse ? isInside(path, folder) : directoryOf(path) === folder;
}
