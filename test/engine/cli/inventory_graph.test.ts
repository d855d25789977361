// hardway inventory --graph --vars: what each host has, and what each group gives by itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';

const main = path.resolve(import.meta.dirname, '../../../engine/main.ts');

describe('cli/inventory graph', ({ test }) => {
  test('variables stand under hosts and under groups, sorted, files over lines, as Python writes them', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-graph-'));
    try {
      writeFileSync(
        path.join(folder, 'hosts'),
        '[web]\nw1\n[web:vars]\ngv=line\nav=[1,"a"]\n[top:children]\nweb\n[top:vars]\nansible_group_priority=3\n',
      );
      mkdirSync(path.join(folder, 'group_vars'));
      writeFileSync(path.join(folder, 'group_vars/web.yml'), 'gv: file\n');
      writeFileSync(path.join(folder, 'group_vars/all.yml'), 'on_: true\nraw: "{{ gv }}"\n');
      const words = ['--import', import.meta.resolve('tsx'), main, 'inventory', '-i', 'hosts'];
      const options = { cwd: folder, encoding: 'utf8' } as const;
      const { stdout } = spawnSync(process.execPath, [...words, '--graph', '--vars', 'top'], options);
      const whole = spawnSync(process.execPath, [...words, '--graph', '--vars'], options).stdout;
      assert.is(
        stdout,
        [
          '@top:',
          '  |--@web:',
          '  |  |--w1',
          "  |  |  |--{av = [1, 'a']}",
          '  |  |  |--{gv = file}',
          '  |  |  |--{on_ = True}',
          '  |  |  |--{raw = {{ gv }}}',
          "  |  |--{av = [1, 'a']}",
          '  |  |--{gv = file}',
          '  |--{ansible_group_priority = 3}',
          '',
        ].join('\n'),
      );
      assert.ok(whole.endsWith('\n  |--{on_ = True}\n  |--{raw = {{ gv }}}\n'), whole);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
