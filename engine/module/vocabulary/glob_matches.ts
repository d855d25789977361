// Paths that match a pattern of the shell. Volatile: no step says which patterns it touches.
import type { Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { quote } from '../quote.ts';
import { statKind } from './stat.ts';

export interface GlobQuestion {
  readonly pattern: string;
}

export function hasGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** The pattern with everything quoted but its wildcards. */
function quotedPattern(pattern: string): string {
  return pattern
    .split(/([*?]|\[[^\]]*\])/)
    .map((part, index) => (index % 2 === 1 || part === '' ? part : quote(part)))
    .join('');
}

export const globKind: ProbeKind<GlobQuestion, readonly string[]> = {
  name: 'glob',
  stability: 'volatile',
  target: 'host',
  // Whatever touches a file may touch one that matches.
  spoiltBy: ({ kind }) => kind.effects.some(({ probe: { name } }) => name === statKind.name),
  ask: ({ pattern }) => ({
    script: `for f in ${quotedPattern(pattern)}; do if [ -e "$f" ] || [ -L "$f" ]; then printf '%s\\n' "$f"; fi; done`,
  }),
  parse: ({ stdout }) =>
    stdout
      .toString('utf8')
      .split('\n')
      .filter((path) => path !== ''),
};

export function globMatches(pattern: string): Probe<readonly string[]> {
  return probe(globKind, { pattern });
}
