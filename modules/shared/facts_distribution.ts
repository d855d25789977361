// Which distribution a host runs and what installs its packages: from os-release, with the names that playbooks
// compare with (`Archlinux`, `RedHat`, `openSUSE Leap`).
import { linesOf, wordsOf, type Texts } from './fact_texts.ts';
import type { Facts } from './facts_system.ts';

/** By ID of os-release, where NAME is another word than playbooks use. */
const names: Readonly<Record<string, string>> = {
  debian: 'Debian',
  raspbian: 'Debian',
  ubuntu: 'Ubuntu',
  devuan: 'Devuan',
  kali: 'Kali',
  linuxmint: 'Linux Mint',
  alpine: 'Alpine',
  arch: 'Archlinux',
  fedora: 'Fedora',
  rhel: 'RedHat',
  centos: 'CentOS',
  rocky: 'Rocky',
  almalinux: 'AlmaLinux',
  ol: 'OracleLinux',
  amzn: 'Amazon',
  gentoo: 'Gentoo',
  flatcar: 'Flatcar',
  openwrt: 'OpenWrt',
};

const families: Readonly<Record<string, readonly string[]>> = {
  Debian: ['Debian', 'Ubuntu', 'Devuan', 'Kali', 'Linux Mint', 'Parrot', 'Pop!_OS', 'Neon', 'KDE neon'],
  RedHat: [
    ...['RedHat', 'Fedora', 'CentOS', 'Rocky', 'AlmaLinux', 'OracleLinux', 'Amazon', 'Scientific'],
    ...['CloudLinux', 'Virtuozzo', 'EulerOS', 'openEuler', 'EuroLinux', 'TencentOS'],
  ],
  Suse: ['SLES', 'SLED', 'SLES_SAP', 'openSUSE Leap', 'openSUSE Tumbleweed', 'openSUSE', 'SL-Micro'],
  Archlinux: ['Archlinux', 'Manjaro', 'Antergos'],
  Gentoo: ['Gentoo', 'Funtoo'],
};

/** Assignments of os-release, quotes taken off. */
export function osRelease(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    linesOf(text).flatMap((line) => {
      const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
      const plain = /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
      return name === '' ? [] : [[name, plain.replace(/\\(["$`\\])/g, '$1')] as const];
    }),
  );
}

function familyOf(distribution: string): string {
  return Object.entries(families).find(([, members]) => members.includes(distribution))?.[0] ?? distribution;
}

/** The number that a release file names last: `CentOS Linux release 7.9.2009 (Core)`. */
function numberIn(text: string | undefined): string | undefined {
  return /\d+(?:\.\d+)*/.exec(text ?? '')?.[0];
}

function versionOf(id: string, os: ReadonlyMap<string, string>, texts: Texts): string {
  const told = os.get('VERSION_ID') ?? '';
  const exact = texts.debian_version?.trim() ?? '';
  if (id === 'debian' || id === 'raspbian') return /^\d/.test(exact) ? exact : told || exact || 'NA';
  if (id === 'alpine') return texts.alpine_release?.trim() ?? told;
  if (id === 'centos')
    return (numberIn(texts.centos_release) ?? told).split('.').slice(0, 2).join('.') || 'NA';
  if (id === 'arch') return 'NA';
  return told || numberIn(texts.redhat_release) || 'NA';
}

function releaseOf(id: string, family: string, os: ReadonlyMap<string, string>, version: string): string {
  const bracketed = /\(([^)]+)\)/.exec(os.get('VERSION') ?? '')?.[1];
  if (id === 'centos' && (os.get('NAME') ?? '').includes('Stream')) return 'Stream';
  if (family === 'Suse') return version.split('.')[1] ?? '0';
  const code = os.get('VERSION_CODENAME') ?? os.get('UBUNTU_CODENAME');
  if (code !== undefined && code !== '') return code;
  if (id === 'fedora') return '';
  return family === 'RedHat' || family === 'Debian' ? (bracketed ?? 'NA') : 'NA';
}

function fileOf(id: string, family: string): Facts {
  const found = (path: string, variety: string): Facts => ({
    distribution_file_path: path,
    distribution_file_variety: variety,
    distribution_file_parsed: true,
  });
  if (id === 'centos') return found('/etc/centos-release', 'CentOS');
  if (id === 'amzn') return found('/etc/os-release', 'Amazon');
  if (family === 'RedHat') return found('/etc/redhat-release', 'RedHat');
  if (family === 'Suse') return found('/etc/os-release', 'SUSE');
  if (family === 'Alpine') return found('/etc/alpine-release', 'Alpine');
  return found('/etc/os-release', ['Debian', 'Archlinux', 'Flatcar'].includes(family) ? family : 'NA');
}

export function distributionFacts(texts: Texts): Facts {
  const os = osRelease(texts.os_release);
  const id = os.get('ID') ?? '';
  const isKnown = texts.os_release !== undefined;
  const name = names[id] ?? os.get('NAME') ?? 'NA';
  const family = familyOf(name);
  const version = versionOf(id, os, texts);
  const minor = name === 'Debian' ? /^\d+\.(\d+)/.exec(version)?.[1] : undefined;
  return {
    distribution: name,
    distribution_version: version,
    distribution_major_version: version.split('.')[0] ?? 'NA',
    distribution_release: releaseOf(id, family, os, version),
    ...(minor === undefined ? {} : { distribution_minor_version: minor }),
    ...(isKnown ? fileOf(id, family) : {}),
    os_family: family,
  };
}

/** In order: of those that are there the last one counts. */
const tools: readonly (readonly [string, string])[] = [
  ['/usr/bin/rpm-ostree', 'atomic_container'],
  ['/usr/bin/yum', 'dnf'],
  ['/usr/bin/dnf-3', 'dnf'],
  ['/usr/bin/dnf5', 'dnf5'],
  ['/usr/bin/apt-get', 'apt'],
  ['/usr/bin/zypper', 'zypper'],
  ['/usr/sbin/urpmi', 'urpmi'],
  ['/usr/bin/pacman', 'pacman'],
  ['/bin/opkg', 'opkg'],
  ['/sbin/apk', 'apk'],
  ['/usr/bin/emerge', 'portage'],
  ['/usr/bin/xbps-install', 'xbps'],
  ['/usr/bin/swupd', 'swupd'],
];

function redHatTool(there: ReadonlyMap<string, string>): string {
  if (there.has('/run/ostree-booted')) return 'atomic_container';
  const dnf = there.get('/usr/bin/dnf') ?? there.get('/usr/bin/microdnf');
  if (dnf === undefined) return there.has('/usr/bin/dnf5') ? 'dnf5' : 'yum';
  return dnf === '/usr/bin/dnf5' ? 'dnf5' : 'dnf';
}

export function packageToolFacts(texts: Texts): Facts {
  const there = wordsOf(texts.tools);
  const family = distributionFacts(texts)['os_family'];
  if (family === 'RedHat') return { pkg_mgr: redHatTool(there) };
  if (family === 'Debian' && there.has('/usr/bin/apt-get')) return { pkg_mgr: 'apt' };
  return { pkg_mgr: tools.findLast(([path]) => there.has(path))?.[1] ?? 'unknown' };
}
