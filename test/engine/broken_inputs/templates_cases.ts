// Broken templates: files, values and conditions.
import type { Case, Files } from './place.ts';

const PB = 'playbook play.yml -i hosts';
const play = (task: string): string => `- hosts: all\n  gather_facts: false\n  tasks:\n    - ${task}`;
const t = (what: string, told: string, text: string | Uint8Array, more: Files = {}): Case => ({
  what: `a file: ${what}`,
  told,
  run: `${PB} --strict`,
  files: { 'play.yml': play('template: {src: t.j2, dest: /nowhere/x}\n'), 'templates/t.j2': text, ...more },
});
const e = (what: string, told: string, expression: string): Case => ({
  what,
  told,
  run: PB,
  files: { 'play.yml': play(`debug:\n        msg: '${expression.replaceAll("'", "''")}'\n`) },
});
const w = (what: string, told: string, condition: string): Case => ({
  what,
  told,
  run: PB,
  files: { 'play.yml': play(`debug:\n      when: '${condition.replaceAll("'", "''")}'\n`) },
});

export const templateCases: readonly Case[] = [
  t(
    'an if that is not closed',
    '4 templates/t.j2:3:2 template syntax error: unexpected end of template',
    'a\n{% if true %}\nb\n',
  ),
  t(
    'a for that is not closed',
    '4 templates/t.j2:4:4 template syntax error: unexpected endif',
    'a\n{% for x in [1] %}\nb\n{% endif %}\n',
  ),
  t(
    'an endif without an if',
    '4 templates/t.j2:2:4 template syntax error: unexpected endif',
    'a\n{% endif %}\n',
  ),
  t(
    'braces that are not closed',
    '4 templates/t.j2:2:7 template syntax error: unexpected end of template',
    'a\nb {{ c\n',
  ),
  t(
    'a comment that is not closed',
    '4 templates/t.j2:2:1 template syntax error: a comment is not closed',
    'a\n{# b\nc\n',
  ),
  t(
    'a raw that is not closed',
    '4 templates/t.j2:2:10 template syntax error: a raw block is not closed: endraw is missing',
    'a\n{% raw %}\nc\n',
  ),
  t(
    'a statement that is misspelt',
    '4 templates/t.j2:2:4 template syntax error: unknown statement fro',
    'a\n{% fro x in [1] %}{% endfor %}\n',
  ),
  t(
    'a filter that is misspelt',
    "4 templates/t.j2:2:8 there is no filter named 'defalt' / 'default'",
    'a\n{{ a | defalt(1) }}\n',
  ),
  t(
    'a test that is misspelt',
    "4 templates/t.j2:2:12 there is no test named 'defned' / 'defined'",
    'a\n{% if a is defned %}{% endif %}\n',
  ),
  t(
    'a lookup that is misspelt',
    "4 templates/t.j2:2:12 there is no lookup named 'fil' / 'file'",
    "a\n{{ lookup('fil', 'x') }}\n",
  ),
  t(
    'an expression that is cut',
    '4 templates/t.j2:2:10 template syntax error: unexpected }}',
    'a\n  {{ 1 + }}\n',
  ),
  t(
    'a bracket that is missing',
    '4 templates/t.j2:2:13 template syntax error: unexpected }',
    'a\n  {{ (1 + 2 }}\n',
  ),
  t('a quote that is missing', "4 templates/t.j2:2:6 template syntax error: unexpected '", "a\n  {{ 'b }}\n"),
  t(
    'an else twice',
    '4 templates/t.j2:1:24 template syntax error: unexpected else',
    '{% if a %}{% else %}{% else %}{% endif %}\n',
  ),
  t(
    'a for without in',
    '4 templates/t.j2:1:10 template syntax error: expected in',
    '{% for a %}{% endfor %}\n',
  ),
  t(
    'a set without a value',
    '4 templates/t.j2:1:4 template syntax error: set is not closed: endset is missing',
    '{% set a %}\n',
  ),
  t(
    'an include that is missing',
    '4 templates/t.j2:2:13 File nope.j2 is not found',
    "a\n{% include 'nope.j2' %}\n",
  ),
  t(
    'an import that is missing',
    '4 templates/t.j2:2:10 File nope.j2 is not found',
    "a\n{% from 'nope.j2' import b %}\n",
  ),
  t(
    'an extends that is missing',
    '4 templates/t.j2:1:13 File nope.j2 is not found',
    "{% extends 'nope.j2' %}\n",
  ),
  t(
    'an include of what is broken',
    '4 templates/u.j2:2:7 template syntax error: unexpected %}',
    "a\n{% include 'u.j2' %}\n",
    { 'templates/u.j2': 'x\n{% if %}\n' },
  ),
  t(
    'a macro without a name',
    '4 templates/t.j2:1:10 template syntax error: expected symbol, found (',
    '{% macro (a) %}{% endmacro %}\n',
  ),
  t(
    'a header that is not known',
    "4 templates/t.j2:1:10 the #jinja2 header names 'trim_bloks', which sets nothing / trim_blocks",
    '#jinja2: trim_bloks:False\na\n',
  ),
  t(
    'a header with a wrong value',
    "4 templates/t.j2:1:1 the #jinja2 header gives 'trim_blocks' what is no value",
    '#jinja2: trim_blocks:perhaps\na\n',
  ),
  t(
    'a header without a colon',
    "4 templates/t.j2:1:1 the #jinja2 header has no value for 'trim_blocks'",
    '#jinja2: trim_blocks\na\n',
  ),
  t(
    'a header with marks that are empty',
    "4 templates/t.j2:1:1 the #jinja2 header gives 'variable_start_string' what is no text",
    "#jinja2: variable_start_string:''\na\n",
  ),
  t(
    'bytes of Latin-1',
    '4 templates/t.j2:2:8 template syntax error: unexpected end of template',
    Buffer.from('a\ngr\xfcn {{\n', 'latin1'),
  ),
  t('a division by a name', '4 templates/t.j2:2:8 template syntax error: unexpected }}', 'a\n{{ 1 / }}\n'),
  t(
    'an operator that Python has not',
    '4 templates/t.j2:2:6 template syntax error: unexpected &',
    'a\n{{ a && b }}\n',
  ),
  t(
    'a statement of another language',
    '4 templates/t.j2:2:7 template syntax error: expected variable end',
    'a\n{{ if a }}\n',
  ),
  t('nothing in braces', '4 templates/t.j2:2:4 template syntax error: unexpected }}', 'a\n{{ }}\n'),
  t(
    'nothing in a statement',
    '4 templates/t.j2:2:4 template syntax error: expected the name of a statement',
    'a\n{% %}\n',
  ),
  e(
    'a filter of a value that is misspelt',
    "4 play.yml:5:22 there is no filter named 'uper' / 'upper'",
    '{{ a | uper }}',
  ),
  e(
    'an unclosed call of a value',
    '4 play.yml:5:32 template syntax error: unexpected }',
    '{{ a | default(1 }}',
  ),
  e('an unclosed value', '4 play.yml:5:21 template syntax error: unexpected end of template', 'x {{ a'),
  e('an unknown statement', '4 play.yml:5:18 template syntax error: unknown statement fi', '{% fi a %}'),
  e(
    'too many arguments for a lookup name',
    "4 play.yml:5:27 there is no lookup named 'nope'",
    "{{ lookup('nope', 1) }}",
  ),
  e('a name without a value', "2 play.yml:5:18 'nobody' is undefined", '{{ nobody }}'),
  e('a division by zero', '2 play.yml:5:20 division by zero', '{{ 1 / 0 }}'),
  e('an index of a number', '2 play.yml:5:22 int object has no element 0', '{{ 1[0].x }}'),
  e(
    'a filter on the wrong type',
    '2 play.yml:5:26 the text is no JSON: unexpected a at position 0',
    "{{ 'a' | from_json }}",
  ),
  e(
    'a pattern that is broken',
    "4 play.yml:5:41 the regular expression '(' is not valid: missing ), unterminated subpattern at position 0",
    "{{ 'a' | regex_search('(') }}",
  ),
  e(
    'a call of what cannot be called',
    "2 play.yml:5:21 (expression) is no function: 'int' object is not callable",
    '{{ (1)() }}',
  ),
  e(
    'a file of a lookup that is missing',
    '2 play.yml:5:24 lookup file: file not found: nope.txt. Searched in: files, .',
    "{{ lookup('file', 'nope.txt') }}",
  ),
  e(
    'an addition of a text and a number',
    '2 play.yml:5:24 can only concatenate str (not "int") to str',
    "{{ 'a' + 1 }}",
  ),
  e(
    'a constructor',
    "2 play.yml:5:46 'str object' has no attribute 'constructor'",
    "{{ ''.constructor.constructor('x')() }}",
  ),
  w('a condition that is cut', '4 play.yml:5:18 template syntax error: unexpected end of template', 'a =='),
  w('a condition with one =', '4 play.yml:5:16 template syntax error: unexpected =', 'a = 1'),
  w(
    'a condition of a test misspelt',
    "4 play.yml:5:19 there is no test named 'defned' / 'defined'",
    'a is defned',
  ),
  w('a condition in braces', '4 play.yml:5:18 template syntax error: unexpected end of template', '{{ a'),
  w(
    'a condition without a value',
    "2 play.yml:5:13 The conditional check 'nobody' failed: 'nobody' is undefined",
    'nobody',
  ),
  {
    what: 'variables that need each other',
    told: '2 play.yml:5:24 recursive loop in templates: a -> b -> a',
    run: PB,
    files: {
      'play.yml':
        '- hosts: all\n  gather_facts: false\n  vars: {a: "{{ b }}", b: "{{ a }}"}\n  tasks:\n    - debug: {msg: "{{ a }}"}\n',
    },
  },
  {
    what: 'a template that includes itself',
    told: '2 templates/t.j2:1:4 templates or macros are nested too deeply',
    run: PB,
    files: {
      'play.yml': `- hosts: all\n  gather_facts: false\n  tasks:\n    - debug:\n        msg: "{{ lookup('template', 't.j2') }}"\n`,
      'templates/t.j2': "{% include 't.j2' %}\n",
    },
  },
  {
    what: 'a template that is missing',
    told: '4 play.yml:4:23 File tt.j2 is not found / t.j2',
    run: PB,
    files: {
      'play.yml':
        '- hosts: all\n  gather_facts: false\n  tasks:\n    - template: {src: tt.j2, dest: /nowhere/x}\n',
      'templates/t.j2': '',
    },
  },
];
