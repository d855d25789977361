// Files and roles that include themselves: told at load where it is certain, else before it goes on for ever.
import * as assert from 'uvu/assert';
import { deepestInclude } from '../../../engine/playbook/check/circles.ts';
import { play, type Played } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

function including(tasks: string, files: Readonly<Record<string, string>>): Promise<Played> {
  return play(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`, { files });
}

async function refusal(tasks: string, files: Readonly<Record<string, string>>): Promise<string> {
  try {
    await including(tasks, files);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('run/circles', ({ test }) => {
  test('what includes itself whatever the run finds is refused at load', async () => {
    assert.is(
      await refusal('  - include_tasks: a.yml\n', { 'a.yml': '- command: "true"\n- include_tasks: a.yml\n' }),
      '2: File a.yml includes itself',
    );
    assert.is(
      await refusal('  - import_tasks: a.yml\n', {
        'a.yml': '- import_tasks: b.yml\n',
        'b.yml': '\n\n- include_tasks: a.yml\n',
      }),
      '3: File a.yml includes itself',
    );
    assert.is(
      await refusal('  - include_role: {name: r}\n', {
        'roles/r/tasks/main.yml': '- include_role: {name: r}\n',
      }),
      '1: Role r includes itself',
    );
  });

  test('what may end is taken: a condition, a loop, a rescue, a task before that ends it', async () => {
    const ends = [
      '- {include_tasks: a.yml, when: n | int > 5}\n',
      '- {include_tasks: a.yml, loop: "{{ [] }}"}\n',
      '- block: [{command: "true"}]\n  rescue: [{include_tasks: a.yml}]\n',
      '- meta: end_play\n- include_tasks: a.yml\n',
    ];
    for (const text of ends)
      assert.is(await refusal('  - include_tasks: a.yml\n    vars: {n: 0}\n', { 'a.yml': text }), '', text);
  });

  test('a file that counts down includes itself as often as it asks', async () => {
    const { said } = await including('  - {set_fact: {n: 3}}\n  - include_tasks: a.yml\n', {
      'a.yml':
        '- debug: {msg: "now {{ n }}"}\n- set_fact: {n: "{{ n | int - 1 }}"}\n- {include_tasks: a.yml, when: n | int > 0}\n',
    });
    assert.equal(said, ['now 3', 'now 2', 'now 1']);
  });

  test('one that never ends fails at its place, and the play goes on to its rescue', async () => {
    const played = await including(
      '  - block: [{include_tasks: a.yml}]\n    rescue: [{debug: {msg: rescued}}]\n',
      { 'a.yml': '- {name: again, include_tasks: a.yml, when: inventory_hostname is defined}\n' },
    );
    assert.equal(played.said, ['rescued']);
    const again = played.lines.filter((line) => line.includes(' again '));
    assert.is(again.length, deepestInclude + 1);
    const { problem } = played.result('one', 'again');
    assert.is(problem?.code, 'recursion');
    assert.equal([problem?.position?.line, problem?.position?.column], [1, 32]);
  });
});
