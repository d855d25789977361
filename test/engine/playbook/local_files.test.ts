// Files of the control machine that a playbook names outright are looked for, and templates read, before a connection.
import * as assert from 'node:assert/strict';
import { catalogOf } from '../../../engine/module/catalog.ts';
import { includeVars } from '../../../engine/run/actions/include_vars.ts';
import { modules } from '../../../modules/registry.ts';
import { describe } from '../../support/suite.ts';
import { loadFiles, loadTasks, told, toldWithCaret } from './support/told.ts';

const catalog = catalogOf([...modules, includeVars.module]);
type Files = Readonly<Record<string, string>>;

/** Severities of what is told of these tasks. */
function severities(tasks: string, files: Files = {}): string[] {
  return loadTasks(tasks, { catalog }, files).problems.map(({ severity, code }) => `${severity} ${code}`);
}

const missing = (severity: string): string[] => [`${severity} file-not-found`];

describe('a file that a task names', ({ test }) => {
  test('and no searched folder holds is refused with its name underlined', () => {
    for (const task of [
      '- template: {src: ▸page.j2, dest: /x}',
      '- copy: {src: ▸page, dest: /x}',
      '- unarchive: {src: "▸page.tar", dest: /x}'.replace('"▸', '▸"'),
      '- script: ▸page.sh a b',
      '- include_vars: {file: ▸page.yml}',
      `- debug: {msg: "{{ lookup('template', '▸page.j2') }}"}`,
    ]) {
      const [line = '', ...more] = toldWithCaret(loadTasks(task.replace('▸', ''), { catalog }));
      assert.deepEqual([line.replace(/ \|.*/, ''), ...more], [`error ${task}`]);
    }
  });

  test('is sought where the run seeks it', () => {
    const role = {
      'roles/web/tasks/main.yml': '- template: {src: a.j2, dest: /x}\n- copy: {src: b/, dest: /x}\n',
    };
    const files = { 'site.yml': '- hosts: all\n  roles: [web]\n', ...role };
    assert.equal(loadFiles(files, {}, { catalog }).problems.length, 2);
    for (const folder of ['roles/web/', '', 'roles/web/tasks/']) {
      const there = { [`${folder}templates/a.j2`]: '', [`${folder}files/b/c`]: '' };
      assert.deepEqual(told(loadFiles({ ...files, ...there }, {}, { catalog })), [], folder);
    }
  });

  test('is only warned of where the task may be passed by or may fail', () => {
    for (const more of [
      'when: x',
      'loop: "{{ y }}"',
      'tags: never',
      'ignore_errors: true',
      'failed_when: false',
    ])
      assert.deepEqual(severities(`- copy: {src: a, dest: /x}\n  ${more}`), missing('warning'), more);
    const block = '- block: [{copy: {src: a, dest: /x}}]\n  rescue: [{debug: }]';
    assert.deepEqual(severities(block), missing('warning'));
  });

  test('is only warned of where an earlier task may make it', () => {
    const copy = '- copy: {src: a, dest: /x}';
    for (const earlier of [
      '- command: make a\n  delegate_to: localhost',
      '- command: make a\n  delegate_to: "{{ maker }}"',
      '- local_action: command make a',
      '- command: make a\n  connection: local',
      '- fetch: {src: /a, dest: files/}',
      '- include_tasks: "{{ some }}.yml"',
    ]) {
      assert.deepEqual(severities(`${earlier}\n${copy}`), missing('warning'), earlier);
      assert.deepEqual(severities(`${copy}\n${earlier}`), missing('error'), earlier);
    }
    assert.deepEqual(severities('- copy: {src: /no/where, dest: /x}'), missing('warning'));
  });

  test('is missing for sure where nothing that may write stands before it', () => {
    const copy = '- copy: {src: a, dest: /x}';
    const here = (tasks: string): string[] =>
      loadTasks(
        tasks,
        { catalog, worksHere: () => true },
        { 'some.yml': '- debug: {msg: x}\n' },
      ).problems.map(({ severity }) => severity);
    for (const earlier of [
      '',
      '- debug: {msg: x}',
      '- set_fact: {x: 1}',
      '- stat: {path: /a}\n  connection: local',
      '- meta: noop',
      '- include_tasks: some.yml',
      `- debug: {msg: "{{ lookup('env', 'HOME') }}"}`,
    ])
      assert.deepEqual(here(`${earlier}\n${copy}`), ['error'], earlier);
    for (const earlier of [
      '- command: make a',
      '- template: {src: /dev/null, dest: a}',
      '- get_url: {url: "http://a/a", dest: a}',
      `- debug: {msg: "{{ lookup('pipe', 'make a') }}"}`,
      `- set_fact: {x: 1}\n  vars: {y: "{{ query('password', 'files/a') }}"}`,
      '- debug: {msg: x}\n  with_pipe: make a',
      '- include_tasks: "{{ some }}.yml"',
    ])
      assert.deepEqual(here(`${earlier}\n${copy}`), ['warning'], earlier);
    assert.deepEqual(here(`${copy}\n- command: make a`), ['error']);
  });

  test('is none of ours on the host, at a URL, or when only the run knows its name', () => {
    for (const task of [
      '- copy: {src: a, dest: /x, remote_src: true}',
      '- copy: {src: a, dest: /x, remote_src: "{{ r }}"}',
      '- unarchive: {src: "https://a/b.tar", dest: /x, remote_src: true}',
      '- template: {src: "{{ a }}.j2", dest: /x}',
      '- script: "{{ a }} b"',
      `- debug: {msg: "{{ lookup('template', 'a', errors='ignore') }}"}`,
    ])
      assert.deepEqual(severities(task), [], task);
  });

  test('of variables is read ahead', () => {
    assert.deepEqual(severities('- include_vars: a.yml', { 'vars/a.yml': 'a: [1\n' }), ['error yaml-syntax']);
    assert.deepEqual(severities('- include_vars: a.yml\n  when: x', { 'a.yml': 'a: [1\n' }), [
      'warning yaml-syntax',
    ]);
  });
});

describe('a template file', ({ test }) => {
  const page = (text: string, more = ''): string[] =>
    toldWithCaret(
      loadTasks(`- template: {src: page.j2, dest: /x${more}}`, { catalog }, { 'templates/page.j2': text }),
    );

  test('is read for mistakes, each told at its place', () => {
    assert.deepEqual(
      page('a {{ a | uper }}\n{% if x is defned %}{{ y | regex_search("a(") }}{% endif %}\n'),
      [
        "error a {{ a | ▸uper }} | there is no filter named 'uper'",
        'error {% if x is ▸defned %}{{ y | regex_search("a(") }}{% endif %} | there is no test named \'defned\'',
        'error {% if x is defned %}{{ y | regex_search("a▸(") }}{% endif %} | ' +
          "the regular expression 'a(' is not valid: missing ), unterminated subpattern at position 1",
      ],
    );
    assert.deepEqual(page('x\n{{ open\n'), [
      'error {{ open▸ | template syntax error: unexpected end of template',
    ]);
  });

  test('is read by the marks that its header or its task sets', () => {
    const header = '#jinja2: variable_start_string: "[%", variable_end_string: "%]"\n';
    assert.deepEqual(page(`${header}{{ a | uper }} [% a | lwer %]\n`), [
      "error {{ a | uper }} [% a | ▸lwer %] | there is no filter named 'lwer'",
    ]);
    const marks = ', variable_start_string: "<<", variable_end_string: ">>"';
    assert.deepEqual(page('{{ a | uper }} << a | lwer >>\n', marks), [
      "error {{ a | uper }} << a | ▸lwer >> | there is no filter named 'lwer'",
    ]);
    assert.deepEqual(page('{{ a | uper }}', ', variable_start_string: "{{ s }}"'), []);
  });

  test('that is encrypted stays closed', () => {
    assert.deepEqual(page('$ANSIBLE_VAULT;1.1;AES256\n{{ a | uper }}\n'), []);
  });

  test('that a lookup names is read too', () => {
    const task = `- debug: {msg: "{{ lookup('ansible.builtin.template', 'page.j2', variable_start_string='[[') }}"}`;
    const files = { 'templates/page.j2': '{{ a | uper }}[[ a | lwer }}' };
    assert.deepEqual(toldWithCaret(loadTasks(task, { catalog }, files)), [
      "error {{ a | uper }}[[ a | ▸lwer }} | there is no filter named 'lwer'",
    ]);
  });
});

describe('a template that another one names', ({ test }) => {
  const site = (files: Files, task = '- template: {src: page.j2, dest: /x}'): string[] =>
    toldWithCaret(loadTasks(task, { catalog }, files));
  const absent = 'File absent.j2 is not found';

  test('and no searched folder holds is refused with its name in the file that names it', () => {
    for (const text of [
      "{% include '▸absent.j2' %}",
      "{% import '▸absent.j2' as m %}",
      "{% from '▸absent.j2' import a, b %}",
      "{% extends '▸absent.j2' %}",
      "{% with x = 1 %}{% include '▸absent.j2' without context %}{% endwith %}",
      "{% block b %}{% include '▸absent.j2' %}{% endblock %}",
    ])
      assert.deepEqual(site({ 'templates/page.j2': text.replace('▸', '') }), [`error ${text} | ${absent}`]);
    const lists = "{% include ['▸a.j2', 'b.j2'] %}{% include ['a.j2', 'page.j2'] %}";
    assert.deepEqual(site({ 'templates/page.j2': lists.replace('▸', '') }), [
      `error ${lists} | File a.j2, b.j2 is not found`,
    ]);
  });

  test('is only warned of where the page may pass it by, or the task', () => {
    const named = "{% include '▸absent.j2' %}";
    for (const text of [
      `{% if a %}${named}{% endif %}`,
      `{% for a in b %}${named}{% endfor %}`,
      `{% macro m() %}${named}{% endmacro %}`,
      `{% extends 'page.j2' %}{% block b %}${named}{% endblock %}`,
    ])
      assert.deepEqual(site({ 'templates/page.j2': text.replace('▸', '') }), [`warning ${text} | ${absent}`]);
    const plain = { 'templates/page.j2': "{% include 'absent.j2' %}" };
    assert.deepEqual(site(plain, '- template: {src: page.j2, dest: /x}\n  when: x'), [
      `warning ${named} | ${absent}`,
    ]);
    const made = '- {command: make, delegate_to: localhost}\n- template: {src: page.j2, dest: /x}';
    assert.deepEqual(site(plain, made), [`warning ${named} | ${absent}`]);
  });

  test('is none of ours when it may be missing or only the run knows its name', () => {
    for (const text of [
      "{% include 'absent.j2' ignore missing %}",
      "{% include ['absent.j2', 'a.j2'] ignore missing %}",
      '{% include name %}',
      "{% include 'a' ~ b %}",
      "{% include ['absent.j2', name] %}",
      "{% raw %}{% include 'absent.j2' %}{% endraw %}",
    ])
      assert.deepEqual(site({ 'templates/page.j2': text }), [], text);
  });

  test('is sought where the run seeks it', () => {
    const role = (there: string, src = 'page.j2'): number =>
      loadFiles(
        {
          'site.yml': '- hosts: all\n  roles: [web]\n',
          'roles/web/tasks/main.yml': `- template: {src: ${src}, dest: /x}\n`,
          [`roles/web/templates/${src}`]: "{% include 'a.j2' %}",
          [there]: '',
        },
        {},
        { catalog },
      ).problems.length;
    const places = ['roles/web/templates', 'roles/web', 'roles/web/tasks/templates', 'templates', '.'];
    for (const folder of places) assert.equal(role(`${folder}/a.j2`), 0, folder);
    assert.equal(role('roles/web/templates/sub/a.j2'), 1);
    assert.equal(role('roles/web/templates/sub/a.j2', 'sub/page.j2'), 0);
    assert.equal(role('roles/web/files/a.j2'), 1);
    assert.equal(role('roles/web/templates/a.j2/x'), 1);
  });

  test('is read for mistakes by the settings of the page, however deep', () => {
    const files = {
      'templates/page.j2': "#jinja2: variable_start_string: '[['\n{% extends 'base.j2' %}\n",
      'templates/base.j2': "{% import 'deep.j2' as m %}\n",
      'templates/deep.j2': '#jinja2: trim\n{{ a | uper }}\n[[ a | lwer }}{% include "absent.j2" %}\n',
    };
    assert.deepEqual(site(files), [
      'error [[ a | ▸lwer }}{% include "absent.j2" %} | there is no filter named \'lwer\'',
      `error [[ a | lwer }}{% include "▸absent.j2" %} | ${absent}`,
    ]);
    assert.deepEqual(
      site({
        ...files,
        'templates/page.j2': "{% if a %}{% include 'bad.j2' %}{% endif %}",
        'templates/bad.j2': '{{ a b }}',
      }),
      ['warning {{ a ▸b }} | template syntax error: expected variable end'],
    );
  });

  test('may name itself or the one that names it', () => {
    const files = {
      'templates/page.j2': "{% include 'other.j2' %}{% include 'page.j2' %}",
      'templates/other.j2': "{% extends 'page.j2' %}{% import 'other.j2' as m %}{{ a | uper }}",
    };
    assert.deepEqual(site(files), [
      "error {% extends 'page.j2' %}{% import 'other.j2' as m %}{{ a | ▸uper }} | there is no filter named 'uper'",
    ]);
  });

  test('is sought beside the page first for a lookup', () => {
    const task = `- debug: {msg: "{{ lookup('template', 'sub/page.j2') }}"}`;
    const files = {
      'templates/sub/page.j2': "{% include 'a.j2' %}",
      'templates/sub/a.j2': '{{ a | uper }}',
      'templates/a.j2': '',
    };
    assert.deepEqual(site(files, task), ["error {{ a | ▸uper }} | there is no filter named 'uper'"]);
    assert.deepEqual(site(files, '- template: {src: sub/page.j2, dest: /x}'), []);
  });
});
