// The functions of the contract: types of results, laziness, marks, undefined, unknown, errors with positions.
import path from 'node:path';
import * as assert from 'uvu/assert';
import {
  Float,
  Marked,
  Undefined,
  Unknown,
  type Position,
  type Value,
  dict,
  marksOf,
  textOf,
} from '../../../engine/document/value.ts';
import {
  checkSyntax,
  evaluate,
  evaluateExpression,
  hasTemplate,
  isTrue,
  namesRead,
  renderText,
} from '../../../engine/template/template.ts';
import { describe } from '../../support/suite.ts';
import { contextOf, withFiles } from './context.ts';

const variables = new Map<string, Value>([
  ['one', 1],
  ['half', new Float(0.5)],
  ['nothing', null],
  ['numbers', [3, 1, 2]],
  ['user', dict({ name: 'ann', groups: ['wheel', 'adm'] })],
  ['greeting', 'hello {{ user.name }}'],
  ['loop_a', '{{ loop_b }}'],
  ['loop_b', '{{ loop_a }}'],
  ['broken', '{{ missing_name }}'],
  ['remote', new Marked('{{ user.name }}', { unsafe: true })],
  ['password', new Marked('s3cret', { secret: true })],
  ['later', new Unknown('task "Make a file"')],
]);

function value(text: string): Value {
  const outcome = evaluate(text, contextOf(variables));
  if (!outcome.ok) throw new Error(outcome.problem.summary);
  return outcome.value;
}

function problem(text: string): { code: string; summary: string; detail?: string; position?: unknown } {
  const outcome = evaluate(text, contextOf(variables), {
    file: 'play.yml',
    line: 7,
    column: 9,
    endLine: 7,
    endColumn: 9 + text.length,
  });
  if (outcome.ok) throw new Error(`no problem in ${text}`);
  return outcome.problem;
}

describe('template', ({ test }) => {
  test('a variable alone keeps its type, other numbers become text', () => {
    assert.is(value('{{ one }}'), 1);
    assert.is(value('{{ one + 1 }}'), '2');
    assert.is(value('{{ nothing }}'), null);
    assert.equal(value('{{ numbers | sort }}'), [1, 2, 3]);
    assert.is(value('{{ one == 1.0 }}'), true);
  });

  test('a text of two hundred thousand pieces is no recursion', () => {
    const text = value('{% for i in range(100000) %}{{ i }},{% endfor %}');
    assert.is((text as string).length, 588_890);
    assert.is(value('{{ ([1] * 200000 + [2] * 200000) | length }}'), '400000');
  });

  test('text with templates in a variable is evaluated when read', () => {
    assert.is(value('{{ greeting }}!'), 'hello ann!');
  });

  test('only the names that an expression needs are read from the scope', () => {
    const read: string[] = [];
    evaluate(
      '{{ one if one else broken }}',
      contextOf(variables, { onRead: (name) => void read.push(name) }),
    );
    assert.equal(read, ['one']);
  });

  test('variables that need each other are refused with the chain', () => {
    assert.is(problem('{{ loop_a }}').summary, 'recursive loop in templates: loop_a -> loop_b -> loop_a');
  });

  test('text from outside is not templated, and what is made of it carries the mark', () => {
    assert.is(textOf(value('{{ remote }}')), '{{ user.name }}');
    assert.is(marksOf(value('{{ remote ~ "!" }}')).unsafe, true);
    assert.is(marksOf(value('{{ [remote] | join("-") | upper }}')).unsafe, true);
  });

  test('a secret stays secret through operators, filters and longer text', () => {
    for (const text of [
      '{{ password }}',
      'x{{ password }}',
      '{{ password | b64encode }}',
      '{{ {"p": password} | to_json }}',
      '{{ "%s" % password }}',
    ])
      assert.is(marksOf(value(text)).secret, true, text);
    assert.is(value('{{ password == "s3cret" }}'), true);
  });

  test('what only a real run would give makes the expression unknown, not an error', () => {
    const unknown = value('{{ later.stdout | int + 1 }}');
    assert.instance(unknown, Unknown);
    assert.is((unknown as Unknown).waitsFor, 'task "Make a file"');
    assert.is(value('{{ later is defined }}'), true);
  });

  test('a missing name fails when it is used, not when it is tested or has a default', () => {
    assert.is(value('{{ missing.deep.down | default("x") }}'), 'x');
    assert.is(value('{{ missing is undefined }}'), true);
    assert.is(value('{{ broken | default("y") }}'), 'y');
    assert.is(problem('{{ missing }}').code, 'template-undefined');
    assert.is(problem('{{ usr.name }}').detail, "Did you mean 'user'?");
  });

  test('a problem stands at its place inside the scalar, with the nearest right name', () => {
    const found = problem('abc {{ one | uper }}');
    const { file, line, column } = found.position as Position;
    assert.equal({ file, line, column }, { file: 'play.yml', line: 7, column: 9 + 13 });
    assert.is(found.detail, "Did you mean 'upper'?");
  });

  test('no JavaScript property can be reached', () => {
    for (const name of [
      'constructor',
      '__proto__',
      'prototype',
      'toString',
      'hasOwnProperty',
      '__class__',
      'valueOf',
    ])
      for (const target of [
        'user',
        'numbers',
        'greeting',
        'one',
        'half',
        'range',
        'lookup',
        'namespace()',
        'nothing',
      ])
        for (const form of [`${target}.${name}`, `${target}['${name}']`, `${target}|attr('${name}')`]) {
          const outcome = evaluate(`{{ (${form}) is undefined }}`, contextOf(variables));
          assert.ok(outcome.ok, `${form} ${JSON.stringify(outcome)}`);
          assert.is(outcome.value, true, form);
        }
    for (const name of ['constructor', '__proto__', 'toString']) {
      assert.is(problem(`{{ one | ${name} }}`).code, 'unknown-filter');
      assert.is(problem(`{{ one is ${name} }}`).code, 'unknown-test');
      assert.is(problem(`{{ lookup('${name}') }}`).code, 'unknown-lookup');
      assert.is(problem(`{{ ${name} }}`).code, 'template-undefined');
      assert.is(problem(`{% ${name} %}`).code, 'template-syntax');
    }
  });

  test('a template changes its own copy of a list, never the variable', () => {
    assert.equal(value('{{ numbers.append(9) }}{{ numbers }}'), [3, 1, 2, 9]);
    assert.equal(variables.get('numbers'), [3, 1, 2]);
  });

  test('conditions keep types, know truth as Python does and say what is undefined', () => {
    const truth = (text: string): boolean | string => {
      const outcome = evaluateExpression(text, contextOf(variables));
      if (!outcome.ok) return outcome.problem.code;
      const result = isTrue(outcome.value);
      return result.ok ? result.value : result.problem.code;
    };
    assert.is(truth('one == 1 and "n" in user.name'), true);
    assert.is(truth('[]'), false);
    assert.is(truth('user.groups | length > 2'), false);
    assert.is(truth('missing'), 'template-undefined');
    assert.is(truth('missing == 1'), 'template-undefined');
    assert.is(truth('{{ one }} == 1'), true);
    assert.is(truth('one =='), 'template-syntax');
  });

  test('a template file becomes text; its header line sets how it is read', () => {
    const text = (source: string): string => {
      const outcome = renderText(source, contextOf(variables));
      return outcome.ok ? outcome.value : outcome.problem.summary;
    };
    assert.is(text('a\n{% if one %}\nb {{ numbers }}\n{% endif %}\nc\n'), 'a\nb [3, 1, 2]\nc\n');
    assert.is(text('#jinja2: trim_blocks: False\n{% if one %}\nb\n{% endif %}\n'), '\nb\n');
    assert.is(text("{{ 'a\\tb' }}"), 'a\tb');
  });

  test('templates include, import and extend each other', () => {
    const files = {
      'base.j2': '<{% block body %}base{% endblock %}>',
      'macros.j2': "{% macro twice(x, sep='-') %}{{ x }}{{ sep }}{{ x }}{% endmacro %}",
      'part.j2': 'part of {{ user.name }}',
    };
    withFiles(files, (folder) => {
      const text = (source: string): string => {
        const outcome = renderText(source, contextOf(variables, { folder }));
        return outcome.ok ? outcome.value : outcome.problem.summary;
      };
      assert.is(text("{% extends 'base.j2' %}{% block body %}[{{ super() }}]{% endblock %}"), '<[base]>');
      assert.is(text("{% from 'macros.j2' import twice as t %}{{ t('a', sep='+') }}"), 'a+a');
      assert.is(text("{% import 'macros.j2' as m %}{{ m.twice(1) }}"), '1-1');
      assert.is(text("{% include 'part.j2' %}{% include 'none.j2' ignore missing %}"), 'part of ann');
      assert.is(text("{% include 'none.j2' %}"), 'template not found: none.j2');
    });
  });

  test('a failure inside of another template file is told there', () => {
    const files = {
      'fails.j2': 'fine\n{{ 1 + absent }}\n',
      'broken.j2': '\n\n{% if %}\n',
      'macro.j2': '\n{% macro bad() %}{{ absent }}{% endmacro %}',
      'around.j2': '{% macro m() %}\n\n{{ caller() }}{% endmacro %}',
      'base.j2': '{% block b %}{% endblock %}',
    };
    withFiles(files, (folder) => {
      const place = (source: string): string => {
        const start = { file: path.join(folder, 'page.j2'), line: 1, column: 1 };
        const outcome = renderText(source, contextOf(variables, { folder }), {}, start);
        if (outcome.ok) return outcome.value;
        const { file = '', line, column } = outcome.problem.position ?? {};
        return `${path.basename(file)}:${line ?? 0}:${column ?? 0}`;
      };
      assert.is(place("{% include 'fails.j2' %}"), 'fails.j2:2:6');
      assert.is(place("{% include 'broken.j2' %}"), 'broken.j2:3:7');
      assert.is(place("\n{% from 'macro.j2' import bad %}{{ bad() }}"), 'macro.j2:2:21');
      assert.is(place("\n{% include 'no.j2' %}"), 'page.j2:2:4');
      assert.is(
        place("{% from 'around.j2' import m %}\n{% call m() %}{{ absent }}{% endcall %}"),
        'page.j2:2:18',
      );
      assert.is(place("{% extends 'base.j2' %}\n{% block b %}{{ absent }}{% endblock %}"), 'page.j2:2:17');
    });
  });

  test('syntax is checked without variables', () => {
    assert.is(hasTemplate('a {# b #}'), true);
    assert.is(hasTemplate('a { b }'), false);
    const codes = checkSyntax("{{ a | map('uper') }}{{ lookup('fil', b) }}{{ c is defind }}", 'text').map(
      ({ code }) => code,
    );
    assert.equal(codes.sort(), ['unknown-filter', 'unknown-lookup', 'unknown-test']);
    assert.is(checkSyntax('a ==', 'expression')[0]?.code, 'template-syntax');
    assert.is(checkSyntax('{{ a', 'text')[0]?.code, 'template-syntax');
    assert.equal(checkSyntax("a is version('1.2', '>=')", 'expression'), []);
  });

  test('the names that a text reads leave out its own and functions', () => {
    const names = namesRead('{% set a = b %}{% for x in range(n) %}{{ a + x + c.d[e] }}{% endfor %}', 'text');
    assert.equal([...names].sort(), ['b', 'c', 'e', 'n']);
  });

  test('impure functions are told', () => {
    const told: string[] = [];
    evaluate(
      "{{ lookup('env', 'HOME') }}{{ now() }}",
      contextOf(variables, { onImpure: (what) => void told.push(what) }),
    );
    assert.equal(told, ['lookup env', 'now']);
  });

  test('an undefined value is given back as such by an expression', () => {
    const outcome = evaluateExpression('missing', contextOf(variables));
    assert.ok(outcome.ok && outcome.value instanceof Undefined);
  });
});
