// Options in Ansible's manner: beginnings of long ones, password files, folders of modules, forms of output.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { inventoryCommand } from '../../../engine/cli/inventory_command.ts';
import { moduleCommand } from '../../../engine/cli/module_command.ts';
import { parseArguments } from '../../../engine/cli/option_table.ts';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { playbookOptions } from '../../../engine/cli/prepare_playbooks.ts';
import { givenPasswords } from '../../../engine/cli/run_settings.ts';
import { readSettings } from '../../../engine/cli/settings.ts';
import { vaultCommand } from '../../../engine/cli/vault_command.ts';
import { called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

function parsed(...argv: readonly string[]) {
  const read = parseArguments(argv, playbookOptions);
  return read.ok ? read.given : read.message;
}

describe('options in Ansible’s manner', ({ test, setup, teardown }) => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-manner-'));
    for (const [name, text] of Object.entries({
      login: 'first\n',
      program: '#!/bin/sh\necho second\n',
      empty: '\n',
      hosts: '[web]\nw1 hv=1\nw2\n[web:vars]\nwv=x\n[all:vars]\nansible_connection=local\n',
      'play.yml': '- {hosts: w1, gather_facts: false, tasks: [{greet: }]}\n',
    }))
      writeFileSync(file(name), text);
    chmodSync(file('program'), 0o700);
    for (const [place, word] of Object.entries({ modules: 'beside', one: 'one', two: 'two' })) {
      mkdirSync(file(place));
      const module = `import { defineModule } from 'hardway';
        export const greet = defineModule({ name: 'greet', summary: 'Greet', params: {},
          plan: () => ({ steps: [], fail: 'from ${word}' }), result: () => ({}) });`;
      writeFileSync(path.join(file(place), 'greet.js'), module);
    }
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('a beginning stands for the one option that begins so, another name of it or not', () => {
    const given = parsed('--lim', 'web', '--inv=a', '--become-pass=f', '--list-ho');
    assert.ok(typeof given !== 'string');
    assert.equal([given.last('limit'), given.last('inventory')], ['web', 'a']);
    assert.equal([given.last('become-password-file'), given.has('list-hosts')], ['f', true]);
    assert.is(parsed('--list', 'x'), 'Option --list may be any of --list-tasks, --list-tags, --list-hosts');
    const exact = parsed('--become');
    assert.ok(typeof exact !== 'string' && exact.has('become'));
    assert.is(
      parsed('-k', '--conn-p', 'f'),
      'Option --ask-pass cannot stand beside --connection-password-file',
    );
  });

  test('passwords of login and become come from files or programs', async () => {
    const ask = { ask: () => Promise.resolve(undefined) };
    const given = parsed('--conn-pass-file', file('login'), '--become-pass-file', file('program'));
    assert.ok(typeof given !== 'string');
    const read = await givenPasswords(given, readSettings({}, folder), ask);
    assert.equal(read.ok && read.value, { connectionPassword: 'first', becomePassword: 'second' });
    const wrong = parsed('--conn-pass-file', file('empty'));
    assert.ok(typeof wrong !== 'string');
    const empty = await givenPasswords(wrong, readSettings({}, folder), ask);
    assert.match(empty.ok ? '' : empty.problem.summary, /^The login password from .*empty is empty$/);
  });

  test('-M names folders of modules, which go before the one beside the playbook, the first before the next', async () => {
    const play = async (...words: string[]): Promise<string | undefined> => {
      const { stdout } = await called(() => playbookCommand(['-i', 'hosts', 'play.yml', ...words]), folder);
      return /=> from (\w+)/.exec(stdout)?.[1];
    };
    assert.is(await play(), 'beside');
    assert.is(await play('-M', 'one:two'), 'one');
    assert.is(await play('-M', 'two', '--module-path', 'one'), 'two');
    const missing = await called(() => playbookCommand(['-i', 'hosts', 'play.yml', '-M', 'nope']), folder);
    assert.match(missing.stderr, '--module-path nope is no folder');
  });

  test('module -o tells a line a host, and -t keeps the results for their owner alone', async () => {
    const call = (...words: string[]) =>
      called(() => moduleCommand(['w1', '-i', 'hosts', '-o', '-t', 'tree/deep', ...words]), folder);
    assert.is((await call('-m', 'ping')).stdout, 'w1 | SUCCESS => {"changed": false,"ping": "pong"}\n');
    assert.is(readFileSync(file('tree/deep/w1'), 'utf8'), '{"changed": false, "ping": "pong"}');
    assert.is(statSync(file('tree/deep/w1')).mode & 0o777, 0o600);
    const shell = await call('-m', 'shell', '-a', 'echo a; echo b; echo c >&2');
    assert.is(shell.stdout, 'w1 | CHANGED | rc=0 | (stdout) a\\nb (stderr) c\n');
    const failed = await call('-m', 'fail', '-a', 'msg=no');
    assert.equal([failed.code, failed.stdout], [2, 'w1 | FAILED! => {"changed": false,"msg": "no"}\n']);
    const foretold = await call('-m', 'command', '-a', 'true', '--check');
    assert.match(foretold.stdout, /^w1 \| CHANGED => \{"changed": true,.*"rc": "<unknown until: run true>"/);
    assert.match(
      (await call('-m', 'command', '-a', 'sleep 60', '--task-timeout', '1')).stdout,
      '"timedout": {"period": 1}',
    );
    const wrong = await called(
      () => moduleCommand(['w1', '-i', 'hosts', '-m', 'ping', '-t', 'hosts/x']),
      folder,
    );
    assert.equal([wrong.code, wrong.stdout], [1, '']);
  });

  test('module --list-hosts names hosts and runs nothing', async () => {
    const listed = await called(
      () => moduleCommand(['web', '-i', 'hosts', '--list-hosts', '-l', 'w2']),
      folder,
    );
    assert.equal([listed.code, listed.stdout], [0, '  hosts (1):\n    w2\n']);
  });

  test('inventory writes YAML, what each sets, and a file for its owner alone', async () => {
    const call = (...words: string[]) => called(() => inventoryCommand(['-i', 'hosts', ...words]), folder);
    const yaml = await call('--list', '-y', '--export', '--limit', 'w1');
    const web = '    web:\n      hosts:\n        w1:\n          hv: 1\n      vars:\n        wv: x\n';
    assert.is(yaml.stdout, `all:\n  children:\n${web}  vars:\n    ansible_connection: local\n`);
    writeFileSync(file('out.json'), 'an older and longer one, which all may read', { mode: 0o644 });
    const written = await call('--host', 'w2', '--output', 'out.json');
    assert.equal([written.code, written.stdout, statSync(file('out.json')).mode & 0o777], [0, '', 0o600]);
    const out = JSON.parse(readFileSync(file('out.json'), 'utf8')) as unknown;
    assert.equal(out, { ansible_connection: 'local', wv: 'x' });
    assert.is((await call('--list', '--output', 'nope/x')).code, 1);
    const refused = await call('--list', '--toml');
    assert.equal([refused.code, /--toml is not built: .*--yaml/.test(refused.stderr)], [2, true]);
    assert.equal([(await call('--list', '--graph')).code, (await call()).code], [5, 5]);
  });

  test('vault encrypt_string writes to the file that --output names', async () => {
    const words = [
      'encrypt_string',
      'text',
      '-n',
      'v',
      '--vault-password-file',
      'login',
      '--output',
      'value.yml',
    ];
    const { code, stdout } = await called(() => vaultCommand(words), folder);
    assert.equal([code, stdout], [0, '']);
    assert.match(readFileSync(file('value.yml'), 'utf8'), /^v: !vault \|\n {10}\$ANSIBLE_VAULT/);
  });
});
