// Patterns and replacements of Python; test/oracle/regex.test.ts asks Python itself.
import * as assert from 'uvu/assert';
import { pythonRegex } from '../../../engine/document/python_regex.ts';
import { describe } from '../../support/suite.ts';

function found(pattern: string, text: string, flags = {}): readonly string[] | string {
  const made = pythonRegex(pattern, flags);
  return 'failed' in made ? made.failed : Array.from(made.regex.all(text), (match) => match.text);
}

describe('Python patterns', ({ test }) => {
  test('ends and dots mean line feeds only', () => {
    assert.equal(found('^a$', 'a\n'), ['a']);
    assert.equal(found('a\\Z', 'a\n'), []);
    assert.equal(found('ine3.', 'line3\r\n'), ['ine3\r']);
    assert.equal(found('line(\\d)$', 'line3\r\nline4\n', { multiline: true }), ['line4']);
  });

  test('flags hold for the pattern or a part of it', () => {
    assert.equal(found('(?i)^AB', 'abc'), ['ab']);
    assert.equal(found('a(?i:B)', 'ab aB AB'), ['ab', 'aB']);
    assert.equal(found('(?i)a(?-i:B)', 'ab aB AB'), ['aB', 'AB']);
  });

  test('possessive repeats give nothing back', () => {
    assert.equal(found('a++a', 'aaa'), []);
    assert.equal(found('(a)++b', 'aab'), ['aab']);
  });

  test('a bad pattern or group is told in words', () => {
    assert.is(
      found('(', ''),
      "the regular expression '(' is not valid: missing ), unterminated subpattern at position 0",
    );
    const made = pythonRegex('(a)');
    assert.ok('regex' in made);
    assert.equal(made.regex.replace('b', '\\2'), { failed: 'invalid group reference 2' });
    assert.equal(made.regex.replace('b', '\\q'), { failed: 'bad escape \\q' });
  });

  test('an empty match and a longer one may stand at the same place', () => {
    const made = pythonRegex('a*?');
    assert.ok('regex' in made);
    assert.equal(made.regex.replace('aaa', 'b'), { text: 'bbbbbbb', count: 7 });
  });
});
