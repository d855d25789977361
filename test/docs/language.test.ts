// docs/language.md is what the code's tables and the list of names make of it.
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { languagePage, languageText, needlessReasons, sections, undecided } from '../support/language.ts';
import { play } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

describe('docs/language.md', ({ test }) => {
  test('is up to date; npx tsx test/support/language.ts writes it again', () => {
    assert.is(readFileSync(languagePage, 'utf8'), languageText());
  });

  test('every name is here, or is left out for a reason', () => {
    assert.equal(undecided(), []);
    assert.equal(needlessReasons(), []);
    assert.is(sections.length, 10);
    for (const { title, uses } of sections) assert.ok(Object.keys(uses).length > 10, title);
  });

  test('each special variable that is no fact and is set by nobody has a value in a task', async () => {
    const special = sections.find(({ title }) => title === 'Special variables');
    const names = Object.keys(special?.uses ?? {}).filter((name) => special?.here(name) === 'yes');
    const task = `- ansible.builtin.debug: {msg: "${names
      .map((name) => `${name}={{ ${name} is defined }}`)
      .join(' ')}"}
  loop: [1]
  loop_control: {extended: true}
`;
    const { said } = await play('- {hosts: all, gather_facts: false, roles: [outer]}\n', {
      files: {
        'roles/outer/tasks/main.yml': '- block: [{fail: }]\n  rescue: [{include_role: {name: inner}}]\n',
        'roles/inner/tasks/main.yml': task,
      },
    });
    const missing = [...(said[0] ?? '').matchAll(/(\S+)=False/g)].map(([, name]) => name);
    assert.ok(names.length > 25);
    // As in Ansible it is for template files alone.
    assert.equal(missing, ['ansible_managed']);
  });

  test('a name that nothing has is found to be missing', () => {
    const nothing = sections.filter(({ here }) => here('no_such_name') !== undefined);
    assert.equal(nothing, []);
  });
});
