// A program: puts faults into copies of the engine, one at a time, and tells which test notices each.
// `npx tsx test/support/ahead_faults.ts [part of a name ...]`. Ends with 1 when a fault goes unnoticed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aheadFaults, copiedFolders, type Fault, faulty } from './ahead_fault_table.ts';

const root = path.resolve(import.meta.dirname, '../..');

function copyOfEngine(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'hardway-faults-'));
  for (const folder of copiedFolders)
    cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json']) cpSync(path.join(root, file), path.join(copy, file));
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  mkdirSync(path.join(copy, 'roles'), { recursive: true });
  return copy;
}

/** What the test says of the fault; undefined when it passes all the same. */
function noticed(copy: string, { test, seed }: Fault): string | undefined {
  const env = {
    ...process.env,
    HARDWAY_WHOLE: '1',
    ...(seed === undefined ? {} : { HARDWAY_SEED: `${seed}` }),
  };
  const argv = ['--import', 'tsx', 'test/support/run.ts', 'fast', `engine/run/${test}`];
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: copy, env, encoding: 'utf8' });
  return status === 0 ? undefined : (/FAIL .*?"(.*)"/.exec(stdout)?.[1] ?? `exit code ${status}`);
}

const parts = process.argv.slice(2);
const copy = copyOfEngine();
const chosen = aheadFaults.filter(
  ({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)),
);
try {
  for (const test of new Set(chosen.map((fault) => fault.test))) {
    const told = noticed(copy, { name: 'no fault', test, seed: 1, edits: [] });
    if (told !== undefined) throw new Error(`Without a fault ${test} fails: ${told}`);
  }
  for (const fault of chosen) {
    for (const { file } of fault.edits)
      writeFileSync(path.join(copy, file), faulty(fault, file, readFileSync(path.join(root, file), 'utf8')));
    const told = noticed(copy, fault);
    for (const { file } of fault.edits) cpSync(path.join(root, file), path.join(copy, file));
    console.log(`${fault.name}: ${told ?? 'GOES UNNOTICED'}`);
    if (told === undefined) process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
