// Playbooks inside collections: named in full, and finding roles of their collection by short names.
import * as assert from 'node:assert/strict';
import path from 'node:path';
import { playbookFile } from '../../../engine/cli/prepare_playbooks.ts';
import { readSettings } from '../../../engine/cli/settings.ts';
import { describe } from '../../support/suite.ts';
import { loadAndCheck } from './support/load.ts';
import { project } from './support/project.ts';

const tools = 'collections/ansible_collections/acme/tools';
const files = {
  'site.yml': '- import_playbook: acme.tools.all\n- import_playbook: acme.tools.sub.deep\n',
  'missing.yml': '- import_playbook: acme.tools.none\n',
  [`${tools}/playbooks/all.yml`]: '- hosts: all\n  roles: [one]\n',
  [`${tools}/playbooks/sub/deep.yaml`]: '- hosts: all\n  collections: [acme.other]\n  roles: [one]\n',
  [`${tools}/roles/one/tasks/main.yml`]: '- debug: {msg: 1}\n',
};

describe('a playbook of a collection', ({ test }) => {
  const folder = project(files);

  test('is imported by its full name, and its plays find roles of the collection', () => {
    const { plays, problems } = loadAndCheck(path.join(folder, 'site.yml'), {
      collectionsPath: [path.join(folder, 'collections')],
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      plays.flatMap(({ roles }) => roles.map(({ role }) => role.fullName)),
      ['acme.tools.one', 'acme.tools.one'],
    );
  });

  test('that no collection has is told as a file that is missing', () => {
    const [problem] = loadAndCheck(path.join(folder, 'missing.yml')).problems;
    assert.equal(problem?.code, 'file-not-found');
  });

  test('is found by its full name on the command line, where no file has this name', () => {
    const environment = { ANSIBLE_COLLECTIONS_PATH: path.join(folder, 'collections') };
    const settings = readSettings(environment, folder);
    assert.equal(playbookFile('acme.tools.all', settings), path.join(folder, tools, 'playbooks/all.yml'));
    assert.equal(playbookFile('acme.tools.none', settings), path.resolve('acme.tools.none'));
  });
});
