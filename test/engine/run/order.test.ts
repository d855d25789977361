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
  test('a handler that flushes handlers fails, and only when it is notified', async () => {
    const run = (task: string): ReturnType<typeof play> =>
      play(`
- hosts: all
  gather_facts: false
  tasks: [{name: first, ${task}}]
  handlers:
    - {name: flush, meta: flush_handlers}
    - {name: later, debug: {msg: later}}
`);
    const quiet = await run('command: "true"');
    assert.equal(quiet.lines, ['one first changed']);
    const notified = await run('command: "true", notify: [later, flush]');
    assert.equal(notified.lines, ['one first changed', 'one flush failed']);
    assert.is(notified.result('one', 'flush').message, 'flush_handlers cannot be used as a handler');
  });

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

  test('handlers run once, in the order of definition, by name, by topic and by role', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  roles: [r]
  tasks:
    - {debug: {msg: t1}, changed_when: true, notify: [second, topic]}
    - {debug: {msg: t2}, changed_when: true, notify: [first, "r : of role"]}
    - meta: flush_handlers
    - {debug: {msg: t3}}
  handlers:
    - {name: first, debug: {msg: first}}
    - {name: second, debug: {msg: second}}
    - {name: third, debug: {msg: third}, listen: topic}
`,
      {
        files: {
          'roles/r/handlers/main.yml': '- {name: of role, debug: {msg: role handler}}\n',
          'roles/r/tasks/main.yml': '- debug: {msg: r}\n',
        },
      },
    );
    assert.equal(said, ['r', 't1', 't2', 'role handler', 'first', 'second', 'third', 't3']);
  });

  test('a topic reaches one handler of a name: a role used twice is heard once', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  roles: [{role: r, vars: {n: 1}}, {role: r, vars: {n: 2}}]
  tasks:
    - {debug: {msg: t}, changed_when: true, notify: topic}
  handlers:
    - {name: other, debug: {msg: other}, listen: topic}
    - {debug: {msg: nameless}, listen: topic}
    - {debug: {msg: nameless too}, listen: topic}
`,
      {
        files: {
          'roles/r/handlers/main.yml': "- {name: h, debug: {msg: 'role {{ n }}'}, listen: topic}\n",
          'roles/r/tasks/main.yml': '- debug: {msg: r}\n',
        },
      },
    );
    assert.equal(said, ['r', 'r', 't', 'role 2', 'other', 'nameless', 'nameless too']);
  });

  test("of handlers with one name the first of a list is meant, and the play's before a role's", async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  roles: [r]
  tasks:
    - {debug: {msg: t}, changed_when: true, notify: [same, topic, ours]}
  handlers:
    - {name: same, debug: {msg: first}}
    - {name: same, debug: {msg: second}, listen: topic}
    - {name: heard, debug: {msg: third}, listen: topic}
    - {name: heard, debug: {msg: fourth}, listen: topic}
    - block:
        - {name: ours, debug: {msg: of a block}}
    - {name: ours, debug: {msg: of a later list}}
    - {name: ours, debug: {msg: of a later list too}}
`,
      {
        files: {
          'roles/r/handlers/main.yml': '- {name: same, debug: {msg: of the role}}\n',
          'roles/r/tasks/main.yml': '- debug: {msg: r}\n',
        },
      },
    );
    assert.equal(said, ['r', 't', 'first', 'second', 'third', 'of a later list']);
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

  test('a host that failed runs no handlers, unless force_handlers says so', async () => {
    const text = (force: boolean): string => `
- hosts: all
  gather_facts: false
  force_handlers: ${force}
  tasks:
    - {debug: {msg: t}, changed_when: true, notify: h}
    - {fail: {msg: no}}
  handlers:
    - {name: h, debug: {msg: handled}}
`;
    assert.equal((await play(text(false))).said, ['t']);
    assert.equal((await play(text(true))).said, ['t', 'handled']);
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
