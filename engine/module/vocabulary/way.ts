// The links that are met on the way along a path. Check mode asks for them, so that two names of one file are one file.
import type { Output, Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';

export interface WayQuestion {
  /** Absolute. */
  readonly path: string;
}

/** The text of each link by its place; the place itself holds no link but in its last part. */
export type Way = ReadonlyMap<string, string>;

/** As the kernel has it (ELOOP, path_resolution(7)). */
export const maxLinks = 40;

// Goes from folder to folder as the kernel does; only a link costs a process. A link's text with a newline is passed over.
const script = (path: string): string =>
  sh`rest=${path} cur= n=0
while [ -n "$rest" ] && [ "$n" -le ${maxLinks} ]; do
  case $rest in */*) head=\${rest%%/*} rest=\${rest#*/} ;; *) head=$rest rest= ;; esac
  case $head in
  '' | .) continue ;;
  ..) cur=\${cur%/*} ;;
  *) if [ -L "$cur/$head" ]; then
      t=$(readlink -- "$cur/$head") n=$((n + 1))
      printf '%s\n%s\n' "$cur/$head" "$t"
      case $t in /*) cur= ;; esac
      rest=$t\${rest:+/$rest}
    else cur=$cur/$head; fi ;;
  esac
done
:`.text.replaceAll('\\${', '${');

function parse({ stdout }: Output): Way {
  const lines = stdout.toString('utf8').split('\n');
  const links = new Map<string, string>();
  for (let at = 0; at + 1 < lines.length; at += 2) links.set(lines[at] ?? '', lines[at + 1] ?? '');
  return links;
}

export const wayKind: ProbeKind<WayQuestion, Way> = {
  name: 'way',
  stability: 'stable',
  target: 'host',
  ask: ({ path }) => ({ script: script(path) }),
  parse,
};

export function way(path: string): Probe<Way> {
  return probe(wayKind, { path });
}
