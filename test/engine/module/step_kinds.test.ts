// Every kind of step says what it does to the picture of check mode, or why it says nothing. A new kind fails here until
// it stands in one of the two tables; what a kind says is tested by each module's cases, whose settled state is the
// picture, and by the plays of test/engine/run/check_mode_truth.test.ts.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** By the name of the kind: what later tasks see changed. */
const pictured: Readonly<Record<string, string>> = {
  'write file': 'content, owner and mode of a file, its folder’s listing, the unit that it belongs to',
  'copy on host': 'a file; its content is not known',
  'touch file': 'an empty file, or its times',
  'make directory': 'a folder and those above it',
  'make link': 'a link, and what it leads to',
  'remove file': 'a path and what is below it',
  'change ownership': 'owner, group and mode',
  download: 'a file; its content is not known, its digest where a checksum is given',
  'http to file': 'a file; its content is not known',
  'temporary file': 'no path that anybody can name; files as they were',
  'keep file': 'a file of the control machine',
  unpack: 'an archive that is unpacked; files below its folder that may be there',
  package: 'installed packages; files, units and users of its name that may be there',
  'select package': 'a selection of dpkg',
  'apt act': 'packages as apt foresees them; of other acts nothing is known',
  'apt lists': 'the age of the lists',
  user: 'a user and the group of its name',
  group: 'a group',
  'make ssh key': 'a pair of keys that nobody can name before',
  unit: 'state of a unit, and its age',
  'daemon reload': 'units that wait for it no more',
  'mount act': 'what is mounted at a path',
  'set sysctl': 'a kernel setting',
  'reload sysctl file': 'kernel settings are not known',
  'load kernel module': 'a kernel module',
  'switch swap off': 'active swap',
  'set host name': 'the host’s name',
  'change routes': 'routes',
  'change iptables': 'a rule, a chain, a policy',
  'write crontab': 'a crontab',
  'issue certificate': 'certificate and key, of a content that equals no other',
  'make secret': 'a file, of a content that equals no other',
  'change etcd membership': 'members of etcd',
  'defragment etcd': 'what is free in a member’s file',
  'save etcd snapshot': 'a snapshot; its hash is not known',
  'restore etcd snapshot': 'a data folder',
  'apply kubernetes object': 'the object',
  'delete kubernetes object': 'the object',
  'patch kubernetes object': 'the object',
  'drain node': 'the node’s pods',
  'set debconf': 'answers of debconf',
  'git checkout': 'a checkout and its files',
};

/** By the name of the kind: why nothing is said. */
const silent: Readonly<Record<string, string>> = {
  command: 'opaque: a command of the playbook may change anything',
  script: 'opaque: so may a script',
  'http change': 'opaque: what a server does with a request cannot be told',
  'http request': 'only looks',
  wait: 'only looks',
  'wait for etcd': 'only looks',
  'wait for unit': 'only looks',
  'wait for kubernetes objects': 'only looks',
  unforeseen: 'stands for what cannot be told, and is never done',
};

interface Declared {
  readonly name: string;
  readonly body: string;
}

/** Declarations of step kinds in the source; some are private to their module. */
function declaredKinds(): Declared[] {
  const files = ['engine/module/vocabulary', 'modules'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(root, folder, name)),
  );
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/const \w+: StepKind<[\s\S]*?\n\};/g)].map(([body]) => ({
      name: /name: '([^']+)'/.exec(body)?.[1] ?? `a kind without a name in ${file}`,
      body,
    })),
  );
}

describe('module/step kinds', ({ test }) => {
  const kinds = declaredKinds();

  test('each kind of step is pictured, or silent for a reason', () => {
    assert.ok(kinds.length > 35, String(kinds.length));
    const untold = kinds.filter(({ name }) => name in pictured === name in silent).map(({ name }) => name);
    assert.equal(untold, []);
    const names = new Set(kinds.map(({ name }) => name));
    assert.equal(
      [...Object.keys(pictured), ...Object.keys(silent)].filter((name) => !names.has(name)),
      [],
    );
  });

  test('what is pictured has effects, and what is silent is opaque or only looks', () => {
    for (const { name, body } of kinds) {
      const hasEffects = !/effects: \[\]/.test(body) && /\beffects\b/.test(body);
      if (name in pictured) assert.ok(hasEffects, `${name} has no effects`);
      else assert.match(body, /opaque: true|readsOnly: true|spoils:/, name);
    }
  });
});
