// What of an archive differs from what stands in a folder. GNU tar compares by itself; a tar that cannot (busybox's)
// unpacks into a folder of its own and compares that; zip needs unzip and compares the CRC-32 that gzip makes.
import type { Lead, Output, Probe, ProbeFailure, ProbeKind, Script } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { lines, sh, type ShellText } from '../quote.ts';
import { archiveAt, type ArchiveSource, notFetched, sourceName } from './archive_source.ts';
import { missingOwnership, type Ownership } from './ownership.ts';
import { parseStat } from './stat.ts';

export interface Archive extends Ownership {
  readonly source: ArchiveSource;
  readonly format: 'tar' | 'zip';
  readonly dest: string;
  /** Flags of tar or unzip. */
  readonly extraOptions: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly keepNewer: boolean;
}

/** Lines that tell what differs; empty when all stands as in the archive, with owner, group and mode as wished. */
export interface ArchiveState {
  readonly differences: readonly string[];
  /** Paths in the archive, as they stand below the folder. */
  readonly files: readonly string[];
  /** Undefined while the archive is not there. */
  readonly isGzip?: boolean | undefined;
  /** While the archive is not there: the folder holds nothing, or is not there either. */
  readonly isBare?: true | undefined;
}

/** `$z`: the flag of compression for a tar that does not find it out by itself, told by the archive's first bytes. */
export const compression = sh`z=
if tar --version 2>/dev/null | grep -q GNU; then :; else
  case $(od -An -tx1 -N 3 "$a" | tr -d ' ') in 1f8b*) z=-z ;; 425a68) z=-j ;; fd377a) z=-J ;; esac
fi`;

export const excludedFromTar = (names: readonly string[]): string[] =>
  names.map((name) => `--exclude=${name}`);
export const excludedFromZip = (names: readonly string[]): string[] =>
  names.length > 0 ? ['-x', ...names] : [];

const tarFlags = ({ extraOptions, exclude }: Archive): string[] => [
  ...extraOptions,
  ...excludedFromTar(exclude),
];

/** Prints the paths that the archive brings, one a line. Busybox knows no transformed names and needs none. */
export function archiveNames(archive: Archive): ShellText {
  const { format, extraOptions, include, exclude } = archive;
  if (format === 'zip') return sh`unzip -Z1 "$a" ${include} ${excludedFromZip(exclude)}`;
  // A flag that names the compression is right for packing and unpacking alone.
  const options = extraOptions.filter((option) => !option.startsWith('-z'));
  return sh`if tar --help 2>&1 | grep -q -- --show-transformed; then
  tar -tf "$a" ${options} ${excludedFromTar(exclude)} --show-transformed-names --quoting-style=literal ${include}
else tar $z -tf "$a" ${tarFlags({ ...archive, extraOptions: options })} ${include}; fi | grep -v '^/$'`;
}

const unlikeCopy = `for p do
  q=$HW_DEST/\${p#./}
  if [ -L "$p" ]; then [ "$(readlink -- "$p")" = "$(readlink -- "$q")" ] || echo "$p: Symlink differs"
  elif [ -d "$p" ]; then [ -d "$q" ] || echo "$p: missing"
  else
    cmp -s -- "$p" "$q" || { echo "$p: Contents differ"; continue; }
    [ "$(stat -c %a -- "$p")" = "$(stat -c %a -- "$q")" ] || echo "$p: Mode differs"
  fi
done`;

/**
 * GNU tar unpacks once for all that is asked: with -v it names each member before what differs of it. A tar that cannot
 * compare unpacks aside.
 */
function compareTar(archive: Archive): ShellText {
  const { dest, include } = archive;
  const shown = ['--show-transformed-names', '--quoting-style=literal'];
  return sh`if tar --help 2>&1 | grep -q -- --diff; then
  said=$(tar --diff -v ${shown} -f "$a" -C ${dest} ${tarFlags(archive)} ${include})
  r=$?; [ "$r" -le 2 ] || exit "$r"
  printf '== compared\n%s\n' "$said"
  ${isOwned(archive) ? sh`echo '== owners'; printf '%s\n' "$said" | grep -v '^/$' | ${ownersOf(archive)}` : sh`:`}
  exit 0
fi
d=$(mktemp -d) || exit 1
trap 'rm -rf -- "$d" "$t"' EXIT
tar $z -xf "$a" -C "$d" ${tarFlags(archive)} ${include} >&2 || exit 1
( cd "$d" && HW_DEST=${dest} find . -mindepth 1 -exec sh -c ${unlikeCopy} sh {} + )`;
}

function compareZip({ dest, extraOptions, include, exclude }: Archive): ShellText {
  return sh`command -v unzip >/dev/null || { echo "unzip is not there" >&2; exit 5; }
unzip -v ${extraOptions} "$a" ${include} ${excludedFromZip(exclude)} | awk 'length($7) == 8 && $7 !~ /[^0-9a-f]/ { crc = $7; $1=$2=$3=$4=$5=$6=$7=""; sub(/^ +/, ""); print crc " " $0 }' | while read -r crc name; do
  f=${dest}/$name
  case $name in */) [ -d "$f" ] || echo "$name: missing"; continue ;; esac
  [ -f "$f" ] || { echo "$name: missing"; continue; }
  have=$(gzip -c1 < "$f" | tail -c 8 | head -c 4 | od -An -tx1 | awk '{ print $4 $3 $2 $1 }')
  [ "$have" = "$crc" ] || echo "$name: differs"
done`;
}

const isOwned = ({ owner, group, mode }: Archive): boolean => (owner ?? group ?? mode) !== undefined;

/** Of paths in the archive on stdin, one a line, those that are there: as `stat` prints them, then the name. */
function ownersOf({ dest }: Archive): ShellText {
  return sh`tr '\n' '\0' | ( cd ${dest} && xargs -0 stat -c '%f|%u|%g|%s|%Y|%X|%Z|%i|%d|%h|%U|%G|%n' -- 2>/dev/null )`;
}

function compareScript(archive: Archive): Script {
  const { before, stdin } = archiveAt(archive.source);
  const { dest, format } = archive;
  return {
    script: lines(
      typeof archive.source === 'string'
        ? sh`[ -f ${archive.source} ] || [ -n "$(ls -A ${dest} 2>/dev/null)" ] || echo bare`
        : undefined,
      before,
      sh`printf 'user %s\nbegins %s\n' "$(id -u)" "$(od -An -tx1 -N 2 "$a" | tr -d ' ')"
if [ ! -d ${dest} ]; then echo ${dest}": missing"; exit 0; fi`,
      format === 'tar' ? lines(compression, compareTar(archive)) : compareZip(archive),
      isOwned(archive) ? sh`echo '== owners'; ${archiveNames(archive)} | ${ownersOf(archive)}` : undefined,
      sh`echo '== names'; ${archiveNames(archive)}
exit 0`,
    ).text,
    ...(stdin ? { stdin } : {}),
  };
}

/** Whether a line of the comparison asks for something to be done. */
function counts(line: string, archive: Archive, isRoot: boolean): boolean {
  if (/: Mod time differs$/.test(line)) return false;
  // Ids and modes come from the archive only when root unpacks, and only where the task wishes nothing else.
  if (/: Uid differs$/.test(line)) return isRoot && archive.owner === undefined && keepsOwners(archive);
  if (/: Gid differs$/.test(line)) return isRoot && archive.group === undefined && keepsOwners(archive);
  if (/: Mode differs$/.test(line)) return isRoot && archive.mode === undefined && keepsModes(archive);
  // What tar says of the folder that --strip-components leaves without a name, and at its end.
  return !/^tar: : Warning: Cannot stat|^tar: .*(time stamp|Removing leading|Exiting with failure)/.test(
    line,
  );
}

function keepsOwners({ extraOptions, owner, group }: Archive): boolean {
  return (owner ?? group) === undefined && !extraOptions.some((one) => /^(--no-same-owner|-o)$/.test(one));
}

function keepsModes({ extraOptions }: Archive): boolean {
  return !extraOptions.includes('--no-same-permissions');
}

function otherOwners(block: readonly string[], archive: Archive): string[] {
  return block.flatMap((line) => {
    const words = line.split('|');
    const file = parseStat(words.slice(0, 12).join('|'));
    return file && missingOwnership(file, archive)
      ? [`${words.slice(12).join('|')}: Owner or mode differs`]
      : [];
  });
}

const unreadable = /^tar: .*(not look like|not recoverable|Unexpected EOF|Child returned|Cannot open: )/;

const filled = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Tells the members that GNU tar names from what it says of the one named last. */
function splitCompared(block: readonly string[]): { readonly files: string[]; readonly said: string[] } {
  const files: string[] = [];
  const said: string[] = [];
  let member: string | undefined;
  for (const line of block) {
    if (member !== undefined && line.startsWith(`${member}: `)) said.push(line);
    else {
      // The folder that --strip-components leaves without a name.
      if (line !== '/') files.push(line);
      member = line.replace(/\/$/, '');
    }
  }
  return { files, said };
}

function parse(output: Output, archive: Archive): ArchiveState | ProbeFailure {
  const { rc, stdout, stderr } = output;
  const text = stdout.toString('utf8');
  if (rc === 4) {
    const isBare = text.startsWith('bare') ? { isBare: true as const } : {};
    return { differences: ['the archive is not there'], files: [], ...isBare };
  }
  const complaints = stderr.toString('utf8');
  // In check mode the server may be what an earlier task would have started.
  if (rc === notFetched)
    return { failed: `Cannot fetch ${sourceName(archive.source)}: ${complaints.trim()}`, notYet: true };
  if (rc !== 0) return { failed: `Cannot read the ${archive.format} archive: ${complaints.trim() || text}` };
  const [told = '', ...blocks] = text.split(/^== /m);
  const block = (name: string): string[] | undefined => {
    const found = blocks.find((one) => one.startsWith(`${name}\n`));
    return found === undefined ? undefined : filled(found).slice(1);
  };
  const [user, ...rest] = filled(told);
  const begin = rest.find((line) => line.startsWith('begins '));
  const besides = rest.filter((line) => line !== begin);
  const compared = block('compared');
  const { files, said } = compared
    ? splitCompared(compared)
    : { files: block('names') ?? [], said: [] as string[] };
  const all = [...besides, ...said, ...(compared ? filled(complaints) : [])];
  const broken = all.find((line) => unreadable.test(line));
  if (broken !== undefined) return { failed: `Cannot read the tar archive: ${broken}` };
  const isRoot = user === 'user 0';
  return {
    differences: [
      ...all.filter((line) => counts(line, archive, isRoot)),
      ...otherOwners(block('owners') ?? [], archive),
    ],
    files,
    ...(begin === undefined ? {} : { isGzip: begin === 'begins 1f8b' }),
  };
}

export function placedArchive(archive: Archive, lead: Lead): Archive {
  const { source: from, dest } = archive;
  return {
    ...archive,
    source: typeof from === 'string' ? lead(from, 'end') : from,
    dest: lead(dest, 'end'),
  };
}

export const archiveStateKind: ProbeKind<Archive, ArchiveState> = {
  name: 'archive state',
  stability: 'volatile',
  target: 'host',
  ask: compareScript,
  parse,
  placed: placedArchive,
};

export function archiveState(archive: Archive): Probe<ArchiveState> {
  return probe(archiveStateKind, archive);
}
