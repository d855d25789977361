// Tasks that run once for all hosts, and meta tasks: compared with ansible-core 2.18 on the same plays.
import * as assert from 'uvu/assert';
import { toData } from '../../../engine/module/data.ts';
import { play, type Played, type PlayRequest } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

function tasks(text: string, request: PlayRequest = {}, more = ''): Promise<Played> {
  const indented = text.trim().replaceAll(/^/gm, '    ');
  const head = `- hosts: all\n  gather_facts: false\n${more}`;
  return play(`${head}  tasks:\n${indented}\n`, { hosts: 'a,b,', ...request });
}

describe('run/host_loop', ({ test }) => {
  test('add_host and pause run once for all hosts, for the first one; group_by runs for each', async () => {
    const { lines, said } = await tasks(`
- {name: added, add_host: {name: "new-{{ inventory_hostname }}", groups: g}, register: r}
- {name: told, debug: {msg: "{{ r.changed | default('none') }} {{ groups['g'] }}"}}
- {name: again, add_host: {name: new-a, groups: g}}
- {name: cond, add_host: {name: c, groups: k}, when: inventory_hostname == 'b'}
- {name: grouped, group_by: {key: "os_{{ inventory_hostname }}"}}
- {name: paused, pause: {seconds: 0}}
`);
    assert.equal([...said].sort(), ["True ['new-a']", "none ['new-a']"]);
    const counted = lines.filter((line) => !line.includes('told')).map((line) => line);
    assert.equal(counted.slice(0, 1), ['a added changed']);
    assert.equal(counted.slice(1, 3), ['a again ok', 'a cond skipped']);
    assert.equal(counted.slice(3, 5).sort(), ['a grouped changed', 'b grouped changed']);
    assert.equal(counted.slice(5), ['a paused ok']);
  });

  test('add_host makes its loop once', async () => {
    const { result, lines } = await tasks('- {name: t, add_host: {name: "{{ item }}"}, loop: [x, y]}');
    assert.is(lines.length, 1);
    assert.is((toData(result('a', 't').values.get('results') ?? null) as unknown[]).length, 2);
  });

  test('facts and variables of a task that runs once are those of all hosts', async () => {
    const { said } = await tasks(
      `
- {set_fact: {who: "{{ inventory_hostname }}"}, run_once: true}
- {include_vars: v.yml, run_once: true}
- {debug: {msg: "{{ who }} {{ from_file }}"}}
- {set_fact: {mine: "{{ inventory_hostname }}"}, run_once: true, delegate_to: b, delegate_facts: true}
- {debug: {msg: "{{ mine | default('-') }}"}}
`,
      { files: { 'v.yml': 'from_file: 1\n' } },
    );
    assert.equal(said.slice(0, 2), ['a 1', 'a 1']);
    assert.equal(said.slice(2).sort(), ['-', 'a']);
  });

  test('a play’s hosts are told in the order of its pattern, a batch’s in the order that they take', async () => {
    const { said } = await play(
      `- hosts: c,b,a
  gather_facts: false
  order: sorted
  serial: 2
  tasks:
  - {debug: {msg: "{{ ansible_play_batch | join(' ') }} of {{ ansible_play_hosts | join(' ') }}"}, run_once: true}
`,
      { hosts: 'a,b,c,' },
    );
    assert.equal(said, ['a b of c b a', 'c of c b a']);
  });

  test('a failure of a task that runs once is one of all hosts', async () => {
    const { lines } = await tasks(
      '- {name: t, add_host: {name: "{{ missing }}"}}\n- {name: never, debug: {msg: x}}',
    );
    assert.equal(lines, ['a t failed']);
  });

  test('with strategy free run_once is warned of once, and add_host is refused', async () => {
    const { lines, events, result } = await tasks(
      '- {name: once, debug: {msg: hi}, run_once: true}\n- {name: t, add_host: {name: x}}',
      {},
      '  strategy: free\n',
    );
    assert.is(lines.filter((line) => line.includes('once ok')).length, 2);
    assert.is(events.filter(({ type }) => type === 'warning').length, 1);
    assert.match(result('a', 't').message ?? '', 'bypasses the host loop');
  });

  test('meta ends a host, a batch, a play, and clears what was kept', async () => {
    const { said } = await play(
      `- hosts: all
  gather_facts: false
  serial: 2
  tasks:
  - {set_fact: {kept: 1, cacheable: true}}
  - meta: clear_facts
  - {meta: end_host, when: inventory_hostname == 'a'}
  - {debug: {msg: "one {{ inventory_hostname }}"}}
  - {meta: end_batch, when: inventory_hostname == 'b'}
  - {debug: {msg: "two {{ inventory_hostname }}"}}
  - {meta: end_play, when: inventory_hostname == 'c'}
  - {debug: {msg: "three {{ inventory_hostname }}"}}
- hosts: all
  gather_facts: false
  order: reverse_sorted
  serial: 1
  tasks:
  - {debug: {msg: "four {{ inventory_hostname }}"}}
  - meta: noop
  - meta: reset_connection
`,
      { hosts: 'a,b,c,d,e,f,' },
    );
    assert.equal([...said.slice(0, 3)].sort(), ['one b', 'one c', 'one d']);
    assert.equal([...said.slice(3, 5)].sort(), ['two c', 'two d']);
    assert.equal(
      said.slice(5),
      ['f', 'e', 'd', 'c', 'b', 'a'].map((name) => `four ${name}`),
    );
  });

  test('a host that ended stands no longer among the hosts of the play', async () => {
    const { said } = await play(
      `- hosts: all
  gather_facts: false
  serial: 2
  tasks:
  - {meta: end_host, when: inventory_hostname == 'a'}
  - {debug: {msg: "{{ ansible_play_batch | join(' ') }} of {{ ansible_play_hosts | join(' ') }}"}, run_once: true}
`,
      { hosts: 'a,b,c,d,' },
    );
    assert.equal(said, ['b of b c d', 'c d of b c d']);
  });

  test('clear_host_errors lets failed hosts take part in the next play, not in the rest of this one', async () => {
    const { said } = await play(
      `- hosts: all
  gather_facts: false
  tasks:
  - {command: "false", when: inventory_hostname == 'a'}
  - meta: clear_host_errors
  - {debug: {msg: "first {{ inventory_hostname }}"}}
- hosts: all
  gather_facts: false
  tasks:
  - {debug: {msg: "{{ inventory_hostname }}"}}
`,
      { hosts: 'a,b,' },
    );
    assert.equal([...said].sort(), ['a', 'b', 'first b']);
  });

  test('errors that were cleared are none of the exit code, though the recap shows them', async () => {
    const { recap, lost } = await tasks(`
- {command: "false", when: inventory_hostname == 'a'}
- meta: clear_host_errors
- {debug: {msg: "{{ inventory_hostname }}"}}
`);
    assert.is(recap.get('a')?.failed, 1);
    assert.equal([...lost], []);
  });

  test('clear_host_errors clears hosts of its own play, those that earlier plays lost too', async () => {
    const failing = (hosts: string): string => `- hosts: a,b
  gather_facts: false
  tasks: [{command: "false", when: inventory_hostname == 'a'}]
- hosts: ${hosts}
  gather_facts: false
  tasks:
  - meta: clear_host_errors
  - {debug: {msg: "2 {{ inventory_hostname }}"}}
- hosts: a,b
  gather_facts: false
  tasks: [{debug: {msg: "3 {{ inventory_hostname }}"}}]
`;
    const own = await play(failing('a,b'), { hosts: 'a,b,' });
    assert.equal([...own.said].sort(), ['2 b', '3 a', '3 b']);
    assert.equal([...own.lost], []);
    const other = await play(failing('b'), { hosts: 'a,b,' });
    assert.equal([...other.said].sort(), ['2 b', '3 b']);
    assert.equal([...other.lost], [['a', 'failed']]);
  });

  test('errors cleared in the always of a block are not taken up again after it', async () => {
    const { said, lost } = await tasks(
      `
- block:
  - {command: "false", when: inventory_hostname == 'a'}
  always:
  - meta: clear_host_errors
- {debug: {msg: "{{ inventory_hostname }}"}}
`,
      {},
      '  any_errors_fatal: true\n',
    );
    assert.equal([...said].sort(), ['a', 'b']);
    assert.equal([...lost], []);
  });
});
