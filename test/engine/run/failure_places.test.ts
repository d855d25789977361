// Where a failure is told to be: in the file that is wrong, not only at the task that came upon it.
import path from 'node:path';
import * as assert from 'uvu/assert';
import { play } from '../../support/play_here.ts';
import { describe } from '../../support/suite.ts';

describe('run/failure_places', ({ test }) => {
  test('broken YAML of a file that is named by a template, and templates of lookups, fail at their own line and column', async () => {
    const { result } = await play(
      `
- hosts: all
  gather_facts: false
  vars: {named: wrong}
  tasks:
    - {name: vars, include_vars: "{{ named }}.yml", ignore_errors: true}
    - {name: list, include_vars: "{{ named }}_kind.yml", ignore_errors: true}
    - {name: missing, debug: {msg: "{{ lookup('template', 'missing.j2') }}"}, ignore_errors: true}
    - {name: below, debug: {msg: "{{ lookup('template', 'header.j2') }}"}, ignore_errors: true}
    - {name: syntax, debug: {msg: "{{ lookup('template', named ~ '.j2') }}"}, ignore_errors: true}
`,
      {
        files: {
          'wrong.yml': 'a: 1\nb: [1,\nc: 2\n',
          'wrong_kind.yml': '- 1\n',
          'templates/missing.j2': 'line\nline {{ nope.x }}\n',
          'templates/header.j2': '#jinja2: trim_blocks: False\nline\n{% for a in nope %}{% endfor %}\n',
          'templates/wrong.j2': 'line\n\n{% if %}\n',
        },
      },
    );
    const placed = (task: string): string => {
      const { status, problem } = result('one', task);
      const { file = '', line, column } = problem?.position ?? {};
      return `${status} ${path.basename(file)}:${line}:${column}`;
    };
    assert.is(placed('vars'), 'failed wrong.yml:2:4');
    assert.match(result('one', 'vars').message ?? '', /wrong\.yml:2:4: Bracket is not closed$/);
    assert.match(result('one', 'list').message ?? '', /wrong_kind\.yml: A file of variables must be a dict$/);
    assert.is(placed('missing'), 'failed missing.j2:2:13');
    assert.is(placed('below'), 'failed header.j2:3:4');
    assert.is(placed('syntax'), 'failed wrong.j2:3:7');
  });

  test('a name with NUL is a failure of its task and never a bug', async () => {
    const ways = [
      'include_vars: "a\\0b.yml"',
      'copy: {src: "a\\0b", dest: /nowhere}',
      'fetch: {src: /etc/passwd, dest: "/tmp/a\\0b"}',
      `debug: {msg: "{{ lookup('file', 'a\\0b') }}"}`,
      `debug: {msg: "{{ lookup('template', 'a\\0b') }}"}`,
      'include_role: {name: "a\\0b"}',
      'include_tasks: "a\\0b.yml"',
    ];
    for (const way of ways) {
      const { result, recap } = await play(
        `- hosts: all\n  gather_facts: false\n  tasks:\n    - block: [{name: odd, ${way}}]\n      rescue: [{name: rescued, debug: {msg: x}}]\n`,
      );
      const { status, message = '' } = result('one', 'odd');
      assert.is(status, 'failed', way);
      assert.not.match(message, 'Internal error');
      assert.is(recap.get('one')?.rescued, 1, way);
    }
    const { said } = await play(
      `- hosts: all\n  gather_facts: false\n  tasks: [{debug: {msg: "{{ 'a\\0b' is exists }} {{ 'a\\0b' is file }} {{ lookup('fileglob', 'a\\0b*') }}."}}]\n`,
    );
    assert.equal(said, ['False False [].']);
  });
});
