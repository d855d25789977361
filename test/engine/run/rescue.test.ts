// What a rescue knows of the failure, and how the recap counts it.
import * as assert from 'uvu/assert';
import { toData } from '../../../engine/module/data.ts';
import { Redactor } from '../../../engine/report/redact.ts';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const hidden = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER';

describe('run/rescue', ({ test }) => {
  test('a run_once task is rescued on the host that ran it alone; the others go on with it, and have no failure of their own', async () => {
    const { lines, recap, said, lost } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - block:
            - {name: breaks, fail: {msg: no}, run_once: true}
            - {name: never, debug: {}}
          rescue: [{name: rescue, debug: {msg: "{{ ansible_failed_task.name }}"}}]
          always: [{name: always, assert: {that: true}}]
      rescue: [{name: never, debug: {}}]
    - {name: later, debug: {msg: "{{ ansible_failed_task.name | default('none') }}"}}
    - {name: last, fail: {msg: no}, when: inventory_hostname == 'c'}
`,
      { hosts: 'a,b,c,' },
    );
    assert.equal(lines.slice(0, 2), ['a breaks failed', 'a rescue ok']);
    assert.equal(lines.slice(2, 5).toSorted(), ['a always ok', 'b always ok', 'c always ok']);
    assert.equal(said.toSorted(), ['breaks', 'breaks', 'none', 'none']);
    const counted = [...recap].map(([host, { failed, rescued }]) => [host, failed, rescued]);
    assert.equal(counted, [
      ['a', 0, 1],
      ['b', 0, 0],
      ['c', 1, 0],
    ]);
    assert.equal([...lost], [['c', 'failed']]);
  });

  test('a rescue that fails on the host of a run_once task fails the others with it', async () => {
    const { lines, recap, lost } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - block: [{name: breaks, fail: {msg: no}, run_once: true}]
      rescue: [{name: again, fail: {msg: no}}]
      always: [{name: always, debug: {msg: x}}]
    - {name: later, debug: {msg: x}}
`,
      { hosts: 'a,b,c,' },
    );
    assert.equal(lines.slice(0, 2), ['a breaks failed', 'a again failed']);
    assert.equal(lines.slice(2).toSorted(), ['a always ok', 'b always ok', 'c always ok']);
    const counted = [...recap].map(([host, { failed, rescued }]) => [host, failed, rescued]);
    assert.equal(counted, [
      ['a', 1, 1],
      ['b', 0, 0],
      ['c', 0, 0],
    ]);
    assert.equal([...lost.keys()], ['a', 'b', 'c']);
  });

  test('a run_once task that was itself rescued on a later host is no failure of the ones before', async () => {
    const { lines, lost } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - block:
        - {name: first, fail: {msg: no}, when: inventory_hostname == 'a'}
        - {name: once, fail: {msg: no}, run_once: true}
      rescue: [{name: rescue, debug: {msg: x}}]
`,
      { hosts: 'a,b,c,' },
    );
    assert.equal(lines.filter((line) => / once | rescue /.test(line)).toSorted(), [
      'a rescue ok',
      'b once failed',
      'b rescue ok',
    ]);
    assert.is(lost.size, 0);
  });

  test('a rescue makes all failures of its block rescued ones, also those in an always within', async () => {
    const failing = '{fail: {msg: no}}';
    const { recap } = await play(
      `
- hosts: one
  gather_facts: false
  tasks:
    - block:
        - {block: [${failing}], always: [${failing}]}
      rescue: [{debug: {msg: x}}]
- hosts: two
  gather_facts: false
  tasks:
    - block:
        - {block: [${failing}], rescue: [${failing}], always: [${failing}]}
      rescue: [${failing}]
      always: [${failing}]
`,
      { hosts: 'one,two,' },
    );
    const counted = [...recap].map(([host, { failed, rescued }]) => [host, failed, rescued]);
    assert.equal(counted, [
      ['one', 0, 2],
      ['two', 2, 3],
    ]);
  });

  test('a rescue can ask what the failed task was given, of a loop what was written, and nothing of a no_log task', async () => {
    const asked = '{debug: {msg: "{{ ansible_failed_task }}"}}';
    const { events } = await play(`
- hosts: all
  gather_facts: false
  vars: {why: 1 + 1, xs: [1]}
  tasks:
    - block:
        - {name: "n {{ xs[0] }}", command: "/bin/{{ xs[0] == 2 }} x", args: {chdir: /none}, tags: [a, b], register: r, when: xs}
      rescue: [${asked}]
    - block:
        - {fail: {msg: "{{ why }} {{ item }}"}, loop: "{{ xs }}"}
      rescue: [${asked}]
    - block:
        - {fail: {msg: "{{ why }}"}, no_log: true, vars: {v: 1}}
      rescue: [${asked}]
    - block:
        - {user: {name: x, password: "hush{{ xs[0] }}", uid: "{{ xs }}"}}
      rescue: [${asked}]
`);
    const told = events
      .filter((event) => event.type === 'result' && event.task.module === 'debug')
      .map((event) => (event.type === 'result' ? event.result.values.get('msg') : null));
    const tasks = told.map((task) => toData(task ?? null) as Record<string, unknown>);
    const picked = tasks.map(({ name, action, args, tags, when, register, loop, vars, no_log }) => [
      ...[name, action, args, tags, when, register, loop, vars, no_log],
    ]);
    const none = [[], [], null];
    assert.equal(picked, [
      [
        'n 1',
        'command',
        { _raw_params: '/bin/False x', chdir: '/none' },
        ['a', 'b'],
        ['xs'],
        'r',
        null,
        {},
        false,
      ],
      ['', 'fail', { msg: '{{ why }} {{ item }}' }, ...none, '{{ xs }}', {}, false],
      ['', 'fail', { msg: hidden }, ...none, null, { v: hidden }, true],
      ['', 'user', { name: 'x', password: 'hush1', uid: [1] }, ...none, null, {}, false],
    ]);
    const shown = new Redactor().value(told[3] ?? null);
    assert.not.match(JSON.stringify(shown), 'hush');
  });
});
