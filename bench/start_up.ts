// How long until the command does something: an empty Node process beside `hardway --version`, taken in turns so that
// both meet the same noise. Prints milliseconds: minimum and median of each, and the medians' difference.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const rounds = Number(process.argv[2] ?? 20);
const command = path.resolve(import.meta.dirname, '../bin/hardway.mjs');

function time(args: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status ?? 'a signal'}`);
  return performance.now() - began;
}

function summary(times: readonly number[]): { minimum: number; median: number } {
  const sorted = [...times].sort((a, b) => a - b);
  return { minimum: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0 };
}

const empty: number[] = [];
const version: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  empty.push(time(['-e', '0']));
  version.push(time([command, '--version']));
}
const [a, b] = [summary(empty), summary(version)];
const shown = (value: number): string => `${value.toFixed(0)} ms`;
console.log(`empty node         minimum ${shown(a.minimum)}, median ${shown(a.median)}`);
console.log(`hardway --version  minimum ${shown(b.minimum)}, median ${shown(b.median)}`);
console.log(
  `difference         minimum ${shown(b.minimum - a.minimum)}, median ${shown(b.median - a.median)}`,
);
