// Text of a host is never a template, wherever it goes: into names of hosts, groups and roles, into keys, through base64.
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { type Played, play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';
import { useHere } from '../../support/use_here.ts';

describe('run/outside', ({ test, teardown }) => {
  const { folder, connections } = useHere({ teardown });
  const trace = path.join(folder, 'trace');
  const template = `{{ lookup('pipe', 'touch ${trace}') }}`;

  /** `said.stdout` is a template, `json.stdout` a dict with it as a key, `base64.stdout` the same as base64. */
  const played = async (tasks: string, more = ''): Promise<Played> => {
    const json = JSON.stringify({ [template]: 1 });
    const run = await play(
      `- hosts: one
  gather_facts: false
  tasks:
    - {name: said, command: {argv: [printf, "%s", !unsafe ${JSON.stringify(template)}]}, register: said}
    - {name: json, command: {argv: [printf, "%s", !unsafe ${JSON.stringify(json)}]}, register: json}
    - {name: base64, command: {argv: [printf, "%s", ${Buffer.from(`${template}${' '.repeat(3 - (template.length % 3))}`).toString('base64')}]}, register: base64}
${tasks}
${more}`,
      { connections, extraVars: ['ansible_connection=local'] },
    );
    assert.is(existsSync(trace), false);
    return run;
  };

  test('the host that a task is delegated to', async () => {
    const { lines, said } = await played(`
    - {name: delegated, ping: , delegate_to: "{{ said.stdout }}"}
    - name: its variables
      debug: {msg: "{{ ansible_delegated_vars[said.stdout].ansible_host }}"}
      delegate_to: "{{ said.stdout }}"
`);
    assert.equal(lines.slice(3), ['one delegated ok', 'one its variables ok']);
    assert.equal(said, [template]);
  });

  test('a host and a group that are added, by all names that tell them', async () => {
    const { said } = await played(
      `
    - {name: host, add_host: {name: "{{ said.stdout }}", groups: [new]}}
    - {name: group, group_by: {key: "{{ said.stdout }}"}}
    - {name: lists, debug: {msg: "{{ groups.new[0] }}"}}
    - {name: own groups, debug: {msg: "{{ item }}"}, loop: "{{ group_names }}"}
    - {name: keys, debug: {msg: "{{ item }}"}, loop: "{{ groups.keys() | list | select('search', 'lookup') }}"}
    - {name: lookup, debug: {msg: "{{ item }}"}, loop: "{{ query('inventory_hostnames', 'new') }}"}
`,
      `
- hosts: new
  gather_facts: false
  tasks:
    - {name: name, debug: {msg: "{{ inventory_hostname }}"}}
    - {name: address, debug: {msg: "{{ ansible_host }}"}}
    - {name: hosts, debug: {msg: "{{ item }}"}, loop: "{{ ansible_play_hosts }}"}
`,
    );
    const asGroup = template.replaceAll(' ', '-');
    assert.equal(said, [template, asGroup, asGroup, template, template, template, template]);
  });

  test('the role that is included', async () => {
    const { result } = await played('    - {name: role, include_role: {name: "{{ said.stdout }}"}}');
    const { status, message } = result('one', 'role');
    assert.is(status, 'failed');
    assert.is(message?.startsWith(`Role ${template} is not found`), true);
  });

  test('keys of what a host said, however they are taken', async () => {
    const ways = [
      'from_json | list',
      'from_json | dict2items | map(attribute="key") | list',
      'from_json | dictsort | map("first") | list',
      'from_json | items | map("first") | list',
      'from_json | json_query("keys(@)")',
    ].map((way) => `json.stdout | ${way}`);
    const methods = ['keys() | list', 'items() | map("first") | list'];
    ways.push(...methods.map((way) => `(json.stdout | from_json).${way}`));
    ways.push('[{"a": said.stdout, "b": 1}] | items2dict("a", "b") | list', '{said.stdout: 1} | list');
    const { said } = await played(
      ways
        .map((way, index) => `    - {name: w${index}, debug: {msg: "{{ item }}"}, loop: '{{ ${way} }}'}`)
        .concat(
          '    - {name: dict, debug: {msg: "{{ item.key }}"}, with_dict: "{{ json.stdout | from_json }}"}',
        )
        .join('\n'),
    );
    assert.equal(said, new Array(ways.length + 1).fill(template));
  });

  test('base64 that is decoded', async () => {
    const { said } = await played(
      '    - {name: decoded, debug: {msg: "{{ item }}"}, loop: "{{ [base64.stdout | b64decode | trim] }}"}',
    );
    assert.equal(said, [template]);
  });

  test('named arguments of methods', async () => {
    const { said } = await played(
      `    - {name: named, debug: {msg: "{{ item }}"}, loop: "{{ ['{a}'.format(a=said.stdout)] }}"}`,
    );
    assert.equal(said, [template]);
  });

  test('a host that a host named stays in its folder of fetched files', async () => {
    const { lines } = await played(
      `
    - {name: way, command: printf %s ../../away, register: way}
    - {name: host, add_host: {name: "{{ way.stdout }}", groups: [new], ansible_connection: local}}`,
      `- hosts: one
  gather_facts: false
  tasks:
    - {name: up, fetch: {src: /etc/../../../etc/hostname, dest: ${folder}/kept/here}}
- hosts: new
  gather_facts: false
  tasks:
    - {name: out, fetch: {src: /etc/hostname, dest: ${folder}/kept/here}}`,
    );
    assert.match(lines.join('; '), '../../away out failed');
    assert.is(existsSync(path.join(folder, 'away')), false);
    assert.is(existsSync(path.join(folder, 'kept/here/one/etc/hostname')), true);
  });

  test('what is fetched stands below the play’s folder, or below the home that ~ means', async () => {
    const home = process.env['HOME'];
    process.env['HOME'] = path.join(folder, 'home');
    try {
      const { said } = await played(`
    - {name: near, fetch: {src: /etc/hostname, dest: near/}, register: near}
    - {name: there, debug: {msg: "{{ near.dest | relpath(playbook_dir) }} {{ near.dest is file }}"}}
    - {name: home, fetch: {src: /etc/hostname, dest: ~/far/, flat: true}}`);
      assert.equal(said, ['near/one/etc/hostname True']);
      assert.is(existsSync(path.join(folder, 'home/far/hostname')), true);
    } finally {
      process.env['HOME'] = home;
    }
  });
});
