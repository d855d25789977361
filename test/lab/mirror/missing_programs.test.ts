import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ensureBinaries } from '../../../lab/mirror/ensure.ts';
import { describeProblem } from '../../../lab/outcome.ts';
import { describe } from '../../support/suite.ts';
import { temporaryDirectory } from './fake_entry.ts';

/** What making one part says on a machine that has only these programs. */
async function problemWith(programs: readonly string[], part: string): Promise<string> {
  const directory = temporaryDirectory();
  const bin = path.join(directory, 'bin');
  mkdirSync(bin);
  for (const name of programs) {
    const found = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    symlinkSync(found, path.join(bin, name));
  }
  const before = process.env['PATH'];
  process.env['PATH'] = bin;
  try {
    const made = await ensureBinaries({ only: [part], cacheDirectory: path.join(directory, 'cache') });
    assert.ok(!made.ok);
    return describeProblem(made.problem);
  } finally {
    process.env['PATH'] = before;
  }
}

describe('a machine that lacks a program', ({ test }) => {
  test('is told that Go is missing and what to install', async () => {
    for (const part of ['pause', 'kubernetes'])
      assert.match(
        await problemWith(['sh', 'cat', 'flock', 'nice'], part),
        /^Program go is not installed; install Go 1\.21 or later [^\n]*$/,
      );
  });

  test('is told that apt is missing', async () => {
    assert.match(
      await problemWith(['sh', 'cat', 'flock'], 'etcd'),
      /^Program apt-config is not installed; the local source needs Debian[^\n]*$/,
    );
  });

  test('is told that flock is missing', async () => {
    assert.match(
      await problemWith(['sh'], 'etcd'),
      /^Program flock is not installed; install package util-linux$/,
    );
  });
});
