// Unpacks an archive into a folder. A kill leaves part of it; the next comparison finds what is missing.
import { textContent } from '../content.ts';
import type { Script, Step, StepKind } from '../contract.ts';
import { uncertain } from '../picture.ts';
import { step } from '../probe_identity.ts';
import { lines, sh, type ShellText } from '../quote.ts';
import {
  archiveNames,
  archiveSource,
  archiveStateKind,
  compression,
  excludedFromTar,
  excludedFromZip,
  type Archive,
  type ArchiveState,
} from './archive_state.ts';
import { anyFileMayChange } from './file_effects.ts';
import { isInside } from './paths.ts';
import { absent, statKind, type Stat, type StatQuestion } from './stat.ts';
import { newFile } from './write_file.ts';

function unpackScript(args: Archive): Script {
  const { before, stdin } = archiveSource(args);
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

export const unpackKind: StepKind<Archive, void> = {
  name: 'unpack',
  target: 'host',
  perform: unpackScript,
  describe: ({ source: from, dest }) =>
    `unpack ${typeof from === 'string' ? from : 'the archive'} into ${dest}`,
  effects: [
    ...anyFileMayChange<Archive>().filter(
      ({ probe }) => ![statKind.name, archiveStateKind.name].includes(probe.name),
    ),
    {
      probe: statKind,
      touches: () => true,
      // The archive may bring any file below dest; which ones is known only once it is there.
      predict: (args: Archive, { path }: StatQuestion, before: Stat | undefined) =>
        before?.exists === false && isInside(path, args.dest)
          ? uncertain([absent, newFile('root', textContent(''))], `unpack into ${args.dest}`)
          : before,
    },
    {
      probe: archiveStateKind,
      touches: () => true,
      predict: (args: Archive, question: Archive, before: ArchiveState | undefined) =>
        question.dest === args.dest && isSameSource(question, args)
          ? { files: before?.files ?? [], differences: [] }
          : before,
    },
  ],
};

function isSameSource(a: Archive, b: Archive): boolean {
  if (typeof a.source === 'string' || typeof b.source === 'string') return a.source === b.source;
  return a.source.sha256 === b.source.sha256;
}

export function unpack(args: Archive): Step<void> {
  return step(unpackKind, args);
}
