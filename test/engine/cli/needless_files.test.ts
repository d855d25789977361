// Variable files that cannot be read hinder only those who need them: hosts of theirs, and who asks for such a host.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { inventoryCommand } from '../../../engine/cli/inventory_command.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { encryptVault } from '../../../engine/document/vault.ts';
import { called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const head = 'gather_facts: false\n  connection: local\n  tasks:\n';

describe('variable files of hosts that are not asked for', ({ test, setup, teardown }) => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-needless-'));
    for (const each of ['group_vars', 'host_vars']) mkdirSync(file(each));
    const texts = {
      'hosts.ini': '[a]\none\n[b]\ntwo\n[c]\nthree\n[d]\nfour\n',
      'group_vars/b.yml': encryptVault(Buffer.from('x: 1\n'), { id: 'default', password: Buffer.from('p') }),
      'group_vars/nobody.yml': 'x: [\n',
      'host_vars/three.yml': 'x: [\n',
      'one.yml': `- hosts: a\n  ${head}    - debug: {msg: well}\n`,
      'all.yml': `- hosts: all\n  ${head}    - debug: {msg: well}\n`,
      'reads.yml': `- hosts: a\n  ${head}    - debug: {msg: "{{ hostvars.two.x | default('none') }}"}\n`,
      'other.yml': `- hosts: a\n  ${head}    - debug: {msg: "{{ hostvars.four.x | default('none') }}"}\n`,
      'sends.yml': `- hosts: a\n  ${head}    - {command: echo, delegate_to: two}\n`,
      'joins.yml':
        `- hosts: localhost\n  ${head}    - add_host: {name: new, groups: b}\n` +
        `- hosts: new\n  ${head}    - debug: {msg: "{{ x | default('none') }}"}\n`,
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(file(name), text);
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  /** The exit code, whether a task told its text, and the files that were complained of. */
  async function said(run: () => Promise<number>): Promise<string> {
    const { code, stdout, stderr } = await called(run, folder);
    const text = stdout + stderr;
    const told = /"msg": "(\w+)"/.exec(text)?.[1] ?? '-';
    const kinds = [...text.matchAll(/^(error|warning)\[.*\n.*?(\w+\.yml):/gm)].map((found) =>
      [found[1], found[2]].join(' '),
    );
    return [code, told, ...kinds.sort()].join(', ');
  }

  const warnings = 'warning b.yml, warning nobody.yml, warning three.yml';
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['are warnings', ['one.yml'], `0, well, ${warnings}`],
    ['are warnings when a limit leaves their hosts out', ['all.yml', '-l', 'a'], `0, well, ${warnings}`],
    [
      'are errors when the plays have their hosts',
      ['all.yml'],
      '4, -, error b.yml, error three.yml, warning nobody.yml',
    ],
    ['are no hindrance to hostvars of others', ['other.yml'], `0, none, ${warnings}`],
    ['fail who reads a variable of theirs', ['reads.yml'], `2, -, ${warnings}`],
    ['fail who delegates to a host of theirs', ['sends.yml'], `2, -, ${warnings}`],
    ['fail a host that joins their group in the run', ['joins.yml'], `2, -, ${warnings}`],
  ];
  for (const [what, [playbook = '', ...more], end] of cases)
    test(what, async () => {
      const argv = [file(playbook), '-i', file('hosts.ini'), ...more];
      assert.is(await said(() => playbookCommand(argv)), end);
    });

  test('are errors of the inventory, unless one host is asked for', async () => {
    const ask = (...argv: string[]): Promise<string> =>
      said(() => inventoryCommand(['-i', file('hosts.ini'), '--playbook-dir', folder, ...argv]));
    assert.is(await ask('--list'), '1, -, error b.yml, error three.yml, warning nobody.yml');
    assert.is(await ask('--host', 'one'), `0, -, ${warnings}`);
  });
});
