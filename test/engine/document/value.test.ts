import * as assert from 'uvu/assert';
import {
  bare,
  joinMarks,
  type Marked,
  marksOf,
  tuple,
  Tuple,
  Undefined,
  withMarks,
} from '../../../engine/document/value.ts';
import { describe } from '../../support/suite.ts';

describe('document/value', ({ test }) => {
  test('marks reach every scalar of a container and leave Undefined alone', () => {
    const nothing = new Undefined('x');
    const marked = withMarks(new Map([['a', ['text', nothing]]]), { secret: true });
    const [text, same] = (marked as Map<string, [Marked, Undefined]>).get('a') ?? [];
    assert.equal(marksOf(text ?? null), { secret: true });
    assert.is(bare(text ?? null), 'text');
    assert.is(same, nothing);
  });

  test('joined marks are those of either side', () => {
    assert.equal(joinMarks({ unsafe: true }, { secret: true }), { unsafe: true, secret: true });
    assert.equal(joinMarks({}, {}), {});
  });

  test('marking twice does not box twice', () => {
    const twice = withMarks(withMarks(1, { unsafe: true }), { secret: true });
    assert.is(bare(twice), 1);
    assert.equal(marksOf(twice), { unsafe: true, secret: true });
  });

  test('a tuple stays a tuple under marks and becomes a list under map', () => {
    assert.instance(withMarks(tuple([1, 2]), { unsafe: true }), Tuple);
    assert.not.instance(
      tuple([1]).map((item) => item),
      Tuple,
    );
  });
});
