// Python packages that tests are held against, each set in an environment of its own in the cache folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export const cacheFolder = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'hardway',
);

/** Why a program failed: the last line that it said. */
export function run(program: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return `${[program, ...args].join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1) ?? ''}`;
}

/** Makes the environment beside its place and renames it, so that a half-made one is never used. */
export function buildVenv(place: string, packages: readonly string[]): string | undefined {
  const folder = path.dirname(place);
  mkdirSync(folder, { recursive: true });
  const unfinished = mkdtempSync(path.join(folder, 'unfinished-'));
  const python = path.join(unfinished, 'bin', 'python');
  const failed =
    run('python3', ['-m', 'venv', unfinished]) ??
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  if (failed === undefined && !existsSync(place)) renameSync(unfinished, place);
  else rmSync(unfinished, { recursive: true, force: true });
  return failed;
}
