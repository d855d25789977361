// Makes a symbolic or hard link, in place of what is there: beside it first, then renamed over it.
import type { Need, Step, StepKind } from '../contract.ts';
import { openNumber } from './open_number.ts';
import { step } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { content, type FileContent } from './content.ts';
import { fileEffects } from './file_effects.ts';
import { groupOfCreator } from './account_needs.ts';
import { folderOf } from './folder_needs.ts';
import { inherited, ownedBy } from './ownership.ts';
import { directoryOf, joinPath, normalPath, samePath } from './paths.ts';
import { absent, type ExistingFile } from './stat.ts';

export interface MakeLink {
  readonly path: string;
  /** The text of a symbolic link; the other name of a hard one. */
  readonly target: string;
  readonly kind: 'symbolic' | 'hard';
  /** The target is a folder. */
  readonly toFolder?: boolean | undefined;
  readonly creator: string;
  /** Of a hard link: the file that gets another name. */
  readonly source?: ExistingFile | undefined;
}

/** Where a symbolic link leads; one that leads to itself leads nowhere. */
function endOf({ path, target }: MakeLink): string {
  const end = target.startsWith('/') ? normalPath(target) : joinPath(directoryOf(path), target);
  return samePath(end, path) ? '' : end;
}

/** A file that got another name. */
function withOneMore(file: ExistingFile | undefined): ExistingFile | undefined {
  return file && { ...file, links: file.links + 1, ctime: openNumber };
}

/** What the file holds that gets another name, where it is known and not large. */
interface OtherContent {
  readonly linked: FileContent | undefined;
}

function contentOfOther(path: string): Need {
  return {
    probe: content(path, 1 << 20),
    unmet: () => undefined,
    foretells: (found: FileContent): OtherContent => ({
      linked: found.found === 'file' ? found : undefined,
    }),
  };
}

export function newLink(args: MakeLink): ExistingFile {
  const { target, toFolder, creator } = args;
  return {
    exists: true,
    type: 'link',
    mode: '0777',
    ...ownedBy(creator),
    size: target.length,
    mtime: openNumber,
    atime: openNumber,
    ctime: openNumber,
    inode: openNumber,
    device: '',
    links: 1,
    target,
    resolved: endOf(args),
    ...(toFolder ? { leadsToFolder: true as const } : {}),
  };
}

// mv refuses to rename a link over the file that it leads to.
export const makeLinkKind: StepKind<MakeLink, void> = {
  name: 'make link',
  target: 'host',
  joins: () => true,
  perform: ({ path, target, kind }) => ({
    script: sh`p=${path}
if [ -d "$p" ] && [ ! -L "$p" ]; then rmdir -- "$p" || exit 1; fi
t=$(mktemp -u ${`${directoryOf(path)}/.hardway.link.XXXXXX`}) || exit 1
ln ${kind === 'symbolic' ? ['-s'] : []} -- ${target} "$t" || exit 1
if [ -L "$p" ] || [ "$p" -ef "$t" ]; then rm -f -- "$p"; fi
mv -f -- "$t" "$p" || { rm -f -- "$t"; exit 1; }`.text,
  }),
  describe: ({ path, target, kind }) => `link ${path} to ${target}${kind === 'hard' ? ' (hard)' : ''}`,
  needs: ({ path, target, kind, creator }) => [
    folderOf(path),
    ...groupOfCreator(creator),
    ...(kind === 'hard' ? [contentOfOther(target)] : []),
  ],
  placed: (args, lead) => ({
    ...args,
    path: lead(args.path, 'itself'),
    // The other file gets one more name.
    ...(args.kind === 'hard' ? { target: lead(args.target, 'itself') } : {}),
  }),
  effects: fileEffects<MakeLink>({
    path: ({ path }) => path,
    wide: true,
    stat: (args, before, { follow, path }, told) => {
      const { kind, source } = args;
      if (kind === 'hard')
        return samePath(path, args.path) || !before?.exists ? withOneMore(source) : withOneMore(before);
      return follow && endOf(args) === '' ? absent : inherited(newLink(args), told);
    },
    shared: ({ kind, source }) =>
      kind === 'hard' && source ? { device: source.device, inode: source.inode } : undefined,
    content: ({ kind }, before, told) => {
      if (kind === 'hard') return (told as Partial<OtherContent> | undefined)?.linked;
      return before?.found === 'nothing' ? before : undefined;
    },
    keepsIdentity: true,
  }),
};

export function makeLink(args: MakeLink): Step<void> {
  return step(makeLinkKind, args);
}
