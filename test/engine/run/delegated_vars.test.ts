// What a delegated task knows of the host that it is delegated to.
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/delegated_vars', ({ test }) => {
  test('a delegated task has the variables of the other host, evaluated for that host, by its name', async () => {
    const { said, lines } = await play(
      `
- hosts: one
  gather_facts: false
  tasks:
    - debug: {msg: "{{ ansible_delegated_vars is defined }} {{ ansible_config_file is none }}"}
    - debug: {msg: "{{ ansible_delegated_vars.two.who }} {{ ansible_delegated_vars.two.inventory_hostname }} {{ who }} {{ ansible_delegated_vars | list }}"}
      delegate_to: two
    - debug: {msg: "{{ item }} {{ ansible_delegated_vars[item].address }} {{ ansible_delegated_vars[item].ansible_host }}"}
      delegate_to: "{{ item }}"
      loop: [two, three]
    - {name: kept, command: echo, delegate_to: two, register: it}
    - debug: {msg: "{{ it.ansible_delegated_vars is defined }}."}
`,
      {
        inventory: `all:
  vars: {who: "I am {{ address }}"}
  hosts: {one: {address: 1}, two: {address: 2, ansible_host: 127.0.0.9}, three: {address: 3}}`,
      },
    );
    assert.equal(said, [
      'False True',
      "I am 2 one I am 1 ['two']",
      'two 2 127.0.0.9',
      'three 3 three',
      'False.',
    ]);
    assert.is(lines.at(-2), 'one kept changed');
  });
});
