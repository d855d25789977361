import * as assert from 'uvu/assert';
import { withMarks } from '../../../engine/document/value.ts';
import { Redactor } from '../../../engine/report/redact.ts';
import { makeResult } from '../../../engine/run/result_values.ts';
import { describe } from '../../support/suite.ts';

describe('report/redact', ({ test }) => {
  test('a secret of any length is hidden, also one that holds another', () => {
    const redactor = new Redactor();
    const file = `-----BEGIN ${'x(+['.repeat(50_000)} phrase -----END`;
    redactor.learn([file, 'phrase', 'no']);
    assert.is(redactor.text(`a ${file} b phrase c no`), 'a ******** b ******** c no');
  });

  test('a short secret is hidden where it is a word of its own, and in words only when it is none itself', () => {
    const redactor = new Redactor();
    redactor.learn(['a', 'no', '12', 'ß', '~7']);
    const hidden: Readonly<Record<string, string>> = {
      'banana, a nonsense': 'banana, ******** nonsense',
      '--pin=12 -p12 port 120, 12.5': '--pin=******** -p12 port 120, ********.5',
      'Maß ß _a_ (a)': 'Maß ******** _a_ (********)',
      'x~7y': 'x********y',
    };
    for (const [text, expected] of Object.entries(hidden)) {
      assert.is(redactor.told(text), expected);
      const told = makeResult('failed', new Map([['msg', withMarks(text, { secret: true })]]), {
        message: text,
      });
      assert.is(redactor.message(told), expected);
      assert.is(redactor.value(text), expected);
      assert.is(redactor.value(withMarks(text, { secret: true })), '********');
      assert.is(redactor.text(text), text);
    }
  });

  test('long secrets alone are hidden as well', () => {
    const redactor = new Redactor();
    redactor.learn(['y'.repeat(5000)]);
    assert.is(redactor.text(`a ${'y'.repeat(5000)} b`), 'a ******** b');
  });
});
