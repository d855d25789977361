import * as assert from 'uvu/assert';
import { marksOf, type Value } from '../../../engine/document/value.ts';
import { fromOutside } from '../../../engine/run/result_values.ts';
import { Secrets } from '../../../engine/run/secrets.ts';
import { describe } from '../../support/suite.ts';

function hiddenItems(secret: string, items: readonly string[]): readonly string[] {
  const secrets = new Secrets();
  secrets.add(secret);
  const told = fromOutside([...items], secrets) as Value[];
  return items.filter((_, index) => marksOf(told[index] ?? null).secret === true);
}

describe('engine/run/secrets', ({ test }) => {
  test('a secret that was cut at its blanks is one in each of its parts, and no other item is', () => {
    assert.equal(hiddenItems('two words', ['echo', 'two', 'words', 'more']), ['two', 'words']);
    assert.equal(hiddenItems('a b c', ['x', '--pw=a', 'b', 'c;', 'b']), ['--pw=a', 'b', 'c;']);
    assert.equal(hiddenItems(' two\n words ', ['two', 'words']), ['two', 'words']);
    assert.equal(hiddenItems('two words', ['two', 'other', 'words']), []);
    assert.equal(hiddenItems('two words', ['a', 'two']), []);
  });

  test('a text that is the base64 of one with a secret is one too', () => {
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const items = [base64('password=sesame\n'), base64('nothing of it'), 'sesam'];
    assert.equal(hiddenItems('sesame', items), items.slice(0, 1));
  });

  test('a secret of one word hides the items that hold it', () => {
    assert.equal(hiddenItems('sesame', ['echo', '--pw=sesame', 'open']), ['--pw=sesame']);
  });

  test('a short secret makes one only of texts that hold it as a word, or that hold what no word holds', () => {
    const outputs = ['banana', 'a banana', 'x=a;', 'A', 'a_b', 'abc'];
    assert.equal(hiddenItems('a', outputs), ['a banana', 'x=a;']);
    assert.equal(hiddenItems('a~', ['banana', 'xa~y']), ['xa~y']);
    assert.equal(hiddenItems('abcd', ['xabcdy', 'abc']), ['xabcdy']);
  });
});
