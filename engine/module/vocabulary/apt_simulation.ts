// What `apt-get -s` prints: what would come and go.
import type { Output, ProbeFailure } from '../contract.ts';

/** Without apt-get the asking script ends with 127. */
export function withoutApt({ rc }: Output): ProbeFailure | undefined {
  return rc === 127 ? { failed: 'apt-get is not there: this host does not use Debian packages' } : undefined;
}

export interface Simulation {
  /** Versions by name, empty where apt names none. */
  readonly installs: { readonly [name: string]: string };
  readonly removes: readonly string[];
  /** Files of the cache that autoclean would take away. */
  readonly deletes: readonly string[];
}

export function readSimulation(said: readonly string[]): Simulation {
  const named = (pattern: RegExp): RegExpExecArray[] =>
    said.map((line) => pattern.exec(line)).filter((found) => found !== null);
  return {
    installs: Object.fromEntries(
      named(/^Inst (\S+)(?: \[[^\]]*\])? \((\S+)/).map(([, name = '', version = '']) => [name, version]),
    ),
    removes: named(/^(?:Remv|Purg) (\S+)/).map(([, name = '']) => name),
    deletes: named(/^Del (\S+)/).map(([, name = '']) => name),
  };
}
