// Why names of the language are not here, or are although no table has them (docs/language.md), by section and name.
type Reasons = Readonly<Record<string, string>>;

const unbuilt = 'no: not built; told at load, and a failure when it is reached';

const unbuiltModules = [
  ...['dnf', 'dnf5', 'pip', 'yum_repository', 'apt_key', 'rpm_key', 'deb822_repository', 'expect'],
  ...['known_hosts', 'mount_facts', 'subversion', 'sysvinit', 'npm', 'openssl_privatekey', 'openssl_csr'],
  ...['seboolean', 'ansible.posix.synchronize', 'ansible.posix.acl', 'ansible.posix.selinux'],
  ...['lvol', 'pacman', 'alternatives', 'filesystem', 'archive', 'lvg', 'npm', 'gem', 'zypper', 'apk'].map(
    (name) => `community.general.${name}`,
  ),
];

export const reasons: Readonly<Record<string, Reasons>> = {
  'Modules and actions': {
    ...Object.fromEntries(unbuiltModules.map((name) => [name, unbuilt])),
    import_playbook: 'yes: in the place of a play',
    async_wrapper: 'no: a part of ansible-core itself; `async` needs none',
  },
  Filters: { parse_ip: 'no: it is of no release of Ansible or of its collections that we know' },
  'Special variables': {
    ansible_python_interpreter: 'no: hosts need no Python; it may be set, and nothing reads it',
    ansible__deploy_type: 'no: a variable of the content that was counted',
    ansible_eth0: 'yes: facts of each network interface by its name (modules/shared/facts_network.ts)',
  },
  'Facts read through ansible_facts': {
    getent_passwd: 'yes: each database that `getent` reads by its name (modules/getent.ts)',
    getent_shadow: 'yes: as `getent_passwd`',
    ansible_local: 'yes: the facts that the host keeps itself',
  },
};
