// The faults of test/support/ahead_fault_table.ts, each noticed by a test: `npx tsx test/support/ahead_faults.ts` puts them
// into copies of the engine and runs those tests.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { aheadFaults, faulty } from '../../support/ahead_fault_table.ts';
import { describe } from '../../support/suite.ts';

describe('asking ahead: faults', ({ test }) => {
  test('every fault that a test must notice can still be put into the engine', () => {
    const root = path.resolve(import.meta.dirname, '../../..');
    for (const fault of aheadFaults)
      for (const { file } of fault.edits) {
        const text = readFileSync(path.join(root, file), 'utf8');
        assert.is.not(faulty(fault, file, text), text);
      }
  });
});
