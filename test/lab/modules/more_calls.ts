// More calls beside ansible-core: other ways of the modules in calls.ts, sources and selections of packages, cron,
// archives, and what only the play itself knows.
import { always, looks, once, place, type Call } from './calls.ts';

const more = `${place}/more`;
const source = 'deb http://archive.test/debian stable main';

/** There it has a code of its own, 257. */
const noFile = { fails: true, passOver: ['rc'] } as const;

const edits: readonly Call[] = [
  once('a folder for more', { file: { path: more, state: 'directory' } }, { passOver: ['size'] }),
  once('a file to edit more', {
    copy: { content: 'one\ntwo\nthree\n# end\n', dest: `${more}/text`, force: false },
  }),
  once('a line before another', { lineinfile: { path: `${more}/text`, line: 'zero', insertbefore: '^one' } }),
  once('a line at the beginning', {
    lineinfile: { path: `${more}/text`, line: '# begin', insertbefore: 'BOF' },
  }),
  once('a line by its groups', {
    lineinfile: { path: `${more}/text`, regexp: '^(t)hree$', line: '\\1hird', backrefs: true },
  }),
  looks('a line by groups that nothing has', {
    lineinfile: { path: `${more}/text`, regexp: '^(x)y$', line: '\\1', backrefs: true },
  }),
  once('a line by plain text', {
    lineinfile: { path: `${more}/text`, search_string: 'two', line: '2 (two)' },
  }),
  looks('a line in no file', { lineinfile: { path: `${more}/none`, line: 'x' } }, noFile),
  once('a block behind a line', {
    blockinfile: { path: `${more}/text`, block: 'a\nb', insertafter: '^one', marker: '// {mark}' },
  }),
  once('a block at the beginning', {
    blockinfile: {
      ...{ path: `${more}/text`, block: 'first', insertbefore: 'BOF', marker: '<!-- {mark} -->' },
      ...{ marker_begin: 'from', marker_end: 'to', append_newline: true },
    },
  }),
  once('a block in a new file', {
    blockinfile: { path: `${more}/block`, block: 'x', create: true, mode: '0600' },
  }),
  looks('a block without lines', { blockinfile: { path: `${more}/block`, block: '', marker: '; {mark}' } }),
  looks('a block in no file', { blockinfile: { path: `${more}/none`, block: 'x' } }, noFile),
  once('a file with matches', {
    copy: { content: 'x\n# begin\ny\nyy\n# end\nz\n', dest: `${more}/matches`, force: false },
  }),
  once('matches behind a place', {
    replace: {
      path: `${more}/matches`,
      after: '# begin',
      before: '# end',
      regexp: '^(\\w)$',
      replace: '<\\1>',
    },
  }),
  looks('matches that are not there', { replace: { path: `${more}/text`, regexp: 'nowhere' } }),
  looks('matches in no file', { replace: { path: `${more}/none`, regexp: 'x' } }, noFile),
];

const joined: readonly Call[] = [
  once(
    'a folder of pieces',
    { file: { path: `${more}/pieces`, state: 'directory' } },
    { passOver: ['size'] },
  ),
  once('a first piece', { copy: { content: 'a', dest: `${more}/pieces/10` } }),
  once('a second piece', { copy: { content: 'b\n', dest: `${more}/pieces/20` } }),
  once('a third piece', { copy: { content: 'c\n', dest: `${more}/pieces/30.off` } }),
  once('pieces joined', {
    assemble: { src: `${more}/pieces`, dest: `${more}/joined`, regexp: '^\\d+$', delimiter: '-- 8< --' },
  }),
  once(
    'pieces joined with a mode',
    {
      assemble: { src: `${more}/pieces`, dest: `${more}/joined2`, mode: '0600', validate: 'grep a %s' },
    },
    { passOver: ['validation'] },
  ),
  looks('no pieces', { assemble: { src: `${more}/nowhere`, dest: `${more}/x` } }, { fails: true }),
];

const sources: readonly Call[] = [
  once('a source of packages', { apt_repository: { repo: source, filename: 'calls', update_cache: false } }),
  always('a source of packages under its own name, with a mode', {
    apt_repository: { repo: `${source} contrib`, update_cache: false, mode: '0600' },
  }),
  always('no such source any more', {
    apt_repository: { repo: `${source} contrib`, state: 'absent', update_cache: false },
  }),
  looks('what is no source', { apt_repository: { repo: 'nonsense', update_cache: false } }, { fails: true }),
  always('a package held', { dpkg_selections: { name: 'lab-hello', selection: 'hold' } }),
  always('a package held no more', { dpkg_selections: { name: 'lab-hello', selection: 'install' } }),
  looks(
    'a package that nobody knows held',
    { dpkg_selections: { name: 'no-such-package', selection: 'hold' } },
    { fails: true },
  ),
];

/** Hosts of the lab have no cron; what its tables are kept by is this. */
const crontab = `#!/bin/sh
[ "$1" != -u ] || shift 2
mkdir -p /var/spool/cron/crontabs
table=/var/spool/cron/crontabs/root
case $1 in
-l) [ -e $table ] || { echo no crontab for root >&2; exit 1; }; cat $table ;;
-r) rm -f $table ;;
*) cat -- "$1" > $table ;;
esac
`;

const jobs: readonly Call[] = [
  once('a program for tables of cron', {
    copy: { content: crontab, dest: '/usr/bin/crontab', mode: '0755' },
  }),
  once('a job of cron', { cron: { name: 'call', minute: '5', hour: '0,12', job: '/bin/true' } }),
  always('a job of cron at boot', {
    cron: { name: 'boot', special_time: 'reboot', job: '/bin/true', disabled: true },
  }),
  once('a variable of cron', { cron: { name: 'PATH', env: true, job: '/bin' } }),
  once('a job in a file of cron', {
    cron: { name: 'file', cron_file: 'calls', user: 'root', weekday: '1-5', job: '/bin/true' },
  }),
  always('no job at boot', { cron: { name: 'boot', state: 'absent' } }),
  looks(
    'a job without a time of day',
    { cron: { name: 'x', special_time: 'daily', hour: '3', job: 'x' } },
    { fails: true },
  ),
];

const archives: readonly Call[] = [
  once(
    'a folder for archives',
    { file: { path: `${more}/out`, state: 'directory' } },
    { passOver: ['size'] },
  ),
  looks(
    'an archive that is unpacked already',
    { unarchive: { src: 'archive.tar.gz', dest: `${more}/out`, creates: `${place}/text` } },
    { passOver: ['extract_results', 'gid', 'handler', 'size', 'uid'] },
  ),
  once(
    'an archive in part',
    {
      unarchive: {
        ...{ src: 'archive.tar.gz', dest: `${more}/out`, exclude: ['tree/inner/b.txt'], list_files: true },
        ...{ owner: 'daemon', mode: 'u=rwX,g=,o=' },
      },
    },
    { passOver: ['extract_results', 'gid', 'handler', 'size', 'uid'] },
  ),
  looks('an archive that is none', { unarchive: { src: 'plain.txt', dest: `${more}/out` } }, { fails: true }),
  looks(
    'an archive into nowhere',
    { unarchive: { src: 'archive.tar.gz', dest: `${more}/nowhere` } },
    { fails: true },
  ),
];

const found: readonly Call[] = [
  looks('find by age and size', {
    find: { paths: `${place}/tree`, age: '-1h', size: '3', recurse: true, file_type: 'file' },
  }),
  looks('find by a regular expression', {
    find: { paths: more, patterns: '^t.*t$', use_regex: true, get_checksum: true },
  }),
  looks('find but not these', {
    find: { paths: more, excludes: '*.off,text', file_type: 'any', depth: 2, recurse: true },
  }),
  looks('find links', { find: { paths: place, file_type: 'link' } }),
  looks('find hidden files', { find: { paths: '/etc/skel', hidden: true, patterns: '.*' } }),
  looks('find by mode', { find: { paths: more, mode: '0600', exact_mode: true, recurse: true } }),
  looks('find whole texts', { find: { paths: more, contains: 'a.*b', read_whole_file: true } }),
  looks('slurp of nothing', { slurp: { src: `${more}/none` } }, { fails: true }),
  looks('slurp of a folder', { slurp: { src: more } }, { fails: true }),
  looks(
    'all of a database',
    { getent: { database: 'protocols', split: ' ' } },
    { passOver: ['ansible_facts'] },
  ),
  looks('a key that is not there', { getent: { database: 'group', key: 'nobody-knows', fail_key: false } }),
  looks(
    'a key that should be there',
    { getent: { database: 'group', key: 'nobody-knows' } },
    { fails: true },
  ),
  looks('wait_for what is gone', { wait_for: { path: `${more}/none`, state: 'absent' } }),
  looks(
    'wait_for in vain',
    { wait_for: { path: `${more}/none`, timeout: 1, msg: 'nothing came' } },
    { fails: true },
  ),
  // Groups of what a port says are told here as those of a file are.
  looks(
    'wait_for words of a port',
    { wait_for: { port: 22, search_regex: 'SSH-(\\d)' } },
    { passOver: ['match_groups'] },
  ),
];

const web: readonly Call[] = [
  once(
    'a download each time',
    { get_url: { url: '{{ web }}/file.txt', dest: `${more}/file.txt`, force: true } },
    { passOver: ['checksum_dest', 'checksum_src', 'size', 'status_code', 'url'] },
  ),
  looks(
    'a download with a wrong sum',
    {
      get_url: { url: '{{ web }}/file.txt', dest: `${more}/wrong.txt`, checksum: `sha256:${'0'.repeat(64)}` },
    },
    {
      fails: true,
      passOver: ['dest', 'elapsed', 'checksum_dest', 'checksum_src', 'url', 'size', 'status_code'],
    },
  ),
  once(
    'an answer kept in a file',
    { uri: { url: '{{ web }}/file.txt', dest: `${more}/answer` } },
    // There it is a change each time.
    { passOver: ['changed', 'url', 'date'] },
  ),
  looks(
    'a request for the head',
    { uri: { url: '{{ web }}/data', method: 'HEAD' } },
    { passOver: ['url', 'date'] },
  ),
  looks(
    'a request that need not be made',
    { uri: { url: '{{ web }}/data', creates: `${more}/text` } },
    { passOver: ['url', 'date'] },
  ),
  looks(
    'a request to nobody',
    { uri: { url: 'http://127.0.0.1:9/', timeout: 3 } },
    { fails: true, passOver: ['url', 'date'] },
  ),
];

const files: readonly Call[] = [
  once(
    'a file with owner and times',
    {
      file: {
        ...{ path: `${more}/touched`, state: 'touch', owner: 'daemon', group: 'adm', mode: 'a=r' },
        ...{ modification_time: '202601021200.00', access_time: 'preserve' },
      },
    },
    { passOver: ['gid', 'uid'] },
  ),
  once(
    'all rights in a folder',
    {
      file: { path: `${more}/pieces`, state: 'directory', recurse: true, owner: 'daemon', mode: 'g+w' },
    },
    { passOver: ['size', 'uid'] },
  ),
  looks(
    'a folder where a file is',
    { file: { path: `${more}/text`, state: 'directory' } },
    { fails: true, passOver: ['state', 'size', 'path', 'gid', 'group', 'mode', 'owner', 'uid'] },
  ),
  looks(
    'an owner that nobody is',
    { file: { path: `${more}/text`, owner: 'nobody-knows' } },
    { fails: true, passOver: ['gid', 'group', 'mode', 'owner', 'path', 'size', 'state', 'uid', 'details'] },
  ),
  once('a file to keep', { copy: { content: 'old\n', dest: '/opt/kept', force: false } }),
  once(
    'a copy with a backup',
    { copy: { content: 'new\n', dest: '/opt/kept', backup: true } },
    { passOver: ['backup_file'] },
  ),
  looks('a copy of nothing', { copy: { src: 'no-such-file', dest: `${more}/x` } }, { fails: true }),
  looks(
    'a copy of nothing of the host',
    { copy: { src: '/no/such', dest: `${more}/x`, remote_src: true } },
    { fails: true },
  ),
  once('a template with other marks', {
    template: {
      ...{ src: 'marks.j2', dest: `${more}/marks`, variable_start_string: '[[', variable_end_string: ']]' },
      ...{ newline_sequence: '\r\n', lstrip_blocks: true },
    },
  }),
  looks('a template of nothing', { template: { src: 'no-such.j2', dest: `${more}/x` } }, { fails: true }),
  looks('stat without details', {
    stat: { path: `${more}/touched`, get_checksum: false, get_mime: false, get_attributes: false },
  }),
  looks('a fetch of nothing', {
    fetch: { src: `${more}/none`, dest: '{{ fetched }}/', fail_on_missing: false },
  }),
  looks(
    'a fetch that must be there',
    { fetch: { src: `${more}/none`, dest: '{{ fetched }}/' } },
    { fails: true },
  ),
];

const ofThePlay: readonly Call[] = [
  looks('a fact', { set_fact: { colours: ['red', 'blue'], cacheable: false } }),
  looks('a message', { debug: { msg: ['{{ colours }}', 1, { a: null }] } }),
  looks('a variable', { debug: { var: 'colours | length' } }),
  looks('a variable of no name', { debug: { var: 'nobody_knows' } }),
  looks('what holds', {
    assert: { that: ['colours | length == 2', "'red' in colours"], success_msg: 'all well' },
  }),
  looks(
    'what does not hold',
    { assert: { that: ['colours | length == 3'], fail_msg: 'too few' } },
    { fails: true },
  ),
  looks('a failure', { fail: { msg: 'on purpose' } }, { fails: true }),
  looks('figures', { set_stats: { data: { calls: 1 }, aggregate: true } }),
  always('a group by a fact', { group_by: { key: 'calls_{{ colours | first }}', parents: ['called'] } }),
  always('another host', { add_host: { name: 'elsewhere', groups: ['called'], colour: 'red' } }),
  looks('variables of a file', { include_vars: { file: 'called.yml', name: 'called' } }),
  looks('a pause', { pause: { seconds: 1 } }, { passOver: ['stop', 'stdout', 'user_input'] }),
  looks(
    'a task in the background',
    { command: 'echo late', async: 30, poll: 1, changed_when: false },
    { passOver: ['ansible_job_id', 'results_file'] },
  ),
  looks('a loop', { command: 'echo {{ item }}', loop: ['a', 'b'], changed_when: false }),
  looks(
    'a loop with a failure',
    { command: 'test {{ item }} = a', loop: ['a', 'b'], changed_when: false },
    { fails: true },
  ),
  looks('what is skipped', { command: 'true', when: 'colours | length > 5' }),
  looks('tried again', { command: 'false', until: false, retries: 2, delay: 0 }, { fails: true }),
];

export const moreCalls: readonly Call[] = [
  ...edits,
  ...joined,
  ...sources,
  ...jobs,
  ...archives,
  ...found,
  ...web,
  ...files,
  ...ofThePlay,
];

export const undoingMore: readonly Call[] = [
  once('no source of packages', { apt_repository: { repo: source, state: 'absent', update_cache: false } }),
  once('no job of cron', { cron: { name: 'call', state: 'absent' } }),
  once('no variable of cron', { cron: { name: 'PATH', env: true, state: 'absent' } }),
  once('no job in a file of cron', {
    cron: { name: 'file', cron_file: 'calls', user: 'root', state: 'absent' },
  }),
];
