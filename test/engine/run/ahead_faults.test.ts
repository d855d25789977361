// The faults of test/support/ahead_fault_table.ts, each noticed by a test: `npx tsx test/support/ahead_faults.ts` puts them
// into copies of the engine and runs those tests.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { aheadFaults, copiedFolders, faulty } from '../../support/ahead_fault_table.ts';
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

  test('the copies hold all that the engine and its modules import', () => {
    const root = path.resolve(import.meta.dirname, '../../..');
    const imported = ['engine', 'modules', 'aws'].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        // The command, which imports the lab, is no part of those tests.
        .filter((name) => name.endsWith('.ts') && !name.startsWith('cli/'))
        .flatMap((name) => {
          const file = path.join(root, folder, name);
          const found = readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+\.ts)'/g);
          return [...found].map(([, one = '']) => path.relative(root, path.resolve(path.dirname(file), one)));
        }),
    );
    const folders = new Set(imported.map((name) => name.split('/')[0] ?? ''));
    assert.equal(
      [...folders].filter((folder) => !copiedFolders.includes(folder)),
      [],
    );
  });
});
