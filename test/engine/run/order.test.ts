// The order in which tasks run and hosts keep step, told by events.
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

/** Within a task hosts end in any order: sorted by host, the order of the tasks kept. */
function byTask(lines: readonly string[]): string[] {
  const tasks = [...new Set(lines.map((line) => line.split(' ')[1]))];
  return tasks.flatMap((task) => lines.filter((line) => line.split(' ')[1] === task).sort());
}

describe('run/order', ({ test }) => {
  test('hosts keep step under linear: no task starts before the last host ended the one before', async () => {
    const { lines } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: first, debug: {msg: x}}
    - {name: second, debug: {msg: x}}
`,
      { hosts: 'a,b,c,' },
    );
    assert.equal(
      lines.map((line) => line.split(' ')[1]),
      ['first', 'first', 'first', 'second', 'second', 'second'],
    );
  });

  test('a block is rescued for the hosts that failed in it, and always runs for all', async () => {
    const { lines, recap } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {name: works, debug: {msg: x}}
        - {name: breaks, fail: {msg: no}, when: inventory_hostname == 'a'}
        - {name: after, debug: {msg: x}}
      rescue:
        - {name: rescue, debug: {msg: "{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg }}"}}
      always:
        - {name: always, debug: {msg: x}}
    - {name: end, debug: {msg: x}}
`,
      { hosts: 'a,b,' },
    );
    assert.equal(byTask(lines), [
      'a works ok',
      'b works ok',
      'a breaks failed',
      'b breaks skipped',
      'b after ok',
      'a rescue ok',
      'a always ok',
      'b always ok',
      'a end ok',
      'b end ok',
    ]);
    assert.is(recap.get('a')?.rescued, 1);
    assert.is(recap.get('a')?.failed, 0);
  });

  test('a failure in rescue leaves the host failed, and always still runs', async () => {
    const { lines, recap } = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {name: breaks, fail: {msg: no}}
      rescue:
        - {name: again, fail: {msg: no}}
      always:
        - {name: always, debug: {msg: x}}
    - {name: end, debug: {msg: x}}
`);
    assert.equal(lines, ['one breaks failed', 'one again failed', 'one always ok']);
    assert.is(recap.get('one')?.failed, 1);
  });

  test('one host failing disturbs no other, and a later play leaves it out', async () => {
    const { lines, recap } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {name: breaks, fail: {msg: no}, when: inventory_hostname == 'a'}
    - {name: after, debug: {msg: x}}
- hosts: all
  gather_facts: false
  tasks:
    - {name: later, debug: {msg: x}}
`,
      { hosts: 'a,b,' },
    );
    assert.equal(byTask(lines), ['a breaks failed', 'b breaks skipped', 'b after ok', 'b later ok']);
    assert.is(recap.get('a')?.failed, 1);
  });

  test('sections run in order, and handlers at the end of each', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  pre_tasks:
    - {debug: {msg: pre}, changed_when: true, notify: tell}
  roles: [r]
  tasks:
    - {debug: {msg: task}, changed_when: true, notify: tell}
  post_tasks:
    - {debug: {msg: post}}
  handlers:
    - {name: tell, debug: {msg: handler}}
`,
      { files: { 'roles/r/tasks/main.yml': '- debug: {msg: role}\n' } },
    );
    assert.equal(said, ['pre', 'handler', 'role', 'task', 'handler', 'post']);
  });

  test('end_role leaves the role for its host, whose handlers and later tasks still run', async () => {
    const role = [
      '- {debug: {msg: "before {{ inventory_hostname }}"}, changed_when: true, notify: of role}',
      '- {meta: end_role, when: inventory_hostname == "h1"}',
      '- {debug: {msg: "after {{ inventory_hostname }}"}}',
    ];
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  roles: [r]
  tasks:
    - {debug: {msg: "task {{ inventory_hostname }}"}}
    - {include_role: {name: r, allow_duplicates: true}}
    - {debug: {msg: "last {{ inventory_hostname }}"}}
`,
      {
        hosts: 'h1,h2',
        options: { forks: 1 },
        files: {
          'roles/r/tasks/main.yml': `${role.join('\n')}\n`,
          'roles/r/handlers/main.yml':
            '- {name: of role, debug: {msg: "handler {{ inventory_hostname }}"}}\n',
        },
      },
    );
    const inRole = ['before h1', 'before h2', 'after h2'];
    assert.equal(said, [
      ...[...inRole, 'task h1', 'task h2'],
      ...[...inRole, 'last h1', 'last h2', 'handler h1', 'handler h2'],
    ]);
  });

  test('serial cuts batches by number and percentage', async () => {
    const { events } = await play(
      `
- hosts: all
  gather_facts: false
  serial: [1, "40%"]
  tasks:
    - {name: t, debug: {msg: x}}
`,
      { hosts: 'a,b,c,d,e,f,' },
    );
    const batches = events.filter((event) => event.type === 'play-start').map((event) => event.hosts);
    assert.equal(batches, [['a'], ['b', 'c'], ['d', 'e'], ['f']]);
  });

  test('a batch in which every host failed ends the run', async () => {
    const { lines } = await play(
      `
- hosts: all
  gather_facts: false
  serial: 1
  tasks:
    - {name: t, fail: {msg: no}}
- hosts: all
  gather_facts: false
  tasks:
    - {name: later, debug: {msg: x}}
`,
      { hosts: 'a,b,' },
    );
    assert.equal(lines, ['a t failed']);
  });

  test('any_errors_fatal ends the play for all, max_fail_percentage beyond its share', async () => {
    const text = (keyword: string): string => `
- hosts: all
  gather_facts: false
  ${keyword}
  tasks:
    - {name: t, fail: {msg: no}, when: inventory_hostname == 'a'}
    - {name: after, debug: {msg: x}}
`;
    const after = async (keyword: string): Promise<number> =>
      (await play(text(keyword), { hosts: 'a,b,c,' })).lines.filter((line) => line.includes('after')).length;
    assert.is(await after('any_errors_fatal: true'), 0);
    assert.is(await after('max_fail_percentage: 30'), 0);
    assert.is(await after('max_fail_percentage: 40'), 2);
  });

  test('always runs for all before any_errors_fatal or max_fail_percentage ends the play', async () => {
    const { lines, recap } = await play(
      `
- hosts: all
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - block:
        - {name: breaks, fail: {msg: no}, when: inventory_hostname == 'a'}
        - {name: not, debug: {msg: x}}
      always:
        - {name: always, debug: {msg: x}}
    - {name: not, debug: {msg: x}}
- hosts: all
  gather_facts: false
  tasks: [{name: not, debug: {msg: x}}]
`,
      { hosts: 'a,b,' },
    );
    assert.equal(byTask(lines), ['a breaks failed', 'b breaks skipped', 'a always ok', 'b always ok']);
    assert.is(recap.get('a')?.failed, 1);
    assert.is(recap.get('b')?.failed, 0);

    const shared = await play(
      `
- hosts: all
  gather_facts: false
  max_fail_percentage: 10
  tasks:
    - block:
        - {name: breaks, fail: {msg: no}, when: inventory_hostname == 'a'}
      rescue:
        - {name: again, fail: {msg: no}}
      always:
        - {name: always, debug: {msg: x}}
    - {name: not, debug: {msg: x}}
`,
      { hosts: 'a,b,' },
    );
    assert.equal(byTask(shared.lines), [
      'a breaks failed',
      'b breaks skipped',
      'a again failed',
      'a always ok',
      'b always ok',
    ]);
  });

  test('any_errors_fatal has all hosts rescued; only the one that failed is counted so', async () => {
    const { lines, recap } = await play(
      `
- hosts: all
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - block:
        - {name: breaks, fail: {msg: no}, when: inventory_hostname == 'a'}
      rescue:
        - {name: rescue, debug: {msg: x}}
    - {name: end, debug: {msg: x}}
`,
      { hosts: 'a,b,' },
    );
    assert.equal(byTask(lines).slice(2), ['a rescue ok', 'b rescue ok', 'a end ok', 'b end ok']);
    assert.equal([recap.get('a')?.rescued, recap.get('a')?.failed], [1, 0]);
    assert.equal([recap.get('b')?.rescued, recap.get('b')?.failed], [0, 0]);
  });

  for (const keyword of ['any_errors_fatal: true', 'max_fail_percentage: 10'])
    test(`force_handlers holds where ${keyword} ends the play`, async () => {
      const { lines } = await play(
        `
- hosts: all
  gather_facts: false
  force_handlers: true
  ${keyword}
  tasks:
    - {name: change, command: "true", notify: handler}
    - {name: breaks, fail: {msg: no}, when: inventory_hostname == 'a'}
    - {name: not, debug: {msg: x}}
  handlers:
    - {name: handler, debug: {msg: x}}
`,
        { hosts: 'a,b,' },
      );
      assert.equal(byTask(lines).slice(4), ['a handler ok', 'b handler ok']);
    });

  test('under free a host does not wait for the others', async () => {
    const { lines } = await play(
      `
- hosts: all
  gather_facts: false
  strategy: free
  tasks:
    - {name: slow, debug: {msg: x}, until: false, retries: 1, delay: 0.2, when: inventory_hostname == 'a', ignore_errors: true}
    - {name: after, debug: {msg: x}}
`,
      { hosts: 'a,b,' },
    );
    assert.ok(lines.indexOf('b after ok') < lines.findIndex((line) => line.startsWith('a slow')));
  });
});
