// Expressions, conditions and template files: ansible-core gives what is recorded, and we give the same.
// RECORD=1 writes the record anew from ansible-core.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { describe } from '../support/suite.ts';
import { type Encoded, keyOf, readCases, readRecord, recordFile } from './expressions/run_expressions.ts';
import { askOracle, collectionsMissing } from './venv.ts';

interface Answers {
  readonly expressions: Encoded[];
  readonly conditions: Encoded[];
  readonly templates: Encoded[];
}

const folder = path.join(import.meta.dirname, 'expressions');

function askAll(): Record<string, Encoded> {
  const cases = readCases();
  const texts = (kind: string): string[] =>
    cases.filter((each) => each.kind === kind).map(({ text }) => text);
  const answers = askOracle('templar_oracle.py', {
    folder,
    variables: readFileSync(path.join(folder, 'variables.json'), 'utf8'),
    expressions: texts('expression'),
    conditions: texts('condition'),
    templates: texts('template'),
  }) as Answers;
  const lists = {
    expression: [...answers.expressions],
    condition: [...answers.conditions],
    template: [...answers.templates],
  };
  return Object.fromEntries(cases.map((each) => [keyOf(each), lists[each.kind].shift() ?? null]));
}

describe(
  'expressions oracle',
  ({ test }) => {
    test('what is recorded is what ansible-core gives', () => {
      const answers = askAll();
      if (process.env['RECORD'] === '1') {
        const lines = Object.entries(answers).map(
          ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
        );
        writeFileSync(recordFile, `{\n${lines.join(',\n')}\n}\n`);
      }
      assert.equal(readRecord(), answers);
    });
  },
  { unless: collectionsMissing() },
);
