// Where an archive comes from: a path of the host, content sent to it, or an address that the host fetches.
import type { Content } from '../content.ts';
import { sh, type ShellText } from '../quote.ts';
import { curlOption, curlWords, wgetWords } from './transfer.ts';

/** Fetched anew whenever the archive is looked at and when it is unpacked; nothing of it is kept. */
export interface ArchiveAddress {
  readonly url: string;
  readonly by: 'curl' | 'wget';
  /** Seconds for a connection and for each pause. */
  readonly timeout: number;
  readonly validateCerts: boolean;
}

export type ArchiveSource = string | Content | ArchiveAddress;

/** The exit code of a script that could not fetch its archive. */
export const notFetched = 6;

export function isAddress(from: ArchiveSource): from is ArchiveAddress {
  return typeof from === 'object' && 'url' in from;
}

function fetched(from: ArchiveAddress): { readonly before: ShellText; readonly stdin?: Uint8Array } {
  const transfer = { ...from, headers: {} };
  const get =
    from.by === 'curl'
      ? sh`curl ${curlWords(transfer)} -o "$a" -K -`
      : sh`wget ${wgetWords(transfer)} -O "$a" -- ${from.url}`;
  return {
    before: sh`a=$(mktemp) t=$a || exit 1
trap 'rm -f -- "$a"' EXIT
${get} || exit ${String(notFetched)}`,
    // An address may hold a password.
    ...(from.by === 'curl' ? { stdin: Buffer.from(curlOption('url', from.url)) } : {}),
  };
}

/** The archive as `$a`. Ends with 4 when it is not there, with 6 when it cannot be fetched. */
export function archiveAt(from: ArchiveSource): {
  readonly before: ShellText;
  readonly stdin?: Content | Uint8Array;
} {
  if (isAddress(from)) return fetched(from);
  if (typeof from === 'string')
    return {
      before: sh`a=${from} t=
[ -f "$a" ] || { echo "$a is not there" >&2; exit 4; }`,
    };
  return {
    before: sh`a=$(mktemp) t=$a || exit 1
trap 'rm -f -- "$a"' EXIT
cat > "$a" || exit 1`,
    stdin: from,
  };
}

/** For people; a password of an address is left out. */
export function sourceName(from: ArchiveSource): string {
  if (typeof from === 'string') return from;
  if (!isAddress(from)) return 'the archive';
  if (!URL.canParse(from.url)) return from.url;
  const url = new URL(from.url);
  url.username = url.password = '';
  return url.href;
}

export function isSameSource(a: ArchiveSource, b: ArchiveSource): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (isAddress(a) || isAddress(b)) return isAddress(a) && isAddress(b) && a.url === b.url;
  return a.sha256 === b.sha256;
}
