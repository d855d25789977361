// What a template file sees of itself, by the module and by the lookup.
import { hostname, userInfo } from 'node:os';
import * as assert from 'uvu/assert';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections } from '../../../engine/connection/contract.ts';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const parts = [
  'template_host',
  'template_path',
  "template_fullpath is search('/templates/a.j2$')",
  'template_uid',
  'template_run_date >= template_mtime',
  '(template_run_date - template_mtime).days == 0',
  "template_destpath is none or template_destpath | basename == ''",
  "(template_destpath or '-') | length > 1",
];

describe('run/template_variables', ({ test, setup, teardown }) => {
  let connections: Connections;
  setup(() => {
    connections = makeConnections();
  });
  teardown(() => connections.closeAll());

  test('module and lookup give a template its host, path, owner and times; the module its destination', async () => {
    const { said } = await play(
      `
- hosts: all
  gather_facts: false
  tasks:
    - {tempfile: {state: directory}, register: f}
    - {template: {src: a.j2, dest: "{{ f.path }}/"}}
    - {slurp: {src: "{{ f.path }}/a.j2"}, register: kept}
    - {file: {path: "{{ f.path }}", state: absent}}
    - debug: {msg: "{{ kept.content | b64decode }}"}
    - debug: {msg: "{{ lookup('template', 'a.j2') }}"}
`,
      {
        files: { 'templates/a.j2': `{{ [${parts.join(', ')}] | join('|') }}` },
        connections,
        extraVars: ['ansible_connection=local'],
      },
    );
    const own = `${hostname()}|a.j2|True|${userInfo().username}|True|True|True`;
    assert.equal(said, [`${own}|True`, `${own}|False`]);
  });
});
