// What of a run depends on the inventory's files while it runs and after it: refresh, order, retry files, limits by file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { resultLines, runHardway, runPlaybookCommand } from '../../support/hardway.ts';
import { describe } from '../../support/suite.ts';

const before = `all:
  vars: { ansible_connection: local }
  children: { g: { hosts: { h1: { v: 1 }, h2: { v: 1 }, h3: { v: 1 } } } }
`;
const after = `all:
  vars: { ansible_connection: local, w: 9 }
  children: { g: { hosts: { h4: { v: 2 }, h1: { v: 2 }, h3: } }, x: { hosts: { h1: } } }
`;

const playbook = `
- hosts: g
  gather_facts: false
  tasks:
    - set_fact: { kept: fact }
    - add_host: { name: made, groups: g }
    - copy: { content: "{{ after }}", dest: "{{ playbook_dir }}/hosts.yml" }
      run_once: true
    - meta: refresh_inventory
    - name: "first v={{ v | default(0) }} {{ groups.g | join(' ') }}, {{ ansible_play_hosts | join(' ') }}"
      debug:
- hosts: g
  gather_facts: false
  order: reverse_sorted
  tasks:
    - name: second
      debug: { msg: "{{ v | default(0) }} {{ w | default(0) }} {{ group_names | join(' ') }} {{ kept | default('-') }}" }
    - name: third
      fail:
      when: inventory_hostname in ['h4', 'h1']
`;

describe('an inventory that changes while a play runs, and what is left of its hosts', ({
  test,
  setup,
  teardown,
}) => {
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-refresh-'));
    writeFileSync(file('hosts.yml'), before);
    writeFileSync(file('site.yml'), playbook);
    writeFileSync(file('ansible.cfg'), '[defaults]\nretry_files_enabled = yes\n');
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  // The lines are those of ansible-playbook 2.18 for the same files.
  test('hosts that are gone leave the play, new ones and those of add_host join the next; who failed is written down', async () => {
    process.env['ANSIBLE_CONFIG'] = file('ansible.cfg');
    const ran = await runPlaybookCommand(
      ...[file('site.yml'), '-i', file('hosts.yml'), '--forks', '1', '--flush-cache'],
      ...['-e', JSON.stringify({ after })],
    );
    delete process.env['ANSIBLE_CONFIG'];
    assert.is(ran.code, 2, ran.stderr);
    const lines = resultLines(ran);
    const first = 'first v=2 h4 h1 h3 made, h4 h1 h3 made';
    assert.equal(
      lines.filter((line) => / (first|second|third) /.test(line)),
      [
        ...[`h1 ${first} ok`, `h3 ${first} ok`],
        ...['made second ok', 'h4 second ok', 'h3 second ok', 'h1 second ok'],
        ...['made third skipped', 'h4 third failed', 'h3 third skipped', 'h1 third failed'],
      ],
    );
    const said = ran.stdout.matchAll(/"msg":"(\d \d [^"]*)"/g);
    assert.equal(
      [...said].map(([, text]) => text),
      ['0 9 g -', '2 9 g -', '0 9 g fact', '2 9 g x fact'],
    );
    assert.is(readFileSync(file('site.retry'), 'utf8'), 'h1\nh4\n');
    assert.match(ran.stderr, `to retry, use: --limit @${file('site.retry')}`);
  });

  test('a limit is read from such a file', async () => {
    const { stdout } = await runHardway(
      ...['playbook', file('site.yml'), '-i', file('hosts.yml'), '--list-hosts'],
      ...['--limit', `@${file('site.retry')}`],
    );
    assert.match(stdout, /hosts \(2\):\s+h4\s+h1\s/);
  });
});
