// A host that was reached and does not let us become the other user: the task fails, and is rescued as any failed one.
import { userInfo } from 'node:os';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections } from '../../../engine/connection/contract.ts';
import { textOf } from '../../../engine/document/value.ts';
import { type FakeSudo, fakeSudo } from '../../support/fake_sudo.ts';
import { type Played, play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const missing =
  'sudo to nobody wants a password and none was given: -K asks for it, ansible_become_password holds it';
const refused = 'sudo refused the password for nobody';

describe('run/become_failures', ({ test, setup, teardown }) => {
  let sudo: FakeSudo;
  let connections: Connections;
  setup(() => {
    sudo = fakeSudo();
    connections = makeConnections();
  });
  teardown(async () => {
    await connections.closeAll();
    sudo.remove();
  });

  async function played(
    tasks: string,
    {
      password = 'wrong',
      facts = false,
      ...options
    }: { password?: string; facts?: boolean; checkMode?: boolean } = {},
  ): Promise<Played> {
    const own = password === '' ? '' : `, ansible_become_password: ${password}`;
    return play(
      `
- hosts: all
  gather_facts: ${facts}
  become: ${facts}
  become_user: nobody
  vars: {ansible_connection: local, ansible_become_exe: ${sudo.path}${own}}
  tasks:
${tasks.replaceAll(/^(?=.)/gm, '    ')}
- {hosts: all, gather_facts: false, tasks: [{name: second play, debug: {msg: here}}]}
`,
      { connections, options },
    );
  }

  const counts = ({ recap }: Played): readonly unknown[] => {
    const { ok, failed, unreachable, rescued, ignored } = recap.get('one') ?? {};
    return [ok, failed, unreachable, rescued, ignored];
  };

  for (const [what, password, message] of [
    ['a wrong password', 'wrong', refused],
    ['no password', '', missing],
  ] as const)
    test(`${what} fails the task, which a rescue and ignore_errors bear, and else ends the host`, async () => {
      const ran = await played(
        `
- block: [{name: bad, command: id, become: true}]
  rescue: [{name: rescued, debug: {msg: "{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg }}"}}]
- {name: borne, command: id, become: true, ignore_errors: true, register: it}
- {debug: {msg: "{{ it is failed }} {{ it.unreachable is defined }}"}}
- {name: last, command: id, become: true}
- {name: never, debug: {msg: here}}
`,
        { password },
      );
      assert.equal(ran.lines, [
        'one bad failed',
        'one rescued ok',
        'one borne failed',
        'one debug ok',
        'one last failed',
      ]);
      assert.equal(ran.said, [`bad: ${message}`, 'True False']);
      assert.equal(counts(ran), [3, 1, 0, 1, 1]);
      assert.equal([...ran.lost], [['one', 'failed']]);
    });

  test('a user whom the host does not know fails the task, by sudo and by su', async () => {
    const ran = await played(`
- {name: sudo, command: id, become: true, become_user: nobodyknows, ignore_errors: true}
- {name: su, command: id, become: true, become_method: su, become_user: nobodyknows, ignore_errors: true, vars: {ansible_become_exe: su}}
`);
    for (const [name, said] of [
      ['sudo', /^sudo to nobodyknows failed\. .*unknown user nobodyknows/],
      ['su', /^su to nobodyknows failed\. .*nobodyknows/],
    ] as const) {
      const { status, ignored, message = '' } = ran.result('one', name);
      assert.equal([status, ignored], ['failed', true]);
      assert.match(message, said);
    }
    assert.equal(counts(ran), [3, 0, 0, 0, 2]);
  });

  test('a refused password is given once for all items and all attempts of a task', async () => {
    const before = sudo.calls();
    const ran = await played(`
- {name: items, command: "echo {{ item }}", become: true, loop: [1, 2, 3], ignore_errors: true, register: all}
- {debug: {msg: "{{ all.results | length }} {{ all.msg }}"}}
- {name: attempts, command: id, become: true, until: false, retries: 3, delay: 0, ignore_errors: true}
`);
    assert.is(sudo.calls() - before, 2);
    assert.equal(ran.said.slice(0, 1), ['1 One or more items failed']);
    assert.equal(counts(ran), [4, 0, 0, 0, 2]);
  });

  test('facts, handlers, delegated, background and foretold tasks fail in the same way', async () => {
    const facts = await played('- {name: never, debug: {msg: here}}\n', { facts: true });
    assert.equal(facts.lines, ['one Gathering Facts failed']);
    assert.equal(counts(facts), [0, 1, 0, 0, 0]);

    for (const task of [
      'command: id, delegate_to: other',
      'command: id, async: 10, poll: 1',
      'command: id, async: 10, poll: 0',
      'file: {path: /nowhere/at/all, state: absent}',
      'copy: {dest: ~/nowhere, content: x}',
    ]) {
      const ran = await played(`- {name: bad, become: true, ${task}}\n`);
      assert.equal([ran.lines, ran.result('one', 'bad').message], [['one bad failed'], refused], task);
      assert.equal(counts(ran), [0, 1, 0, 0, 0], task);
    }
    const foretold = await played(
      '- {name: bad, become: true, file: {path: /nowhere/at/all, state: absent}}\n',
      {
        checkMode: true,
      },
    );
    assert.equal([foretold.lines, counts(foretold)], [['one bad failed'], [0, 1, 0, 0, 0]]);
  });

  test('a handler that may not become the other user fails its host', async () => {
    const ran = await play(
      `
- hosts: all
  gather_facts: false
  vars: {ansible_connection: local, ansible_become_exe: ${sudo.path}, ansible_become_password: wrong}
  handlers: [{name: told, command: id, become: true, become_user: nobody}]
  tasks: [{name: tells, debug: {msg: x}, changed_when: true, notify: told}]
`,
      { connections },
    );
    assert.equal(
      [ran.lines, counts(ran)],
      [
        ['one tells changed', 'one told failed'],
        [1, 1, 0, 0, 0],
      ],
    );
  });

  test('the right password lets in, also behind a refused one', async () => {
    const ran = await played(`
- {name: bad, command: id, become: true, ignore_errors: true}
- {name: good, command: id, become: true, vars: {ansible_become_password: right}}
`);
    assert.equal(ran.lines.slice(0, 2), ['one bad failed', 'one good changed']);
  });

  test('a host that cannot be reached stays unreachable, with become too', async () => {
    const ran = await play(
      '- {hosts: all, gather_facts: false, become: true, tasks: [{name: any, command: id}]}',
      {
        fake: { unreachable: ['one'] },
      },
    );
    assert.equal([ran.lines, counts(ran)], [['one any unreachable'], [0, 0, 1, 0, 0]]);
  });

  test('nobody becomes who they are: without a method, unless become_allow_same_user asks for one', async () => {
    const user = userInfo().username;
    const text = `
- hosts: all
  gather_facts: false
  become: true
  become_user: ${user}
  tasks: [{name: t, command: id -un, vars: {ansible_connection: local, ansible_become_exe: /no/such/sudo}}]
`;
    const same = await play(text, { connections });
    assert.is(textOf(same.result('one', 't').values.get('stdout') ?? null), user);
    const asked = await play(text, { connections, options: { becomeAllowSameUser: true } });
    assert.is(asked.result('one', 't').status, 'failed');
  });
});
