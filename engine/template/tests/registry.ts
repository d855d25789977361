// All tests (`is NAME`) by name.
import { shortName } from '../filters/registry.ts';
import type { Table, Test } from '../interpreter/tools.ts';
import { text } from '../python/printing.ts';
import { comparisonTests } from './comparisons.ts';
import { fileTests } from './files.ts';
import { resultTests } from './results.ts';
import { typeTests } from './types.ts';
import { urlTests } from './urls.ts';
import { versionTests } from './versions.ts';

/** `'odd' is test`: whether there is a test of that name. */
const testTests: Table<Test> = {
  test: { parameters: 'value', run: (args) => findTest(text(args.value('value'))) !== undefined },
};

const tables: readonly Table<Test>[] = [
  typeTests,
  comparisonTests,
  resultTests,
  versionTests,
  fileTests,
  urlTests,
  testTests,
];
const all = new Map(tables.flatMap((table) => Object.entries(table)));

export function findTest(name: string): Test | undefined {
  return all.get(name) ?? all.get(shortName(name));
}

export function testNames(): Iterable<string> {
  return all.keys();
}
