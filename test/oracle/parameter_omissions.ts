// What modules of ours lack, on purpose or until somebody builds it: by module (`*` is every one), then the difference as
// parameter_differences.ts words it, then the reason. The test refuses a line that no longer holds.
export const omissions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '*': {
    'attributes: absent': 'chattr is not among the programs that every host has',
    'seuser: absent': 'labels of SELinux are kept by a write, and set by nothing of ours',
    'serole: absent': 'as seuser',
    'setype: absent': 'as seuser',
    'selevel: absent': 'as seuser',
    'use_gssapi: absent': 'Kerberos needs a library on the host',
    'free_form: absent': 'the documentation’s word for free text, which is taken',
    'free-form: absent': 'as free_form',
  },
  assert: { 'fail_msg: no alias msg': 'msg is a parameter of its own, as what Ansible does with both shows' },
  file: { 'unsafe_writes: absent': 'the module writes no content' },
  get_url: {
    'ciphers: absent': 'not built',
    'decompress: absent': 'not built',
    'client_cert: absent': 'not built',
    'client_key: absent': 'not built',
    'http_agent: default "hardway" for "ansible-httpget"': 'we say who we are',
    'unredirected_headers: absent': 'not built',
    'use_netrc: absent': 'not built',
  },
  git: {
    'track_submodules: refused': 'not built',
    'verify_commit: refused': 'not built',
    'archive: refused': 'not built',
    'archive_prefix: refused': 'as archive, without which Ansible refuses it, too',
    'separate_git_dir: refused': 'not built',
  },
  ini_file: { 'section_has_values: absent': 'not built' },
  mount: {
    'opts: default "defaults" for null': 'the documentation gives it in words',
    'fstab: default "/etc/fstab" for null': 'the documentation gives it in words',
    'opts_no_log: absent': 'not built',
    'state: no choice absent_from_fstab': 'not built',
  },
  package_facts: Object.fromEntries(
    ['portage', 'pkg', 'pkg5', 'pkgng', 'pkg_info', 'openbsd_pkg'].map((name) => [
      `manager: no choice ${name}`,
      'of a system that no host of ours can have',
    ]),
  ),
  package: {
    'state: not required': 'present when nothing is said',
    'name: not required': 'Ansible hands on to apt what has none, though its documentation wants one',
  },
  script: { 'cmd: required': 'free text is the same parameter' },
  service: { 'runlevel: default null for "default"': 'only OpenRC has it' },
  shell: { 'cmd: required': 'free text is the same parameter' },
  tempfile: { 'path: default "/tmp" for null': 'the documentation gives it in words' },
  template: {
    'newline_sequence: no choice \\n': 'the documentation’s way to write a line end',
    'newline_sequence: no choice \\r': 'as before',
    'newline_sequence: no choice \\r\\n': 'as before',
    'newline_sequence: default "\\n" for "\\\\n"': 'as before',
    'block_start_string: default null for "{%"': 'the renderer’s own default is the same',
    'block_end_string: default null for "%}"': 'as before',
    'variable_start_string: default null for "{{"': 'as before',
    'variable_end_string: default null for "}}"': 'as before',
  },
  timezone: { 'name: required': 'hwclock is refused', 'hwclock: refused': 'not built' },
  unarchive: {
    'copy: default null for true': 'it is the opposite of remote_src, which has the default',
    'io_buffer_size: absent': 'not built',
    'unsafe_writes: absent': 'archives are unpacked by tar and unzip',
  },
  uri: { 'use_gssapi: refused': 'as for every module' },
  reboot: {
    'reboot_command: default null for "[determined based on target OS]"': 'words of the documentation',
  },
  user: {
    'seuser: refused': 'labels of SELinux are set by nothing of ours',
    'ssh_key_bits: default 0 for null': 'the documentation gives it in words',
    'ssh_key_comment: default null for "ansible-generated on $HOSTNAME"': 'the host says its name itself',
  },
};

/** Modules of ansible-core that are no modules of ours. */
export const modulesOmitted: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['apt_key', 'deb822_repository', 'dnf', 'dnf5'],
      ...['known_hosts', 'mount_facts', 'pip', 'rpm_key', 'sysvinit'],
      ...['yum_repository', 'expect', 'subversion'],
    ].map((name) => [name, 'not built']),
  ),
  async_wrapper: 'a part of ansible-core itself; async needs none',
};
