// What stands at a path: type, mode, owner, times, and a digest of its content when asked.
import { textOfBytes } from '../../document/byte_text.ts';
import type { Output, Probe, ProbeFailure, ProbeKind } from '../contract.ts';
import { octal } from '../mode.ts';
import { probe } from '../probe_identity.ts';
import { isKeptByKernel } from './kernel_files.ts';
import { lines, sh, type ShellText } from '../quote.ts';

export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export interface StatQuestion {
  readonly path: string;
  /** Look at what a link leads to. */
  readonly follow?: boolean;
  readonly digest?: DigestName;
  /** Ask for `details` as well. */
  readonly detailed?: boolean;
  /** Among the details what file(1) and lsattr say; both start a program. */
  readonly media?: boolean;
  readonly attributes?: boolean;
  /** Only whether something is there and of which type counts for who asks: check mode may tell that of more files. */
  readonly typeOnly?: boolean;
}

/** What a step on the file may change without saying how: no step foretells it. */
export interface FileDetails {
  /** What follows the seconds of each time, in nanoseconds. */
  readonly nanoseconds: { readonly mtime: number; readonly atime: number; readonly ctime: number };
  readonly blocks: number;
  readonly blockSize: number;
  /** Of a device itself; 0 for other files. */
  readonly deviceType: number;
  /** `text/plain` and `us-ascii`. Absent when not asked for, or without file(1). */
  readonly media?: { readonly type: string; readonly charset: string };
  /** As lsattr prints them. Absent when not asked for, without lsattr, or on a file system that has none. */
  readonly attributes?: { readonly version: string; readonly flags: string };
}

export type FileType = 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'char' | 'block';

export interface ExistingFile {
  readonly exists: true;
  readonly type: FileType;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly atime: number;
  readonly ctime: number;
  readonly inode: number;
  readonly device: string;
  readonly links: number;
  /** Of a link: the text in it, and the path that it leads to in the end (empty when it leads nowhere). */
  readonly target?: string;
  readonly resolved?: string;
  /** Of a link: it leads to a folder. */
  readonly leadsToFolder?: true;
  /** Of a regular file, when asked. Absent when the file may not be read. */
  readonly digest?: string;
  /** When asked; absent from what a step would make. */
  readonly details?: FileDetails;
}

export type Stat = { readonly exists: false } | ExistingFile;

export const absent: Stat = { exists: false };

/** A folder, or a link to one. */
export function isFolder(file: Stat): boolean {
  return file.exists && (file.type === 'directory' || file.leadsToFolder === true);
}

const format = '%f|%u|%g|%s|%Y|%X|%Z|%i|%d|%h|%U|%G';

const detailedFormat = `${format}|%b|%o|%t|%T|%x|%y|%z`;

/** Prints one line for the path, then the link's text and end, then the digest and details; rc 1 with the reason when it cannot. */
export function statScript({ path, follow, digest, detailed, media, attributes }: StatQuestion): ShellText {
  const look = sh`p=${path}
case $p in /*) ;; *) p=./$p ;; esac
stat ${follow ? ['-L'] : []} -c ${detailed ? detailedFormat : format} -- "$p" || exit 1`;
  const link = sh`if [ -L "$p" ]; then printf 'link %s\n' "$(readlink -- "$p")"; printf 'end %s\n' "$(readlink -f -- "$p")"; if [ -d "$p" ]; then echo 'folder yes'; fi; fi`;
  const isOurs = follow ? sh`[ -f "$p" ]` : sh`[ -f "$p" ] && [ ! -L "$p" ]`;
  const sum = digest
    ? sh`if ${isOurs} && [ -r "$p" ]; then set -- $(${digest}sum < "$p"); printf 'sum %s\n' "$1"; fi`
    : undefined;
  const kind = media
    ? sh`if m=$(file -b --mime-type --mime-encoding "$p" 2>/dev/null); then printf 'media %s\n' "$m"; fi`
    : undefined;
  const flags = attributes
    ? sh`if a=$(lsattr -vd "$p" 2>/dev/null); then printf 'attributes %s\n' "$a"; fi`
    : undefined;
  return lines(look, link, sum, kind, flags, sh`:`);
}

const types: Readonly<Record<number, FileType>> = {
  0o01: 'fifo',
  0o02: 'char',
  0o04: 'directory',
  0o06: 'block',
  0o10: 'file',
  0o12: 'link',
  0o14: 'socket',
};

/** Of `2026-11-21 21:45:10.123456789 +0000`; 0 where the host tells none. */
function nanosecondsOf(time = ''): number {
  return Number((/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(9, '0').slice(0, 9));
}

/** As makedev(3) of the C library joins them. */
function deviceNumber(majorHex = '', minorHex = ''): number {
  const [major, minor] = [parseInt(majorHex, 16), parseInt(minorHex, 16)];
  return (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12);
}

function detailsOf(words: readonly string[], media?: string, attributes?: string): FileDetails | undefined {
  const [blocks, blockSize, major, minor, atime, mtime, ctime] = words;
  if (ctime === undefined) return undefined;
  const [, type = '', charset = ''] = /^([^;]+); charset=(.+)$/.exec(media ?? '') ?? [];
  const [version = '', flags] = (attributes ?? '').trim().split(/\s+/);
  return {
    nanoseconds: {
      mtime: nanosecondsOf(mtime),
      atime: nanosecondsOf(atime),
      ctime: nanosecondsOf(ctime),
    },
    blocks: Number(blocks),
    blockSize: Number(blockSize),
    deviceType: deviceNumber(major, minor),
    ...(charset === '' ? {} : { media: { type, charset } }),
    ...(flags === undefined ? {} : { attributes: { version, flags: flags.replaceAll('-', '') } }),
  };
}

/** Reads what `statScript` printed. */
export function parseStat(text: string): ExistingFile | undefined {
  const [first = '', ...rest] = text.split('\n');
  const [
    raw = '',
    uid,
    gid,
    size,
    mtime,
    atime,
    ctime,
    inode,
    device = '',
    links,
    owner = '',
    group = '',
    ...more
  ] = first.split('|');
  const bits = parseInt(raw, 16);
  const type = types[bits >> 12];
  if (!type) return undefined;
  const named = (word: string): string | undefined =>
    rest.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
  const target = named('link');
  const digest = named('sum');
  const details = detailsOf(more, named('media'), named('attributes'));
  return {
    exists: true,
    type,
    mode: octal(bits & 0o7777),
    owner: owner === 'UNKNOWN' ? '' : owner,
    group: group === 'UNKNOWN' ? '' : group,
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    mtime: Number(mtime),
    atime: Number(atime),
    ctime: Number(ctime),
    inode: Number(inode),
    device,
    links: Number(links),
    ...(target === undefined ? {} : { target, resolved: named('end') ?? '' }),
    ...(named('folder') === undefined ? {} : { leadsToFolder: true as const }),
    ...(digest === undefined ? {} : { digest }),
    ...(details === undefined ? {} : { details }),
  };
}

function parse({ rc, stdout, stderr }: Output, { path }: StatQuestion): Stat | ProbeFailure {
  const reason = stderr.toString('utf8').trim();
  if (rc !== 0 && /No such file|Not a directory|Too many levels|Symbolic link loop/i.test(reason))
    return absent;
  const found = parseStat(textOfBytes(stdout));
  return found ?? { failed: `Cannot look at ${path}: ${reason || 'stat printed nothing'}` };
}

function linesOf({ type, mode, owner, group, uid, gid, target }: ExistingFile): string[] {
  const named = (name: string, id: number): string => (name === '' && id >= 0 ? String(id) : name);
  return [
    `type: ${type}`,
    ...(type === 'link' ? [`leads to: ${target ?? ''}`] : [`mode: ${mode}`]),
    `owner: ${named(owner, uid)}`,
    `group: ${named(group, gid)}`,
  ];
}

export const statKind: ProbeKind<StatQuestion, Stat> = {
  name: 'stat',
  stability: 'stable',
  target: 'host',
  spoiltBy: (step, { path }) => isKeptByKernel(step, path),
  ask: (question) => ({ script: statScript(question).text }),
  parse,
  placed: (question, lead) => ({
    ...question,
    path: lead(question.path, question.follow ? 'end' : 'itself'),
  }),
  shown: (file, { path }) => ({ title: path, lines: file.exists ? linesOf(file) : null }),
  again: ({ path, follow }, pictured) =>
    pictured.exists && isHalfKnown(pictured)
      ? { path, ...(follow === undefined ? {} : { follow }) }
      : undefined,
};

/** A step gave it to a name or to a number, of which only the host knows the other; or made a folder. */
function isHalfKnown({ type, owner, group, uid, gid, size }: ExistingFile): boolean {
  return owner === '' || group === '' || uid < 0 || gid < 0 || (type === 'directory' && size < 0);
}

export function stat(question: StatQuestion): Probe<Stat> {
  return probe(statKind, question);
}
