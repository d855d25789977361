// What a server said when a file was asked of it, for what a download registers, whether it went well or not.
import { STATUS_CODES } from 'node:http';
import type { StepFailure } from '../contract.ts';
import { sh, type ShellText } from '../quote.ts';

export interface Answered {
  /** Undefined when no server answered. */
  readonly status: number | undefined;
  /** `Not Found`; HTTP/2 sends none, so that the usual one is told. */
  readonly reason: string;
  readonly seconds: number;
}

/** A file that came, and what stood in its place before. */
export interface Fetched extends Answered {
  /** Where it was before it was put in its place. */
  readonly source: string;
  readonly size: number;
  readonly sha1: string;
  /** Undefined where the host knows no MD5. */
  readonly md5: string | undefined;
  readonly sha1Before: string | null;
}

/** Prints the last status of the headers in `$h`, and the seconds since `$s`. */
export const tellAnswer: ShellText = sh`printf '%s\n' "$h" | sed -n 's/^ *HTTP\/[^ ]* /status /p' | tail -n 1
echo "seconds $(($(date +%s) - s))"`;

/** Prints what is to be told of the new file `$t` and of the old one `$p`. */
export const tellFile: ShellText = sh`printf 'source %s\n' "$t"
echo "size $(($(wc -c < "$t")))"
echo "sha1 $(sha1sum < "$t" | cut -d ' ' -f 1)"
echo "md5 $(md5sum < "$t" 2>/dev/null | cut -d ' ' -f 1)"
if [ -f "$p" ]; then echo "before $(sha1sum < "$p" | cut -d ' ' -f 1)"; fi`;

export function answered(status: number | undefined, reason: string | undefined, seconds: number): Answered {
  return { status, reason: reason?.trim() || (STATUS_CODES[status ?? 0] ?? ''), seconds };
}

export function readAnswer(said: string): Answered {
  const [, status, reason] = /^status (\d{3})(.*)$/m.exec(said) ?? [];
  const seconds = Number(/^seconds (\d+)$/m.exec(said)?.[1] ?? 0);
  return answered(status === undefined ? undefined : Number(status), reason, seconds);
}

export function readFetched(said: string): Fetched {
  return {
    ...readAnswer(said),
    source: /^source (.*)$/m.exec(said)?.[1] ?? '',
    size: Number(/^size (\d+)$/m.exec(said)?.[1] ?? 0),
    sha1: /^sha1 (\w+)$/m.exec(said)?.[1] ?? '',
    md5: /^md5 (\w+)$/m.exec(said)?.[1],
    sha1Before: /^before (\w+)$/m.exec(said)?.[1] ?? null,
  };
}

/** As Ansible registers it: a status and its text only where a server refused. */
export function refusal(
  failed: string,
  { url, path }: { readonly url: string; readonly path: string },
  { status, reason, seconds }: Answered,
): StepFailure {
  const isRefused = status !== undefined && status !== 200;
  return {
    failed,
    values: {
      url,
      dest: path,
      elapsed: seconds,
      ...(isRefused ? { status_code: status, response: `HTTP Error ${status}: ${reason}` } : {}),
    },
  };
}
