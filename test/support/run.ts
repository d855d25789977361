// Runs test files in this process, one after another: `tsx test/support/run.ts GROUP [part of a path ...]`.
// Groups are the folders test/lab, test/cluster, test/oracle ...; everything else is `fast`. Ends with `N passed, N failed`.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The exit code when every test was skipped. */
const nothingRan = 3;
const slowGroups = ['lab', 'cluster', 'oracle', 'aws'];
const root = path.resolve(import.meta.dirname, '..');

function groupOf(file: string): string {
  const first = file.split(path.sep)[0] ?? '';
  return slowGroups.includes(first) ? first : 'fast';
}

function filesOf(group: string, parts: readonly string[]): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && groupOf(file) === group)
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort();
}

const [group = 'fast', ...parts] = process.argv.slice(2);
const files = filesOf(group, parts);
if (files.length === 0) {
  console.error(`No test file in group ${group} matches ${parts.join(' ') || 'anything'}`);
  process.exit(1);
}

const runner = globalThis as { UVU_DEFER?: number; UVU_QUEUE?: unknown[][]; UVU_INDEX?: number };
runner.UVU_DEFER = 1;
runner.UVU_QUEUE = [];
const { secondsOf, tally } = await import('./suite.ts');
for (const [index, file] of files.entries()) {
  runner.UVU_INDEX = index;
  runner.UVU_QUEUE.push([file]);
  await import(pathToFileURL(path.join(root, file)).href);
}
const { exec } = await import('uvu');
await exec();
const ran = tally.passed + tally.failed;
// A group that was asked for and could not run has shown nothing; `npm test` as a whole tells it apart by this code.
if (ran === 0) {
  console.error(tally.skipped === 0 ? 'No test was executed' : `Nothing of group ${group} could run here`);
  process.exitCode = tally.skipped === 0 ? 1 : nothingRan;
}
if (tally.failed > 0) process.exitCode = 1;
const slowest = [...secondsOf].sort(([, one], [, other]) => other - one).filter(([, seconds]) => seconds > 5);
if (slowest.length > 0)
  console.log(
    `Slowest suites, seconds: ${slowest
      .slice(0, 12)
      .map(([name, seconds]) => `${name} ${seconds.toFixed(0)}`)
      .join(', ')}`,
  );
for (const suite of tally.notAsked) console.log(`NOT RUN: ${suite}`);
console.log(
  `${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`,
);
// A handle left open by a test must not keep the run alive for ever; say so and leave.
setTimeout(() => {
  console.error('A test left something open (timer, socket or child process); leaving');
  process.exit(process.exitCode ?? 1);
}, 5000).unref();
