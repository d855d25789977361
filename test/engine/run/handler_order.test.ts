// Which handlers run, when, and how often.
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

describe('run/handler_order', ({ test }) => {
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

  test('a block notifies for the tasks in it, but for one that notifies others', async () => {
    const { said } = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {command: "true", changed_when: false}
        - {block: [{debug: {msg: x}, changed_when: true, notify: other}]}
      notify: heard
    - block: [{block: [{debug: {msg: y}, changed_when: true}]}]
      notify: [second]
  handlers:
    - {name: heard, debug: {msg: heard}}
    - {name: second, debug: {msg: second}}
    - {name: other, debug: {msg: other}}
`);
    assert.equal(said, ['x', 'y', 'second', 'other']);
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
});
