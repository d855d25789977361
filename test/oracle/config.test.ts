// The settings of ansible-core as its own `config` lists them, beside our table of them and what we tell of them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { coreSettings } from '../../engine/cli/config/core_settings.ts';
import { configCommand } from '../../engine/cli/config_command.ts';
import { called } from '../support/called.ts';
import { describe } from '../support/suite.ts';
import { oracleCommand, oracleMissing } from './venv.ts';

interface Listed {
  readonly ini?: readonly { readonly section: string; readonly key: string }[];
}

const settings = `[defaults]
forks = 7
roles_path = r:/s
inventory = a,b
timeout = 31
gathering = smart
host_key_checking = no
[privilege_escalation]
become = on
become_user = me
`;

describe(
  'oracle: settings',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-settings-'));
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));
    const theirs = (...words: readonly string[]): string => {
      const [program, ...rest] = oracleCommand('config');
      return spawnSync(program, [...rest, ...words], { cwd: folder, encoding: 'utf8' }).stdout;
    };

    test('our table has each setting under its name', () => {
      const listed = JSON.parse(theirs('list', '--format', 'json')) as Record<string, Listed>;
      const known = Object.entries(listed).flatMap(([name, { ini = [] }]) =>
        ini.map(({ section, key }) => `${section}.${key} ${name}`),
      );
      const ours = [...coreSettings].map(([key, { name }]) => `${key} ${name}`);
      assert.equal(ours.sort(), known.sort());
    });

    test('dump tells of each honoured setting what Ansible tells, set and not set', async () => {
      for (const text of ['', settings]) {
        writeFileSync(path.join(folder, 'ansible.cfg'), text);
        const told = new Set(theirs('dump').split('\n'));
        const { stdout } = await called(() => configCommand(['dump']), folder);
        const [core = ''] = stdout.split('\nPLUGINS:');
        const lines = core.trim().split('\n');
        assert.ok(lines.length > 20);
        assert.equal(
          lines.filter((line) => !told.has(line)),
          [],
        );
      }
    });
  },
  { unless: oracleMissing() },
);
