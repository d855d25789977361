import * as assert from 'uvu/assert';
import { Sources } from '../../../engine/document/source.ts';
import { type Dict, positionOf, textOf, type Position } from '../../../engine/document/value.ts';
import { positionInScalar } from '../../../engine/document/yaml_offset.ts';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { describe } from '../../support/suite.ts';

/** The source text that stands where the `wanted` part of `a`'s value is said to be. */
function found(yaml: string, wanted: string): string {
  const sources = new Sources();
  sources.add('f', yaml);
  const value = parseYaml(yaml, 'f').documents[0] as Dict;
  const text = textOf(value.get('a') ?? null) ?? '';
  const at = positionOf(value, 'a') as Position;
  const offset = text.indexOf(wanted);
  assert.ok(offset >= 0, `${wanted} is in ${JSON.stringify(text)}`);
  const place = positionInScalar(sources, at, offset, wanted.length);
  const line = sources.line('f', place.line) ?? '';
  return `${place.line}: ${line.slice(place.column - 1, (place.endColumn ?? 0) - 1)}`;
}

describe('document/yaml_offset', ({ test }) => {
  test('text in every style of scalar is found where it is written', () => {
    const cases: [string, string, string][] = [
      ['a: x HERE y\n', 'HERE', '1: HERE'],
      ['a: one\n  two HERE\n', 'HERE', '2: HERE'],
      ['a: "x HERE"\n', 'HERE', '1: HERE'],
      ["a: 'it''s HERE'\n", 'HERE', '1: HERE'],
      ['a: "\\"\\u00e9\\\\ HERE"\n', 'HERE', '1: HERE'],
      ['a: "\\U0001F600 HERE"\n', 'HERE', '1: HERE'],
      ['a: "one\n\n  two \\\n  HERE"\n', 'HERE', '4: HERE'],
      ['a: |\n  one\n  x HERE\n', 'HERE', '3: HERE'],
      ['a: |2\n    one\n  x HERE\n', 'HERE', '3: HERE'],
      ['b: 1\na: |-\n\n    one\n\n      x HERE\nc: 2\n', 'HERE', '6: HERE'],
      ['a: >\n  one\n  two\n\n  x HERE\n', 'HERE', '5: HERE'],
      ['a: >-\n  one\n    more\n\n  x HERE\n  y\n', 'HERE', '5: HERE'],
      ['a: |\r\n  one\r\n  x HERE\r\n', 'HERE', '3: HERE'],
    ];
    for (const [yaml, wanted, place] of cases) assert.is(found(yaml, wanted), place, yaml);
  });

  test('a part that goes over a line end is shown to the end of its first line', () => {
    assert.is(found('a: |\n  one {{\n  two }}\n', '{{\ntwo }}'), '2: {{');
  });

  test('without the file the scalar’s own place is given', () => {
    const at = { file: 'other', line: 3, column: 2 };
    assert.equal(positionInScalar(new Sources(), at, 5), at);
  });
});
