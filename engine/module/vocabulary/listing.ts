// What is in a folder, by relative path: as `stat` sees each, links not followed.
import { textOfBytes } from '../../document/byte_text.ts';
import type { Output, Probe, ProbeFailure, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { isToldByKernel } from './kernel_files.ts';
import { sh, ShellText } from '../quote.ts';
import { parseStat, type DigestName, type ExistingFile } from './stat.ts';

export interface ListingQuestion {
  readonly path: string;
  readonly recurse?: boolean;
  readonly digest?: DigestName;
  /** Levels below the folder, with `recurse`. */
  readonly depth?: number;
  /** Go into folders that links lead to. */
  readonly follow?: boolean;
}

export interface ListingEntry {
  /** Path relative to the folder. */
  readonly name: string;
  readonly file: ExistingFile;
}

export interface Listing {
  readonly exists: boolean;
  /** In the order of names. */
  readonly entries: readonly ListingEntry[];
}

// Names may hold newlines, so each entry ends with a line of its own and NUL cannot be used: busybox's find prints it,
// but its read does not take it. `find -exec sh` keeps names out of any parsing by the shell.
const perFile = `for p do
  s=$(stat -c '%f|%u|%g|%s|%Y|%X|%Z|%i|%d|%h|%U|%G' -- "$p" 2>/dev/null) || continue
  printf '%s\\n' "$s"
  if [ -L "$p" ]; then printf 'link %s\\nend %s\\n' "$(readlink -- "$p")" "$(readlink -f -- "$p")"
  elif [ -n "$HW_SUM" ] && [ -f "$p" ] && [ -r "$p" ]; then k=$("$HW_SUM" < "$p"); printf 'sum %s\\n' "\${k%% *}"; fi
  printf 'name %s\\n\\001\\n' "\${p#./}"
done`;

function parse({ rc, stdout, stderr }: Output, { path }: ListingQuestion): Listing | ProbeFailure {
  if (rc === 3) return { exists: false, entries: [] };
  if (rc !== 0) return { failed: `Cannot list ${path}: ${stderr.toString('utf8').trim()}` };
  const entries: ListingEntry[] = [];
  for (const block of textOfBytes(stdout).split('\n\u0001\n')) {
    const at = block.indexOf('\nname ');
    const file = at < 0 ? undefined : parseStat(block.slice(0, at));
    if (file) entries.push({ name: block.slice(at + 6), file });
  }
  return { exists: true, entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export const listingKind: ProbeKind<ListingQuestion, Listing> = {
  name: 'listing',
  stability: 'stable',
  target: 'host',
  spoiltBy: (step, { path }) => isToldByKernel(step, path),
  ask: ({ path, recurse, depth, digest, follow }) => ({
    script: sh`cd -- ${path} 2>/dev/null || exit 3
HW_SUM=${digest ? `${digest}sum` : ''} find ${follow === true ? ['-L'] : []} . -mindepth 1 ${recurse ? (depth === undefined ? [] : ['-maxdepth', String(depth)]) : ['-maxdepth', '1']} -exec sh -c ${perFile} sh {} + ${new ShellText(follow === true ? '2>/dev/null; :' : '')}`
      .text,
  }),
  parse,
  placed: (question, lead) => ({ ...question, path: lead(question.path, 'end') }),
};

export function listing(question: ListingQuestion): Probe<Listing> {
  return probe(listingKind, question);
}
