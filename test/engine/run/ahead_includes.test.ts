// Asking ahead goes into includes whose names can be told (issue 4: "includes with unknown file" are barriers, others not).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { play, type Played } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/ahead: includes', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-includes-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  const look = (name: string): string => `{name: ${name}, stat: {path: "${folder}/${name}"}}`;
  const files = {
    'more.yml': `- ${look('m1')}\n- include_tasks: most.yml\n- ${look('m2')}\n`,
    'most.yml': `- ${look('n1')}\n- ${look('n2')}\n`,
    'self.yml': `- ${look('s')}\n- {include_tasks: self.yml, when: false}\n`,
    'roles/r/tasks/main.yml': `- ${look('r1')}\n- stat: {path: "${folder}/{{ name }}"}\n`,
    'roles/r/defaults/main.yml': 'name: default\n',
    'roles/r/meta/main.yml': 'dependencies: [other]\n',
    'roles/other/tasks/main.yml': `- ${look('o1')}\n`,
    'old.yml': '- debug: {msg: m0}\n',
    'twice.yml': `- {name: odd, debug: {msg: 1, msg: 2}}\n- ${look('t1')}\n`,
  };
  const run = (tasks: readonly string[], askAhead = true): Promise<Played> =>
    play(
      `- hosts: all\n  gather_facts: false\n  vars: {which: more}\n  tasks:\n${tasks.map((one) => `    - ${one}\n`).join('')}`,
      { files, options: { askAhead } },
    );
  const trips = ({ fake }: Played): number => fake.trips.length;

  for (const [what, include, alone] of [
    ['a file by its name', 'include_tasks: more.yml', 6],
    ['a file by a variable', '{include_tasks: "{{ which }}.yml", vars: {odd: 1}}', 6],
    ['a role with what it depends on', '{include_role: {name: r}, vars: {name: given}}', 5],
    ['nothing, as the condition says', '{include_tasks: more.yml, when: which == "other"}', 2],
    ['a file that would include itself', 'include_tasks: self.yml', 3],
  ] as const)
    test(`what stands in an include and behind it is asked before it: ${what}`, async () => {
      const tasks = [look('first'), include, look('last')];
      const ahead = await run(tasks);
      assert.is(trips(ahead), 1);
      const one = await run(tasks, false);
      assert.is(trips(one), alone);
      assert.equal(ahead.lines, one.lines);
    });

  for (const [what, include] of [
    [
      'the name waits for a register',
      "include_tasks: \"{{ found.stat.exists | ternary('most', 'more') }}.yml\"",
    ],
    ['the condition does', '{include_tasks: more.yml, when: not found.stat.exists}'],
    ['it stands in a loop', '{include_tasks: "{{ item }}.yml", loop: [more]}'],
    ['its name asks a program', "include_tasks: \"{{ lookup('pipe', 'echo more') }}.yml\""],
  ] as const)
    test(`nothing behind an include is asked when ${what}`, async () => {
      const played = await run([
        `{name: first, stat: {path: ${folder}/none}, register: found}`,
        include,
        look('last'),
      ]);
      assert.is(played.fake.trips[0]?.ahead.length, 0);
      assert.is(played.result('one', 'm2').status, 'ok');
      assert.is(trips(played), 2);
    });

  test('a file that is written before its include is read as it is then, be it asked ahead or not', async () => {
    for (const askAhead of [true, false]) {
      const played = await run(
        [
          '{copy: {content: "- debug: {msg: old}\\n", dest: "{{ playbook_dir }}/made.yml"}}',
          look('between'),
          '{include_tasks: "{{ name }}.yml", vars: {name: made}}',
          '{copy: {content: "- debug: {msg: new}\\n", dest: "{{ playbook_dir }}/late.yml"}}',
          look('after'),
          '{include_tasks: "{{ name }}.yml", vars: {name: late}}',
        ],
        askAhead,
      );
      assert.equal(played.said, ['old', 'new']);
    }
  });

  test('what was read of a file to guess at it is read again in its turn', async () => {
    const played = await run([
      `{name: first, stat: {path: ${folder}/none}, register: found}`,
      '{copy: {content: "- debug: {msg: m{{ found.stat.exists | ternary(1, 2) }}}\\n", dest: "{{ playbook_dir }}/old.yml"}}',
      '{include_tasks: "{{ name }}.yml", vars: {name: old}}',
    ]);
    assert.equal(played.said, ['m2']);
  });

  test('a role that was guessed at is one of the play once it comes', async () => {
    for (const askAhead of [true, false]) {
      const names = '{debug: {msg: "<{{ ansible_play_role_names | join }}>"}}';
      const played = await run([look('first'), names, '{include_role: {name: r}}', names], askAhead);
      assert.equal(played.said, ['<>', '<r>']);
    }
  });

  test('what is odd in an include is told in its turn, once', async () => {
    const tasks = [look('first'), look('second'), '{include_tasks: "{{ name }}.yml", vars: {name: twice}}'];
    const told = ({ events }: Played): string[] =>
      events.flatMap((event) =>
        event.type === 'warning' || event.type === 'task-start' ? [event.type] : [],
      );
    const [ahead, alone] = [await run(tasks), await run(tasks, false)];
    assert.equal(told(ahead), told(alone));
    assert.is(told(ahead).filter((type) => type === 'warning').length, 1);
  });
});
