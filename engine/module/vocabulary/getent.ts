// Entries of a name service database, as getent prints them.
import type { Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';

export interface GetentQuestion {
  readonly database: string;
  /** Empty: all entries. */
  readonly key: string;
  readonly service?: string | undefined;
}

export interface Entries {
  readonly found: boolean;
  readonly lines: readonly string[];
}

export const getentKind: ProbeKind<GetentQuestion, Entries> = {
  name: 'getent',
  stability: 'volatile',
  target: 'host',
  spoiltBy: ({ kind }) => ['user', 'group', 'package'].includes(kind.name),
  ask: ({ database, key, service }) => ({
    script: sh`command -v getent >/dev/null || exit 127
getent ${service === undefined ? [] : ['-s', service]} ${database} ${key === '' ? [] : [key]}`.text,
  }),
  parse: ({ rc, stdout }, { database }) => {
    if (rc === 127) return { failed: 'getent is not there' };
    if (rc === 1) return { failed: `Missing arguments, or database '${database}' unknown.` };
    if (rc === 3) return { failed: 'Enumeration not supported on this database.' };
    return {
      found: rc === 0,
      lines: stdout
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== ''),
    };
  },
};

export function getentLookup(question: GetentQuestion): Probe<Entries> {
  return probe(getentKind, question);
}
