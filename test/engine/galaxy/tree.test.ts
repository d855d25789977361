import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { treeSum } from '../../../engine/galaxy/tree.ts';
import { GalaxySite } from '../../support/galaxy_site.ts';
import { describe } from '../../support/suite.ts';

describe('the sum of a tree', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  setup(() => void (site = new GalaxySite()));
  teardown(() => site.remove());

  function make(name: string, files: readonly string[]): string {
    for (const file of files) {
      site.write({ [file]: file }, name);
      chmodSync(site.at(name, file), 0o644);
    }
    symlinkSync('b', site.at(name, 'link'));
    return site.at(name);
  }

  test('is the same for the same names, permissions and contents, whenever and in which order they were made', () => {
    const [one, two] = [make('one', ['a/x', 'b', 'ä']), make('two', ['ä', 'b', 'a/x'])];
    utimesSync(site.at('two', 'b'), 0, 0);
    chmodSync(site.at('two', 'a'), 0o700);
    assert.is(treeSum(one), treeSum(two));
    assert.is(treeSum(one), '629f68c316a5f2a808d9cb3a2bbea3acc5c3be3b92b1f399fa27aba5785d4032');
  });

  test('is another one for another name, permission, content, link or folder', () => {
    const sums = new Set([treeSum(make('first', ['a/x', 'b']))]);
    const changes: Readonly<Record<string, (folder: string) => void>> = {
      name: (folder) => writeFileSync(`${folder}/c`, ''),
      permission: (folder) => chmodSync(`${folder}/b`, 0o755),
      content: (folder) => writeFileSync(`${folder}/b`, 'B'),
      link: (folder) => symlinkSync('a', `${folder}/link2`),
      folder: (folder) => mkdirSync(`${folder}/d`),
    };
    for (const [name, change] of Object.entries(changes)) {
      change(make(name, ['a/x', 'b']));
      sums.add(treeSum(site.at(name)));
    }
    assert.is(sums.size, 6);
  });
});
