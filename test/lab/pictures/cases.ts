// Calls of modules whose steps are watched, in this order on one host: each finds what the ones before it left.
export interface Case {
  readonly module: string;
  readonly params: { readonly [name: string]: unknown };
  /** A shell script that is run on the host before. */
  readonly before?: string;
  /** Paths and names that are asked about besides those in the steps. */
  readonly also?: readonly string[];
}

const place = '/srv/pictures';
const wants = '/etc/systemd/system/multi-user.target.wants';
const unit = (type: string, more = '', install = '[Install]\nWantedBy=multi-user.target\n'): string =>
  `[Unit]\nDescription=Pictured\n[Service]\nType=${type}\nExecStart=${type === 'oneshot' ? '/bin/true' : '/bin/sleep infinity'}\nExecReload=/bin/true\n${more}\n${install}`;

const files: readonly Case[] = [
  { module: 'file', params: { path: `${place}/by/deep`, state: 'directory', mode: '0750', owner: 'daemon' } },
  { module: 'file', params: { path: `${place}/way`, src: 'by', state: 'link' } },
  { module: 'copy', params: { content: 'one\n', dest: `${place}/by/x`, mode: '0640', group: 'daemon' } },
  { module: 'copy', params: { content: 'two\n', dest: `${place}/way/x` } },
  { module: 'copy', params: { content: 'three\n', dest: `${place}/way/new` } },
  { module: 'file', params: { path: `${place}/way/folder/inner`, state: 'directory' } },
  { module: 'file', params: { path: `${place}/way/touched`, state: 'touch', mode: '0600' } },
  { module: 'file', params: { path: `${place}/way/touched`, owner: 'games', mode: 'u+x' } },
  { module: 'file', params: { path: `${place}/soft`, src: `${place}/by/x`, state: 'link' } },
  { module: 'copy', params: { content: 'four\n', dest: `${place}/soft` } },
  { module: 'file', params: { path: `${place}/soft`, mode: '0604' } },
  {
    module: 'file',
    params: { path: `${place}/dangling`, src: `${place}/later`, state: 'link', force: true },
  },
  { module: 'copy', params: { content: 'late\n', dest: `${place}/later` } },
  { module: 'file', params: { path: `${place}/hard`, src: `${place}/later`, state: 'hard' } },
  { module: 'lineinfile', params: { path: `${place}/hard`, line: 'more' } },
  { module: 'file', params: { path: `${place}/hard`, mode: '0600' } },
  { module: 'blockinfile', params: { path: `${place}/way/x`, block: 'a\nb' } },
  { module: 'replace', params: { path: `${place}/way/x`, regexp: 'two', replace: '2' } },
  {
    module: 'copy',
    params: { src: `${place}/way/x`, dest: `${place}/by/copied`, remote_src: true, mode: '0644' },
  },
  {
    module: 'copy',
    params: { src: `${place}/way/x`, dest: `${place}/way/copied2`, remote_src: true, owner: 'games' },
  },
  { module: 'copy', params: { src: `${place}/later`, dest: `${place}/by/copied`, remote_src: true } },
  { module: 'file', params: { path: `${place}/way`, src: `${place}/by/folder`, state: 'link', force: true } },
  { module: 'file', params: { path: `${place}/tower/x/y`, state: 'directory' } },
  { module: 'file', params: { path: `${place}/by/folder`, state: 'absent' } },
  { module: 'file', params: { path: `${place}/way`, state: 'absent' } },
  { module: 'file', params: { path: `${place}/tower`, state: 'absent' } },
  { module: 'file', params: { path: `${place}/later`, state: 'absent' } },
  { module: 'file', params: { path: `${place}/by`, owner: 'games', group: 'games', recurse: true } },
];

const archives: readonly Case[] = [
  {
    module: 'unarchive',
    before: `mkdir -p /srv/packed/tree/in ${place}/out && echo a > /srv/packed/tree/a && echo b > /srv/packed/tree/in/b && tar -C /srv/packed -czf ${place}/tree.tar.gz tree`,
    params: { src: `${place}/tree.tar.gz`, dest: `${place}/out`, remote_src: true },
  },
  { module: 'copy', params: { content: 'other\n', dest: `${place}/out/tree/a` } },
  { module: 'unarchive', params: { src: `${place}/tree.tar.gz`, dest: `${place}/out`, remote_src: true } },
  {
    module: 'unarchive',
    params: {
      src: `${place}/tree.tar.gz`,
      dest: `${place}/out`,
      remote_src: true,
      owner: 'daemon',
      mode: '0750',
    },
  },
  { module: 'file', params: { path: `${place}/out/tree/in/b`, state: 'absent' } },
];

const accounts: readonly Case[] = [
  { module: 'group', params: { name: 'painters', gid: 1818 } },
  { module: 'group', params: { name: 'painters', gid: 1819 } },
  {
    module: 'user',
    params: { name: 'pictured', groups: ['painters', 'daemon'], shell: '/bin/bash', comment: 'Pictured' },
  },
  { module: 'user', params: { name: 'pictured', groups: ['games'], append: true } },
  { module: 'user', params: { name: 'pictured', groups: ['games'] } },
  { module: 'user', params: { name: 'pictured', group: 'painters', uid: 1820 } },
  {
    module: 'user',
    params: { name: 'pictured', password: '$6$abcdefgh$Zr6D1hVnPYFzKfXO7KKXc4X0ZX3XzL8DdFQ8B3Q9Yq0' },
  },
  { module: 'user', params: { name: 'pictured', password_lock: true } },
  { module: 'user', params: { name: 'pictured', home: '/home/moved', move_home: true } },
  { module: 'user', params: { name: 'pictured', state: 'absent', remove: true } },
  { module: 'user', params: { name: 'pictured', system: true, create_home: false, home: '/nonexistent' } },
  { module: 'user', params: { name: 'pictured', state: 'absent' } },
  { module: 'group', params: { name: 'painters', state: 'absent' } },
];

const services: readonly Case[] = [
  { module: 'copy', params: { content: unit('simple'), dest: '/etc/systemd/system/pictured.service' } },
  { module: 'systemd', params: { name: 'pictured', daemon_reload: true } },
  { module: 'systemd', params: { name: 'pictured', enabled: true, state: 'started' } },
  {
    module: 'copy',
    params: { content: unit('simple', 'Nice=1'), dest: '/etc/systemd/system/pictured.service' },
  },
  { module: 'systemd', params: { name: 'pictured', daemon_reload: true, state: 'restarted' } },
  { module: 'systemd', params: { name: 'pictured', state: 'restarted', wait_active: 20 } },
  { module: 'systemd', params: { name: 'pictured', state: 'reloaded' } },
  { module: 'systemd', params: { name: 'pictured', state: 'stopped' } },
  {
    module: 'systemd',
    params: { name: 'pictured', masked: true, daemon_reload: false },
    before:
      'mv /etc/systemd/system/pictured.service /usr/local/lib/systemd/system/pictured.service || { mkdir -p /usr/local/lib/systemd/system && mv /etc/systemd/system/pictured.service /usr/local/lib/systemd/system/pictured.service; }; systemctl daemon-reload',
  },
  { module: 'systemd', params: { name: 'pictured', masked: false } },
  { module: 'systemd', params: { name: 'pictured', masked: true } },
  { module: 'systemd', params: { name: 'pictured', masked: false } },
  { module: 'file', params: { path: '/usr/local/lib/systemd/system/pictured.service', state: 'absent' } },
  { module: 'copy', params: { content: unit('oneshot'), dest: '/etc/systemd/system/oneshot.service' } },
  { module: 'systemd', params: { name: 'oneshot', daemon_reload: true } },
  { module: 'systemd', params: { name: 'oneshot', state: 'started' } },
  { module: 'systemd', params: { name: 'oneshot', state: 'restarted' } },
  {
    module: 'copy',
    params: {
      content: unit('oneshot', 'RemainAfterExit=yes', ''),
      dest: '/etc/systemd/system/oneshot.service',
    },
  },
  { module: 'systemd', params: { name: 'oneshot', daemon_reload: true, state: 'started' } },
  { module: 'systemd', params: { name: 'oneshot', state: 'stopped' } },
  { module: 'file', params: { path: '/etc/systemd/system/oneshot.service', state: 'absent' } },
  {
    module: 'copy',
    params: { content: unit('simple', '', ''), dest: '/etc/systemd/system/pictured@.service' },
  },
  { module: 'systemd', params: { name: 'pictured@a', state: 'started', daemon_reload: true } },
  { module: 'systemd', params: { name: 'pictured@a', state: 'stopped' } },
  { module: 'file', params: { path: '/etc/systemd/system/pictured@.service', state: 'absent' } },
  {
    module: 'copy',
    params: { content: unit('simple', '', ''), dest: '/etc/systemd/system/pictured.service' },
  },
  { module: 'systemd', params: { daemon_reload: true } },
  {
    module: 'file',
    params: {
      path: `${wants}/pictured.service`,
      src: '/etc/systemd/system/pictured.service',
      state: 'link',
    },
  },
  { module: 'file', params: { path: `${wants}/pictured.service`, state: 'absent' } },
  { module: 'file', params: { path: '/etc/systemd/system/pictured.service', state: 'absent' } },
];

const packaged: readonly Case[] = [
  { module: 'apt', params: { update_cache: true } },
  { module: 'apt', params: { name: 'lab-hello-data=1.0' } },
  { module: 'apt', params: { name: ['lab-hello', 'lab-settings'] } },
  { module: 'apt', params: { name: 'lab-service' } },
  { module: 'apt', params: { name: 'lab-hello', state: 'absent' } },
  { module: 'apt', params: { name: ['lab-settings', 'lab-service'], state: 'absent', purge: true } },
];

const system: readonly Case[] = [
  {
    module: 'sysctl',
    params: {
      name: 'net.ipv4.conf.all.forwarding',
      value: '1',
      sysctl_file: '/etc/sysctl.d/90-p.conf',
      sysctl_set: true,
    },
  },
  {
    module: 'sysctl',
    params: { name: 'net.ipv4.conf.all.forwarding', value: '0', sysctl_file: '/etc/sysctl.d/90-p.conf' },
  },
  {
    module: 'mount',
    params: { path: '/srv/pictures/by', src: 'tmpfs', fstype: 'tmpfs', opts: 'size=1m', state: 'mounted' },
  },
  {
    module: 'mount',
    params: { path: '/srv/pictures/by', src: 'tmpfs', fstype: 'tmpfs', opts: 'size=2m', state: 'mounted' },
  },
  { module: 'mount', params: { path: '/srv/pictures/by', state: 'unmounted' } },
  {
    module: 'mount',
    params: { path: '/srv/pictures/newmount', src: 'tmpfs', fstype: 'tmpfs', state: 'ephemeral' },
  },
  { module: 'mount', params: { path: '/srv/pictures/newmount', state: 'absent' } },
  {
    module: 'mount',
    params: { path: '/srv/pictures/empty', src: 'tmpfs', fstype: 'tmpfs', state: 'mounted' },
  },
  { module: 'mount', params: { path: '/srv/pictures/empty', state: 'absent' } },
  { module: 'hostname', params: { name: 'picturedhost' } },
  {
    module: 'cron',
    // The lab's hosts have no cron: a table is kept as cron's own program keeps it.
    before: `printf '#!/bin/sh\ncase $* in *-l*) cat /srv/crontab 2>/dev/null || { echo no crontab for root >&2; exit 1; } ;; *) cat > /srv/crontab ;; esac\n' > /usr/local/bin/crontab; chmod 0755 /usr/local/bin/crontab`,
    params: { name: 'pictured job', minute: '5', job: '/bin/true' },
  },
  { module: 'cron', params: { name: 'pictured job', state: 'absent' } },
  { module: 'timezone', params: { name: 'Etc/GMT-1' } },
  { module: 'iptables', params: { chain: 'PICTURED', chain_management: true } },
  {
    module: 'iptables',
    params: { chain: 'PICTURED', protocol: 'tcp', destination_port: '4242', jump: 'ACCEPT' },
  },
  {
    module: 'iptables',
    params: {
      chain: 'PICTURED',
      protocol: 'tcp',
      destination_port: '4243',
      jump: 'ACCEPT',
      action: 'insert',
    },
  },
  {
    module: 'iptables',
    params: { chain: 'PICTURED', protocol: 'tcp', destination_port: '4242', jump: 'ACCEPT', state: 'absent' },
  },
  { module: 'iptables', params: { chain: 'PICTURED', flush: true } },
  { module: 'iptables', params: { chain: 'PICTURED', chain_management: true, state: 'absent' } },
  { module: 'iptables', params: { chain: 'FORWARD', policy: 'DROP' } },
  { module: 'iptables', params: { chain: 'FORWARD', policy: 'ACCEPT' } },
  {
    module: 'route',
    params: {
      name: 'pictured',
      routes: [
        { dest: '10.99.1.0/24', dev: 'lo' },
        { dest: '10.99.2.0/24', dev: 'lo' },
      ],
    },
  },
  {
    module: 'route',
    params: { name: 'pictured', routes: [{ dest: '10.99.2.0/24', dev: 'lo' }], purge: true },
  },
];

const fetched: readonly Case[] = [
  { module: 'get_url', params: { url: 'WEB/file.txt', dest: `${place}/fetched.txt`, mode: '0640' } },
  { module: 'uri', params: { url: 'WEB/file.txt', dest: `${place}/saved.txt` } },
  { module: 'fetch', params: { src: `${place}/fetched.txt`, dest: 'HERE/kept.txt', flat: true } },
  { module: 'tempfile', params: { state: 'file' } },
];

const keys: readonly Case[] = [
  { module: 'pki', params: { kind: 'ca', dir: place, name: 'authority', cn: 'pictured', key_size: 2048 } },
  {
    module: 'pki',
    params: {
      kind: 'cert',
      dir: place,
      name: 'leaf',
      ca: 'authority',
      key_size: 2048,
      usages: ['client_auth'],
    },
  },
  {
    module: 'pki',
    params: {
      kind: 'cert',
      dir: place,
      name: 'leaf',
      ca: 'authority',
      key_size: 2048,
      usages: ['client_auth'],
      dns: ['leaf'],
    },
  },
  { module: 'pki', params: { kind: 'keypair', dir: place, name: 'pair', key_size: 2048 } },
  { module: 'pki', params: { kind: 'secret', dir: place, name: 'word' } },
  {
    module: 'kubeconfig',
    params: {
      ...{ path: `${place}/kubeconfig`, server: 'https://127.0.0.1:6443', user: 'admin' },
      ...{ ca: `${place}/authority.crt`, cert: `${place}/leaf.crt`, key: `${place}/leaf.key` },
    },
  },
];

const also = (paths: readonly string[], some: readonly Case[]): readonly Case[] =>
  some.map((one) => ({ ...one, also: paths }));

export const cases: readonly Case[] = [
  ...also([`${place}/by/x`, `${place}/way/x`, `${place}/soft`, `${place}/hard`], files),
  ...also([`${place}/out/tree/a`, `${place}/out/tree/in`], archives),
  ...also(
    ['/home/pictured/.profile', '/home/moved', '/etc/group', '/etc/passwd', 'painters', 'games'],
    accounts,
  ),
  ...also(
    [`${wants}/pictured.service`, 'pictured.service', 'pictured@a.service', 'oneshot.service'],
    services,
  ),
  ...also(
    [
      '/etc/lab-settings.conf',
      '/usr/share/lab-hello/data',
      'lab-hello',
      'lab-hello-data',
      'lab-service.service',
    ],
    packaged,
  ),
  ...also([`${place}/by/x`], system),
  ...fetched,
  ...keys,
];
