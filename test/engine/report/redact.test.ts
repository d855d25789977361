import * as assert from 'uvu/assert';
import { Redactor } from '../../../engine/report/redact.ts';
import { describe } from '../../support/suite.ts';

describe('report/redact', ({ test }) => {
  test('a secret of any length is hidden, also one that holds another', () => {
    const redactor = new Redactor();
    const file = `-----BEGIN ${'x(+['.repeat(50_000)} phrase -----END`;
    redactor.learn([file, 'phrase', 'no']);
    assert.is(redactor.text(`a ${file} b phrase c no`), 'a ******** b ******** c no');
  });

  test('long secrets alone are hidden as well', () => {
    const redactor = new Redactor();
    redactor.learn(['y'.repeat(5000)]);
    assert.is(redactor.text(`a ${'y'.repeat(5000)} b`), 'a ******** b');
  });
});
