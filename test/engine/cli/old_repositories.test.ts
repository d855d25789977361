// Repositories as people have had them for years, one for each manner of writing, run as they are: k=v arguments, with_
// loops, vault, ansible.cfg, handlers, blocks with rescue. What ansible-core 2.18 leaves is what stands here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const tsx = path.join(root, 'node_modules/tsx/dist/esm/index.mjs');

interface Repository {
  readonly name: string;
  readonly argv: readonly string[];
  /** The variable that says where its files go, made from the test's folder. */
  readonly place: (folder: string) => string;
  /** Files of the finished run, below the folder. */
  readonly files: readonly string[];
  /** A text that one of them holds. */
  readonly holds: readonly [file: string, text: string];
}

const repositories: readonly Repository[] = [
  {
    name: 'lamp',
    argv: ['site.yml'],
    place: (folder) => `root=${folder}`,
    files: [
      'db1/my.cnf',
      'db1/shop.db',
      'web1/modules.load',
      'web1/php.ini',
      'web3/vhost.conf',
      'web3/www/index.php',
    ],
    holds: ['db1/my.cnf', 'password=tr0ub4dor-and-3'],
  },
  {
    name: 'users',
    argv: ['users.yml', '-i', 'hosts'],
    place: (folder) => `base=${folder}`,
    files: [
      'groups/admin',
      'groups/dev',
      'home/alice/.ssh/authorized_keys',
      'home/bob/.profile',
      'shells',
      'sudoers',
    ],
    holds: ['home/alice/.profile', '# {{ braces stay }}'],
  },
  {
    name: 'web',
    argv: ['playbook.yml', '-i', 'inventory.yml'],
    place: (folder) => `{"place": "${folder}/{{ inventory_hostname }}"}`,
    files: ['edge-a/nginx.conf', 'edge-b/sites/blog.conf', 'edge-b/tls/www.shop.example.com.pem'],
    holds: ['edge-a/sites/shop.conf', '# 2 names, ["SHOP.EXAMPLE.COM", "WWW.SHOP.EXAMPLE.COM"]'],
  },
];

function run({ name, argv, place }: Repository, folder: string, ...options: readonly string[]): string {
  const command = [
    '--import',
    tsx,
    path.join(root, 'engine/main.ts'),
    'playbook',
    ...argv,
    '-e',
    place(folder),
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...options], {
    cwd: path.join(root, 'test/fixtures/old_repositories', name),
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  assert.is(status, 0, stdout.slice(-3000) + stderr);
  return stdout;
}

describe('old repositories', ({ test }) => {
  for (const repository of repositories)
    test(`${repository.name} is checked, foretold without a trace, run, and then left as it is`, () => {
      const base = mkdtempSync(path.join(tmpdir(), 'hardway-old-'));
      const folder = path.join(base, 'made');
      try {
        run(repository, folder, '--syntax-check');
        assert.match(run(repository, folder, '--check'), /changed=[1-9]/);
        assert.equal(readdirSync(base), []);
        run(repository, folder);
        for (const file of repository.files) assert.ok(existsSync(path.join(folder, file)), file);
        const [file, text] = repository.holds;
        assert.ok(readFileSync(path.join(folder, file), 'utf8').includes(text), file);
        assert.not.match(run(repository, folder), /changed=[1-9]/);
      } finally {
        rmSync(base, { recursive: true, force: true });
      }
    });
});
