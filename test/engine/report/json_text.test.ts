import * as assert from 'uvu/assert';
import { Float } from '../../../engine/document/value.ts';
import { jsonText } from '../../../engine/report/json_text.ts';
import { Redactor } from '../../../engine/report/redact.ts';
import { describe } from '../../support/suite.ts';

describe('report: data as JSON', ({ test }) => {
  const numbers = [new Float(2), 9007199254740993n, new Float(-0), new Float(1e16), new Float(1e-5), 3];

  test('numbers are printed as Python prints them', () => {
    assert.is(jsonText(new Redactor().value(numbers)), '[2.0,9007199254740993,-0.0,1e+16,1e-05,3]');
  });

  test('lists and dicts are indented as by JSON.stringify', () => {
    const data = { a: [1, 'x', null, [], {}], b: { c: true } };
    assert.is(jsonText(data, 4), JSON.stringify(data, null, 4));
    assert.is(jsonText(data), JSON.stringify(data));
  });

  test('what is no number has Python\u2019s word for people and none for programs', () => {
    assert.is(jsonText([new Float(NaN), new Float(-Infinity)], 1), '[\n NaN,\n -Infinity\n]');
    assert.is(jsonText([new Float(NaN)]), '[null]');
  });
});
