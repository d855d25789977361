// Filters and lookups of ansible.utils and community.general (addresses, json_query, ...) against what those of the
// PyPI package ansible 11.13.0 gave under ansible-core 2.18 when it was recorded (S0-23, S0-56, S2-29).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { type Encoded, ours, readVariables } from '../../oracle/expressions/run_expressions.ts';
import { describe } from '../../support/suite.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'oracle', 'collections');
const record = JSON.parse(readFileSync(path.join(folder, 'recorded.json'), 'utf8')) as Record<
  string,
  Encoded
>;
const texts = Object.keys(record);

describe('template against collections', ({ test }) => {
  test(`${texts.length} expressions give the same values and types`, () => {
    const variables = readVariables();
    const wrong = texts.flatMap((text) => {
      const [got, wanted] = [
        JSON.stringify(ours({ kind: 'expression', text }, variables)),
        JSON.stringify(record[text]),
      ];
      return got === wanted ? [] : [`${text}\n    there ${wanted}\n    ours  ${got}`];
    });
    assert.is(wrong.length, 0, wrong.join('\n'));
  });
});
