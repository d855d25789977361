// What docs/compatibility.md says of exit codes.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { configCommand } from '../../../engine/cli/config_command.ts';
import { docCommand } from '../../../engine/cli/doc_command.ts';
import { inventoryCommand } from '../../../engine/cli/inventory_command.ts';
import { moduleCommand } from '../../../engine/cli/module_command.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { vaultCommand } from '../../../engine/cli/vault_command.ts';
import { encryptVault } from '../../../engine/document/vault.ts';
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
      'fails.yml': `${play}tasks: [{fail: }]}\n`,
      'remote.yml': '- {hosts: all, gather_facts: false, tasks: [{ping: }]}\n',
      'changes.yml': `${play}tasks: [{command: "true"}]}\n`,
      'vaulted_file.yml': `${play}vars_files: [secret], tasks: [{debug: {var: v}}]}\n`,
      'vaulted_value.yml': `${play}vars_files: [value], tasks: [{debug: {var: v}}]}\n`,
      word: 'right\n',
      other: 'wrong\n',
      empty: '\n',
      program: '#!/bin/sh\nexit 3\n',
      secret: encryptVault(Buffer.from('v: 1\n'), { id: 'default', password: Buffer.from('right') }),
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(file(name), text);
    chmodSync(file('program'), 0o700);
    const lines = texts.secret.trimEnd().split('\n');
    writeFileSync(file('value'), `v: !vault |\n${lines.map((line) => `  ${line}\n`).join('')}`);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  /** The exit code and all that was written. */
  async function said(run: () => Promise<number>): Promise<{ code: number; text: string }> {
    const { code, stdout, stderr } = await called(run, folder);
    return { code, text: stdout + stderr };
  }

  const commands = {
    playbook: playbookCommand,
    module: moduleCommand,
    inventory: inventoryCommand,
    vault: vaultCommand,
    doc: docCommand,
    config: configCommand,
  };
  const rows: readonly (readonly [code: number, words: string])[] = [
    [0, 'playbook ok.yml'],
    [0, 'playbook ok.yml --syntax-check'],
    [0, 'playbook ok.yml --private-key nope'],
    [1, 'playbook nope.yml'],
    ...['folder.yml', 'bad.yml', 'tasks.yml', 'role.yml', 'variables.yml', 'import.yml'].map(
      (name) => [4, `playbook ${name}`] as const,
    ),
    [4, 'playbook ok.yml -i nope'],
    [4, 'playbook ok.yml -e @nope'],
    [4, 'playbook ok.yml --limit @nope'],
    [4, 'playbook remote.yml -i 127.0.0.1, --limit nohost'],
    [4, 'playbook ok.yml --start-at-task nope'],
    [2, 'playbook'],
    [2, 'playbook ok.yml --bogus'],
    [2, 'playbook ok.yml --list'],
    [2, 'playbook ok.yml -f 0'],
    [2, 'playbook ok.yml -f'],
    [2, 'playbook ok.yml --check=1'],
    [2, 'playbook ok.yml -k --connection-password-file word'],
    [2, 'playbook ok.yml -K --become-password-file word'],
    [2, 'playbook ok.yml -J --vault-password-file word'],
    [2, 'playbook ok.yml --output nope'],
    [2, 'playbook fails.yml'],
    [3, 'playbook changes.yml --detailed-exitcode'],
    [4, 'playbook remote.yml -i 127.0.0.1, -e ansible_port=1 --private-key nope'],
    [4, 'module all -i 127.0.0.1, -e ansible_port=1 -m ping'],
    ...['nope', 'folder.yml', 'empty', 'program'].flatMap((file) =>
      [
        '--become-password-file',
        '--connection-password-file',
        '--vault-password-file',
        '--vault-id a@',
      ].flatMap((option) =>
        ['playbook ok.yml', 'module localhost -m ping'].map(
          (call) => [1, `${call} ${option}${option.endsWith('@') ? '' : ' '}${file}`] as const,
        ),
      ),
    ),
    [0, 'playbook vaulted_file.yml --vault-password-file word'],
    [4, 'playbook vaulted_file.yml --vault-password-file other'],
    [4, 'playbook vaulted_file.yml'],
    [0, 'playbook vaulted_value.yml --vault-password-file word'],
    [2, 'playbook vaulted_value.yml --vault-password-file other'],
    [2, 'playbook vaulted_value.yml'],
    [0, 'module localhost -m ping'],
    [2, 'module'],
    [2, 'module localhost -m fail'],
    [2, 'module localhost -m ping -B'],
    [4, 'module localhost -m nope'],
    [0, 'inventory -i h, --list'],
    [1, 'inventory -i nope --list'],
    [1, 'inventory -i h, --list --output nope/x'],
    [1, 'inventory -i h, --list --vault-password-file nope'],
    [2, 'inventory -i h, --list --toml'],
    [5, 'inventory -i h,'],
    [5, 'inventory -i h, --list --graph'],
    [5, 'inventory -i h, --host nope'],
    [5, 'inventory -i h, --graph nope'],
    [0, 'vault view secret --vault-password-file word'],
    [1, 'vault view secret --vault-password-file other'],
    [1, 'vault view secret --vault-password-file nope'],
    [1, 'vault view nope --vault-password-file word'],
    [1, 'vault view ok.yml --vault-password-file word'],
    [1, 'vault encrypt ok.yml --output x --vault-password-file word --encrypt-vault-id nope'],
    [2, 'vault'],
    [2, 'vault nonsense'],
    [2, 'vault view'],
    [0, 'doc ping'],
    [1, 'doc nope'],
    [2, 'doc --bogus'],
    [5, 'doc'],
    [0, 'config dump'],
    [0, 'config list'],
    [2, 'config'],
    [2, 'config init'],
    [2, 'config dump --format nope'],
    [5, 'config dump -c nope'],
  ];

  test('each way in which a call can go wrong has the code that the documentation gives it', async () => {
    const wrong: string[] = [];
    for (const [code, words] of rows) {
      const [name = '', ...argv] = words.split(' ');
      const command = commands[name as keyof typeof commands];
      const { code: given } = await called(() => command(argv), folder);
      if (given !== code) wrong.push(`${words}: ${given}, not ${code}`);
    }
    assert.equal(wrong, []);
  });

  test('a list of hosts has no variables of its own', async () => {
    const { code, text } = await said(() => inventoryCommand(['-i', 'h1,', '--list']));
    assert.is(code, 0);
    assert.equal((JSON.parse(text) as { _meta: unknown })._meta, { hostvars: {} });
  });
});
