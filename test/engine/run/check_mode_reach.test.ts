// What a task of which check mode knows neither answers nor parameters leaves unknown: what it can touch, and no more.
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

/** Names of the tasks that are unknown. */
async function unknownAfter(task: string, ...later: readonly string[]): Promise<readonly string[]> {
  const tasks = [
    'name: says, command: "true", changed_when: false, register: r',
    `name: first, ${task}`,
    ...later,
  ];
  const list = tasks.map((one) => `    - {${one}}\n`).join('');
  const { lines, result } = await play(`- hosts: all\n  gather_facts: false\n  tasks:\n${list}`, {
    options: { checkMode: true },
  });
  assert.is(result('one', 'first').status, 'unknown');
  assert.is(lines.length, tasks.length);
  return lines.flatMap((line) => (line.endsWith(' unknown') ? [line.split(' ')[1] ?? ''] : [])).slice(1);
}

const others = [
  'name: file, file: {path: /tmp/hardway-reach, state: directory}',
  'name: look, stat: {path: /usr}',
  'name: table, mount: {path: /mnt/hardway-reach, src: tmpfs, fstype: tmpfs, state: present}',
  'name: name, hostname: {name: hardway-reach}',
];
const accounts = [
  'name: getent, getent: {database: passwd, key: root}',
  'name: file-of-users, stat: {path: /etc/passwd}',
  'name: group, group: {name: hardway-reach}',
  'name: user, user: {name: hardway-reach}',
];
const ofAccounts = ['getent', 'file-of-users', 'group', 'user'];
const homes = ['name: home, stat: {path: /home/x}', 'name: other-home, stat: {path: /srv/hardway-home/x}'];

describe('run/check mode behind a task of which nothing is known', ({ test }) => {
  test('a group: what is kept of accounts, and nothing else', async () => {
    assert.equal(
      await unknownAfter('group: {name: "{{ r.stdout }}"}', ...others, ...homes, ...accounts),
      ofAccounts,
    );
  });

  test('a user: accounts and homes, the one that it names or all below /home', async () => {
    const wish = (more: string): string => `user: {name: hardway-reach, comment: "{{ r.stdout }}"${more}}`;
    const after = (more: string): Promise<readonly string[]> =>
      unknownAfter(wish(more), ...others, ...homes, ...accounts);
    assert.equal(await after(''), ['home', ...ofAccounts]);
    assert.equal(await after(', home: /srv/hardway-home'), ['other-home', ...ofAccounts]);
  });

  test('a user that goes with a home which may stand anywhere: everything', async () => {
    const gone = 'user: {name: "{{ r.stdout }}", state: absent, remove: true}';
    assert.equal(await unknownAfter(gone, ...others), ['file', 'look', 'table', 'name']);
  });

  test('keys of a user: its home', async () => {
    const keys = (more: string): string => `authorized_key: {key: "{{ r.stdout }}", ${more}}`;
    const roots = 'name: root, stat: {path: /root/.ssh}';
    assert.equal(await unknownAfter(keys('user: root'), ...others, ...homes, roots), ['root']);
    assert.equal(await unknownAfter(keys('user: x'), ...others, ...homes, roots), ['home']);
    assert.equal(await unknownAfter(keys('user: x, path: /srv/hardway-home/x'), ...homes, roots), [
      'other-home',
    ]);
  });

  test('facts: of a mount in doubt the mounts, and behind a new name of the host that name', async () => {
    const facts = [
      'name: facts, setup: {gather_subset: [hardware]}',
      'name: mounts, debug: {msg: "{{ ansible_mounts }}"}',
      'name: name, debug: {msg: "{{ ansible_hostname }}"}',
    ];
    const mount = 'mount: {path: /mnt/x, src: "{{ r.stdout }}", fstype: tmpfs, state: mounted}';
    assert.equal(await unknownAfter(mount, ...facts), ['mounts']);
    assert.equal(await unknownAfter('hostname: {name: "{{ r.stdout }}"}', ...facts), ['name']);
    const { said } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
    - hostname: {name: hardway-reach.example}
    - setup: {gather_subset: ['!all', min]}
    - debug: {msg: '{{ ansible_hostname }} {{ ansible_nodename }}'}
`,
      { options: { checkMode: true } },
    );
    assert.equal(said, ['hardway-reach hardway-reach.example']);
  });
});
