// What the items of a loop are, as ansible-core 2.18 has them for the same tasks.
import * as assert from 'uvu/assert';
import { Redactor } from '../../../engine/report/redact.ts';
import { describe } from '../../support/suite.ts';
import { play } from '../../support/play_here.ts';

describe('run/loops', ({ test }) => {
  const cases: readonly (readonly [loop: string, said: readonly string[]])[] = [
    ['with_items: [1, [2, [3]], "{{ [4, 5] }}"]', ['1', '2', '[3]', '4', '5']],
    ['with_items: one', ['one']],
    ['with_list: [1, [2, 3]]', ['1', '[2, 3]']],
    ['with_nested: [[a, b], [1, 2]]', ["['a', 1]", "['a', 2]", "['b', 1]", "['b', 2]"]],
    ['with_together: [[a, b], [1]]', ["['a', 1]", "['b', None]"]],
    ['with_flattened: [[a, [b]], c]', ['a', 'b', 'c']],
    ['with_indexed_items: [a, b]', ["[0, 'a']", "[1, 'b']"]],
    ['with_dict: {k: 1, l: 2}', ["{'key': 'k', 'value': 1}", "{'key': 'l', 'value': 2}"]],
    ['with_dict: "{{ {\'k\': 1} }}"', ["{'key': 'k', 'value': 1}"]],
    ['with_subelements: [[{n: x, s: [1, 2]}, {n: y, s: []}], s]', ["[{'n': 'x'}, 1]", "[{'n': 'x'}, 2]"]],
    ['with_subelements: [[{n: x}], s, {skip_missing: true}]', []],
    ['with_sequence: start=1 end=3 format=n%02d', ['n01', 'n02', 'n03']],
    ['with_sequence: [count=1, 5-6]', ['1', '5', '6']],
    ['with_inventory_hostnames: all', ['one']],
    ['with_lines: [printf "a\\nb\\n", echo c]', ['a', 'b', 'c']],
    ['with_dict: [{a: 1}, {b: 2}]', ["{'key': 'a', 'value': 1}", "{'key': 'b', 'value': 2}"]],
    ['with_items: ["{{ [1, [2, [3]]] }}"]', ['1', '[2, [3]]']],
    ['loop: "{{ [1, [2]] }}"', ['1', '[2]']],
  ];
  for (const [loop, said] of cases)
    test(loop, async () => {
      const played = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: "{{ item | string }}"}
      ${loop}
`);
      assert.equal(played.said, said);
    });

  test('a debug task below its verbosity is skipped, and a name that is not defined is shown as such', async () => {
    const { lines, result } = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - {name: quiet, debug: {msg: x, verbosity: 2}}
    - {name: undefined, debug: {var: nowhere}}
`);
    assert.equal(lines, ['one quiet skipped', 'one undefined ok']);
    assert.is(result('one', 'undefined').values.get('nowhere'), 'VARIABLE IS NOT DEFINED!');
  });

  test('debug shows a number that is a variable as one, and a computed one as text, as in Ansible', async () => {
    const { result } = await play(`
- hosts: all
  gather_facts: false
  vars: {words: [a, b], count: 2}
  tasks:
    - {name: variable, debug: {var: count}}
    - {name: computed, debug: {var: words | length}}
`);
    assert.is(result('one', 'variable').values.get('count'), 2);
    assert.is(result('one', 'computed').values.get('words | length'), '2');
  });

  test('a failed command whose failure is ignored counts as changed, and an included role is named', async () => {
    const { recap, lines } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - command: 'false'
      ignore_errors: true
    - include_role: {name: inner}
`,
      { files: { 'roles/inner/tasks/main.yml': '- {name: in it, debug: {msg: x}}' }, fake: {} },
    );
    assert.is(recap.get('one')?.changed, 1);
    assert.is(recap.get('one')?.ignored, 1);
    assert.ok(lines.includes('one include_role : inner ok'));
  });

  test('items are labelled as Python prints them', async () => {
    const { events } = await play(`
- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: x}
      loop: [one, {k: v, a: 1}, [1, two], 3.5, true, null, "quo'te"]
`);
    const redactor = new Redactor();
    const labels = events.filter((event) => event.type === 'item').map(({ label }) => redactor.label(label));
    assert.equal(labels, ['one', "{'k': 'v', 'a': 1}", "[1, 'two']", '3.5', 'True', 'None', "quo'te"]);
  });

  test('a failed task without a name has an empty one, as in Ansible; text of JSON is shown as what it says', async () => {
    const { result } = await play(`
- hosts: all
  gather_facts: false
  vars: {text: '{"b": 1, "a": [1]}'}
  tasks:
    - block:
        - fail:
      rescue:
        - {name: named, debug: {var: ansible_failed_task.name}}
        - {name: shown, debug: {var: text}}
`);
    const host = 'one';
    assert.is(result(host, 'named').values.get('ansible_failed_task.name'), '');
    assert.ok(result(host, 'shown').values.get('text') instanceof Map);
  });
});
