// The bytes of a file on the host, up to a limit.
import { textOfBytes } from '../../document/byte_text.ts';
import { bytesContent, type TextContent } from '../content.ts';
import type { Output, Probe, ProbeFailure, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { isToldByKernel } from './kernel_files.ts';
import { sh } from '../quote.ts';

export interface ContentQuestion {
  readonly path: string;
  /** Bytes; a larger file is `tooLarge`. The default is 16 MiB. */
  readonly limit?: number;
  readonly follow?: true;
}

export type FileContent =
  | { readonly found: 'file'; readonly content: TextContent }
  | { readonly found: 'nothing' | 'not-a-file' }
  | { readonly found: 'too-large'; readonly size: number };

const defaultLimit = 16 * 1024 * 1024;

function parse({ rc, stdout, stderr }: Output, { path }: ContentQuestion): FileContent | ProbeFailure {
  if (rc === 3) return { found: 'nothing' };
  if (rc === 4) return { found: 'not-a-file' };
  if (rc === 5) return { found: 'too-large', size: Number(stdout.toString('utf8')) };
  if (rc !== 0) return { failed: `Cannot read ${path}: ${stderr.toString('utf8').trim()}` };
  return { found: 'file', content: bytesContent(stdout) };
}

export const contentKind: ProbeKind<ContentQuestion, FileContent> = {
  name: 'content',
  stability: 'stable',
  target: 'host',
  spoiltBy: (step, { path }) => isToldByKernel(step, path),
  ask: ({ path, limit = defaultLimit }) => ({
    script: sh`p=${path}
case $p in /*) ;; *) p=./$p ;; esac
[ -e "$p" ] || exit 3
[ -f "$p" ] || exit 4
size=$(wc -c < "$p") || exit 1
if [ "$size" -gt ${limit} ]; then printf %s "$size"; exit 5; fi
cat -- "$p"`.text,
    maxOutputBytes: limit + 64,
  }),
  parse,
  placed: (question, lead) => ({ ...question, path: lead(question.path, 'end') }),
};

/** Follows links. */
export function content(path: string, limit?: number): Probe<FileContent> {
  return probe(contentKind, { path, follow: true, ...(limit === undefined ? {} : { limit }) });
}

/** The text of a file, empty when there is none; `textContent` gives its very bytes back. */
export function textIn(found: FileContent): string {
  return found.found === 'file' ? textOfBytes(found.content.bytes) : '';
}
