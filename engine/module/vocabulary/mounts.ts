// What is mounted, and mounting.
import type { Effect, Need, Probe, ProbeKind, Step, StepKind } from '../contract.ts';
import { effect, probe, step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { doubtfulFiles } from './doubtful_files.ts';
import { foldersAbove, folderOrNothing } from './folder_needs.ts';
import { mountsInsideEffect, unescapeMount } from './mounts_inside.ts';
import { newDirectory } from './make_directory.ts';
import { listingKind, type Listing, type ListingQuestion } from './listing.ts';
import { stat, statKind, type ExistingFile, type Stat } from './stat.ts';
import { directoryOf, isInside, normalPath, samePath } from './paths.ts';

export interface MountQuestion {
  readonly path: string;
}

export type Mounted =
  | { readonly mounted: false }
  | { readonly mounted: true; readonly source: string; readonly type: string; readonly options: string };

export function escapeMount(text: string): string {
  return text.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

export const mountKind: ProbeKind<MountQuestion, Mounted> = {
  name: 'mount',
  stability: 'stable',
  target: 'host',
  ask: () => ({ script: 'cat /proc/self/mounts' }),
  placed: (question, lead) => ({ path: lead(question.path, 'end') }),
  parse: ({ stdout }, { path }) => {
    const wanted = normalPath(path);
    const found = stdout
      .toString('utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, place = '']) => unescapeMount(place) === wanted);
    if (!found) return { mounted: false };
    const [source = '', , type = '', options = ''] = found;
    return { mounted: true, source: unescapeMount(source), type, options };
  },
  shown: (found, { path }) => ({
    title: `mounted at ${path}`,
    lines: found.mounted
      ? [`source: ${found.source}`, `type: ${found.type}`, `options: ${found.options}`]
      : null,
  }),
};

export function mountAt(path: string): Probe<Mounted> {
  return probe(mountKind, { path });
}

export interface MountAct extends MountQuestion {
  readonly act: 'mount' | 'unmount' | 'remount';
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly options?: string | undefined;
}

const mounted: Effect<MountAct> = effect(mountKind, {
  touches: () => true,
  predict: (args, question, before) => {
    if (normalPath(args.path) !== normalPath(question.path)) return before;
    if (args.act === 'unmount') return { mounted: false };
    return {
      mounted: true,
      source: args.source ?? '',
      type: args.type ?? '',
      options: args.options ?? 'defaults',
    };
  },
});

/** Another file system stands there: of a new one in memory it is known that nothing is in it. */
const files = doubtfulFiles<MountAct>({
  waitsFor: ({ act, path }) => `${act} ${path}`,
  of: ({ act, path: place, type }, path) => {
    if (act === 'remount' || !isInside(path, place)) return 'stays';
    if (samePath(path, place)) return 'a folder';
    return act === 'mount' && type === 'tmpfs' ? 'gone' : 'open';
  },
  lists: ({ act, path: place, ...more }, { path, recurse }) =>
    act !== 'remount' &&
    rootInMemory({ act, ...more }) === undefined &&
    (directoryOf(place) === path || (recurse === true && isInside(place, path))),
});

/** The root of a new file system in memory: nothing is in it. */
function rootInMemory({ act, type, options = '' }: Omit<MountAct, 'path'>): ExistingFile | undefined {
  if (act !== 'mount' || type !== 'tmpfs' || /(^|,)[ug]id=/.test(options)) return undefined;
  const [, mode = '1777'] = /(?:^|,)mode=0*([0-7]+)/.exec(options) ?? [];
  return { ...newDirectory('root'), uid: 0, gid: 0, mode: mode.padStart(4, '0') };
}

function listedInMemory(args: MountAct, { path, recurse, depth }: ListingQuestion, before: Listing): Listing {
  const [root, place] = [rootInMemory(args), normalPath(args.path)];
  if (!root || !isInside(place, path)) return before;
  const names = place.slice(path === '/' ? 1 : normalPath(path).length + 1).split('/');
  const ways = names.map((_, at) => names.slice(0, at + 1).join('/')).slice(0, recurse ? depth : 1);
  const own = ways.at(names.length - 1);
  const others = before.entries.filter(({ name }) => name !== own && !name.startsWith(`${names.join('/')}/`));
  const made = ways
    .filter((name) => !others.some((one) => one.name === name))
    .map((name) => ({ name, file: name === own ? root : newDirectory('root') }));
  const entries = [...others, ...made].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { exists: true, entries };
}

const inMemory: Effect<MountAct> = effect(listingKind, {
  touches: () => true,
  predict: (args, question, before) => {
    if (samePath(args.path, question.path) && rootInMemory(args)) return { exists: true, entries: [] };
    return before && listedInMemory(args, question, before);
  },
});

/** Folders on the way to the place are made where they are missing. */
const madeAbove: Effect<MountAct> = effect(statKind, {
  touches: ({ act }) => act === 'mount',
  predict: ({ path: place }, { path }, before) =>
    before?.exists === false && isInside(place, path) && !samePath(place, path)
      ? newDirectory('root')
      : before,
});

export function isBind({ options = '' }: Pick<MountAct, 'options'>): boolean {
  return options.split(',').some((option) => option === 'bind' || option === 'rbind');
}

function sourceIsThere(source: string): Need {
  return {
    probe: stat({ path: source, follow: true }),
    unmet: (found: Stat) => (found.exists ? undefined : `there is no ${source} to mount`),
  };
}

export const mountActKind: StepKind<MountAct, void> = {
  name: 'mount act',
  target: 'host',
  perform: ({ act, path, source, type, options }) => {
    if (act === 'unmount') return { script: sh`umount -- ${path}`.text };
    if (act === 'remount')
      return {
        script: sh`mount -o ${`remount${options === undefined ? '' : `,${options}`}`} -- ${path}`.text,
      };
    const flags = [
      ...(type === undefined ? [] : ['-t', type]),
      ...(options === undefined ? [] : ['-o', options]),
    ];
    return {
      script: sh`p=${normalPath(path)}; d=$p; set --
until [ -e "$d" ] || [ -z "$d" ]; do
  set -- "$@" "$d"
  case $d in */*) d=${sh`$`}{d%/*} ;; *) d= ;; esac
done
if { [ -e "$p" ] || mkdir -p -- "$p"; } && mount ${flags} -- ${source ?? ''} "$p"; then :; else
  rc=$?
  # Folders that were made for what cannot be mounted go again.
  for d do rmdir -- "$d"; done 2>/dev/null
  exit $rc
fi`.text,
    };
  },
  describe: ({ act, path, source }) => `${act} ${act === 'mount' ? `${source ?? ''} on ` : ''}${path}`,
  mayFail: (args) =>
    args.act === 'mount' && args.type !== 'tmpfs' && !isBind(args)
      ? `whether ${args.source ?? ''} can be mounted`
      : undefined,
  needs: (args) => {
    const { act, path, type, source = '' } = args;
    if (act !== 'mount') return [];
    // A file may be mounted on a file; a file system in memory has a folder as its root.
    const place = type === 'tmpfs' ? folderOrNothing(path) : foldersAbove(path);
    const isDevice = source.startsWith('/dev/') && type !== 'tmpfs';
    return isBind(args) || isDevice ? [...place, sourceIsThere(source)] : place;
  },
  placed: (args, lead) => ({ ...args, path: lead(args.path, 'end') }),
  effects: [...files, inMemory, madeAbove, mounted, mountsInsideEffect],
};

export function mountAct(args: MountAct): Step<void> {
  return step(mountActKind, args);
}
