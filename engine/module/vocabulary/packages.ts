// Packages of Debian's dpkg: what is installed (also under another's Provides), and what apt would install.
import type { Output, Probe, ProbeFailure, ProbeKind } from '../contract.ts';
import { probe } from '../probe_identity.ts';
import { lines, sh } from '../quote.ts';

export interface PackagesQuestion {
  /** Without versions. */
  readonly names: readonly string[];
  /** Also ask which version apt would install. */
  readonly candidates?: boolean;
  /** It matters which version is installed. */
  readonly versions?: true;
}

export interface Packages {
  /** Installed version by name; a name that an installed package provides has that one's. */
  readonly installed: { readonly [name: string]: string };
  readonly candidates: { readonly [name: string]: string };
}

function parse({ rc, stdout, stderr }: Output, { names }: PackagesQuestion): Packages | ProbeFailure {
  if (rc === 127) return { failed: 'dpkg-query is not there: this host does not use Debian packages' };
  if (rc !== 0) return { failed: `Cannot ask for packages: ${stderr.toString('utf8').trim()}` };
  const installed: { [name: string]: string } = {};
  const candidates: { [name: string]: string } = {};
  let policyOf = '';
  for (const line of stdout.toString('utf8').split('\n')) {
    const [word = '', name = '', version = '', provides = '', architecture = ''] = line.split('|');
    if (word === 'installed') {
      const also = provides.split(', ').map((one) => one.split(' ')[0] ?? '');
      for (const wanted of names) {
        if (wanted === name || wanted === `${name}:${architecture}`) installed[wanted] = version;
        else if (also.includes(wanted)) installed[wanted] ??= version;
      }
    } else if (/^\S+:$/.test(line)) policyOf = line.slice(0, -1);
    else if (line.startsWith('  Candidate: ') && !line.endsWith('(none)'))
      candidates[policyOf] = line.slice('  Candidate: '.length);
  }
  return { installed, candidates };
}

/** A look must not write the caches that apt keeps of its lists. */
export const inMemory = ['-o', 'Dir::Cache::pkgcache=', '-o', 'Dir::Cache::srcpkgcache='];

export const packagesKind: ProbeKind<PackagesQuestion, Packages> = {
  name: 'packages',
  stability: 'stable',
  target: 'host',
  ask: ({ names, candidates }) => ({
    script: lines(
      sh`command -v dpkg-query >/dev/null || exit 127
dpkg-query -W -f='\${db:Status-Status}|\${Package}|\${Version}|\${Provides}|\${Architecture}\n' |
  awk -F'|' -v want=${names.join(' ')} 'BEGIN { n = split(want, w, " ") }
    $1 == "installed" { for (i = 1; i <= n; i++) if ($2 == w[i] || $2 ":" $5 == w[i] || index(", " $4, ", " w[i])) { print; next } }' || exit 1`,
      candidates ? sh`apt-cache ${inMemory} policy -- ${names} 2>/dev/null` : undefined,
      sh`:`,
    ).text.replaceAll('\\${', '${'),
  }),
  parse,
  shown: ({ installed }, { names }) => ({
    title: `packages ${names.join(' ')}`,
    // An empty version is one that only the run tells.
    lines: names.map((name) => `${name}: ${(installed[name] ?? 'not installed') || 'installed'}`),
  }),
};

export function packages(question: PackagesQuestion): Probe<Packages> {
  return probe(packagesKind, question);
}

export type PackageManager = 'apt' | 'dnf' | 'yum' | 'apk' | 'zypper' | 'pacman' | 'none';

/** The host's package manager. */
export const packageManagerKind: ProbeKind<{ readonly what: 'manager' }, PackageManager> = {
  name: 'package manager',
  stability: 'stable',
  target: 'host',
  ask: () => ({
    script:
      'for m in apt-get dnf yum apk zypper pacman; do command -v $m >/dev/null && { echo $m; exit; }; done; echo none',
  }),
  parse: ({ stdout }) => stdout.toString('utf8').trim().replace('apt-get', 'apt') as PackageManager,
};

export function packageManager(): Probe<PackageManager> {
  return probe(packageManagerKind, { what: 'manager' });
}

/** Seconds since apt's lists were fetched; undefined when they never were. */
export const aptCacheAgeKind: ProbeKind<{ readonly what: 'age' }, { readonly seconds: number | undefined }> =
  {
    name: 'age of apt lists',
    stability: 'volatile',
    target: 'host',
    ask: () => ({
      script: `for f in /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists; do
  if [ -e "$f" ] && ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then echo $(( $(date +%s) - $(stat -c %Y "$f") )); exit; fi
done
echo never`,
    }),
    parse: ({ stdout }) => {
      const text = stdout.toString('utf8').trim();
      return { seconds: text === 'never' ? undefined : Number(text) };
    },
  };

export function aptCacheAge(): Probe<{ readonly seconds: number | undefined }> {
  return probe(aptCacheAgeKind, { what: 'age' });
}

export interface NamePatterns {
  /** As a shell writes them: `lab-*`. */
  readonly patterns: readonly string[];
}

/** Names of all packages that apt or dpkg knows, by pattern. */
export const packageNamesKind: ProbeKind<NamePatterns, readonly string[]> = {
  name: 'package names',
  stability: 'stable',
  target: 'host',
  ask: ({ patterns }) => ({
    script:
      sh`{ apt-cache ${inMemory} pkgnames; dpkg-query -W -f='\${Package}\n'; } 2>/dev/null | sort -u | while read -r n; do
  for p in ${patterns}; do case $n in $p) printf '%s\n' "$n"; break ;; esac; done
done`.text.replaceAll('\\${', '${'),
  }),
  parse: ({ stdout }) =>
    stdout
      .toString('utf8')
      .split('\n')
      .filter((name) => name !== ''),
};

export function packageNames(patterns: readonly string[]): Probe<readonly string[]> {
  return probe(packageNamesKind, { patterns });
}
