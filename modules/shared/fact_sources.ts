// The sources of facts by the words of gather_subset: which texts each needs and who reads them. `min` is asked always,
// as in Ansible, unless it is excluded.
import type { TextName, Texts } from './fact_texts.ts';
import { distributionFacts, packageToolFacts } from './facts_distribution.ts';
import { hardwareFacts } from './facts_hardware.ts';
import { localFacts } from './facts_local.ts';
import { networkFacts } from './facts_network.ts';
import * as system from './facts_system.ts';
import { virtualFacts } from './facts_virtual.ts';

export interface FactSource {
  readonly name: string;
  /** Other words for it: the names of its facts. */
  readonly words?: readonly string[];
  readonly isMinimal?: true;
  readonly texts: readonly TextName[];
  readonly read: (texts: Texts) => system.Facts;
}

const release = [
  ...(['os_release', 'debian_version', 'alpine_release', 'centos_release', 'redhat_release'] as const),
];
const nothing = (): system.Facts => ({});

export const factSources: readonly FactSource[] = [
  {
    name: 'platform',
    words: ['system', 'kernel', 'kernel_version', 'machine', 'architecture', 'machine_id'],
    isMinimal: true,
    texts: ['uname', 'names', 'word_size', 'machine_id'],
    read: system.platformFacts,
  },
  {
    name: 'distribution',
    words: ['distribution_version', 'distribution_release', 'distribution_major_version', 'os_family'],
    isMinimal: true,
    texts: release,
    read: distributionFacts,
  },
  { name: 'lsb', isMinimal: true, texts: ['lsb', 'lsb_file'], read: system.lsbFacts },
  {
    name: 'python',
    words: ['python_version'],
    isMinimal: true,
    texts: ['python'],
    read: system.pythonFacts,
  },
  { name: 'selinux', isMinimal: true, texts: ['selinux'], read: system.selinuxFacts },
  { name: 'apparmor', isMinimal: true, texts: ['apparmor'], read: system.apparmorFacts },
  { name: 'fips', isMinimal: true, texts: ['fips'], read: system.fipsFacts },
  {
    name: 'caps',
    words: ['system_capabilities', 'system_capabilities_enforced'],
    isMinimal: true,
    texts: ['capabilities'],
    read: system.capabilityFacts,
  },
  { name: 'pkg_mgr', isMinimal: true, texts: [...release, 'tools'], read: packageToolFacts },
  { name: 'service_mgr', isMinimal: true, texts: ['services'], read: system.serviceFacts },
  { name: 'cmdline', isMinimal: true, texts: ['cmdline'], read: system.commandLineFacts },
  { name: 'date_time', isMinimal: true, texts: ['date'], read: system.dateFacts },
  { name: 'env', isMinimal: true, texts: ['environment'], read: system.environmentFacts },
  {
    name: 'ssh_pub_keys',
    words: ['dsa', 'rsa', 'ecdsa', 'ed25519'].map((name) => `ssh_host_key_${name}_public`),
    isMinimal: true,
    texts: ['host_keys'],
    read: system.hostKeyFacts,
  },
  {
    name: 'user',
    words: [
      ...['user_id', 'user_uid', 'user_gid', 'user_gecos', 'user_dir', 'user_shell'],
      ...['real_user_id', 'effective_user_id', 'effective_group_ids'],
    ],
    isMinimal: true,
    texts: ['id'],
    read: system.userFacts,
  },
  { name: 'dns', isMinimal: true, texts: ['resolv'], read: system.dnsFacts },
  { name: 'local', isMinimal: true, texts: ['local'], read: (texts) => localFacts(texts).facts },
  { name: 'chroot', words: ['is_chroot'], texts: ['chroot'], read: system.chrootFacts },
  { name: 'loadavg', texts: ['loadavg'], read: system.loadFacts },
  { name: 'systemd', texts: ['services'], read: system.systemdFacts },
  {
    name: 'virtual',
    words: ['type', 'role', 'tech_guest', 'tech_host'].map((name) => `virtualization_${name}`),
    texts: ['virtual', 'xen', 'dmi', 'cpuinfo'],
    read: virtualFacts,
  },
  {
    name: 'hardware',
    words: ['processor', 'processor_cores', 'processor_count', 'mounts', 'devices'],
    texts: [
      'cpuinfo',
      'nproc',
      'meminfo',
      'dmi',
      'disks',
      'disk_links',
      'uptime',
      'mounts',
      'mountinfo',
      'uuids',
    ],
    read: hardwareFacts,
  },
  {
    name: 'network',
    words: ['interfaces', 'default_ipv4', 'default_ipv6', 'all_ipv4_addresses', 'all_ipv6_addresses'],
    texts: ['routes', 'addresses', 'interfaces'],
    read: networkFacts,
  },
  // Words that content may use and whose facts nobody can tell without Puppet, Chef or a device of the kind.
  ...['facter', 'ohai', 'iscsi', 'nvme', 'fibre_channel_wwn'].map((name) => ({
    name,
    texts: [],
    read: nothing,
  })),
];

type Chosen = { readonly sources: readonly FactSource[] } | { readonly wrong: string };

function named(word: string): FactSource | undefined {
  return factSources.find(({ name, words = [] }) => name === word || words.includes(word));
}

/** The sources that gather_subset asks for. What is named outweighs what is excluded, in whatever order they stand. */
export function chooseSources(subset: readonly string[]): Chosen {
  const minimal = factSources.filter(({ isMinimal }) => isMinimal);
  const others = factSources.filter(({ isMinimal }) => !isMinimal);
  const wanted = new Set<FactSource>(minimal);
  const excluded = new Set<FactSource>();
  const explicit = new Set<FactSource>();
  const addAll = (to: Set<FactSource>, sources: readonly FactSource[]): void =>
    sources.forEach((source) => to.add(source));
  for (const word of subset) {
    const isExcluded = word.startsWith('!');
    const bare = word.replace(/^!/, '');
    const source = named(bare);
    if (bare === 'min') addAll(isExcluded ? excluded : wanted, minimal);
    else if (bare === 'all') addAll(isExcluded ? excluded : wanted, isExcluded ? others : factSources);
    else if (isExcluded) addAll(excluded, source ? [source] : []);
    else if (source) addAll(explicit, [source]);
    else return { wrong: `gather_subset has no ${word}; it knows ${subsetWords().join(', ')}` };
  }
  const kept = [...wanted].filter((source) => !excluded.has(source));
  return { sources: factSources.filter((source) => kept.includes(source) || explicit.has(source)) };
}

function subsetWords(): string[] {
  return ['all', 'min', ...factSources.map(({ name }) => name)].sort();
}
