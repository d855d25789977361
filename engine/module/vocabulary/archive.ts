// Archives: what of one differs from what stands in a folder, and unpacking. tar must be GNU's (busybox's cannot
// compare); zip needs unzip and compares the CRC-32 that gzip makes.
import type { Content } from '../content.ts';
import type { Output, Probe, ProbeFailure, ProbeKind, Script, Step, StepKind } from '../contract.ts';
import { uncertain } from '../picture.ts';
import { probe, step } from '../probe_identity.ts';
import { lines, sh, type ShellText } from '../quote.ts';
import { anyFileMayChange } from './file_effects.ts';
import type { Ownership } from './ownership.ts';
import { isInside } from './paths.ts';
import { absent, statKind, type Stat, type StatQuestion } from './stat.ts';
import { textContent } from '../content.ts';
import { newFile } from './write_file.ts';

export interface Archive {
  /** A path of the host, or content sent to it. */
  readonly source: string | Content;
  readonly format: 'tar' | 'zip';
  readonly dest: string;
  /** Flags of tar or unzip. */
  readonly extraOptions: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly keepNewer: boolean;
}

/** Lines that tell what differs; empty when all stands as in the archive. */
export interface ArchiveState {
  readonly differences: readonly string[];
}

function source({ source: from }: Archive): { readonly before: ShellText; readonly stdin?: Content } {
  if (typeof from === 'string')
    return {
      before: sh`a=${from}
[ -f "$a" ] || { echo "$a is not there" >&2; exit 4; }`,
    };
  return {
    before: sh`a=$(mktemp) || exit 1
trap 'rm -f -- "$a"' EXIT
cat > "$a" || exit 1`,
    stdin: from,
  };
}

const excluded = (names: readonly string[]): string[] => names.map((name) => `--exclude=${name}`);

function compareScript(archive: Archive): Script {
  const { dest, extraOptions, exclude, include, format } = archive;
  const { before, stdin } = source(archive);
  const compare =
    format === 'tar'
      ? sh`tar --help 2>&1 | grep -q -- --diff || { echo "tar cannot compare (busybox): give creates, or install GNU tar" >&2; exit 5; }
tar --diff -f "$a" -C ${dest} ${[...extraOptions, ...excluded(exclude)]} -- ${include} 2>&1
r=$?
[ "$r" -le 2 ] || exit "$r"
exit 0`
      : sh`command -v unzip >/dev/null || { echo "unzip is not there" >&2; exit 5; }
unzip -v ${extraOptions} "$a" ${include} ${exclude.length > 0 ? ['-x', ...exclude] : []} | awk '$7 ~ /^[0-9a-f]+$/ && length($7) == 8 { crc = $7; $1=$2=$3=$4=$5=$6=$7=""; sub(/^ +/, ""); print crc " " $0 }' | while read -r crc name; do
  f=${dest}/$name
  case $name in */) [ -d "$f" ] || echo "$name: missing"; continue ;; esac
  [ -f "$f" ] || { echo "$name: missing"; continue; }
  have=$(gzip -c1 < "$f" | tail -c 8 | head -c 4 | od -An -tx1 | awk '{ print $4 $3 $2 $1 }')
  [ "$have" = "$crc" ] || echo "$name: differs"
done`;
  return { script: lines(before, compare).text, ...(stdin ? { stdin } : {}) };
}

// A first folder that is stripped has an empty name, of which tar warns.
// tar says `etc/x: Mode differs`. Owner, group, mode and time may be wished to be others than in the archive.
const passedOver = /: (Uid|Gid|Mode|Mod time) differs$/;

function parse({ rc, stdout, stderr }: Output, { format }: Archive): ArchiveState | ProbeFailure {
  const reason = stderr.toString('utf8').trim();
  if (rc === 4) return { failed: reason, notYet: true };
  if (rc !== 0)
    return { failed: `Cannot read the ${format} archive: ${reason || stdout.toString('utf8').trim()}` };
  const told = stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const broken = told.find((line) =>
    /^tar: .*(not look like|not recoverable|Unexpected EOF|Child returned)/.test(line),
  );
  if (broken !== undefined) return { failed: `Cannot read the tar archive: ${broken}` };
  return {
    differences: told.filter(
      (line) => !passedOver.test(line) && !/^tar: (: Warning|.*(time stamp|Removing leading))/.test(line),
    ),
  };
}

export const archiveStateKind: ProbeKind<Archive, ArchiveState> = {
  name: 'archive state',
  stability: 'volatile',
  target: 'host',
  ask: compareScript,
  parse,
};

export function archiveState(archive: Archive): Probe<ArchiveState> {
  return probe(archiveStateKind, archive);
}

export interface Unpack extends Archive, Ownership {}

function unpackScript(args: Unpack): Script {
  const { before, stdin } = source(args);
  const { format, dest, extraOptions, exclude, include, keepNewer, owner, group, mode } = args;
  const own = [
    ...(owner === undefined ? [] : [`--owner=${owner}`]),
    ...(group === undefined ? [] : [`--group=${group}`]),
  ];
  const whom = `${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
  const list =
    format === 'tar'
      ? sh`tar -tf "$a" ${[...extraOptions.filter((option) => !option.startsWith('-z')), ...excluded(exclude)]} --show-transformed-names -- ${include}`
      : sh`unzip -Z1 "$a" ${include} ${exclude.length > 0 ? ['-x', ...exclude] : []}`;
  const each = (act: ShellText): ShellText =>
    sh`${list} | while IFS= read -r n; do if [ -n "$n" ] && [ -e ${dest}/"$n" ]; then ${act} ${dest}/"$n" || exit 1; fi; done || exit 1`;
  const unpack =
    format === 'tar'
      ? sh`tar -xf "$a" -C ${dest} ${[...(keepNewer ? ['--keep-newer-files'] : []), ...(own.length > 0 ? ['--no-same-owner'] : []), ...extraOptions, ...excluded(exclude)]} -- ${include} || exit 1`
      : sh`unzip -q -o ${extraOptions} "$a" ${include} ${exclude.length > 0 ? ['-x', ...exclude] : []} -d ${dest} || exit 1`;
  return {
    script: lines(
      before,
      unpack,
      whom === '' ? undefined : each(sh`chown -h -- ${whom}`),
      mode === undefined ? undefined : each(sh`chmod -- ${mode}`),
      sh`:`,
    ).text,
    ...(stdin ? { stdin } : {}),
  };
}

export const unpackKind: StepKind<Unpack, void> = {
  name: 'unpack',
  target: 'host',
  perform: unpackScript,
  describe: ({ source: from, dest }) =>
    `unpack ${typeof from === 'string' ? from : 'the archive'} into ${dest}`,
  effects: [
    ...anyFileMayChange<Unpack>().filter(({ probe }) => probe.name !== 'stat'),
    {
      probe: statKind,
      touches: () => true,
      // The archive may bring any file below dest; which ones is known only once it is there.
      predict: (args: Unpack, { path }: StatQuestion, before: Stat | undefined) =>
        before?.exists === false && isInside(path, args.dest)
          ? uncertain([absent, newFile('root', textContent(''))], `unpack into ${args.dest}`)
          : before,
    },
    {
      probe: archiveStateKind,
      touches: () => true,
      predict: (args: Unpack, question: Archive, before: ArchiveState | undefined) =>
        question.dest === args.dest && sameSource(question, args) ? { differences: [] } : before,
    },
  ],
};

function sameSource(a: Archive, b: Archive): boolean {
  if (typeof a.source === 'string' || typeof b.source === 'string') return a.source === b.source;
  return a.source.sha256 === b.source.sha256;
}

export function unpack(args: Unpack): Step<void> {
  return step(unpackKind, args);
}
