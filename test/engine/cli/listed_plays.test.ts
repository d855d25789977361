// The listings of plays, as ansible-playbook prints them.
import * as assert from 'uvu/assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

describe('engine/cli/listed_plays', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-listings-'));
    writeFileSync(
      path.join(folder, 'site.yml'),
      `- hosts: ["{{ where | default('all') }}", "!c"]\n  tags: [late, early]\n  tasks: [{ping: , tags: [t]}]\n`,
    );
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  const listed = async (...options: readonly string[]): Promise<string> =>
    (await called(() => playbookCommand(['site.yml', '-i', 'a,b,c', ...options]), folder)).stdout;

  const play = '\nplaybook: site.yml\n\n  play #1 (all,!c): all,!c\tTAGS: [early,late]\n';

  test('asked for together stand below one line of the play', async () => {
    assert.is(
      await listed('--list-hosts', '--list-tasks', '--list-tags'),
      `${play}    pattern: ['all', '!c']\n    hosts (2):\n      a\n      b\n` +
        '    tasks:\n      ping\tTAGS: [early, late, t]\n      TASK TAGS: [early, late, t]\n',
    );
  });

  test('show the hosts that a variable of the command line names', async () => {
    assert.match(
      await listed('--list-hosts', '-e', 'where=b'),
      /\(b,!c\).*\n {4}pattern: \['b', '!c'\]\n {4}hosts \(1\):\n {6}b\n$/,
    );
  });

  test('leave plays out where only the syntax is checked', async () => {
    assert.is(await listed('--syntax-check'), '\nplaybook: site.yml\n');
  });
});
