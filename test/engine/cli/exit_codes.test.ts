// What docs/compatibility.md says of exit codes, for files that cannot be read and for a run without hosts.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { inventoryCommand } from '../../../engine/cli/inventory_command.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const play = '- {hosts: localhost, gather_facts: false, connection: local, ';

describe('exit codes', ({ test, setup, teardown }) => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-codes-'));
    mkdirSync(file('folder.yml'));
    const texts = {
      'ok.yml': `${play}tasks: [{debug: }]}\n`,
      'tasks.yml': `${play}tasks: [{import_tasks: nope.yml}]}\n`,
      'role.yml': `${play}roles: [nope]}\n`,
      'variables.yml': `${play}vars_files: [nope.yml], tasks: [{debug: }]}\n`,
      'import.yml': '- import_playbook: nope.yml\n',
      'bad.yml': 'a: [',
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(file(name), text);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  /** The exit code and all that was written. */
  async function said(run: () => Promise<number>): Promise<{ code: number; text: string }> {
    const { code, stdout, stderr } = await called(run, folder);
    return { code, text: stdout + stderr };
  }

  test('a playbook that is not there is 1, what the check refuses 4, a wrong option 2', async () => {
    const codes: Record<string, number> = {};
    const calls: Record<string, readonly string[]> = {
      missing: ['nope.yml'],
      folder: ['folder.yml'],
      'bad yaml': ['bad.yml'],
      tasks: ['tasks.yml'],
      role: ['role.yml'],
      variables: ['variables.yml'],
      import: ['import.yml'],
      inventory: ['ok.yml', '-i', file('nope')],
      'extra variables': ['ok.yml', '-e', `@${file('nope')}`],
      limit: ['ok.yml', '--limit', `@${file('nope')}`],
      'become password': ['ok.yml', '--become-password-file', file('nope')],
      option: ['ok.yml', '--bogus'],
    };
    for (const [name, [playbook = '', ...more]] of Object.entries(calls))
      codes[name] = (await said(() => playbookCommand([file(playbook), '--syntax-check', ...more]))).code;
    assert.equal(codes, {
      missing: 1,
      ...{ folder: 4, 'bad yaml': 4, tasks: 4, role: 4, variables: 4, import: 4, inventory: 4 },
      ...{ 'extra variables': 4, limit: 4, 'become password': 2, option: 2 },
    });
  });

  test('a list of hosts has no variables of its own', async () => {
    const { code, text } = await said(() => inventoryCommand(['-i', 'h1,', '--list']));
    assert.is(code, 0);
    assert.equal((JSON.parse(text) as { _meta: unknown })._meta, { hostvars: {} });
  });
});
