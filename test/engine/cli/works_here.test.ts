// Files that a play makes on the control machine are none that are missing at load, wherever its connection is told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { preparePlaybooks } from '../../../engine/cli/prepare_playbooks.ts';
import { describe } from '../../support/suite.ts';

const playbook = `- hosts: builders
  gather_facts: false
  tasks:
    - copy: {content: x, dest: "{{ playbook_dir }}/files/made"}
- hosts: web
  gather_facts: false
  tasks:
    - copy: {src: made, dest: /etc/made}
`;

async function toldWith(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-here-'));
  try {
    const all = { 'site.yml': playbook, 'inventory/hosts': '[builders]\none\n[web]\ntwo\n', ...files };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const argv = ['-i', path.join(folder, 'inventory'), path.join(folder, 'site.yml')];
    const prepared = await preparePlaybooks(argv, { ask: () => Promise.resolve(undefined) });
    assert.ok(prepared.ok);
    return prepared.problems.map(({ severity, code }) => `${severity} ${code}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('cli/works_here', ({ test }) => {
  test('a file that no local host can have made is missing', async () => {
    assert.equal(await toldWith({}), ['error file-not-found']);
    assert.equal(await toldWith({ 'group_vars/web.yml': 'ansible_connection: ssh\n' }), [
      'error file-not-found',
    ]);
    assert.equal(await toldWith({ 'group_vars/others.yml': 'ansible_connection: local\n' }), [
      'error file-not-found',
    ]);
  });

  test('a local connection in any file of variables of a host makes it a warning', async () => {
    const local = 'ansible_connection: local\n';
    for (const files of [
      { 'inventory/group_vars/builders.yml': local },
      { 'inventory/group_vars/all/main.yml': local },
      { 'group_vars/builders': local },
      { 'host_vars/one.yml': 'ansible_connection: "{{ how }}"\n' },
      { 'inventory/host_vars/one.yml': local },
      { 'inventory/hosts': '[builders]\none ansible_connection=local\n[web]\ntwo\n' },
      { 'inventory/hosts': '[builders]\none\n[web]\ntwo\n[builders:vars]\nansible_connection=local\n' },
    ])
      assert.equal(await toldWith(files), ['warning file-not-found'], Object.keys(files).join());
  });
});
