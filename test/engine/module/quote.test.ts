import { execFileSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { lines, quote, sh } from '../../../engine/module/quote.ts';
import { describe } from '../../support/suite.ts';

const odd = ['plain', '', "it's", '$HOME `id` "x"', 'a\nb', '*', '~', '-n', 'ü\\n', '!event', 'a=b;c&d|e'];

describe('module/quote', ({ test }) => {
  test('every text comes out of a shell as it went in', () => {
    for (const text of odd) {
      const printed = execFileSync('sh', ['-c', `printf %s ${quote(text)}`], { encoding: 'utf8' });
      assert.is(printed, text);
    }
  });

  test('a list becomes words of its own and script text stays script', () => {
    const inner = sh`echo ${['a b', 'c']}`;
    assert.is(sh`if true; then ${inner}; fi`.text, "if true; then echo 'a b' c; fi");
    assert.is(lines(inner, undefined, sh`exit ${3}`).text, "echo 'a b' c\nexit 3");
  });
});
