// The large site that bench/large_playbook.ts times: it loads without a problem, and all of it is listed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { tasksOfRole, writeLargeSite } from '../../bench/large_site.ts';
import { playbookCommand } from '../../engine/cli/playbook_command.ts';
import { called } from '../support/called.ts';
import { describe } from '../support/suite.ts';

describe('bench: a large playbook', ({ test }) => {
  test('of 200 roles and 2,000 tasks is listed whole, but for what stands in a rescue', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-large-'));
    try {
      writeLargeSite(folder, 200);
      const argv = ['-i', 'hosts', 'site.yml', '--list-tasks'];
      const { code, stdout, stderr } = await called(() => playbookCommand(argv), folder);
      assert.equal([code, stderr], [0, '']);
      const tasks = [...stdout.matchAll(/^ {6}(\w+) : .*\tTAGS: /gm)].map(([, role]) => role);
      const rescued = 1;
      assert.is(tasks.length, 200 * (tasksOfRole - rescued));
      assert.is(new Set(tasks).size, 200);
      assert.is([...stdout.matchAll(/^ {2}play #/gm)].length, 10);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
