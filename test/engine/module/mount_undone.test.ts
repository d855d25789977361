// A mount that fails, on this machine: the folders that were made for it are gone again.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { mountActKind } from '../../../engine/module/vocabulary/mounts.ts';
import { describe } from '../../support/suite.ts';

describe('a mount that fails', ({ test, teardown }) => {
  const root = mkdtempSync(path.join(tmpdir(), "hardway it's "));
  teardown(() => rmSync(root, { recursive: true, force: true }));
  const kept = path.join(root, 'kept');
  mkdirSync(kept);

  for (const place of [`${kept}/new/two words/`, kept])
    test(`leaves what was there, and no more (${path.basename(place)})`, () => {
      const script = mountActKind.perform?.({
        act: 'mount',
        path: place,
        source: 'none',
        type: 'no-such-kind',
      });
      const { status, stderr } = spawnSync('sh', ['-c', (script as { readonly script: string }).script]);
      assert.is.not(status, 0);
      assert.match(stderr.toString('utf8'), 'mount');
      assert.equal(readdirSync(root, { recursive: true }), ['kept']);
    });
});
