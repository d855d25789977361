// The roles inside the package `ansible`: content of others, written without us, that works with ansible-core.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { catalogOf } from '../../engine/module/catalog.ts';
import { engineModules } from '../../engine/run/engine_actions.ts';
import { modules } from '../../modules/registry.ts';
import { loadAndCheck } from '../engine/playbook/support/load.ts';
import { describe } from '../support/suite.ts';
import { collectionsFolder, collectionsMissing } from './venv.ts';

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** `community.sops.install` */
function roleNames(): string[] {
  const root = path.join(collectionsFolder, 'ansible_collections');
  return foldersIn(root).flatMap((namespace) =>
    foldersIn(path.join(root, namespace)).flatMap((collection) =>
      foldersIn(path.join(root, namespace, collection, 'roles')).map(
        (role) => `${namespace}.${collection}.${role}`,
      ),
    ),
  );
}

const catalog = catalogOf([...engineModules(), ...modules]);

/** What may be told of content that works: what is deprecated, missing there too, or a plugin in Python. */
const told = new Set(['unsupported-module', 'deprecated', 'file-not-found']);
const pluginOfCollection = /^there is no (?:filter|test|lookup) named '\w+\.\w+\.\w+'/;

describe(
  'oracle/collection_roles',
  ({ test, setup, teardown }) => {
    let folder = '';
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'hardway-roles-'));
      mkdirSync(path.join(folder, 'tasks'));
    });
    teardown(() => rmSync(folder, { recursive: true, force: true }));

    test('every role of the package ansible loads, and none is refused', () => {
      const names = roleNames();
      assert.ok(names.length >= 100, `${names.length} roles are there`);
      const refused = names.flatMap((name) => {
        const playbook = path.join(folder, 'site.yml');
        writeFileSync(playbook, `- hosts: localhost\n  roles: [${name}]\n`);
        const { problems } = loadAndCheck(playbook, { catalog, collectionsPath: [collectionsFolder] });
        return problems
          .filter(
            ({ severity, code, summary }) =>
              severity === 'error' || !(told.has(code) || pluginOfCollection.test(summary)),
          )
          .map(({ severity, code, summary }) => `${name}: ${severity} ${code}: ${summary}`);
      });
      assert.equal(refused, []);
    });
  },
  { unless: collectionsMissing() },
);
