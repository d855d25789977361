// `action:`, `local_action:` and `args:` in forms that are none, as ansible-core judges them.
import * as assert from 'node:assert/strict';
import { describe } from '../../support/suite.ts';
import { loadFiles, loadTasks, toldWithCaret } from './support/told.ts';

describe('the old form of a task', ({ test }) => {
  const check = (tasks: string): string[] =>
    toldWithCaret(loadTasks(tasks)).map((line) => line.replace(/^error - ?/, ''));

  test('is refused at what is wrong in it', () => {
    for (const expected of [
      'action: ▸{} | action names no module',
      'action: ▸{args: {msg: a}} | action names no module',
      'action: ▸"" | action names no module',
      'action: ▸[debug] | action must be text or a dict, not a list',
      'action: {module: ▸[debug]} | module must be text, not a list',
      'action: {module: debug, args: ▸text} | debug takes no free text',
      'action: {module: debug, args: ▸[a]} | args must be a dict, not a list',
      'action: {module: ▸nosuch} | Unknown module nosuch',
      'local_action: ▸nosuch a=b | Unknown module nosuch',
      'local_action: {module: ▸nosuch} | Unknown module nosuch',
      '▸module: debug msg=a | Unknown module module',
    ])
      assert.deepEqual(check(`- ${expected.replace(/ \| .*/, '').replace('▸', '')}`), [expected]);
  });

  test('by include is told by what takes its place', () => {
    for (const module of ['include', 'ansible.builtin.include'])
      assert.deepEqual(check(`- ${module}: more.yml`), [
        `▸${module}: more.yml | Module ${module} is no more: ansible-core 2.16 removed it`,
      ]);
    assert.match(
      loadTasks('- include: more.yml').problems[0]?.detail ?? '',
      /^include_tasks .* import_tasks /,
    );
    const { problems } = loadFiles({ 'site.yml': '- include: more.yml\n  tags: [a]\n', 'more.yml': '' });
    assert.deepEqual(
      problems.map(({ summary, detail }) => [summary, detail]),
      [['include among plays is no more: ansible-core 2.16 removed it', 'import_playbook takes its place']],
    );
  });

  test('may hold free text behind the module in a dict', () => {
    const { plays, problems } = loadTasks('- action: {module: command ls -l, chdir: /}');
    assert.deepEqual(problems, []);
    const [task] = plays[0]?.tasks ?? [];
    assert.ok(task?.kind === 'task');
    assert.equal(task.action.freeForm?.value, 'ls -l');
    assert.deepEqual([...task.action.args], [['chdir', '/']]);
  });

  test('args is a dict, empty, or a template of a dict', () => {
    for (const args of ['', '""', '{msg: a}', '"{{ x }}"', '"{{ {\'msg\': 1} }}"'])
      assert.deepEqual(check(`- debug:\n  args: ${args}`), [], args);
    for (const [args, kind] of [
      ['text', 'text'],
      ['[a]', 'a list'],
      ['5', 'a number'],
      ['"{{ [1] }}"', 'a list'],
    ] as const)
      assert.deepEqual(check(`- debug:\n  args: ${args}`), [
        `error args: ▸${args} | args must be a dict, not ${kind}`,
      ]);
  });
});
