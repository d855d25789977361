import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { type MakeDirectory, makeDirectoryKind } from '../../../engine/module/vocabulary/make_directory.ts';
import { describe } from '../../support/suite.ts';

function scriptFor(folder: string): string {
  const args: MakeDirectory = { path: folder, creator: 'root' };
  assert.ok(makeDirectoryKind.perform);
  return makeDirectoryKind.perform(args).script;
}

describe('make directory', ({ test }) => {
  test('a folder that somebody else makes at the same moment is no failure, one that cannot be made is', () => {
    const base = mkdtempSync(path.join(tmpdir(), 'hardway-mkdir-'));
    try {
      const script = scriptFor(path.join(base, 'up/down'));
      // Another one is always faster.
      const race = `mkdir() { command mkdir "$@"; command mkdir "$@"; }\n${script}`;
      const raced = spawnSync('sh', ['-c', race], { encoding: 'utf8' });
      assert.equal([raced.status, raced.stderr], [0, '']);
      assert.ok(existsSync(path.join(base, 'up/down')));
      const refused = spawnSync('sh', ['-c', scriptFor('/proc/no/such')], { encoding: 'utf8' });
      assert.is(refused.status, 1);
      assert.match(refused.stderr, '/proc/no');
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  });
});
