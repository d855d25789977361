// The fact cache beside a playbook: what is kept between runs, what never is, and what a broken or an old file does.
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { encryptVault } from '../../../engine/document/vault.ts';
import { inventoryCommand } from '../../../engine/cli/inventory_command.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { type Called, called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const settings = `[defaults]
fact_caching = ansible.builtin.jsonfile
fact_caching_connection = kept/facts
fact_caching_timeout = 3600
gathering = explicit
inventory = hosts
vault_password_file = word
`;

const keeps = `
- hosts: one
  tasks:
    - set_fact: { kept: 1, token: "{{ locked }}", both: { open: 2, shut: "{{ locked }}" }, list: ["{{ locked }}"], cacheable: true }
`;
const asks = `
- hosts: two
  tasks:
    - debug: { msg: "<{{ hostvars.one.kept | default('-') }} {{ hostvars.one.both | default('-') }} {{ hostvars.one.token | default('-') }}>" }
`;

describe('fact cache', ({ test, setup, teardown }) => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  const kept = (): string => file('kept/facts/one');
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-fact-cache-'));
    process.env['ANSIBLE_CONFIG'] = file('ansible.cfg');
    writeFileSync(file('word'), 'word');
    const locked = encryptVault(Buffer.from('swordfish'), { id: 'default', password: Buffer.from('word') });
    writeFileSync(
      file('keeps.yml'),
      keeps.replace(
        '  tasks:',
        `  vars:\n    locked: !vault |\n${locked.replace(/^/gm, '      ')}\n  tasks:`,
      ),
    );
    writeFileSync(file('asks.yml'), asks);
    writeFileSync(file('hosts'), 'one ansible_connection=local\ntwo ansible_connection=local\n');
    writeFileSync(file('ansible.cfg'), settings);
  });
  teardown(() => {
    delete process.env['ANSIBLE_CONFIG'];
    rmSync(folder, { recursive: true, force: true });
  });
  const played = async (name: string, ...more: readonly string[]): Promise<Called> =>
    called(() => playbookCommand([file(`${name}.yml`), ...more]), folder);
  const asked = async (...more: readonly string[]): Promise<string | undefined> =>
    /<(.*)>/.exec((await played('asks', ...more)).stdout)?.[1];

  test('check mode writes nothing', async () => {
    await played('keeps', '--check');
    assert.is(existsSync(file('kept')), false);
  });

  test('facts stay for runs that come later, in a file of their owner, without what is secret', async () => {
    await played('keeps');
    assert.equal(JSON.parse(readFileSync(kept(), 'utf8')), { both: { open: 2 }, kept: 1 });
    assert.is(statSync(kept()).mode & 0o777, 0o600);
    assert.equal(readdirSync(file('kept/facts')), ['one']);
    assert.is(await asked(), "1 {'open': 2} -");
  });

  test('how a host is reached is never read from it, and a template in it is text', async () => {
    writeFileSync(
      kept(),
      '{"kept": "{{ 1 + 1 }}", "ansible_connection": "ssh", "ansible_host": "192.0.2.9"}',
    );
    const ran = await played('asks');
    assert.match(ran.stdout, '<{{ 1 + 1 }} - ->');
    assert.match(ran.stderr + ran.stdout, /one holds ansible_host, which is passed over/);
    const listed = await called(() => inventoryCommand(['--host', 'one']), folder);
    assert.is((JSON.parse(listed.stdout) as { ansible_connection: string }).ansible_connection, 'local');
  });

  test('a broken file is told and taken for none; the next run mends it', async () => {
    writeFileSync(kept(), '{"kept": ');
    const ran = await played('asks');
    assert.is(ran.code, 0);
    assert.match(ran.stderr + ran.stdout, /one is no JSON object of facts/);
    assert.is(readFileSync(kept(), 'utf8'), '{"kept": ');
    await played('keeps');
    assert.is(await asked(), "1 {'open': 2} -");
  });

  test('an old file is passed over', async () => {
    const old = Date.now() / 1000 - 4000;
    utimesSync(kept(), old, old);
    assert.is(await asked(), '- - -');
    assert.is(await asked('--check'), '- - -');
    utimesSync(kept(), old + 1000, old + 1000);
    assert.is(await asked(), "1 {'open': 2} -");
  });

  test('--flush-cache forgets the hosts within the limit; in check mode for this run alone', async () => {
    assert.is(await asked('--flush-cache', '--check'), '- - -');
    await asked('--flush-cache', '--limit', 'two');
    assert.is(existsSync(kept()), true);
    await asked('--flush-cache');
    assert.is(existsSync(kept()), false);
  });

  test('a cache without a folder, and a kind that is not there, are told at their place', async () => {
    const cfg = file('ansible.cfg');
    writeFileSync(cfg, settings.replace(/fact_caching_connection.*\n/, ''));
    const none = await played('asks');
    assert.is(none.code, 4);
    assert.match(none.stderr, /fact_caching=jsonfile needs a folder[^]*ansible\.cfg:2:1/);
    writeFileSync(cfg, settings.replace('ansible.builtin.jsonfile', 'jsonfil'));
    const wrong = await played('asks');
    assert.is(wrong.code, 0);
    assert.match(wrong.stderr, /fact_caching cannot be jsonfil[^]*did you mean jsonfile\?/);
  });
});
