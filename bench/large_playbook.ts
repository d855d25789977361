// How long a large playbook takes to be loaded, checked and listed: 200 roles, 2,000 tasks, by the bundle. Prints the
// median of several rounds, and that of `hardway --version`, which is what Node and the machine cost.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tasksOfRole, writeLargeSite } from './large_site.ts';

const rounds = Number(process.argv[2] ?? 7);
const roles = Number(process.argv[3] ?? 200);
const command = path.resolve(import.meta.dirname, '../bin/hardway.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'hardway-large-'));

function seconds(args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`hardway ${args.join(' ')} ended with ${status ?? 'a signal'}: ${stderr}`);
  return (performance.now() - began) / 1000;
}

function told(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const [least = 0, median = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
  return `median ${median.toFixed(2)} s, least ${least.toFixed(2)} s`;
}

try {
  writeLargeSite(folder, roles);
  const [bare, listed]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(seconds(['--version']));
    listed.push(seconds(['playbook', '-i', 'hosts', 'site.yml', '--list-tasks']));
  }
  console.log(`hardway --version                          ${told(bare)}`);
  console.log(`${roles} roles, ${roles * tasksOfRole} tasks, --list-tasks          ${told(listed)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
