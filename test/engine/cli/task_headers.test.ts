// The line above the results of a task, as ansible-playbook prints it: one for each time that the task is loaded.
import * as assert from 'uvu/assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { writeFiles } from '../../oracle/files.ts';
import { called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

describe('the header of a task', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-headers-'));
    writeFiles(folder, {
      hosts: 'a ansible_connection=local\nb ansible_connection=local\n',
      'roles/one/tasks/main.yml': '- {name: it, debug: {msg: 1}}\n',
      'collections/ansible_collections/acme/tools/roles/two/tasks/main.yml':
        '- {name: it, debug: {msg: 1}}\n',
      'more.yml': '- {name: more, debug: {msg: 1}}\n',
    });
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  async function headers(play: string): Promise<string[]> {
    writeFiles(folder, { 'site.yml': `- hosts: all\n  gather_facts: false\n${play}` });
    const { stdout } = await called(() => playbookCommand(['site.yml', '-i', 'hosts']), folder);
    return [...stdout.matchAll(/^TASK \[(.*)\]/gm)].map(([, name = '']) => name);
  }

  test('names a role of a collection in full', async () => {
    assert.equal(await headers('  roles: [acme.tools.two]\n'), ['acme.tools.two : it']);
    assert.equal(await headers('  collections: [acme.tools]\n  roles: [two]\n'), ['acme.tools.two : it']);
  });

  test('stands once for all hosts, and again where a role or file comes in again', async () => {
    assert.equal(await headers('  roles: [{role: one, v: 1}, {role: one, v: 2}]\n'), [
      'one : it',
      'one : it',
    ]);
    const twice = (task: string): string => `  tasks:\n    - ${task}\n    - ${task}\n`;
    assert.equal(await headers(twice('import_tasks: more.yml')), ['more', 'more']);
    assert.equal(await headers(twice('import_role: {name: one}\n      vars: {v: 1}')), [
      'one : it',
      'one : it',
    ]);
    assert.equal(await headers('  tasks: [{include_tasks: more.yml, loop: [1, 2]}]\n'), [
      'include_tasks',
      'more',
      'more',
    ]);
  });
});
