// Random calls of modules that keep what a whole host has: accounts, units, packages, settings, mounts, routes, keys and
// archives, each on few names so that they meet.
import { at, maybe, type Made, type Maker, type Making } from './file_tasks.ts';
import type { Plain } from './play_text.ts';

const users = ['rpu1', 'rpu2'];
const groups = ['rpg1', 'rpg2'];
const owners = [...users, 'daemon', 'games'];
const units = ['rp-a', 'rp-b'];
const unitFile = (unit: string): string => `/etc/systemd/system/${unit}.service`;
/** Of a host's own network, with two values each, the first one that of the beginning. Two are names of one setting. */
const settings: Readonly<Record<string, readonly [string, string]>> = {
  'net.ipv4.conf.lo.send_redirects': ['0', '1'],
  'net.ipv4.conf.lo.accept_source_route': ['0', '1'],
  'net.ipv4.conf.lo.log_martians': ['0', '1'],
  'net.ipv4.ip_forward': ['0', '1'],
  'net.ipv4.conf.all.forwarding': ['0', '1'],
  'net.ipv4.ip_local_port_range': ['32768 60999', '20000 30000'],
};
const settingFile = (name: string): string => `/proc/sys/${name.replaceAll('.', '/')}`;
/** Stands for the packages that a play is about. */
export const packagesWord = 'PACKAGES';
/** What a play asks about together, so that what one brings along leaves none of the others in doubt. */
export const packageSets: readonly Plain[] = [
  'lab-settings',
  'lab-settings=1.0',
  ['lab-hello-data', 'lab-hello'],
  ['lab-settings', 'lab-hello', 'lab-hello-data'],
];
const destinations = ['10.99.1.0/24', '10.99.2.0/24', '10.99.3.0/24'];
/** Where nobody looks for what the archive brings. */
const archiveFolder = '/srv/rp-out';
const mountNames = ['m', 'd/m'];

const unitText = ({ random }: Making): string =>
  `[Service]\n${random.pick([
    'ExecStart=/bin/sleep infinity',
    'ExecStart=/bin/sleep infinity\nExecReload=/bin/true',
    'Type=oneshot\nExecStart=/bin/true',
    'Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true',
  ])}\n${random.pick(['', '[Install]\nWantedBy=multi-user.target\n'])}`;

/** Units that name each other; one of them is a template. */
const related = ['rp-r1', 'rp-r2', 'rp-r3'];
const aRelated = ({ random }: Making): string => random.pick([...related, ...related, 'rp-t@one']);

/** Changes of unit files, each to be read by systemd before anything else comes. */
export const unitChanges: readonly ((making: Making) => readonly Made[])[] = [
  relatedText,
  relatedText,
  dropIn,
];

function relatedText({ random }: Making): readonly Made[] {
  const unit = random.pick([...related, 'rp-t@']);
  const other = random.pick(related.filter((one) => one !== unit));
  const relation = random.pick(['', 'Requires', 'Wants', 'PartOf', 'BindsTo']);
  const install = random.pick([
    ...['', `WantedBy=multi-user.target\n`, `WantedBy=${other}.service\n`, `RequiredBy=${other}.service\n`],
    ...[`Alias=${unit}-too.service\n`, `Also=${other}.service\nWantedBy=multi-user.target\n`],
  ]);
  const text = [
    ...(relation === '' ? [] : ['[Unit]', `${relation}=${other}.service`, `After=${other}.service`]),
    ...['[Service]', 'ExecStart=/bin/sleep infinity'],
    ...(install === '' || unit === 'rp-t@' ? [] : ['[Install]', install]),
  ];
  return [{ copy: { content: `${text.join('\n')}\n`, dest: unitFile(unit) } }];
}

function dropIn({ random }: Making): readonly Made[] {
  const folder = `${unitFile(random.pick(related))}.d`;
  const content = random.pick([
    '[Service]\nNice=1\n',
    `[Unit]\nWants=${random.pick(related)}.service\n`,
    '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=\nExecStart=/bin/true\n',
  ]);
  return random.chance(0.3)
    ? [{ file: { path: folder, state: 'absent' } }]
    : [{ file: { path: folder, state: 'directory' } }, { copy: { content, dest: `${folder}/more.conf` } }];
}

const owning: readonly Maker[] = [
  (one) => ({ file: { path: at(one), owner: one.random.pick(owners) } }),
  (one) => ({ file: { path: at(one), group: one.random.pick([...groups, 'games']), mode: 'g+w' } }),
  (one) => ({ file: { path: at(one), state: 'directory', owner: one.random.pick(owners), recurse: true } }),
  (one) => ({ copy: { content: 'one\n', dest: at(one), owner: one.random.pick(owners) } }),
];

const accounts: readonly Maker[] = [
  (one) => ({ group: { name: one.random.pick(groups), ...maybe(one.random, 'gid', [4101, 4102], 0.3) } }),
  (one) => ({ group: { name: one.random.pick(groups), state: 'absent' } }),
  (one) => ({
    user: {
      name: one.random.pick(users),
      ...maybe(one.random, 'groups', [one.random.pick(groups), 'daemon', 'games,daemon', '']),
      ...maybe(one.random, 'append', [true]),
      ...maybe(one.random, 'shell', ['/bin/sh', '/bin/bash']),
      ...maybe(one.random, 'comment', ['One', 'Two'], 0.3),
      ...maybe(one.random, 'create_home', [false], 0.3),
      ...maybe(one.random, 'system', [true], 0.2),
      ...maybe(one.random, 'uid', [4201, 4202], 0.2),
      ...maybe(one.random, 'group', [one.random.pick(groups), 'games'], 0.2),
    },
  }),
  (one) => ({
    user: { name: one.random.pick(users), state: 'absent', ...maybe(one.random, 'remove', [true], 0.5) },
  }),
];

const services: readonly Maker[] = [
  (one) => ({ copy: { content: unitText(one), dest: unitFile(one.random.pick(units)) } }),
  (one) => ({ copy: { content: unitText(one), dest: unitFile(one.random.pick(units)) } }),
  (one) => ({ file: { path: unitFile(one.random.pick(units)), state: 'absent' } }),
  (one) => ({ systemd: { daemon_reload: true, ...maybe(one.random, 'name', units) } }),
  (one) => ({
    systemd: {
      name: one.random.pick(units),
      ...maybe(one.random, 'state', ['started', 'started', 'stopped', 'restarted', 'reloaded'], 0.8),
      ...maybe(one.random, 'enabled', [true, true, false]),
      ...maybe(one.random, 'daemon_reload', [true], 0.5),
    },
  }),
  (one) => ({ systemd: { name: one.random.pick(units), enabled: one.random.pick([true, false]) } }),
  (one) => ({ systemd: { name: one.random.pick(units), masked: one.random.pick([true, false]) } }),
  (one) => ({ service: { name: one.random.pick(units), state: one.random.pick(['started', 'stopped']) } }),
];

const relations: readonly Maker[] = [
  (one) => ({
    systemd: { name: aRelated(one), state: one.random.pick(['started', 'stopped', 'restarted']) },
  }),
  (one) => ({ systemd: { name: aRelated(one), state: one.random.pick(['started', 'stopped']) } }),
  (one) => ({ systemd: { name: aRelated(one), enabled: one.random.pick([true, true, false]) } }),
  (one) => ({
    stat: {
      path: `/etc/systemd/system/${one.random.pick(['multi-user.target.wants/rp-r1.service', 'rp-r2-too.service', 'rp-r3.service.requires/rp-r2.service'])}`,
    },
  }),
];

const kernel: readonly Maker[] = [
  (one) => {
    const name = one.random.pick(Object.keys(settings));
    return {
      sysctl: {
        name,
        ...(one.random.chance(0.8) ? { value: one.random.pick(settings[name] ?? []) } : { state: 'absent' }),
        sysctl_file: one.random.pick(['/etc/sysctl.d/90-rp.conf', '/etc/sysctl.d/91-rp.conf']),
        ...maybe(one.random, 'sysctl_set', [true], 0.5),
        ...maybe(one.random, 'reload', [false], 0.3),
      },
    };
  },
  (one) => ({
    modprobe: {
      name: one.random.pick(['overlay', 'rp_none']),
      persistent: one.random.pick(['present', 'absent', 'disabled']),
    },
  }),
];

const mounts: readonly Maker[] = [
  (one) => ({
    mount: {
      path: `${one.root}/${one.random.pick(mountNames)}`,
      src: 'tmpfs',
      fstype: 'tmpfs',
      state: one.random.pick(['mounted', 'mounted', 'present', 'ephemeral']),
      ...maybe(one.random, 'opts', ['size=1m', 'size=2m,mode=0700']),
    },
  }),
  (one) => ({
    mount: {
      path: `${one.root}/${one.random.pick(mountNames)}`,
      state: one.random.pick(['unmounted', 'absent', 'remounted']),
    },
  }),
];

const routes: readonly Maker[] = [
  (one) => ({
    route: {
      name: 'rp',
      routes: destinations.filter(() => one.random.chance(0.5)).map((dest) => ({ dest, dev: 'lo' })),
      ...maybe(one.random, 'purge', [true]),
      ...maybe(one.random, 'persist', [true], 0.3),
    },
  }),
  (one) => ({ route: { name: 'rp', dest: one.random.pick(destinations), state: 'absent' } }),
];

const names = (random: Making['random']): Plain => (random.chance(0.3) ? ['a.example', 'b.example'] : []);

const keys: readonly Maker[] = [
  (one) => ({ pki: { kind: 'ca', dir: `${one.root}/pki`, name: 'authority', key_size: 2048 } }),
  (one) => ({
    pki: {
      ...{ kind: 'cert', dir: `${one.root}/pki`, name: 'leaf', ca: 'authority', key_size: 2048 },
      ...{ usages: [one.random.pick(['client_auth', 'server_auth'])], dns: names(one.random) },
    },
  }),
  (one) => ({ pki: { kind: 'secret', dir: `${one.root}/pki`, name: 'word' } }),
  (one) => ({
    file: { path: `${one.root}/pki/${one.random.pick(['leaf.key', 'word.secret'])}`, mode: '0600' },
  }),
  (one) => ({
    file: { path: `${one.root}/pki/${one.random.pick(['leaf.crt', 'word.secret'])}`, state: 'absent' },
  }),
];

const archives: readonly Maker[] = [
  (one) => ({
    unarchive: {
      src: '/srv/rp-tree.tar.gz',
      remote_src: true,
      dest: archiveFolder,
      ...maybe(one.random, 'creates', [at(one)], 0.2),
    },
  }),
  (one) => ({
    file: {
      path: archiveFolder,
      state: 'directory',
      mode: one.random.pick(['0755', '0700']),
      ...maybe(one.random, 'owner', ['daemon', 'root']),
    },
  }),
  (one) => ({ copy: { content: one.random.pick(['one\n', 'two\n']), dest: `${archiveFolder}/own` } }),
  (one) => ({
    file: { path: `${archiveFolder}/own`, state: one.random.pick(['absent', 'touch', 'directory']) },
  }),
  // Where members stand, though none of them is called so.
  (one) => ({ copy: { content: one.random.pick(['one\n', 'two\n']), dest: `${archiveFolder}/tree/own` } }),
  () => ({ stat: { path: `${archiveFolder}/tree/none` } }),
];

const packaged: readonly Maker[] = [
  (one) => ({
    apt: { name: packagesWord, allow_downgrade: true, ...maybe(one.random, 'state', ['latest'], 0.2) },
  }),
  (one) => ({ apt: { name: packagesWord, state: 'absent', ...maybe(one.random, 'purge', [true]) } }),
  // One that no source has.
  (one) => ({ apt: { name: 'lab-none', ...maybe(one.random, 'state', ['absent', 'latest']) } }),
];

/** Where no task but commands looks. */
const commandFile = '/srv/rp-command';

/** Commands that change nothing that others ask about, or that never run: the folder of all plays is always there. */
const guarded: readonly Maker[] = [
  (one) => ({ command: { cmd: 'true', creates: at(one) }, changed_when: false }),
  (one) => ({ command: { cmd: 'true', removes: at(one) }, changed_when: false }),
  (one) => ({ command: { cmd: `rm -rf ${at(one)}`, creates: one.root } }),
  (one) => ({ shell: { cmd: `touch ${at(one)}`, removes: '/srv/rp-none' } }),
  (one) => ({
    command: { cmd: `touch ${commandFile}`, creates: one.random.pick([at(one), commandFile]) },
    changed_when: false,
  }),
  (one) => ({
    command: { cmd: `rm -f ${commandFile}`, removes: one.random.pick([at(one), commandFile]) },
    changed_when: false,
  }),
];

/** Calls that leave something in doubt for tasks that ask about the same: what an archive and a package bring along. */
export const doubtful: readonly Maker[] = [
  (one) => ({ unarchive: { src: '/srv/rp-tree.tar.gz', remote_src: true, dest: `${one.root}/d` } }),
  (one) => ({ apt: { name: one.random.pick(['lab-hello', 'lab-hello-data', 'lab-service']) } }),
  (one) => ({ apt: { name: one.random.pick(['lab-hello', 'lab-hello-data']), state: 'absent' } }),
  () => ({
    unarchive: { src: '/srv/rp-tree.tar.gz', remote_src: true, dest: archiveFolder, owner: 'daemon' },
  }),
  (one) => ({
    apt: {
      name: one.random.pick([
        ['lab-hello', 'lab-settings'],
        ['lab-settings=1.1'],
        ['lab-service', 'lab-hello'],
      ]),
      allow_downgrade: true,
      ...maybe(one.random, 'state', ['latest', 'absent']),
    },
  }),
  (one) => ({
    unarchive: {
      src: '/srv/rp-tree.tar.gz',
      remote_src: true,
      dest: one.random.pick([one.root, `${one.root}/d`, `${one.root}/e`]),
      ...maybe(one.random, 'exclude', [['tree/in'], ['x']]),
      ...maybe(one.random, 'creates', [at(one), `${one.root}/tree/a`], 0.3),
    },
  }),
  (one) => ({ copy: { content: 'one\n', dest: `${one.root}/${one.random.pick(['x', 'd/x', 'tree/a'])}` } }),
  () => ({ systemd: { name: 'lab-service', state: 'started' } }),
  (one) => ({ stat: { path: `${one.root}/d/tree/a` } }),
  (one) => ({ user: { name: one.random.pick(groups), state: one.random.pick(['present', 'absent']) } }),
  () => ({ mount: { path: '/srv/rp/d/m', state: 'unmounted' } }),
  (one) => ({ copy: { content: one.random.pick(['a\n', 'one\n']), dest: `${archiveFolder}/tree/a` } }),
  () => ({ copy: { src: '/srv/rp-tree.tar.gz', dest: '/srv/rp-tree-too.tar.gz', remote_src: true } }),
  () => ({ unarchive: { src: '/srv/rp-tree-too.tar.gz', remote_src: true, dest: archiveFolder } }),
  () => ({ apt: { name: ['lab-none', 'lab-hello'] } }),
  () => ({ systemd: { name: 'rp-r1-too', state: 'started' } }),
  (one) => ({ getent: { database: one.random.pick(['passwd', 'group']), key: 'rpu1', fail_key: false } }),
];

/** By the kind of thing that they keep. */
export const hostKinds: Readonly<Record<string, readonly Maker[]>> = {
  ...{ owning, accounts, services, relations, kernel, mounts, routes, keys, archives, packaged, guarded },
};

const script = (lines: readonly string[]): string => `{ ${lines.join('\n')}\n} >/dev/null 2>&1\n`;

/** Brings a host back to where every play begins, whatever a play did there. */
export const undoAll = `${script([
  ...[...units, ...related, 'rp-t@one'].map(
    (unit) => `systemctl unmask ${unit}; systemctl disable --now ${unit}; rm -rf ${unitFile(unit)}*`,
  ),
  'systemctl stop "rp-*"; rm -rf /etc/systemd/system/rp-* /usr/lib/systemd/system/rp-*; find /etc/systemd/system -name "rp-*" -exec rm -rf {} +',
  'systemctl daemon-reload; systemctl reset-failed',
  'while grep -q " /srv/rp" /proc/self/mounts; do umount -l $(grep -o " /srv/rp[^ ]*" /proc/self/mounts | tail -n 1) || break; done',
  ...[...users, 'rpu3'].map((user) => `userdel -f ${user}; rm -rf /home/${user} /var/mail/${user}`),
  ...[...users, ...groups].map((group) => `groupdel -f ${group}`),
  'dpkg --purge lab-hello lab-hello-data lab-settings lab-service',
  'ip route flush proto 173; sed -i /rpname/d /etc/hosts; rm -rf /etc/ansible; [ "$(cat /etc/hostname)" != rp-other ] || { hostname one; echo one > /etc/hostname; }',
  `rm -rf /srv/rp /srv/rp-out /srv/rp-tree* ${commandFile} /etc/sysctl.d/9?-rp.conf /etc/hardway /etc/modules-load.d/overlay.conf /etc/modules-load.d/rp_none.conf /etc/modprobe.d/overlay.conf`,
  '[ -e /srv/fstab.first ] || cp -p /etc/fstab /srv/fstab.first; cat /srv/fstab.first > /etc/fstab',
  ...Object.entries(settings).map(([name, [first]]) => `echo ${first} > ${settingFile(name)}`),
])}mkdir -p /srv/rp /srv/rp-out /srv/rp-tree/tree/in && echo a > /srv/rp-tree/tree/a && echo b > /srv/rp-tree/tree/in/b && echo x > /srv/rp-tree/x
tar -C /srv/rp-tree -czf /srv/rp-tree.tar.gz tree x && rm -rf /srv/rp-tree
ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || apt-get update >/dev/null 2>&1
`;

/** What a host has of all that plays keep, in lines. */
export const listAll = `find /srv /home /etc/systemd/system /etc/sysctl.d /etc/hardway /etc/modules-load.d /etc/modprobe.d -exec stat -c '%n %f %U %G %s %Y' {} + 2>/dev/null | sort
cat /etc/passwd /etc/group /etc/fstab /proc/self/mounts; ip route
cat ${Object.keys(settings).map(settingFile).join(' ')}
for one in ${[...units, ...related, 'rp-t@one'].join(' ')}; do systemctl is-active $one; systemctl is-enabled $one; done 2>&1
dpkg-query -W 'lab-*' 2>/dev/null
`;

/** Lines of a script, each of which may give a host something to begin with. */
export const firstLines: readonly string[] = [
  'mkdir -p /srv/rp/d /srv/rp/pki',
  'mkdir -p /srv/rp/d; echo one > /srv/rp/a; echo k=1 > /srv/rp/d/x; chmod 600 /srv/rp/d/x',
  'mkdir -p /srv/rp/m /srv/rp/d; ln -s d /srv/rp/l',
  'groupadd rpg1; useradd -m -G rpg1 rpu1',
  'groupadd -g 4101 rpg2; useradd -g rpg2 rpu2',
  `printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' > ${unitFile('rp-a')}; systemctl daemon-reload; systemctl enable --now rp-a`,
  `printf '[Unit]\\nRequires=rp-r2.service\\n[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' > ${unitFile('rp-r1')}; printf '[Service]\\nExecStart=/bin/sleep infinity\\n' > ${unitFile('rp-r2')}; systemctl daemon-reload; systemctl enable --now rp-r1`,
  `printf '[Service]\\nType=oneshot\\nExecStart=/bin/true\\n' > ${unitFile('rp-b')}; systemctl daemon-reload`,
  'echo net.ipv4.conf.lo.log_martians=1 > /etc/sysctl.d/90-rp.conf; echo 1 > /proc/sys/net/ipv4/conf/lo/log_martians',
  'mkdir -p /srv/rp/m; mount -t tmpfs tmpfs /srv/rp/m; echo "tmpfs /srv/rp/m tmpfs defaults 0 0" >> /etc/fstab',
  'ip route add 10.99.1.0/24 dev lo proto 173',
  'tar -C /srv/rp-out -xzf /srv/rp-tree.tar.gz; echo other > /srv/rp-out/x',
  'apt-get install -y lab-hello-data',
  'apt-get install -y lab-hello=1.0 lab-settings',
  'echo overlay > /etc/modules-load.d/overlay.conf',
  'echo net.ipv4.ip_forward=1 > /etc/sysctl.d/91-rp.conf; echo 1 > /proc/sys/net/ipv4/ip_forward',
  `touch ${commandFile}`,
];
