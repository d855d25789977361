import * as assert from 'uvu/assert';
import { shellPattern } from '../../../engine/document/shell_pattern.ts';
import { describe } from '../../support/suite.ts';

describe('document/shell_pattern', ({ test }) => {
  // What Python's fnmatch answers.
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a*c', ['ac', 'a\nc'], ['acd']],
    ['a?', ['ab'], ['a', 'abc']],
    ['[!ab]x', ['cx', '!x'], ['ax']],
    ['[^a]x', ['^x', 'ax'], ['bx']],
    ['[]x]', [']', 'x'], ['y']],
    ['role [e-a]', [], ['role e', 'role -', 'role ']],
    ['role [e-ax]', ['role x'], ['role e']],
    ['[ab', ['[ab'], ['a']],
    ['1.5+ {2}', ['1.5+ {2}'], ['1x5+ {2}']],
  ];
  for (const [pattern, fits, differs] of cases)
    test(`${pattern} fits as a whole what it fits under Python`, () => {
      const regex = shellPattern(pattern);
      assert.equal(
        [...fits, ...differs].filter((text) => regex.test(text)),
        fits,
      );
    });
});
