import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { nearFile } from '../../../engine/document/near_file.ts';
import { describe } from '../../support/suite.ts';

describe('document/near_file', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-near-'));
    for (const name of ['tasks', 'vars', 'tasks/install.yml.d']) mkdirSync(path.join(folder, name));
    for (const name of ['tasks/install.yml', 'tasks/remove.yml', 'vars/common.yml', 'site.yml'])
      writeFileSync(path.join(folder, name), '');
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('a slip in the name, in its folder, or in both, and a name without its ending', () => {
    const rows: readonly (readonly [string, string | undefined])[] = [
      ['tasks/instal.yml', 'tasks/install.yml'],
      ['./tasks/instal.yaml', 'tasks/install.yml'],
      ['task/install.yml', 'tasks/install.yml'],
      ['takss/remvoe.yml', 'tasks/remove.yml'],
      ['tasks/install', 'tasks/install.yml'],
      ['tasks/../sites.yml', 'site.yml'],
      ['tasks/unlike.yml', undefined],
      ['nowhere/install.yml', undefined],
      ['tasks', undefined],
      ['', undefined],
    ];
    for (const [name, right] of rows) assert.is(nearFile(name, [folder]), right, name);
  });

  test('the folders are gone through in their order, and an absolute name needs none', () => {
    assert.is(nearFile('comon.yml', [path.join(folder, 'tasks'), path.join(folder, 'vars')]), 'common.yml');
    assert.is(nearFile(path.join(folder, 'sit.yml'), []), path.join(folder, 'site.yml'));
    assert.is(nearFile(path.join(folder, 'task/install.yml'), []), undefined);
    assert.is(nearFile('~/site.yml', [folder]), undefined);
    assert.is(nearFile('../vars/comon.yml', [path.join(folder, 'tasks')]), '../vars/common.yml');
  });
});
