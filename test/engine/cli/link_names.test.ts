import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../../..');

const names = ['playbook', 'inventory', 'vault', 'doc', 'config', 'galaxy', 'console', 'pull']
  .map((name) => `ansible-${name}`)
  .concat('ansible');

describe('links that bear the names of Ansible’s commands', ({ test, setup, teardown }) => {
  let folder = '';
  function run(name: string, ...words: readonly string[]) {
    const program = ['--import', import.meta.resolve('tsx'), path.join(folder, name), ...words];
    const { status, stdout, stderr } = spawnSync(process.execPath, program, {
      cwd: folder,
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  }
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-links-'));
    for (const name of names) symlinkSync(path.join(root, 'engine/main.ts'), path.join(folder, name));
    writeFileSync(path.join(folder, 'hosts'), 'here ansible_connection=local\n');
    writeFileSync(
      path.join(folder, 'site.yml'),
      '- hosts: all\n  gather_facts: false\n  tasks: [{ debug: { msg: seen } }]\n',
    );
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('run what is meant, with the options as there', () => {
    const played = run('ansible-playbook', '-i', 'hosts', 'site.yml');
    assert.equal([played.code, played.stdout.includes('"msg": "seen"')], [0, true]);
    const module = run('ansible', 'all', '-i', 'hosts', '-m', 'debug', '-a', 'msg=there');
    assert.equal([module.code, module.stdout.includes('there')], [0, true]);
    assert.match(run('ansible-inventory', '-i', 'hosts', '--graph').stdout, '--here');
    assert.match(run('ansible-doc', 'hostname').stdout, 'hostname:');
    assert.match(run('ansible-vault', '--help').stdout, 'encrypt_string');
    assert.match(run('ansible-galaxy', 'role', 'list', '-p', '.').stdout, `# ${folder}\n`);
    assert.match(run('ansible-config', 'dump').stdout, 'DEFAULT_FORKS(default) = 5');
    assert.match(
      run('ansible-playbook', '--version').stdout,
      /^hardway \d\S* \(as ansible-playbook, in the language of ansible-core 2\.18\)\n {2}config file = None\n$/,
    );
  });

  test('say plainly that they are not built, and what to do instead', () => {
    for (const name of ['ansible-console', 'ansible-pull']) {
      const { code, stdout, stderr } = run(name, 'install', 'x');
      assert.equal([code, stdout], [2, '']);
      assert.match(stderr, `${name} is not a part of hardway: `);
    }
  });
});
