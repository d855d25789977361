import { mkdirSync, readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { collectionFiles, GalaxySite, roleFiles } from '../../../support/galaxy_site.ts';
import { describe } from '../../../support/suite.ts';

describe('hardway galaxy list and remove', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  setup(() => {
    site = new GalaxySite();
    site.write(roleFiles('web'), 'roles/web');
    site.write({ 'meta/.galaxy_install_info': 'version: v1\n' }, 'roles/web');
    site.write(roleFiles('own'), 'roles/own');
    site.write({ 'tasks/main.yml': '[]\n' }, 'roles/no-meta');
    site.write(roleFiles('other'), 'more/other');
    const collections = 'collections/ansible_collections';
    site.write(collectionFiles('a', '1.0.0'), `${collections}/my/a`);
    site.write({ 'README.md': '' }, `${collections}/my/bare`);
    site.write({ 'MANIFEST.json': 'no' }, `${collections}/my/broken`);
  });
  teardown(() => site.remove());

  test('tell names and versions by folder', async () => {
    const roles = await site.galaxy('role', 'list');
    assert.equal(
      [roles.code, roles.stdout],
      [0, `# ${site.at('roles')}\n- own, (unknown version)\n- web, v1\n`],
    );
    const one = await site.galaxy('list', 'other', '-p', 'more');
    assert.is(one.stdout, `# ${site.at('more')}\n- other, (unknown version)\n`);
    const collections = await site.galaxy('collection', 'list');
    assert.is(
      collections.stdout,
      `\n# ${site.at('collections/ansible_collections')}\nCollection Version\n---------- -------\n` +
        'my.a       1.0.0  \nmy.bare    *      \nmy.broken  *      \n',
    );
  });

  test('tell what is not there, and refuse other forms', async () => {
    const none = await site.galaxy('role', 'list', 'none');
    assert.equal(
      [none.code, none.stdout, none.stderr],
      [0, '', 'hardway galaxy: The role none was not found\n'],
    );
    const nowhere = await site.galaxy('role', 'list', '-p', 'nowhere');
    assert.is(nowhere.code, 5);
    assert.match(nowhere.stderr, `The path ${site.at('nowhere')} is no folder`);
    const form = await site.galaxy('collection', 'list', '--format', 'xml');
    assert.equal([form.code, form.stderr], [2, 'hardway galaxy: --format is human, yaml or json, not xml\n']);
    assert.is((await site.galaxy('collection', 'list', '../x')).code, 1);
    assert.is((await site.galaxy('list', 'a', 'b')).code, 2);
  });

  test('remove roles, and nothing that is none', async () => {
    mkdirSync(site.at('roles/files'));
    const { code, stdout } = await site.galaxy(
      'role',
      'remove',
      'web',
      'no-meta',
      'files',
      '../more/other',
      'none',
    );
    assert.is(code, 0);
    assert.is(
      stdout,
      '- successfully removed web\n' +
        ['no-meta', 'files', '../more/other', 'none']
          .map((name) => `- ${name} is not installed, skipping.\n`)
          .join(''),
    );
    assert.equal(readdirSync(site.at('roles')), ['files', 'no-meta', 'own']);
    assert.equal(readdirSync(site.at('more')), ['other']);
  });
});
