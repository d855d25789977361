// Calls of everyday modules, each made on a host by us and on its twin by ansible-core. What both register is compared
// key by key.
export interface Call {
  /** A sentence for reports; also the task's name. */
  readonly name: string;
  /** The task: its module with parameters, and keywords. */
  readonly task: { readonly [word: string]: unknown };
  /** Of a second run; the first one changes something, unless `never` or `always`. Default: nothing changes again. */
  readonly changes?: 'once' | 'always' | 'never';
  /** The call fails, in both. */
  readonly fails?: true;
  /** Keys of ansible-core's result that differ, and that is right. */
  readonly passOver?: readonly string[];
  /** Not in ansible-core itself. */
  readonly oursOnly?: true;
}

export const place = '/opt/calls';

export const packetRule = {
  chain: 'INPUT',
  protocol: 'tcp',
  destination_port: '4242',
  jump: 'ACCEPT',
  comment: 'a call',
};

export function once(name: string, task: Call['task'], more: Partial<Call> = {}): Call {
  return { name, task, changes: 'once', ...more };
}
export function looks(name: string, task: Call['task'], more: Partial<Call> = {}): Call {
  return { name, task, changes: 'never', ...more };
}
export function always(name: string, task: Call['task'], more: Partial<Call> = {}): Call {
  return { name, task, changes: 'always', ...more };
}

const unit = `[Unit]
Description=A call
[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/true
[Install]
WantedBy=multi-user.target
`;

const files: readonly Call[] = [
  once(
    'a folder with its parents',
    { file: { path: `${place}/deep/er`, state: 'directory', mode: '0750' } },
    { passOver: ['size'] },
  ),
  once(
    'a folder with symbolic mode',
    {
      file: { path: `${place}/sym`, state: 'directory', mode: 'u=rwx,g=rx,o=' },
    },
    { passOver: ['size'] },
  ),
  once('an empty file', {
    file: {
      path: `${place}/empty`,
      state: 'touch',
      mode: '0600',
      modification_time: 'preserve',
      access_time: 'preserve',
    },
  }),
  once('a symbolic link', { file: { src: '/etc/hostname', dest: `${place}/link`, state: 'link' } }),
  once('a link to nothing, forced', {
    file: { src: '/nowhere', dest: `${place}/dangling`, state: 'link', force: true },
  }),
  once(
    'a hard link',
    { file: { src: `${place}/empty`, dest: `${place}/hard`, state: 'hard' } },
    { passOver: ['state'] },
  ),
  looks('the state of a file that is there', { file: { path: `${place}/empty` } }),
  looks(
    'a file that is not there',
    { file: { path: `${place}/none` } },
    { fails: true, passOver: ['path', 'state'] },
  ),
  once(
    'content with owner and mode',
    {
      copy: {
        content: 'hello\nworld\n',
        dest: `${place}/text`,
        owner: 'deploy',
        group: 'daemon',
        mode: '0640',
      },
    },
    { passOver: ['uid', 'gid'] },
  ),
  once('content as JSON', { copy: { content: { a: 1, b: [true, null] }, dest: `${place}/data.json` } }),
  once('a file from here', { copy: { src: 'plain.txt', dest: `${place}/sym/` } }),
  once(
    'a folder from here',
    {
      copy: { src: 'tree/', dest: `${place}/tree`, mode: '0644', directory_mode: '0755' },
    },
    { passOver: ['dest'] },
  ),
  once('a file of the host', {
    copy: { src: '/etc/os-release', dest: `${place}/release`, remote_src: true, mode: '0600' },
  }),
  once(
    'a folder of the host',
    { copy: { src: `${place}/tree`, dest: `${place}/again/`, remote_src: true } },
    { passOver: ['dest'] },
  ),
  looks('a copy without force', { copy: { content: 'other', dest: `${place}/text`, force: false } }),
  once('a validated file', {
    copy: { content: 'root ALL=(ALL) ALL\n', dest: `${place}/sudoers`, validate: 'visudo -cf %s' },
  }),
  once(
    'a copy that is refused',
    { copy: { content: 'x', dest: `${place}/bad`, validate: 'false %s' } },
    { fails: true, passOver: ['checksum', 'exit_status', 'stderr', 'stderr_lines'] },
  ),
  once('a template', { template: { src: 'settings.j2', dest: `${place}/settings.ini`, mode: '0644' } }),
  once('a file to edit', {
    copy: { content: 'hello\nworld\ngames: x\nno no\n', dest: `${place}/edited`, force: false },
  }),
  once('a line added', { lineinfile: { path: `${place}/edited`, line: 'more', insertafter: '^hello' } }),
  once('a line replaced', { lineinfile: { path: `${place}/edited`, regexp: '(?i)^wor', line: 'World' } }),
  once('a line in a new file', {
    lineinfile: { path: `${place}/lines`, line: 'one', create: true, mode: '0604' },
  }),
  once('a line removed', { lineinfile: { path: `${place}/edited`, regexp: '^games:', state: 'absent' } }),
  once('a block', { blockinfile: { path: `${place}/lines`, block: 'two\nthree', marker: '; {mark} block' } }),
  once('a replacement', { replace: { path: `${place}/edited`, regexp: 'no', replace: 'yes' } }),
  once(
    'a fetched file',
    { fetch: { src: `${place}/text`, dest: '{{ fetched }}/', flat: true } },
    { passOver: ['dest'] },
  ),
  always('a temporary file', { tempfile: { state: 'file', suffix: '.x' } }, { passOver: ['path'] }),
];

const looking: readonly Call[] = [
  looks('stat of a file', { stat: { path: `${place}/text`, checksum_algorithm: 'sha256' } }),
  looks('stat of a link', { stat: { path: `${place}/link` } }),
  looks(
    'stat of what a link leads to',
    { stat: { path: `${place}/link`, follow: true, get_checksum: false } },
    { passOver: ['size'] },
  ),
  looks('stat of a device', { stat: { path: '/dev/null', get_mime: false, get_attributes: false } }),
  looks('stat of nothing', { stat: { path: `${place}/none` } }),
  looks('slurp', { slurp: { src: `${place}/text` } }),
  looks('find by pattern', { find: { paths: place, patterns: '*.json,*.ini' } }),
  looks('find by content', { find: { paths: place, contains: '(?i)hel', recurse: true } }),
  looks('find folders', { find: { paths: [place, '/nowhere'], file_type: 'directory' } }),
  looks('getent', { getent: { database: 'passwd', key: 'root' } }),
  looks('ping', { ping: {} }),
  looks('wait_for a path', { wait_for: { path: `${place}/text`, search_regex: 'w(or)ld' } }),
  looks('wait_for a port', { wait_for: { port: 22, timeout: 20 } }),
  looks('wait_for a closed port', { wait_for: { port: 9, state: 'stopped' } }),
];

const commands: readonly Call[] = [
  always('a command', { command: { cmd: 'printf "%s" "a b"' } }),
  looks('a command that need not run', { command: { cmd: 'touch /x', creates: `${place}/text` } }),
  always('a command in a folder', { command: { argv: ['pwd'], chdir: place } }),
  always('a command that fails', { command: 'false' }, { fails: true }),
  always(
    'a command that is not there',
    { command: 'no-such-program' },
    { fails: true, passOver: ['msg', 'cmd', 'stderr', 'stderr_lines'] },
  ),
  always(
    'a shell line',
    { shell: { cmd: 'echo out; echo err >&2; exit 3', executable: '/bin/bash' } },
    { fails: true },
  ),
  always(
    'a raw line',
    { raw: 'echo raw' },
    { passOver: ['stdout', 'stdout_lines', 'stderr', 'stderr_lines'] },
  ),
  always(
    'a script',
    { script: { cmd: 'hello.sh a b' } },
    { passOver: ['stdout', 'stdout_lines', 'stderr', 'stderr_lines'] },
  ),
];

const accounts: readonly Call[] = [
  once('a group', { group: { name: 'callers', gid: 1717 } }),
  once(
    'a user',
    {
      user: {
        name: 'caller',
        uid: 1717,
        group: 'callers',
        groups: ['daemon', 'adm'],
        append: true,
        password: '$6$abcdefgh$Zr6D1hVnPYFzKfXO7KKXc4X0ZX3XzL8DdFQ8B3Q9Yq0',
      },
    },
    { passOver: ['group'] },
  ),
  once('another group for a user', { user: { name: 'caller', groups: 'games', append: true } }),
  once('a shell changed', { user: { name: 'caller', shell: '/bin/bash', comment: 'Caller' } }),
  once(
    'a system user',
    { user: { name: 'callsys', system: true, create_home: false, home: '/nonexistent' } },
    { passOver: ['uid', 'group', 'stderr', 'stderr_lines'] },
  ),
];

const services: readonly Call[] = [
  once('a unit', { copy: { content: unit, dest: '/etc/systemd/system/callee.service', mode: '0644' } }),
  once(
    'a service',
    { systemd: { name: 'callee', state: 'started', enabled: true, daemon_reload: true } },
    { passOver: ['status'] },
  ),
  always('a restart', { service: { name: 'callee', state: 'restarted' } }, { passOver: ['status'] }),
  always(
    'a reload',
    { systemd_service: { name: 'callee.service', state: 'reloaded' } },
    { passOver: ['status'] },
  ),
  looks(
    'a service that is not there',
    { service: { name: 'nobody-knows', state: 'started' } },
    { fails: true },
  ),
  once('a masked unit', { systemd: { name: 'apt-daily.service', masked: true } }, { passOver: ['status'] }),
  looks('the services', { service_facts: {} }, { passOver: ['ansible_facts'] }),
];

const packages: readonly Call[] = [
  once(
    'the lists of packages',
    { apt: { update_cache: true, cache_valid_time: 3600 } },
    { passOver: ['cache_update_time'] },
  ),
  once(
    'a package of a version',
    { apt: { name: 'lab-hello-data=1.0' } },
    { passOver: ['stderr', 'stderr_lines', 'cache_updated', 'stdout', 'stdout_lines', 'cache_update_time'] },
  ),
  once(
    'packages at their latest',
    { apt: { name: ['lab-hello', 'lab-settings'], state: 'latest' } },
    { passOver: ['stderr', 'stderr_lines', 'cache_updated', 'stdout', 'stdout_lines', 'cache_update_time'] },
  ),
  once(
    'by package',
    { package: { name: 'lab-service' } },
    { passOver: ['stderr', 'stderr_lines', 'cache_updated', 'stdout', 'stdout_lines', 'cache_update_time'] },
  ),
  looks(
    'a package that no archive has',
    { apt: { name: 'no-such-package' } },
    { fails: true, passOver: ['msg'] },
  ),
  looks('the packages', { package_facts: {} }, { passOver: ['ansible_facts'] }),
];

const web: readonly Call[] = [
  // Again, ansible-core asks the server, which here knows no file that is as it was.
  once(
    'a download',
    { get_url: { url: '{{ web }}/file.txt', dest: `${place}/file.txt`, mode: '0644' } },
    { passOver: ['checksum_dest', 'checksum_src', 'status_code'] },
  ),
  once(
    'a checked download',
    { get_url: { url: '{{ web }}/file.txt', dest: `${place}/sym`, checksum: 'sha256:{{ sum }}' } },
    { passOver: ['checksum_dest', 'checksum_src', 'status_code'] },
  ),
  looks(
    'a download of nothing',
    { get_url: { url: '{{ web }}/none', dest: `${place}/none.txt` } },
    { fails: true },
  ),
  looks('a request', { uri: { url: '{{ web }}/data', return_content: true } }, { passOver: ['url', 'date'] }),
  looks(
    'a request by form',
    {
      uri: {
        url: '{{ web }}/echo',
        method: 'POST',
        body_format: 'form-urlencoded',
        body: { a: 'x y', b: [1, 2] },
        return_content: true,
      },
    },
    { passOver: ['url', 'date'] },
  ),
  looks(
    'a request by JSON',
    {
      uri: {
        url: '{{ web }}/echo',
        method: 'PUT',
        body_format: 'json',
        body: { a: [1, true] },
        return_content: true,
        status_code: '200,201',
      },
    },
    { passOver: ['url', 'date'] },
  ),
  looks(
    'a status that is awaited',
    { uri: { url: '{{ web }}/none', status_code: [404] } },
    { passOver: ['body', 'url', 'date'] },
  ),
  looks(
    'a status that is not',
    { uri: { url: '{{ web }}/none' } },
    { fails: true, passOver: ['url', 'date'] },
  ),
  once(
    'an archive',
    { unarchive: { src: 'archive.tar.gz', dest: `${place}/sym` } },
    { passOver: ['extract_results', 'gid', 'handler', 'size', 'uid'] },
  ),
];

const system: readonly Call[] = [
  once('the name of the host', { hostname: { name: 'callhost' } }, { passOver: ['ansible_facts'] }),
  once('a rule of the packet filter', {
    iptables: packetRule,
  }),
  once(
    'a kernel setting',
    {
      sysctl: {
        name: 'net.ipv4.conf.all.forwarding',
        value: '1',
        sysctl_file: '/etc/sysctl.d/90-calls.conf',
      },
    },
    { oursOnly: true },
  ),
  once(
    'a mount',
    { mount: { path: '/mnt/calls', src: 'tmpfs', fstype: 'tmpfs', opts: 'size=1m', state: 'mounted' } },
    { oursOnly: true },
  ),
];

export const making: readonly Call[] = [
  ...files,
  ...looking,
  ...commands,
  ...accounts,
  ...services,
  ...packages,
  ...web,
  ...system,
];
