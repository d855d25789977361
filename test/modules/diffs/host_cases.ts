// By the kind of the step: files, packages, accounts, units and settings of a host.
import { seenContent, seenDirectory, seenFile } from '../../../engine/module/seen_files.ts';
import { absent } from '../../../engine/module/vocabulary/stat.ts';
import { newUnit } from '../../../engine/module/vocabulary/unit_files.ts';
import { file, nothing, type DiffCase } from './diff_case.ts';

const other = seenFile({ digest: 'b' });
const alice = {
  ...{ exists: true, name: 'alice', uid: 1000, gid: 1000, group: 'alice', comment: '', home: '/home/alice' },
  ...{ shell: '/bin/sh', groups: [], password: '!', homeExists: true },
};

/** The content, and below it the mode. */
const twoAndMode = [
  ...['--- before: /x', '+++ after: /x', '-one', '+two'],
  ...['--- before: /x', '+++ after: /x', '-mode: 0644', '+mode: 0600'],
];

export const hostCases: Readonly<Record<string, DiffCase>> = {
  'write file': {
    module: 'copy',
    params: { content: 'two\n', dest: '/x', mode: '0600' },
    seen: { dest: seenFile(), before: seenContent('one\n') },
    lines: twoAndMode,
  },
  'copy on host': {
    module: 'copy',
    params: { src: '/y', dest: '/x', remote_src: true, mode: '0600' },
    seen: {
      dest: seenFile(),
      remote: other,
      summed: other,
      md5: other,
      before: seenContent('one\n'),
      copied: seenContent('two\n'),
    },
    lines: twoAndMode,
  },
  'touch file': {
    module: 'file',
    params: { path: '/x', state: 'touch' },
    seen: { at: absent },
    lines: ['--- (absent)', '+++ after: /x', '+type: file', '+mode: 0644', '+owner: root', '+group: root'],
  },
  'make directory': {
    module: 'file',
    params: { path: '/d', state: 'directory', mode: '0750' },
    seen: { at: absent },
    lines: [
      '--- (absent)',
      '+++ after: /d',
      '+type: directory',
      '+mode: 0750',
      '+owner: root',
      '+group: root',
    ],
  },
  'make link': {
    module: 'file',
    params: { path: '/l', src: '/d', state: 'link' },
    seen: { at: absent, source: seenDirectory() },
    lines: ['--- (absent)', '+++ after: /l', '+type: link', '+leads to: /d', '+owner: root', '+group: root'],
  },
  'remove file': {
    module: 'file',
    params: { path: '/x', state: 'absent' },
    seen: { at: seenFile() },
    lines: ['--- before: /x', '+++ (absent)', '-type: file', '-mode: 0644', '-owner: root', '-group: root'],
  },
  'change ownership': {
    module: 'file',
    params: { path: '/x', mode: '0600', owner: 'alice' },
    seen: { at: seenFile() },
    lines: ['--- before: /x', '+++ after: /x', '-mode: 0644', '-owner: root', '+mode: 0600', '+owner: alice'],
  },
  download: {
    module: 'get_url',
    params: { url: 'http://h/x', dest: '/x', mode: '0755' },
    seen: { dest: absent },
    why: 'what is fetched is not known',
    lines: ['--- before: steps', '+++ after: steps', '+fetch http://h/x to /x'],
  },
  'http to file': {
    module: 'uri',
    params: { url: 'http://h/x', dest: '/x' },
    why: 'what is fetched is not known',
    lines: ['--- before: steps', '+++ after: steps', '+GET http://h/x to /x'],
  },
  'temporary file': {
    module: 'tempfile',
    params: {},
    why: 'its name is made by the run',
    lines: ['--- before: steps', '+++ after: steps', '+make a temporary file in /tmp'],
  },
  'keep file': {
    module: 'fetch',
    params: { src: '/etc/x', dest: '/kept/', flat: true },
    seen: { file: file('x'), kept: { exists: false } },
    why: 'a copy of what the host has',
    lines: ['--- before: steps', '+++ after: steps', '+keep /kept/x on the control machine'],
  },
  unpack: {
    module: 'unarchive',
    params: { src: '/a.tar', dest: '/d', remote_src: true },
    seen: {
      dest: seenDirectory(),
      archive: seenFile(),
      state: { differences: ['bin/a: Not found'], files: ['bin/a'] },
    },
    why: 'what is in the archive was compared on the host, and is not here',
    lines: ['--- before: steps', '+++ after: steps', '+unpack /a.tar into /d'],
  },
  package: {
    module: 'apt',
    params: { name: 'curl' },
    seen: { packages: { installed: {}, candidates: {} } },
    lines: [
      '--- before: packages curl',
      '+++ after: packages curl',
      '-curl: not installed',
      '+curl: installed',
    ],
  },
  'select package': {
    module: 'dpkg_selections',
    params: { name: 'curl', selection: 'hold' },
    seen: { now: 'install' },
    lines: [
      '--- before: selection of package curl',
      '+++ after: selection of package curl',
      '-install',
      '+hold',
    ],
  },
  'apt act': {
    module: 'apt',
    params: { upgrade: 'dist' },
    seen: { foreseen: { installs: { curl: '2' }, removes: [], deletes: [] } },
    lines: ['--- before: packages', '+++ after: packages', '+install curl 2'],
  },
  'apt lists': {
    module: 'apt',
    params: { update_cache: true },
    seen: { age: { seconds: 9 } },
    why: 'what they bring is not known',
    lines: ['--- before: steps', '+++ after: steps', '+fetch the lists of apt'],
  },
  user: {
    module: 'user',
    params: { name: 'alice', shell: '/bin/bash', password: '$6$salt$hash' },
    seen: { user: alice },
    lines: [
      '--- before: user alice',
      '+++ after: user alice',
      '-shell: /bin/sh',
      '-password: none or locked',
      '+shell: /bin/bash',
      '+password: set',
    ],
  },
  group: {
    module: 'group',
    params: { name: 'ops', gid: 4000 },
    seen: { group: { exists: false } },
    lines: ['--- (absent)', '+++ after: group ops', '+gid: 4000', '+members: '],
  },
  'make ssh key': {
    module: 'user',
    params: { name: 'alice', generate_ssh_key: true, ssh_key_passphrase: 'open sesame' },
    seen: { user: alice, key: { exists: false } },
    why: 'a key is random',
    lines: ['--- before: steps', '+++ after: steps', '+make the rsa key /home/alice/.ssh/id_rsa'],
  },
  unit: {
    module: 'systemd',
    params: { name: 'x', state: 'started', enabled: true },
    seen: { unit: newUnit('x.service') },
    lines: [
      '--- before: unit x.service',
      '+++ after: unit x.service',
      '-active: no',
      '-enabled: no',
      '+active: yes',
      '+enabled: yes',
    ],
  },
  'daemon reload': {
    module: 'systemd',
    params: { daemon_reload: true },
    why: 'systemd reads what stands in its files',
    lines: ['--- before: steps', '+++ after: steps', '+systemctl daemon-reload'],
  },
  'mount act': {
    module: 'mount',
    params: { path: '/m', src: 'tmpfs', fstype: 'tmpfs', state: 'mounted' },
    seen: { table: file(''), now: { mounted: false }, folder: seenDirectory() },
    lines: [
      '--- before: /etc/fstab',
      '+++ after: /etc/fstab',
      '+tmpfs /m tmpfs defaults 0 0',
      '--- (absent)',
      '+++ after: mounted at /m',
      '+source: tmpfs',
      '+type: tmpfs',
      '+options: defaults',
    ],
  },
  'set sysctl': {
    module: 'sysctl',
    params: { name: 'net.ipv4.ip_forward', value: '1', sysctl_set: true, reload: false },
    seen: { file: nothing, current: '0' },
    lines: [
      '--- before: /etc/sysctl.conf',
      '+++ after: /etc/sysctl.conf',
      '+net.ipv4.ip_forward=1',
      '--- before: kernel setting net.ipv4.ip_forward',
      '+++ after: kernel setting net.ipv4.ip_forward',
      '-0',
      '+1',
    ],
  },
  'reload sysctl file': {
    module: 'sysctl',
    params: { name: 'net.ipv4.ip_forward', value: '1' },
    seen: { file: nothing },
    lines: ['--- before: /etc/sysctl.conf', '+++ after: /etc/sysctl.conf', '+net.ipv4.ip_forward=1'],
  },
  'load kernel module': {
    module: 'modprobe',
    params: { name: 'overlay' },
    seen: { module: 'absent', file: nothing },
    lines: ['--- before: kernel module overlay', '+++ after: kernel module overlay', '-absent', '+loaded'],
  },
  'switch swap off': {
    module: 'swap',
    params: {},
    seen: { table: file('/dev/b none swap sw 0 0\n'), active: ['/dev/b'] },
    lines: [
      '--- before: /etc/fstab',
      '+++ after: /etc/fstab',
      '-/dev/b none swap sw 0 0',
      '+# /dev/b none swap sw 0 0',
      '--- before: active swap',
      '+++ after: active swap',
      '-/dev/b',
    ],
  },
  'set host name': {
    module: 'hostname',
    params: { name: 'new' },
    seen: { now: 'old', atBoot: file('old\n') },
    lines: [
      '--- before: /etc/hostname',
      '+++ after: /etc/hostname',
      '-old',
      '+new',
      '--- before: name of the running host',
      '+++ after: name of the running host',
      '-old',
      '+new',
    ],
  },
};
