import { existsSync, readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { collectionFiles, GalaxySite, roleFiles } from '../../../support/galaxy_site.ts';
import { resultLines, runPlaybookCommand } from '../../../support/hardway.ts';
import { describe } from '../../../support/suite.ts';

describe('dependencies of what hardway galaxy installs', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  setup(() => {
    site = new GalaxySite();
    site.commit('base', roleFiles('base'), 'v1');
    const meta = [
      'dependencies:',
      `  - { src: "git+${site.address('base')}", version: v1 }`,
      '  - common',
      '  - role: group/inner',
      '  - my.low.greet',
      '  - role: "{{ which }}"',
      '    when: which is defined',
    ].join('\n');
    site.commit('app', {
      ...roleFiles('app', `${meta}\n`),
      'meta/requirements.yml': `- src: ${site.address('extra')}\n  scm: git\n`,
    });
    site.commit('extra', roleFiles('extra'));
    site.commit('low', collectionFiles('low', '1.5.0'));
    site.commit('top', collectionFiles('top', '1.0.0', 'dependencies:\n  my.low: ">=1.0.0"\n'));
    site.commit(
      'self',
      collectionFiles('self', '1.0.0', `dependencies:\n  "git+${site.address('low')}": "*"\n`),
    );
  });
  teardown(() => site.remove());

  test('of roles come from meta/main.yml and meta/requirements.yml, and stand in the lock with who needs them', async () => {
    site.write({ 'requirements.yml': `- src: git+${site.address('app')}\n` });
    const { code, stdout, stderr } = await site.galaxy('install', '-r', 'requirements.yml');
    assert.equal([code, stderr], [0, '']);
    assert.match(stdout, 'role base v1 (commit ');
    assert.equal(readdirSync(site.at('roles')), ['app', 'base', 'extra']);
    assert.is(site.read('requirements.lock.yml').match(/by: "app"/g)?.length, 2);
    assert.match((await site.galaxy('install', '-r', 'requirements.yml')).stdout, 'Nothing to do: 3 ');
    const alone = await site.galaxy('install', '-r', 'requirements.yml', '-p', 'alone', '--no-deps');
    assert.equal([alone.code, readdirSync(site.at('alone'))], [0, ['app']]);
    assert.is(site.read('requirements.lock.yml').match(/by: "app"/g)?.length, 2);
  });

  test('of roles that the lock does not hold are refused', async () => {
    site.write({ 'plain.yml': `- src: git+${site.address('app')}\n` });
    await site.galaxy('install', '-r', 'plain.yml', '-p', 'plain', '--no-deps');
    const { code, stderr } = await site.galaxy('install', '-r', 'plain.yml', '-p', 'plain');
    assert.is(code, 1);
    assert.match(
      stderr,
      `The lock does not hold role base, v1 from git+${site.address('base')}, on which app depends`,
    );
  });

  test('of roles give way to what was asked for, and this is told', async () => {
    site.write({
      'both.yml': `- src: git+${site.address('app')}\n- { src: "git+${site.address('base')}", version: main }\n`,
    });
    const { code, stderr } = await site.galaxy('install', '-r', 'both.yml', '-p', 'both');
    assert.is(code, 0);
    assert.match(
      stderr,
      `warning[requirement]: app depends on role base, v1 from git+${site.address('base')}, and role base, main from`,
    );
    assert.match(stderr, 'app/meta/main.yml:2:5');
  });

  test('of roles that are named alone are told with the role, at their place', async () => {
    site.commit('wanting', roleFiles('x', 'dependencies:\n  - far.away\n'));
    const { code, stderr } = await site.galaxy('role', 'install', `git+${site.address('wanting')}`);
    assert.is(code, 1);
    assert.match(
      stderr,
      /error\[requirement\]: wanting depends on far\.away: it is named, and not where it is to be had\n {2}--> wanting\/meta\/main\.yml:2:5\n {2}2 \| {3}- far\.away\n/,
    );
    assert.not.ok(existsSync(site.at('roles/wanting')));
    site.write(roleFiles('away'), 'roles/far.away');
    assert.is((await site.galaxy('role', 'install', `git+${site.address('wanting')}`)).code, 0);
  });

  test('of collections are met by what is asked for, by what is installed, and by repositories', async () => {
    const top = `git+${site.address('top')}`;
    const alone = await site.galaxy('collection', 'install', top);
    assert.is(alone.code, 1);
    assert.match(alone.stderr, 'my.top depends on my.low: it is named, and not where it is to be had');
    assert.match(alone.stderr, 'Add my.low >=1.0.0 to the requirements with its source, or say --no-deps');
    assert.is((await site.galaxy('collection', 'install', top, '-n')).code, 0);
    assert.is((await site.galaxy('collection', 'install', `git+${site.address('self')}`)).code, 0);
    assert.equal(readdirSync(site.at('collections/ansible_collections/my')), ['low', 'self', 'top']);
    assert.is((await site.galaxy('collection', 'install', top)).code, 0);
    const together = await site.galaxy(
      'collection',
      'install',
      top,
      `git+${site.address('low')}`,
      '-p',
      'together',
    );
    assert.is(together.code, 0);
    site.commit('old', collectionFiles('low', '0.9.0'));
    const old = await site.galaxy(
      'collection',
      'install',
      top,
      `git+${site.address('old')}`,
      '-p',
      'old-ones',
    );
    assert.equal(
      [old.code, old.stderr.includes('my.top depends on my.low >=1.0.0, and 0.9.0 is taken')],
      [1, true],
    );
  });

  test('are there for a playbook: roles by name, roles of collections by full name and by collections:', async () => {
    site.write({
      'site/ansible.cfg': '[defaults]\nroles_path = ../roles\ncollections_path = ../collections\n',
      'site/play.yml': [
        '- hosts: localhost',
        '  gather_facts: false',
        '  roles: [base, my.low.greet]',
        '- hosts: localhost',
        '  gather_facts: false',
        '  collections: [my.self]',
        '  tasks:',
        '    - include_role: { name: greet }',
      ].join('\n'),
    });
    const before = process.env['ANSIBLE_CONFIG'];
    process.env['ANSIBLE_CONFIG'] = site.at('site/ansible.cfg');
    try {
      const ran = await runPlaybookCommand(site.at('site/play.yml'));
      assert.equal(
        [ran.code, resultLines(ran).filter((line) => !line.includes('include')).length],
        [0, 3],
        ran.stderr,
      );
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, 'ANSIBLE_CONFIG');
      else process.env['ANSIBLE_CONFIG'] = before;
    }
  });
});
