// Characters and line ends as PyYAML and libyaml take them (compared with both on 40 texts).
import * as assert from 'node:assert/strict';
import { renderDiagnostic } from '../../../engine/document/render.ts';
import { Sources } from '../../../engine/document/source.ts';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { describe } from '../../support/suite.ts';

const told = (text: string): string[] =>
  parseYaml(text, 'x').diagnostics.map(
    ({ position, summary }) => `${position?.line ?? 0}:${position?.column ?? 0} ${summary}`,
  );

describe('YAML text', ({ test }) => {
  test('with a control character is refused at it, in scalars, comments and everywhere', () => {
    for (const [character, name] of [
      ['\u0000', '0000'],
      ['\u0001', '0001'],
      ['\u0007', '0007'],
      ['\u000b', '000B'],
      ['\u001b', '001B'],
      ['\u007f', '007F'],
      ['\u009f', '009F'],
      ['\ufffe', 'FFFE'],
    ] as const)
      for (const text of [
        `a: 1\nb: x${character}y\n`,
        `a: 1\nb: "${character}"\n`,
        `a: 1\nb: #${character}\n`,
      ])
        assert.deepEqual(told(text), [`2:5 Character U+${name} cannot stand in YAML`]);
    for (const fine of ['a\tb', 'a\u00a0b', 'a\ufeffb', 'a😀b', '"\\u0001"'])
      assert.deepEqual(told(`a: ${fine}\n`), []);
  });

  test('tells every such character, and the remedy, without sending it to a terminal', () => {
    const text = 'a: \u001b[31m\u0001\n';
    const sources = new Sources();
    sources.add('x', text);
    const { diagnostics } = parseYaml(text, 'x');
    assert.equal(diagnostics.length, 2);
    const [first] = diagnostics;
    assert.ok(first);
    const shown = renderDiagnostic(first, sources);
    assert.match(shown, /1 \| a: \ufffd\[31m\ufffd\n {4}\| {4}\^\n {2}Remove it, .*"\\u001b"$/);
  });

  test('ends its lines with CR, LF, CRLF, NEL, U+2028 and U+2029 alike', () => {
    for (const end of ['\r', '\n', '\r\n', '\u0085', '\u2028', '\u2029']) {
      const { documents, diagnostics } = parseYaml(`a: 1${end}b: [2${end},3] # c${end}`, 'x');
      assert.deepEqual(
        [diagnostics, documents],
        [
          [],
          [
            new Map<string, unknown>([
              ['a', 1],
              ['b', [2, 3]],
            ]),
          ],
        ],
      );
    }
    assert.deepEqual(told('a: b\u0085c\n'), told('a: b\nc\n'));
  });

  test('with a tab in its indentation is refused at the tab, and a byte order mark is none of its text', () => {
    assert.deepEqual(told('a:\n\tb: 1\n'), ['2:1 Tab in the indentation']);
    assert.deepEqual(told('- a\n-\tb: 1\n'), ['2:2 Tab in the indentation']);
    assert.deepEqual(parseYaml('\ufeffa: 1\r\n', 'x').documents, [new Map([['a', 1]])]);
  });
});
