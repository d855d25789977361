// Every expression of the oracle's table against what ansible-core gave when it was recorded.
import * as assert from 'uvu/assert';
import {
  keyOf,
  readLenient,
  ours,
  readCases,
  readRecord,
  readVariables,
} from '../../oracle/expressions/run_expressions.ts';
import { describe } from '../../support/suite.ts';

const cases = readCases();
const record = readRecord();

describe('template against ansible-core', ({ test }) => {
  test(`${cases.length} expressions, conditions and templates give the same values and types`, () => {
    const variables = readVariables();
    const lenient = readLenient();
    const wrong = cases
      .filter(({ text }) => !Object.hasOwn(lenient, text))
      .flatMap((each) => {
        const [got, wanted] = [JSON.stringify(ours(each, variables)), JSON.stringify(record[keyOf(each)])];
        return got === wanted ? [] : [`${keyOf(each)}\n    ansible-core ${wanted}\n    ours         ${got}`];
      });
    assert.is(wrong.length, 0, wrong.join('\n'));
  });

  test('what ansible-core refuses and we accept is listed with its reason', () => {
    const variables = readVariables();
    for (const text of Object.keys(readLenient())) {
      assert.equal(record[`expression: ${text}`], { error: true }, text);
      assert.not.equal(ours({ kind: 'expression', text }, variables), { error: true }, text);
    }
  });

  test('the table has at least 600 cases, each recorded once', () => {
    assert.ok(cases.length >= 600);
    assert.is(new Set(cases.map(keyOf)).size, Object.keys(record).length);
  });
});
