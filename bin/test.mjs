// `npm test`: every suite, with a table of minutes and one last line `N passed, N failed`. A suite that ran no test
// counts as a failure. The suites on lab hosts and of AWS wait more than they compute, so they run beside those that need
// neither; what they print is held back until they end. The clusters have the machine to themselves.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureBundle, ensurePackages, ensureTestPrograms, root } from './prepare.mjs';

ensurePackages();
ensureBundle();
ensureTestPrograms();

const tool = (name) => path.join(root, 'node_modules', '.bin', name);
const checks = [
  ['types', [tool('tsc'), '--noEmit']],
  ['lint', [tool('eslint'), '.']],
  ['format', [tool('prettier'), '--check', '--log-level=warn', '.']],
  ['unused code', [tool('knip')]],
];
const groups = ['fast', 'oracle', 'aws', 'lab', 'cluster'].filter(
  (group) => group === 'fast' || hasTests(group),
);
const wanted = process.argv.slice(2);

function hasTests(group) {
  try {
    return readdirSync(path.join(root, 'test', group), { recursive: true, encoding: 'utf8' }).some((file) =>
      file.endsWith('.test.ts'),
    );
  } catch {
    return false;
  }
}

/** The headings of tests that failed, told again at the end: what stands between is long. */
const failures = [];
// eslint-disable-next-line no-control-regex
const plainText = (line) => line.replaceAll(/\u001b\[[\d;]*m/g, '');

/** Runs a command, gives its output to `show`, and gives its exit code and last line. */
function follow(command, args, show) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let tail = '';
    let rest = '';
    child.stdout.on('data', (chunk) => {
      show(chunk);
      tail = (tail + chunk.toString()).slice(-2000);
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      failures.push(...lines.map(plainText).filter((line) => /^\s+FAIL {2}/.test(line)));
    });
    child.stderr.on('data', show);
    child.on('error', (error) => resolve({ code: 1, last: error.message }));
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        last: tail.trimEnd().split('\n').at(-1) ?? '',
        notRun: tail.match(/^NOT RUN: .*$/gm) ?? [],
      }),
    );
  });
}

/** The exit code of a group of which every test was skipped. */
const nothingRan = 3;
const notHere = [];
/** Suites that run only when asked for, with the reason. */
const notAsked = [];
const table = [];
let passed = 0;
let failed = 0;
let skipped = 0;

function record(name, started, counts) {
  passed += counts.passed;
  failed += counts.failed;
  skipped += counts.skipped;
  table.push({ suite: name, ...counts, seconds: Math.round((Date.now() - started) / 100) / 10 });
}

const isWanted = (name) => wanted.length === 0 || wanted.includes(name);

async function runChecks(show) {
  for (const [name, [command, ...args]] of isWanted('check') ? checks : []) {
    show(`\n== ${name}\n`);
    const started = Date.now();
    const { code } = await follow(command, args, show);
    record(name, started, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  }
}

async function runGroup(group, show) {
  if (!groups.includes(group) || !isWanted(group)) return;
  show(`\n== tests: ${group}\n`);
  const started = Date.now();
  const { code, last, notRun = [] } = await follow(tool('tsx'), ['test/support/run.ts', group], show);
  notAsked.push(...notRun);
  const counts = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last);
  if (!counts) {
    record(group, started, { passed: 0, failed: 1, skipped: 0 });
    show(`The ${group} tests ended without a count (exit ${code})\n`);
    return;
  }
  const failing = Number(counts[2]);
  // A group that was asked for by name must run; the whole suite may leave out what this machine cannot do, and says so.
  if (code === nothingRan && !wanted.includes(group)) {
    notHere.push(group);
    record(group, started, { passed: 0, failed: 0, skipped: Number(counts[3] ?? 0) });
    return;
  }
  record(group, started, {
    passed: Number(counts[1]),
    failed: code !== 0 && failing === 0 ? 1 : failing,
    skipped: Number(counts[3] ?? 0),
  });
}

const print = (text) => process.stdout.write(text);
const began = Date.now();
const beside = ['lab', 'aws'].map((group) => {
  const held = [];
  return { held, ended: runGroup(group, (text) => held.push(text)) };
});
await runChecks(print);
for (const group of ['fast', 'oracle']) await runGroup(group, print);
for (const { held, ended } of beside) {
  await ended;
  for (const text of held) print(text);
}
await runGroup('cluster', print);
table.push({
  suite: 'together',
  passed,
  failed,
  skipped,
  seconds: Math.round((Date.now() - began) / 100) / 10,
});
console.log('');
console.table(table);
for (const group of notHere) console.log(`NOT RUN HERE: ${group}, for the reasons printed above`);
for (const line of notAsked) console.log(line);
for (const line of failures) console.log(line.trim());
if (passed + failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
