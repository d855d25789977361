import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { preparePlaybooks } from '../../../engine/cli/prepare_playbooks.ts';
import { describe } from '../../support/suite.ts';

const inventory = `all:
  hosts:
    one: {ansible_connection: local}
    two: {ansible_connection: local}
  children:
    web: {hosts: {one: }}
`;

const playbook = `- hosts: web:wbe
  gather_facts: false
  tasks:
    - name: Install
      debug: {msg: a}
`;

const growing = `- hosts: localhost
  gather_facts: false
  tasks:
    - add_host: {name: new, groups: fresh}
- hosts: fresh
  gather_facts: false
  tasks:
    - name: "Say {{ word }}"
      debug: {msg: b}
`;

const hidden = `- hosts: web
  gather_facts: false
  tasks:
    - {name: Deep, debug: {msg: a}, tags: [never, deep]}
    - {name: Chosen, debug: {msg: a}, tags: ["{{ word | default('never') }}"]}
    - block:
        - debug: {msg: a}
      rescue:
        - {name: Rescued, debug: {msg: a}}
`;

describe('options and patterns that name nothing', ({ test }) => {
  async function problemsOf(text: string, ...options: string[]): Promise<string[]> {
    return problemsWith(['-i', 'hosts.yml'], text, options);
  }

  async function problemsWith(
    [flag, ...inventories]: readonly string[],
    text: string,
    options: readonly string[],
  ): Promise<string[]> {
    const folder = mkdtempSync(path.join(tmpdir(), 'hardway-options-'));
    try {
      writeFileSync(path.join(folder, 'hosts.yml'), inventory);
      writeFileSync(path.join(folder, 'site.yml'), text);
      const sources = inventories.flatMap((name) => [flag ?? '', path.join(folder, name)]);
      const argv = [...sources, path.join(folder, 'site.yml'), ...options];
      const prepared = await preparePlaybooks(argv, { ask: () => Promise.resolve(undefined) });
      assert.ok(prepared.ok);
      return prepared.problems.map(
        ({ severity, summary, detail, position }) =>
          `${severity} ${position?.line ?? '-'}: ${summary}. ${detail ?? ''}`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('a play for a group that is nowhere is warned of, at its place, with the nearest name', async () => {
    assert.equal(await problemsOf(playbook), ['warning 1: wbe in hosts matches no host. Did you mean web?']);
  });

  test('a play for all without any inventory is warned of, with what to give', async () => {
    const everybody = playbook.replace('web:wbe', 'all');
    const [warning, ...more] = await problemsWith([], everybody, []);
    assert.match(
      warning ?? '',
      'warning 1: No inventory is given, so this play has no hosts. Name one: -i FILE',
    );
    assert.equal(more, []);
    assert.equal(await problemsWith([], playbook.replace('web:wbe', 'localhost'), []), []);
  });

  test('a play for hosts that the run makes is not', async () => {
    assert.equal(await problemsOf(growing), []);
  });

  test('a part of --limit that matches nothing is warned of; a limit that leaves nothing is an error', async () => {
    const some = await problemsOf(growing, '--limit', 'one:tow');
    assert.equal(some, ['warning -: tow in --limit matches no host. Did you mean two?']);
    const none = await problemsOf(growing, '--limit', 'db');
    assert.is(none.length, 2);
    assert.ok(none.includes('error -: --limit db leaves no host of the inventory. '));
  });

  test('a limit to a localhost that no inventory names leaves nothing, unless there is no inventory', async () => {
    const [refused, ...more] = await problemsOf(growing, '--limit', 'localhost');
    assert.match(
      refused ?? '',
      'error -: --limit localhost leaves no host of the inventory. The inventory does not name localhost',
    );
    assert.equal(more, []);
    assert.equal(await problemsOf(growing, '--limit', 'localhost,one'), []);
    const here = playbook.replace('web:wbe', 'localhost');
    assert.equal(await problemsWith([], here, ['--limit', 'localhost']), []);
  });

  test('--start-at-task for a task that is nowhere is an error, if no name holds a template', async () => {
    const wrong = (await problemsOf(playbook, '--start-at-task', 'Instal')).filter((text) =>
      text.startsWith('error'),
    );
    assert.equal(wrong, ['error -: No task is named Instal. Did you mean Install?']);
    assert.is((await problemsOf(playbook, '--start-at-task', 'Inst*')).length, 1);
    assert.equal(await problemsOf(growing, '--start-at-task', 'Say hello'), []);
    assert.equal(await problemsOf(growing, '--start-at-task', 'Tell hello'), [
      'error -: No task is named Tell hello. Only tasks that are known before the run can be the first; --list-tasks shows them',
    ]);
  });

  test('--start-at-task knows tasks that run only when their tags are asked for, and hints at them', async () => {
    const begin = (...options: string[]): Promise<string[]> =>
      problemsOf(hidden, '--start-at-task', ...options);
    const leftOut = 'error 4: The tags that are chosen leave out the task Deep. It has the tags deep, never';
    assert.equal(await begin('Deep'), [leftOut]);
    assert.equal(await begin('Dee?', '--tags', 'deep'), []);
    assert.equal(await begin('Depe'), ['error -: No task is named Depe. Did you mean Deep?']);
    assert.equal(await begin('Chosen', '--tags', 'deep'), []);
    assert.equal(await begin('Rescued'), [
      'error 9: A run cannot begin with the task Rescued. What a rescue holds runs only after a failure in its block',
    ]);
  });
});
