// The distribution, kernel, package and service manager.
import type { Facts, Sections } from './facts.ts';

/** First lines of `NAME=value` text, quotes taken off. */
export function assignments(text = ''): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found[name] = value.replace(/^(["'])(.*)\1$/, '$2');
  }
  return found;
}

const families: Readonly<Record<string, readonly string[]>> = {
  Debian: ['Debian', 'Ubuntu', 'Raspbian', 'Kali', 'Linux Mint', 'Devuan', 'Pop!_OS', 'Deepin'],
  RedHat: [
    'RedHat',
    'CentOS',
    'Fedora',
    'Rocky',
    'AlmaLinux',
    'OracleLinux',
    'Amazon',
    'Scientific',
    'EulerOS',
  ],
  Suse: ['SLES', 'openSUSE', 'openSUSE Leap', 'openSUSE Tumbleweed', 'SLED'],
  Archlinux: ['Archlinux', 'Manjaro', 'Antergos'],
  Alpine: ['Alpine'],
  Gentoo: ['Gentoo', 'Funtoo'],
};

/** os-release's ID to the name that content knows. */
const names: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Ubuntu',
  raspbian: 'Raspbian',
  kali: 'Kali',
  linuxmint: 'Linux Mint',
  rhel: 'RedHat',
  centos: 'CentOS',
  fedora: 'Fedora',
  rocky: 'Rocky',
  almalinux: 'AlmaLinux',
  ol: 'OracleLinux',
  amzn: 'Amazon',
  sles: 'SLES',
  'opensuse-leap': 'openSUSE Leap',
  'opensuse-tumbleweed': 'openSUSE Tumbleweed',
  arch: 'Archlinux',
  manjaro: 'Manjaro',
  alpine: 'Alpine',
  gentoo: 'Gentoo',
  flatcar: 'Flatcar',
};

function distribution(sections: Sections): Facts {
  const release = assignments(sections.get('os-release'));
  const id = release['ID'] ?? '';
  const name = names[id] ?? release['NAME'] ?? 'Linux';
  const debian = sections.get('debian_version')?.trim() ?? '';
  const numbered = /^\d+(\.\d+)*$/.test(debian) && name === 'Debian' ? debian : undefined;
  const version = numbered ?? release['VERSION_ID'] ?? 'NA';
  const [major = 'NA', minor] = version.split('.');
  const family = Object.entries(families).find(([, members]) => members.includes(name))?.[0] ?? name;
  return {
    distribution: name,
    distribution_version: version,
    distribution_major_version: major,
    ...(minor === undefined ? {} : { distribution_minor_version: minor }),
    distribution_release:
      release['VERSION_CODENAME'] ??
      release['UBUNTU_CODENAME'] ??
      /\((.+)\)/.exec(release['VERSION'] ?? '')?.[1] ??
      'NA',
    distribution_file_path: '/etc/os-release',
    distribution_file_variety: name === 'Ubuntu' ? 'Debian' : name,
    distribution_file_parsed: true,
    os_family: family,
    lsb: lsb(sections),
  };
}

function lsb(sections: Sections): Facts {
  const found = assignments(sections.get('lsb'));
  const release = found['DISTRIB_RELEASE'];
  if (release === undefined) return {};
  return {
    id: found['DISTRIB_ID'] ?? '',
    release,
    major_release: release.split('.')[0] ?? '',
    description: found['DISTRIB_DESCRIPTION'] ?? '',
    codename: found['DISTRIB_CODENAME'] ?? '',
  };
}

function serviceManager(text = ''): string {
  const said = text.split('\n');
  if (said.includes('systemd')) return 'systemd';
  const first = said[0]?.trim() ?? '';
  return (
    { init: 'sysvinit', 'openrc-init': 'openrc', runit: 'runit', busybox: 'service' }[first] ?? 'service'
  );
}

export function platformFacts(sections: Sections): Facts {
  const [system = '', kernel = '', machine = '', node = '', version = ''] = (
    sections.get('uname') ?? ''
  ).split('\n');
  const manager = (sections.get('managers') ?? '').split('\n')[0]?.split('/').at(-1) ?? '';
  const bits = (sections.get('bits') ?? '').trim() || (/64/.test(machine) ? '64' : '32');
  return {
    system,
    kernel,
    kernel_version: version,
    machine,
    architecture: /^i[3-6]86$/.test(machine) ? 'i386' : machine,
    nodename: node,
    userspace_bits: bits,
    userspace_architecture: bits === '32' && machine === 'x86_64' ? 'i386' : machine,
    ...distribution(sections),
    pkg_mgr: manager === '' ? 'unknown' : manager.replace('apt-get', 'apt'),
    service_mgr: serviceManager(sections.get('init')),
  };
}
