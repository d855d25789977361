// Entries of a name service database, as getent prints them.
import type { Probe, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';
import { isFileTouched } from './file_touched.ts';

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

const ofAccounts = ['passwd', 'shadow', 'group', 'gshadow', 'initgroups'];

/** The files that an answer comes from, and those that say where it comes from. */
function filesOf(database: string): string[] {
  const own = /^ahosts|^hosts$/.test(database)
    ? ['/etc/hosts', '/etc/resolv.conf', '/etc/hostname']
    : ofAccounts.includes(database)
      ? ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow']
      : [`/etc/${database}`];
  return [...own, '/etc/nsswitch.conf'];
}

export const getentKind: ProbeKind<GetentQuestion, Entries> = {
  name: 'getent',
  stability: 'volatile',
  target: 'host',
  spoiltBy: (step, { database }) => {
    const { name } = step.kind;
    if (name === 'package') return true;
    if (name === 'user' || name === 'group') return ofAccounts.includes(database);
    if (name === 'set host name') return database.includes('host');
    return filesOf(database).some((path) => isFileTouched(step, path));
  },
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
