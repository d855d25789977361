// File systems that are mounted at a path or below it: such a folder is not removed, as rm would empty them and fail.
import type { Effect, Need, Probe, ProbeKind } from '../contract.ts';
import { effect, probe } from '../probe_identity.ts';
import { sh, ShellText } from '../quote.ts';
import type { MountAct } from './mounts.ts';
import { isInside, normalPath } from './paths.ts';

export interface InsideQuestion {
  readonly path: string;
}

/** Their places, each once. */
export type MountsInside = readonly string[];

/** `\040` and its kind in /proc/self/mounts and fstab. */
export function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));
}

export const mountsInsideKind: ProbeKind<InsideQuestion, MountsInside> = {
  name: 'mounts inside',
  stability: 'stable',
  target: 'host',
  ask: () => ({ script: 'cat /proc/self/mounts 2>/dev/null; :' }),
  parse: ({ stdout }, { path }) => {
    const places = stdout
      .toString('utf8')
      .split('\n')
      .map((line) => unescapeMount(line.split(' ')[1] ?? ''));
    return [...new Set(places)].filter((place) => place !== '' && isInside(place, path)).sort();
  },
  placed: (question, lead) => ({ path: lead(question.path, 'itself') }),
};

function mountsInside(path: string): Probe<MountsInside> {
  return probe(mountsInsideKind, { path });
}

/** What mounting does to it. Of several file systems at one place it is not told whether one is left. */
export const mountsInsideEffect: Effect<MountAct> = effect(mountsInsideKind, {
  touches: ({ act, path }, question) => act !== 'remount' && isInside(path, question.path),
  predict: ({ act, path }, _, before = []) => {
    const place = normalPath(path);
    const others = before.filter((one) => one !== place);
    return act === 'unmount' ? others : [...others, place].sort();
  },
});

export function nothingMountedIn(path: string): Need {
  return {
    probe: mountsInside(path),
    unmet: ([first]: MountsInside) =>
      first === undefined ? undefined : `${first} is mounted: unmount it before ${path} is removed`,
  };
}

/** Fails where something is mounted at the folder `$p` or in it. Without a process but a subshell, for folders alone. */
export const refuseMounts: ShellText = new ShellText(
  sh`if [ -d "$p" ] && [ ! -L "$p" ] && [ -r /proc/self/mountinfo ]; then
  q=$(cd -- "$p" 2>/dev/null && pwd -P) || q=
  while [ -n "$q" ] && read -r a b c d m rest; do
    case $m in "$q" | "$q"/*) echo "$m is mounted: unmount it before $p is removed" >&2; exit 1 ;; esac
  done </proc/self/mountinfo
fi`.text,
);
