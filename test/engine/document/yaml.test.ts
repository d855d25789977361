import * as assert from 'uvu/assert';
import { success } from '../../../engine/document/diagnostic.ts';
import {
  bare,
  type Dict,
  Float,
  keyPositionOf,
  type List,
  marksOf,
  positionOf,
  Undefined,
  type Value,
} from '../../../engine/document/value.ts';
import { parseYaml, type YamlOptions } from '../../../engine/document/yaml.ts';
import { describe } from '../../support/suite.ts';

function parse(text: string, options?: YamlOptions): Value {
  const { documents, diagnostics } = parseYaml(text, 'a.yml', options);
  assert.equal(diagnostics, []);
  return documents[0] ?? null;
}

function problemsOf(text: string): string[] {
  return parseYaml(text, 'a.yml').diagnostics.map(
    ({ position, summary }) => `${position?.line ?? 0}:${position?.column ?? 0} ${summary}`,
  );
}

describe('document/yaml', ({ test }) => {
  test('numbers with an exponent are floats in a text that is JSON, and texts elsewhere, as in Ansible', () => {
    const listed = (text: string): unknown[] => {
      const value = bare(parse(text));
      assert.ok(Array.isArray(value));
      return value.map((one) => (one instanceof Float ? one.value : one));
    };
    assert.equal(listed('[1e3, 1.5e2, -2E-1, "1e3"]'), [1000, 150, -0.2, '1e3']);
    assert.equal(listed('[1e3, 1.5e+2, x]'), ['1e3', 150, 'x']);
  });

  test('plain scalars have the types that PyYAML gives them', () => {
    const cases: [string, Value][] = [
      ['yes', true],
      ['Off', false],
      ['y', 'y'],
      ['yEs', 'yEs'],
      ['~', null],
      ['', null],
      ['0644', 420],
      ['-0644', -420],
      ['08', '08'],
      ['0o17', '0o17'],
      ['0x1f', 31],
      ['0b101', 5],
      ['1_000', 1000],
      ['1:30', 90],
      ['1:90', '1:90'],
      ['2001-12-14', '2001-12-14'],
      ['1.0', new Float(1)],
      ['1e3', '1e3'],
      ['1.0e+3', new Float(1000)],
      ['1.5e3', '1.5e3'],
      ['1:30.5', new Float(90.5)],
      ['.5', new Float(0.5)],
      ['-.inf', new Float(-Infinity)],
      ['123456789012345678901', 123456789012345678901n],
      ['=', '='],
    ];
    for (const [text, value] of cases) assert.equal(parse(`- ${text}`), [value], text);
    assert.equal(parse(`- "yes"\n- '1'\n- !!str 1\n- !!int "3"\n- !!float 1`), [
      'yes',
      '1',
      '1',
      3,
      new Float(1),
    ]);
  });

  test('dicts keep their order and any scalar as a key', () => {
    const value = parse('10: a\n2: b\nyes: c\n__proto__: d\n1.0: e\n~: f') as Dict;
    assert.equal([...value.keys()], [10, 2, true, '__proto__', 1, null]);
  });

  test('every entry knows where its key and its value stand', () => {
    const value = parse('a:\n  b: "x"\n  c:\n    - 1\n    - two\n') as Dict;
    const inner = value.get('a') as Dict;
    assert.equal(positionOf(inner, 'b'), { file: 'a.yml', line: 2, column: 6, endLine: 2, endColumn: 9 });
    assert.equal(keyPositionOf(inner, 'b'), { file: 'a.yml', line: 2, column: 3, endLine: 2, endColumn: 4 });
    const list = inner.get('c') as List;
    assert.equal(positionOf(list, 1), { file: 'a.yml', line: 5, column: 7, endLine: 5, endColumn: 10 });
  });

  test('a key given twice is a warning that names both places, and the last one counts', () => {
    const { documents, diagnostics } = parseYaml('a: 1\nb: 2\na: 3\n', 'a.yml');
    assert.equal(
      [...(documents[0] as Dict)],
      [
        ['a', 3],
        ['b', 2],
      ],
    );
    assert.equal(
      diagnostics.map(({ code, severity, position, related }) => [
        code,
        severity,
        position?.line,
        related?.[0]?.position.line,
      ]),
      [['yaml-duplicate-key', 'warning', 3, 1]],
    );
  });

  test('merge keys stand before own keys, and the first of a list wins', () => {
    const value = parse('- &x {a: 1, b: 1}\n- &y {b: 2, c: 2}\n- {c: 3, <<: [*x, *y], d: 4}\n') as List;
    assert.equal(
      [...(value[2] as Dict)],
      [
        ['b', 1],
        ['c', 3],
        ['a', 1],
        ['d', 4],
      ],
    );
    assert.is(positionOf(value[2] as Dict, 'a')?.line, 1);
  });

  test('an alias is the same value as its anchor, and one without an anchor is an error', () => {
    const value = parse('- &x [1]\n- *x\n') as List;
    assert.is(value[0], value[1]);
    assert.equal(problemsOf('a: *nothing'), ['1:4 Alias *nothing has no anchor before it']);
    assert.equal(problemsOf('a: &x [*x]'), ['1:8 Alias *x stands inside its own anchor']);
  });

  test('!unsafe marks every scalar below it and keeps positions', () => {
    const value = (parse('a: !unsafe\n  b: "{{ x }}"\n') as Dict).get('a') as Dict;
    assert.equal(marksOf(value.get('b') ?? null), { unsafe: true });
    assert.is(positionOf(value, 'b')?.line, 2);
  });

  test('!vault text is decrypted to a secret, and without a password it is an error', () => {
    const decrypt = (text: Uint8Array) => success(new Uint8Array(Buffer.from(`open ${String(text.length)}`)));
    const value = (parse('a: !vault |\n  abc\n', { decrypt }) as Dict).get('a') ?? null;
    assert.is(bare(value), 'open 4');
    assert.equal(marksOf(value), { secret: true });
    const { documents, diagnostics } = parseYaml('a: !vault |\n  abc\n', 'a.yml');
    assert.is(diagnostics[0]?.code, 'vault');
    assert.instance((documents[0] as Dict).get('a'), Undefined);
  });

  test('several documents, an empty text and a document without content', () => {
    assert.equal(parseYaml('--- 1\n---\n- 2\n', 'a').documents, [1, [2]]);
    assert.equal(parseYaml('', 'a').documents, []);
    assert.equal(parseYaml('---\n', 'a').documents, [null]);
    assert.equal(parseYaml('# only a comment\n', 'a').diagnostics, []);
  });

  test('syntax errors say what is meant, at the character that is wrong', () => {
    const cases: [string, string][] = [
      ['a:\n\tb: 1\n', '2:1 Tab in the indentation'],
      ['a: {{ b }}\n', '1:4 Value begins with a template and is not quoted'],
      ['a: {{ b }}/c\n', '1:4 Value begins with a template and is not quoted'],
      ['a: b: c\n', '1:5 Value holds a colon and a space and is not quoted'],
      ['a:\n  b: 1\n  c:2\n  d: 3\n', '3:4 Space is missing after a colon'],
      ['a: 1\nb\nc: 2\n', '2:1 Line has no colon'],
      ['a: "x" y\n', '1:8 Text goes on after the closing quote'],
      ['a: "\\d"\n', '1:5 Unknown escape in double quotes'],
      ['a: @x\n', '1:4 Plain text cannot begin with this character'],
      ['a: !foo x\n', '1:9 Unknown tag !foo'],
      ['a:\n   b: 1\n  c: 2\n', '3:3 Line is indented wrongly'],
    ];
    const more: [string, string][] = [
      ['a: "open\nb: 1\n', '1:4 Quote is not closed'],
      ["- name: x\n  shell: 'echo it\n  when: y\n- z: 1\n", '2:10 Quote is not closed'],
      ['a: [1, 2\nb: 1\n', '1:4 Bracket is not closed'],
      ['a: {b: [1]\nc: 2\n', '1:4 Bracket is not closed'],
      ['[a]]\n', '1:4 Bracket closes nothing'],
      ['- name: foo\n   debug: x\n', '2:4 Line is indented more than the entry before it'],
      ['- name: foo\n debug:\n', '2:2 Line is indented wrongly'],
      ['- a\nb: 1\n', '2:1 List and dict are mixed'],
      ['a: 1\n- b\n', '2:1 List and dict are mixed'],
      ['x: - a\n', '1:4 List begins on the line of its key'],
      ['- name foo\n  debug:\n', '1:3 Line has no colon'],
      ['b :2\na: 1\n', '1:3 Space is missing after a colon'],
      ['cmd: echo "x": y\n', '1:14 Value holds a colon and a space and is not quoted'],
      ['a: *\n', '1:4 Plain text cannot begin with this character'],
      ['- {{ a }}\n', '1:3 Value begins with a template and is not quoted'],
      ['{{ a }}: 1\n', '1:1 Value begins with a template and is not quoted'],
      ['a: !vault\n  b: 1\n', '2:3 A vault value is text'],
      ['a: !!int x\n', '1:10 x is no !!int'],
    ];
    for (const [text, wanted] of [...cases, ...more]) assert.equal(problemsOf(text).join('; '), wanted, text);
  });
});
