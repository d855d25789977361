// The check of a role's arguments when it starts.
import * as assert from 'node:assert/strict';
import { textOf, type Value } from '../../../engine/document/value.ts';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

const role = {
  'roles/web/meta/argument_specs.yml': `
argument_specs:
  main:
    short_description: A web server
    options:
      web_port: {type: int, required: true}
      mode: {choices: [fast, slow], default: slow}
  other:
    short_description: Another entry
`,
  'roles/web/tasks/main.yml': '- {name: works, debug: {msg: x}}\n',
  'roles/web/tasks/other.yml': '- {name: other, debug: {msg: x}}\n',
  'roles/plain/tasks/main.yml': '- {name: plain, debug: {msg: x}}\n',
};

const name = "Validating arguments against arg spec 'main' - A web server";

describe('the arguments of a role', ({ test }) => {
  test('are checked by a task of their own before its first task, for its entry point', async () => {
    const { lines } = await play(
      `
- hosts: all
  gather_facts: false
  roles: [plain, {role: web, web_port: "{{ 40 * 2 }}"}]
  tasks:
    - import_role: {name: web, tasks_from: other}
    - include_role: {name: web, rolespec_validate: false}
`,
      { files: role },
    );
    const ended = lines.filter((line) => !line.includes('include_role'));
    assert.deepEqual(ended, [
      'one plain ok',
      `one ${name} ok`,
      'one works ok',
      "one Validating arguments against arg spec 'other' - Another entry ok",
      'one other ok',
      'one works ok',
    ]);
  });

  test('that are wrong or missing fail it, with every reason', async () => {
    const played = await play(
      '- hosts: all\n  gather_facts: false\n  vars: {mode: "{{ m }}", m: middling}\n  roles: [web]\n',
      { files: role },
    );
    assert.deepEqual(played.lines, [`one ${name} failed`]);
    const { values } = played.result('one', name);
    assert.deepEqual((values.get('argument_errors') as Value[]).map(textOf), [
      'Argument mode cannot be middling. It must be one of fast, slow',
      'Argument web_port is required',
    ]);
    assert.match(textOf(values.get('msg') ?? null) ?? '', /^Validation of arguments failed:\n/);
  });

  test('whose templates have no value are named with the reason', async () => {
    const played = await play(
      '- hosts: all\n  gather_facts: false\n  vars: {web_port: "{{ nowhere }}"}\n  roles: [web]\n',
      { files: role },
    );
    const { values } = played.result('one', name);
    assert.match(
      textOf((values.get('argument_errors') as Value[])[0] ?? null) ?? '',
      /web_port has no value.*nowhere/,
    );
  });

  test('are not checked for hosts that skip the role', async () => {
    const { lines, recap } = await play(
      '- hosts: all\n  gather_facts: false\n  roles: [{role: web, when: false}]\n',
      { files: role },
    );
    assert.deepEqual(lines, [`one ${name} skipped`, 'one works skipped']);
    assert.equal(recap.get('one')?.failed, 0);
  });
});
