// Unpacks an archive into a folder. A kill leaves part of it; the next comparison finds what is missing.
import { isDeepStrictEqual } from 'node:util';
import type { Effect, Predicted, Script, Step, StepKind } from '../contract.ts';
import { uncertain } from '../picture.ts';
import { effect, step } from '../probe_identity.ts';
import { lines, sh, type ShellText } from '../quote.ts';
import {
  archiveNames,
  archiveStateKind,
  compression,
  excludedFromTar,
  excludedFromZip,
  placedArchive,
  type Archive,
  type ArchiveState,
} from './archive_state.ts';
import { archiveAt, isSameSource, sourceName } from './archive_source.ts';
import { doubtfulFiles } from './doubtful_files.ts';
import { isInside, joinPath, samePath } from './paths.ts';
import { servicesKind } from './services.ts';
import { unitKind } from './unit_state.ts';
import { isUnitPlace, unitTreeKind } from './unit_tree.ts';

function unpackScript(args: Archive): Script {
  const { before, stdin } = archiveAt(args.source);
  const { format, dest, extraOptions, exclude, include, keepNewer, owner, group, mode } = args;
  const isOwned = (owner ?? group) !== undefined;
  const whom = `${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
  const each = (test: ShellText, act: ShellText): ShellText =>
    sh`${archiveNames(args)} | while IFS= read -r n; do if ${test}; then ${act} ${dest}/"$n" || exit 1; fi; done || exit 1`;
  const there = sh`[ -e ${dest}/"$n" ] || [ -L ${dest}/"$n" ]`;
  const noLink = sh`[ -e ${dest}/"$n" ] && [ ! -L ${dest}/"$n" ]`;
  const flags = [
    ...(keepNewer ? ['--keep-newer-files'] : []),
    ...(isOwned ? ['--no-same-owner'] : []),
    ...extraOptions,
    ...excludedFromTar(exclude),
  ];
  const unpack =
    format === 'tar'
      ? sh`tar $z -xf "$a" -C ${dest} ${flags} ${include} || exit 1`
      : sh`unzip -q ${keepNewer ? '-uo' : '-o'} ${extraOptions} "$a" ${include} ${excludedFromZip(exclude)} -d ${dest} || exit 1`;
  return {
    script: lines(
      before,
      compression,
      unpack,
      isOwned ? each(there, sh`chown -h -- ${whom}`) : undefined,
      mode === undefined ? undefined : each(noLink, sh`chmod -- ${mode}`),
      sh`:`,
    ).text,
    ...(stdin ? { stdin } : {}),
  };
}

export interface Unpack extends Archive {
  /** The paths in it, where they are known. */
  readonly pictured?: readonly string[] | undefined;
}

function mayBring({ dest, pictured: brings }: Unpack, path: string): boolean {
  if (!isInside(path, dest) || samePath(path, dest)) return false;
  return brings === undefined || brings.some((name) => isInside(joinPath(dest, name), path));
}

/** Unit files may be among what it brings. */
const unitsBrought: readonly Effect<Unpack>[] = [unitKind, unitTreeKind, servicesKind].map((probe) => ({
  probe,
  touches: ({ dest, pictured: brings }) =>
    brings?.some((name) => isUnitPlace(joinPath(dest, name))) ?? isUnitPlace(dest),
  predict: ({ dest }) => ({ uncertain: [], waitsFor: `unpack into ${dest}` }),
}));

export const unpackKind: StepKind<Unpack, void> = {
  name: 'unpack',
  target: 'host',
  perform: unpackScript,
  describe: ({ source: from, dest }) => `unpack ${sourceName(from)} into ${dest}`,
  placed: placedArchive,
  effects: [
    // The archive may bring any file below dest; which ones is known only once it is there, and never what they hold.
    ...doubtfulFiles<Unpack>({
      waitsFor: ({ dest }) => `unpack into ${dest}`,
      of: (args, path) => (mayBring(args, path) ? 'open' : 'stays'),
      lists: ({ dest }, { path, recurse }) =>
        isInside(path, dest) || (recurse === true && isInside(dest, path)),
    }),
    ...unitsBrought,
    effect(archiveStateKind, {
      touches: () => true,
      predict: (args, question, before) =>
        question.dest === args.dest && isSameSource(question.source, args.source)
          ? unpacked(args, question, before)
          : before,
    }),
  ],
};

/** With another owner or mode, or more of it wished, what differs hangs on what is in the archive. */
function unpacked(
  args: Unpack,
  question: Archive,
  before: ArchiveState | undefined,
): Predicted<ArchiveState> {
  const same: ArchiveState = { files: before?.files ?? [], differences: [], isGzip: before?.isGzip };
  const isSame = (['owner', 'group', 'mode'] as const).every((name) => question[name] === args[name]);
  if (isSame && isBrought(args, question)) return same;
  const differs: ArchiveState = { ...same, differences: ['What is wished of the archive is another'] };
  return uncertain([same, differs], `unpack into ${args.dest}`);
}

/** Whether all that is asked for, in its place, is among what was unpacked. */
function isBrought(args: Unpack, question: Archive): boolean {
  const isAlike = (name: 'include' | 'exclude' | 'extraOptions'): boolean =>
    isDeepStrictEqual(args[name], question[name]);
  if (!isAlike('extraOptions') || (args.keepNewer && !question.keepNewer)) return false;
  const isWhole = args.include.length === 0 && args.exclude.length === 0;
  return isWhole || (isAlike('include') && isAlike('exclude'));
}

export function unpack(args: Unpack): Step<void> {
  return step(unpackKind, args);
}
