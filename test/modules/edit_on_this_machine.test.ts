// Editing modules on this machine's own sh, with coreutils and with busybox: files that are still to be made.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { blockinfile } from '../../modules/blockinfile.ts';
import { ini_file } from '../../modules/ini_file.ts';
import { lineinfile } from '../../modules/lineinfile.ts';
import { describe } from '../support/suite.ts';
import { runTwice } from '../support/twice.ts';

const edits = [
  { module: lineinfile, params: { line: 'a line', create: true }, holds: 'a line' },
  { module: blockinfile, params: { block: 'a block', create: true }, holds: 'a block' },
  { module: ini_file, params: { section: 's', option: 'o', value: 'v' }, holds: 'o = v' },
] as const;

const userlands = existsSync('/usr/bin/busybox') ? (['system', 'busybox'] as const) : (['system'] as const);

for (const userland of userlands)
  describe(`files made by an edit (${userland})`, ({ test, setup, teardown }) => {
    let root = '';
    setup(() => {
      root = mkdtempSync(path.join(tmpdir(), "hardway it's "));
    });
    teardown(() => rmSync(root, { recursive: true, force: true }));

    for (const { module, params, holds } of edits) {
      test(`${module.name} makes the folders above a new file`, async () => {
        const place = path.join(root, module.name, 'one/two/file');
        assert.is((await runTwice(module, { ...params, path: place }, { userland }))['changed'], true);
        assert.match(readFileSync(place, 'utf8'), holds);
      });
    }
  });
