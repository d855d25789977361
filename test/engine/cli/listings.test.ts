// What --list-tasks, --list-tags and --list-hosts print: the texts are those of ansible-playbook 2.18 for the same site.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { playbookCommand } from '../../../engine/cli/playbook_command.ts';
import { called } from '../../support/called.ts';
import { describe } from '../../support/suite.ts';

const files: Readonly<Record<string, string>> = {
  hosts: '[web]\nw1\nw2\n[db]\nd1\n',
  'more.yml': '- {name: More, debug: {msg: m}}\n',
  'roles/base/tasks/main.yml': '- {name: Lay, debug: {msg: l}}\n',
  'roles/web/tasks/main.yml': '- {name: Serve, debug: {msg: s}, tags: [serve]}\n',
  'roles/web/meta/main.yml': 'dependencies: [{role: base}]\n',
  'site.yml': `
- name: First
  hosts: web:db
  gather_facts: false
  tags: [first]
  pre_tasks:
    - {name: Before, debug: {msg: b}}
  roles:
    - {role: web, tags: [www]}
  tasks:
    - debug: {msg: unnamed}
    - name: Block
      tags: [blocked]
      block:
        - {name: In the block, debug: {msg: 1}, tags: [inner]}
    - {name: Rare, debug: {msg: r}, tags: [never, rare]}
    - {name: Each time, debug: {msg: a}, tags: [always]}
    - {name: Included, include_tasks: more.yml}
- hosts: db
  gather_facts: false
  tasks:
    - {name: Last, debug: {msg: "{{ ansible_user | default('nobody') }}"}}
`,
};

const first = '\nplaybook: site.yml\n\n  play #1 (web:db): First\tTAGS: [first]\n';
const second = '\n  play #2 (db): db\tTAGS: []\n';

describe('engine/cli/listings', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-listings-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  });
  teardown(() => rmSync(folder, { recursive: true }));
  const listed = async (...options: readonly string[]): Promise<string> => {
    const { code, stdout } = await called(
      () => playbookCommand(['site.yml', '-i', 'hosts', ...options]),
      folder,
    );
    assert.is(code, 0);
    return stdout;
  };

  test('--list-tasks names the tasks that would run with their tags, of roles and blocks too', async () => {
    assert.is(
      await listed('--list-tasks'),
      `${first}    tasks:
      Before\tTAGS: [first]
      base : Lay\tTAGS: [first, www]
      web : Serve\tTAGS: [first, serve, www]
      debug\tTAGS: [first]
      In the block\tTAGS: [blocked, first, inner]
      Each time\tTAGS: [always, first]
      Included\tTAGS: [first]
${second}    tasks:
      Last\tTAGS: []
`,
    );
  });

  test('--list-tags names all tags of a play’s tasks, also of those that run only when asked for', async () => {
    assert.is(
      await listed('--list-tags'),
      `${first}      TASK TAGS: [always, blocked, first, inner, never, rare, serve, www]
${second}      TASK TAGS: []
`,
    );
  });

  test('all three stand below one line of their play, as tags and limit leave them', async () => {
    assert.is(
      await listed('--list-tasks', '--list-tags', '--list-hosts', '--tags', 'www', '--limit', 'w1'),
      `${first}    pattern: ['web:db']
    hosts (1):
      w1
    tasks:
      base : Lay\tTAGS: [first, www]
      web : Serve\tTAGS: [first, serve, www]
      Each time\tTAGS: [always, first]
      TASK TAGS: [always, first, serve, www]
${second}    pattern: ['db']
    hosts (0):
    tasks:
      TASK TAGS: []
`,
    );
  });

  test('-u is the user of the run, whom tasks see', async () => {
    const told = await listed('-c', 'local', '-u', 'anna', '--start-at-task', 'Last');
    assert.match(told, '"msg": "anna"');
    assert.not.match(told, 'Each time');
  });
});
