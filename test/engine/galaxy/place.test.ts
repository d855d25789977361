import { mkdirSync, readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { placeAll, standing, type Target } from '../../../engine/galaxy/place.ts';
import { treeSum } from '../../../engine/galaxy/tree.ts';
import { GalaxySite, roleFiles } from '../../support/galaxy_site.ts';
import { describe } from '../../support/suite.ts';

describe('what is put in its place', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  setup(() => void (site = new GalaxySite()));
  teardown(() => site.remove());

  function target(word: string, ...folder: readonly string[]): Target {
    site.write(roleFiles(word), `staged/${word}`);
    const staged = site.at('staged', word);
    const request = { kind: 'role', name: word, source: { type: 'server' }, shown: word } as const;
    const rest = { kind: 'role', name: word, version: '', dependencies: [] } as const;
    return { staged: { ...rest, request, folder: staged, sum: treeSum(staged) }, folder: site.at(...folder) };
  }

  test('stands there whole, and is known to be as it was installed', () => {
    const web = target('web', 'roles', 'web');
    assert.is(standing(web), 'absent');
    placeAll([web]);
    assert.is(standing(web), 'same');
    assert.is(standing(target('other', 'roles', 'web')), 'untouched');
    site.write({ 'roles/web/tasks/main.yml': 'mine\n' });
    assert.is(standing(web), 'touched');
    placeAll([target('web', 'roles', 'web')]);
    assert.is(standing(web), 'same');
    site.write({ file: '' });
    assert.is(standing(target('web', 'file')), 'in the way');
    mkdirSync(site.at('empty'));
    assert.is(standing(target('web', 'empty')), 'untouched');
    assert.equal(readdirSync(site.at('roles')), ['web']);
  });

  test('is as it was before when one of several cannot be put there', () => {
    placeAll([target('first', 'all', 'first')]);
    const before = site.tree('all');
    // The second stands in the first, which is moved away before it.
    const targets = [
      target('new', 'all', 'new'),
      target('again', 'all', 'first'),
      target('inner', 'all', 'first', 'inner'),
    ];
    assert.throws(() => placeAll(targets), /ENOENT/);
    assert.equal(site.tree('all'), before);
    assert.equal(readdirSync(site.at('all')), ['first']);
  });
});
