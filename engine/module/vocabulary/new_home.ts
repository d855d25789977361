// The home that useradd makes with a user: its own mode, and what stands in the skeleton folder. One that is there
// already stays as it is (useradd(8), -m). Where the host's settings are not the usual ones nothing is foretold.
import type { Effect, Need } from '../contract.ts';
import { octal } from '../mode.ts';
import { effect } from '../probe_identity.ts';
import { content, contentKind, textIn, type FileContent } from './content.ts';
import { listing, listingKind, type Listing, type ListingEntry, type ListingQuestion } from './listing.ts';
import { newDirectory } from './make_directory.ts';
import { openNumber } from './open_number.ts';
import { isInside, normalPath, samePath } from './paths.ts';
import { absent, stat, statKind, type ExistingFile, type Stat } from './stat.ts';

/** Told in parts, each by one need; all of them together tell what becomes of the home. */
interface ToldHome {
  readonly hasUseradd: boolean;
  readonly isUsual: boolean;
  readonly homeMode: string;
  readonly isHomeThere: boolean;
  readonly skeleton: readonly ListingEntry[];
}

export interface NewHome {
  readonly name: string;
  readonly home?: string | undefined;
  readonly skeleton?: string | undefined;
  /** Settings of login.defs for this one call. */
  readonly defaults?: readonly string[] | undefined;
}

/** The mode by login.defs(5): HOME_MODE, else what UMASK leaves. */
function modeOf(text: string, defaults: readonly string[]): string {
  const named = (name: string): number | undefined => {
    const given = defaults.findLast((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
    const found = new RegExp(`^[ \\t]*${name}[ \\t]+([0-7]+)`, 'm').exec(text)?.[1];
    const digits = given ?? found;
    return digits === undefined ? undefined : parseInt(digits, 8);
  };
  return octal(named('HOME_MODE') ?? 0o777 & ~(named('UMASK') ?? 0o022));
}

export function homeOfNewUser({ name, home, skeleton = '/etc/skel', defaults = [] }: NewHome): Need[] {
  const place = normalPath(home ?? `/home/${name}`);
  const tell = (probe: Need['probe'], foretells: (answer: never) => Partial<ToldHome>): Need => ({
    probe,
    unmet: () => undefined,
    foretells,
  });
  return [
    tell(stat({ path: '/usr/sbin/useradd', follow: true }), ({ exists }: Stat) => ({ hasUseradd: exists })),
    tell(content('/etc/default/useradd'), (found: FileContent) => ({
      isUsual: !/^[ \t]*(HOME|SKEL|CREATE_HOME)=/m.test(textIn(found)),
    })),
    tell(content('/etc/login.defs'), (found: FileContent) => ({
      homeMode: modeOf(textIn(found), defaults),
    })),
    tell(stat({ path: place, follow: true }), ({ exists }: Stat) => ({
      isHomeThere: exists,
    })),
    tell(listing({ path: skeleton, recurse: true }), ({ entries }: Listing) => ({ skeleton: entries })),
  ];
}

/** Undefined where not all of it is told. */
export function homeFrom(told: unknown): ToldHome | undefined {
  const { hasUseradd, isUsual, homeMode, isHomeThere, skeleton } = (told ?? {}) as Partial<ToldHome>;
  const isTold = hasUseradd === true && isUsual === true && isHomeThere !== undefined;
  return isTold && homeMode !== undefined && skeleton !== undefined ? (told as ToldHome) : undefined;
}

type Owner = Pick<ExistingFile, 'owner' | 'uid' | 'group' | 'gid'>;

/** `place`: where the home really stands, by whatever links. */
export function newHomeEffects<Args>(
  placeOf: (args: Args) => string,
  ownerOf: (args: Args, told: unknown) => Owner,
): readonly Effect<Args>[] {
  /** Undefined where the path is none of a home that is made. */
  const inHome = (args: Args, told: unknown, path: string): { home: ToldHome; name: string } | undefined => {
    const home = homeFrom(told);
    const place = normalPath(placeOf(args));
    if (!home || home.isHomeThere || !isInside(path, place)) return undefined;
    return { home, name: normalPath(path).slice(place.length + 1) };
  };
  const copied = (args: Args, told: unknown, { name, file }: ListingEntry): ListingEntry => {
    const open = { inode: openNumber, mtime: openNumber, atime: openNumber, ctime: openNumber };
    return { name, file: { ...file, ...ownerOf(args, told), ...open } };
  };
  const unknown = (path: string): { uncertain: []; waitsFor: string } => ({
    uncertain: [],
    waitsFor: `what the skeleton folder brings to ${path}`,
  });
  const ofStat: Effect<Args> = effect(statKind, {
    touches: () => true,
    predict: (args, { path, digest }, before, told) => {
      const at = inHome(args, told, path);
      if (!at) return before;
      const made = { ...newDirectory(''), ...ownerOf(args, told), mode: at.home.homeMode };
      if (at.name === '') return made;
      const entry = at.home.skeleton.find(({ name }) => samePath(name, at.name));
      if (!entry) return absent;
      // Its digest was not asked for.
      if (digest !== undefined && entry.file.type === 'file') return unknown(path);
      return copied(args, told, entry).file;
    },
  });
  const ofContent: Effect<Args> = effect(contentKind, {
    touches: () => true,
    predict: (args, { path }, before, told) => {
      const at = inHome(args, told, path);
      if (!at) return before;
      const entry = at.home.skeleton.find(({ name }) => samePath(name, at.name));
      if (entry && entry.file.type !== 'directory') return unknown(path);
      return { found: at.name === '' || entry ? 'not-a-file' : 'nothing' };
    },
  });
  const ofListing: Effect<Args> = effect(listingKind, {
    touches: () => true,
    predict: (args, question, before, told) => {
      const at = inHome(args, told, question.path);
      if (!at) return before;
      const { skeleton } = at.home;
      const isFolder =
        at.name === '' || skeleton.some(({ name, file }) => name === at.name && file.type === 'directory');
      if (!isFolder) return { exists: false, entries: [] };
      const entries = skeleton
        .filter(({ name }) => at.name === '' || name.startsWith(`${at.name}/`))
        .map((entry) => ({
          ...entry,
          name: at.name === '' ? entry.name : entry.name.slice(at.name.length + 1),
        }))
        .filter(({ name }) => isListed(name, question));
      if (question.follow === true || (question.digest && entries.some(({ file }) => file.type === 'file')))
        return unknown(question.path);
      return { exists: true, entries: entries.map((entry) => copied(args, told, entry)) };
    },
  });
  return [ofStat, ofContent, ofListing];
}

function isListed(name: string, { recurse, depth }: ListingQuestion): boolean {
  const levels = name.split('/').length;
  return recurse === true ? depth === undefined || levels <= depth : levels === 1;
}
