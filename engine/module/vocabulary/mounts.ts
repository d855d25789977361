// What is mounted, and mounting.
import type { Effect, Need, Probe, ProbeKind, Step, StepKind } from '../contract.ts';
import { effect, probe, step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { doubtfulFiles } from './doubtful_files.ts';
import { foldersAbove, folderOrNothing } from './folder_needs.ts';
import { newDirectory } from './make_directory.ts';
import { stat, statKind, type Stat } from './stat.ts';
import { directoryOf, isInside, normalPath, samePath } from './paths.ts';

export interface MountQuestion {
  readonly path: string;
}

export type Mounted =
  | { readonly mounted: false }
  | { readonly mounted: true; readonly source: string; readonly type: string; readonly options: string };

/** `\040` and its kind in /proc/mounts and fstab. */
export function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}

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
  lists: ({ act, path: place }, { path, recurse }) =>
    act !== 'remount' && (directoryOf(place) === path || (recurse === true && isInside(place, path))),
});

/** Folders on the way to the place are made where they are missing. */
const madeAbove: Effect<MountAct> = effect(statKind, {
  touches: ({ act }) => act === 'mount',
  predict: ({ path: place }, { path }, before) =>
    before?.exists === false && isInside(place, path) && !samePath(place, path)
      ? newDirectory('root')
      : before,
});

function isBind({ options = '' }: MountAct): boolean {
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
      script: sh`{ [ -e ${path} ] || mkdir -p -- ${path}; } && mount ${flags} -- ${source ?? ''} ${path}`
        .text,
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
  effects: [...files, madeAbove, mounted],
};

export function mountAct(args: MountAct): Step<void> {
  return step(mountActKind, args);
}
