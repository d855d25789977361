// Properties that hold for any text: nothing is thrown, every problem has a place in the text, words are found again.
import * as assert from 'uvu/assert';
import { Sources } from '../../../engine/document/source.ts';
import { type Dict, positionOf, textOf } from '../../../engine/document/value.ts';
import { positionInScalar } from '../../../engine/document/yaml_offset.ts';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { Random } from '../../support/random.ts';
import { describe } from '../../support/suite.ts';

const playbook = `---
- name: web servers
  hosts: web:&prod
  vars: &shared
    port: 8080
    list: [1, "two", {a: b}]
    text: |
      line one
        {{ indented }}
  tasks:
    - name: "quoted: {{ name }}"
      template: {src: a.j2, dest: '/etc/a'}
      when: not (x is defined)
      vars:
        <<: *shared
        secret: !vault |
          $ANSIBLE_VAULT;1.1;AES256
          3132
`;
const pieces = [
  ':',
  ' ',
  '\n',
  '\t',
  '-',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '|',
  '>',
  '&a',
  '*a',
  '!',
  '#',
  '%',
  '@',
  '<<: ',
  '? ',
  '\r',
  '\u0000',
  '  ',
];

describe('document/yaml with random texts', ({ test }) => {
  test('1000 mutants of a playbook are read or refused, with a place inside the text', () => {
    const random = new Random(7);
    let refused = 0;
    for (let round = 0; round < 1000; round += 1) {
      let text = playbook;
      for (let change = random.below(3); change >= 0; change -= 1) {
        const at = random.below(text.length);
        const piece = random.below(3) === 0 ? '' : random.pick(pieces);
        text = text.slice(0, at) + piece + text.slice(at + random.below(4));
      }
      const { diagnostics } = parseYaml(text, 'f');
      const lines = text.split('\n').length;
      for (const { position, summary } of diagnostics) {
        assert.ok(
          position && position.line >= 1 && position.line <= lines + 1,
          `${summary}: ${JSON.stringify(text)}`,
        );
        assert.ok(position.column >= 1);
      }
      if (diagnostics.some(({ code }) => code === 'yaml-syntax')) refused += 1;
    }
    assert.ok(refused > 200, `${refused} were refused`);
  });

  test('deep nesting is refused or read, never thrown', () => {
    for (const open of ['[', '{a: ', '- ', '? '])
      for (const depth of [100, 1000, 3000]) {
        const close = ({ '[': ']', '{a: ': '}' }[open] ?? '').repeat(depth);
        const { documents, diagnostics } = parseYaml(open.repeat(depth) + close, 'f');
        assert.is(documents.length, depth === 100 ? 1 : 0, `${depth} of ${open}`);
        assert.ok(documents.length + diagnostics.length > 0);
      }
  });

  test('every word of 500 scalars of any style is found where it is written', () => {
    const random = new Random(11);
    for (let round = 0; round < 500; round += 1) {
      const yaml = randomScalar(random);
      const sources = new Sources();
      sources.add('f', yaml);
      const { documents, diagnostics } = parseYaml(yaml, 'f');
      assert.equal(diagnostics, [], yaml);
      const value = documents[0] as Dict;
      const text = textOf(value.get('a') ?? null) ?? '';
      const at = positionOf(value, 'a');
      for (const found of text.matchAll(/w\d+/g)) {
        const place = at && positionInScalar(sources, at, found.index, found[0].length);
        const line = sources.line('f', place?.line ?? 0) ?? '';
        const shown = line.slice((place?.column ?? 0) - 1, (place?.endColumn ?? 0) - 1);
        assert.is(shown, found[0], `${JSON.stringify(yaml)} at ${found.index}`);
      }
    }
  });
});

const styles = ['|', '|-', '|+', '>', '>-', '', '"', "'"];

function randomScalar(random: Random): string {
  const style = random.pick(styles);
  const isBlock = /[|>]/.test(style);
  let word = 0;
  const words = (): string =>
    Array.from({ length: 1 + random.below(4) }, () => `w${(word += 1)}`).join(
      ' '.repeat(1 + random.below(2)),
    );
  const odd: Readonly<Record<string, string>> = { '"': ' \\" \\u00e9 \\x41 ', "'": " ''x '' " };
  const lines = Array.from({ length: 1 + random.below(5) }, () => {
    const kind = random.below(6);
    if (kind === 0) return '';
    if (kind === 1 && isBlock) return `    ${words()}`;
    return `  ${words()}${kind === 2 ? (odd[style] ?? ' ') : ''}${kind === 2 ? words() : ''}`;
  });
  if (isBlock) return `b: 1\na: ${style}\n  ${words()}\n${lines.join('\n')}\nc: 2\n`;
  return `b: 1\na: ${style}${words()}\n${lines.join('\n')}\n  ${words()}${style}\nc: 2\n`;
}
