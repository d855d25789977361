// All packages that are installed, by the package manager that knows them: dpkg, rpm, apk or pacman.
import type { Output, Probe, ProbeFailure, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { sh } from '../quote.ts';

export type PackageSource = 'apt' | 'rpm' | 'apk' | 'pacman';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly source: PackageSource;
  readonly arch?: string;
  /** dpkg's section. */
  readonly category?: string;
  readonly release?: string;
  readonly epoch?: number | null;
}

export interface InstalledQuestion {
  /** Asked for in this order. */
  readonly sources: readonly PackageSource[];
}

function readLine(source: PackageSource, line: string): InstalledPackage | undefined {
  const [name = '', version = '', arch = '', fourth = '', fifth = ''] = line.split('|');
  if (source === 'apt')
    return /^.i/.test(fifth) ? { name, version, arch, category: fourth, source } : undefined;
  if (source === 'rpm')
    return {
      ...{ name, version, arch, release: fourth, source },
      epoch: /^\d+$/.test(fifth) ? Number(fifth) : null,
    };
  if (source === 'pacman') {
    const [word = '', number = ''] = line.split(' ');
    return { name: word, version: number, source };
  }
  const [, word, number, revision] = /^(.+)-([^-]+)-(r\d+)( |$)/.exec(line) ?? [];
  return word === undefined
    ? undefined
    : { name: word, version: number ?? '', release: revision ?? '', source };
}

function parse({ stdout, rc, stderr }: Output): readonly InstalledPackage[] | ProbeFailure {
  if (rc !== 0) return { failed: `Cannot list packages: ${stderr.toString('utf8').trim()}` };
  const found: InstalledPackage[] = [];
  let source: PackageSource = 'apt';
  for (const line of stdout.toString('utf8').split('\n')) {
    if (line.startsWith('== ')) source = line.slice(3) as PackageSource;
    else if (line !== '') found.push(...[readLine(source, line) ?? []].flat());
  }
  return found;
}

export const installedPackagesKind: ProbeKind<InstalledQuestion, readonly InstalledPackage[]> = {
  name: 'installed packages',
  stability: 'volatile',
  target: 'host',
  spoiltBy: ({ kind }) => kind.name === 'package',
  ask: ({ sources }) => ({
    script: sh`for s in ${sources}; do case $s in
apt) command -v dpkg-query >/dev/null && { echo "== $s"; dpkg-query -W -f '${sh`$`}{Package}|${sh`$`}{Version}|${sh`$`}{Architecture}|${sh`$`}{Section}|${sh`$`}{db:Status-Abbrev}\n'; } ;;
rpm) command -v rpm >/dev/null && { echo "== $s"; rpm -qa --qf '%{NAME}|%{VERSION}|%{ARCH}|%{RELEASE}|%{EPOCH}\n'; } ;;
apk) command -v apk >/dev/null && { echo "== $s"; apk info -v 2>/dev/null; } ;;
pacman) command -v pacman >/dev/null && { echo "== $s"; pacman -Q; } ;;
esac; done
:`.text,
  }),
  parse,
};

export function installedPackages(question: InstalledQuestion): Probe<readonly InstalledPackage[]> {
  return probe(installedPackagesKind, question);
}
