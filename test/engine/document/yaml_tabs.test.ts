// Tabs as libyaml takes and refuses them.
import * as assert from 'uvu/assert';
import { parseYaml } from '../../../engine/document/yaml.ts';
import { describe } from '../../support/suite.ts';

const refused: Readonly<Record<string, string>> = {
  '-\ta\n': '1:2',
  '- \ta\n': '1:3',
  '? \ta\n': '1:3',
  'a: "x"\n\t\nb: 2\n': '2:1',
  'a: [1]\n  \t# note\n': '2:3',
  '\t# note\na: 1\n': '1:1',
  'a: |\n  x\n\t# note\n': '3:1',
};

const taken = [
  'a:\tb\n',
  '- a:\t"x"\t# note\n',
  '- a\t\n- b\n',
  'a: [1,\n\t2]\n',
  'a: "b\n\tc"\n',
  'a: |\n  x\n  \ty\n',
  'a: x\n  \ty\n',
  '---\ta\n',
];

describe('document/yaml tabs', ({ test }) => {
  for (const [text, place] of Object.entries(refused))
    test(`${JSON.stringify(text)} is refused at the tab`, () => {
      const [problem] = parseYaml(text, 'x').diagnostics;
      assert.is(`${problem?.position?.line ?? 0}:${problem?.position?.column ?? 0}`, place);
      assert.match(problem?.summary ?? '', 'ab ');
    });

  for (const text of taken)
    test(`${JSON.stringify(text)} is taken`, () => {
      assert.equal(parseYaml(text, 'x').diagnostics, []);
    });
});
