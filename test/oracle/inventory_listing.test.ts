// `inventory --list` and `--host`, in each form, by ansible-inventory and by us.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { inventoryCommand } from '../../engine/cli/inventory_command.ts';
import { parseYaml } from '../../engine/document/yaml.ts';
import { toData } from '../../engine/module/data.ts';
import { called } from '../support/called.ts';
import { describe } from '../support/suite.ts';
import { oracleCommand, oracleMissing } from './venv.ts';

const hosts = `all:
  vars: {av: 1, deep: {z: [1, {b: x}], a: "tëxt"}}
  hosts: {lone: {lv: 1}}
  children:
    web:
      vars: {wv: "{{ av }}", long: "${'many words in a row '.repeat(8)}"}
      hosts: {w1: {hv: yes, s: "yes", e: ""}, w2: {}}
      children: {sub: {hosts: {s1: {}, w1: {}}, vars: {ansible_group_priority: 5}}, empty: {}}
    db: {children: {sub: {}}, hosts: {d1: {f: 1.5}}}
`;

describe(
  'oracle: what inventory lists',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-listing-'));
      writeFileSync(path.join(folder, 'hosts.yml'), hosts);
      for (const [name, text] of [
        ['group_vars/db.yml', 'fv: file\n'],
        ['host_vars/w2.yml', 'hvf: 7\n'],
      ] as const) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text);
      }
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));

    async function both(words: readonly string[]): Promise<{ theirs: string; ours: string }> {
      const argv = ['-i', 'hosts.yml', ...words];
      const [program, ...rest] = oracleCommand('inventory');
      const theirs = spawnSync(program, [...rest, ...argv], { cwd: folder, encoding: 'utf8' }).stdout;
      const { stdout } = await called(() => inventoryCommand(argv), folder);
      return { theirs, ours: stdout };
    }

    const forms = [[], ['--limit', 'web'], ['-l', 'd1,lone'], ['--export'], ['--export', '-l', 'sub']];
    test('as JSON, to the letter', async () => {
      for (const words of [
        ...forms.map((form) => ['--list', ...form]),
        ['--host', 'w1'],
        ['--host', 'lone'],
      ]) {
        const { ours, theirs } = await both(words);
        assert.is(ours.trimEnd(), theirs.trimEnd(), words.join(' '));
      }
    });

    test('as YAML, but that PyYAML writes a dict once and then refers to it', async () => {
      const read = (text: string): unknown => toData(parseYaml(text, 'listing').documents[0] ?? null);
      for (const words of [...forms.map((form) => ['--list', '-y', ...form]), ['--host', 'w1', '-y']]) {
        const { ours, theirs } = await both(words);
        assert.equal(read(ours), read(theirs), words.join(' '));
        if (!theirs.includes('&id001')) assert.is(ours.trimEnd(), theirs.trimEnd(), words.join(' '));
      }
    });
  },
  { unless: oracleMissing() },
);
