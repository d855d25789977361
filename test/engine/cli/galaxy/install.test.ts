import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { collectionArchive, collectionFiles, GalaxySite, roleFiles } from '../../../support/galaxy_site.ts';
import { describe } from '../../../support/suite.ts';
import { tarGzOf } from '../../../support/tar_text.ts';

const note = 'meta/.galaxy_install_info';

describe('hardway galaxy install', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  let commit = '';
  setup(() => {
    site = new GalaxySite();
    commit = site.commit('web', { ...roleFiles('one'), 'files/run.sh': 'x\n' }, 'v1');
    site.commit('web', roleFiles('two'), 'v2');
    site.commit('several', {
      ...below('ns/a', collectionFiles('a', '1.0.0')),
      ...below('ns/b', collectionFiles('b', '2.0.0')),
    });
    site.commit('one', {
      ...collectionFiles('one', '1.2.0', 'build_ignore: ["*.bak", docs]\n'),
      'x.bak': '',
      'docs/x': '',
      'x.pyc': '',
    });
    writeFileSync(site.at('db.tar.gz'), tarGzOf(inFolder('db-1.0', roleFiles('db'))));
    writeFileSync(
      site.at('my-arch-3.0.0.tar.gz'),
      collectionArchive({ 'README.md': 'arch\n' }, 'arch', '3.0.0'),
    );
    site.write({ ...below('near', roleFiles('near')), 'near/.git/config': 'x' });
  });
  teardown(() => site.remove());

  function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
  }
  function inFolder(folder: string, files: Readonly<Record<string, string>>) {
    return Object.entries(below(folder, files)).map(([name, content]) => ({ name, content }));
  }

  const everything = (): string =>
    [
      'roles:',
      `  - { src: "git+${site.address('web')}", version: v1 }`,
      '  - { src: db.tar.gz, name: db }',
      '  - src: ./near',
      'collections:',
      `  - git+${site.address('one')}`,
      `  - git+${site.address('several')}#/ns`,
      '  - { source: my-arch-3.0.0.tar.gz, type: file, version: ">=3.0.0" }',
      '',
    ].join('\n');

  test('brings all forms to where they belong, and then has nothing to do', async () => {
    site.write({ 'requirements.yml': everything() });
    const first = await site.galaxy('install', '-r', 'requirements.yml');
    assert.equal([first.code, first.stderr], [0, '']);
    assert.match(
      first.stdout,
      `role web v1 (commit ${commit.slice(0, 12)}): installed in ${site.at('roles/web')}`,
    );
    const roles = Object.keys(site.tree('roles'));
    assert.equal(
      roles,
      ['db', 'near']
        .flatMap((name) => [`${name}/${note}`, `${name}/meta/main.yml`, `${name}/tasks/main.yml`])
        .concat(['web/files/run.sh', `web/${note}`, 'web/meta/main.yml', 'web/tasks/main.yml']),
    );
    assert.match(site.read('roles/web/tasks/main.yml'), 'msg: one');
    const collections = Object.keys(site.tree('collections/ansible_collections/my'));
    const built = ['FILES.json', 'MANIFEST.json', 'README.md', 'roles/greet/tasks/main.yml'];
    assert.equal(collections, [
      ...['a', 'arch/FILES.json', 'arch/MANIFEST.json', 'arch/README.md', 'b', 'one'].flatMap((name) =>
        name.includes('/') ? [name] : built.map((file) => `${name}/${file}`),
      ),
    ]);
    const before = { ...site.tree('roles'), ...site.tree('collections') };
    const lock = site.read('requirements.lock.yml');
    const again = await site.galaxy('install', '-r', 'requirements.yml');
    assert.equal([again.code, again.stderr], [0, '']);
    assert.is(
      again.stdout,
      'Nothing to do: 7 installed already (role web, role db, role near, collection my.one, collection my.a, collection my.b, collection my.arch)\n',
    );
    assert.equal({ ...site.tree('roles'), ...site.tree('collections') }, before);
    assert.is(site.read('requirements.lock.yml'), lock);
    assert.equal(readdirSync(site.at('roles')), ['db', 'near', 'web']);
  });

  test('needs no source once the lock says that all is there', async () => {
    site.git('.', '-C', 'web', 'tag', '--delete', 'v1');
    const { code, stdout } = await site.galaxy('install', '-r', 'requirements.yml');
    assert.equal([code, stdout.startsWith('Nothing to do: 7 ')], [0, true]);
    site.git('.', '-C', 'web', 'tag', 'v1', commit);
  });

  test('has a lock with commits and sums, and gives the same by it elsewhere', async () => {
    const lock = site.read('requirements.lock.yml');
    assert.match(
      lock,
      /^# Written by hardway galaxy install, which renews it by --update\.\nlock: 1\nroles:\n {2}- name: "db"\n/,
    );
    const web = `  - name: "web"\n    source: "git+${site.address('web')}"\n    version: "v1"\n    commit: "${commit}"\n    sha256: "`;
    assert.ok(lock.includes(web), lock);
    assert.match(
      lock,
      /name: "my\.arch"\n {4}source: "my-arch-3\.0\.0\.tar\.gz"\n {4}version: ">=3\.0\.0"\n {4}resolved: "3\.0\.0"\n {4}archive_sha256: "[0-9a-f]{64}"\n {4}sha256: "[0-9a-f]{64}"\n/,
    );
    // The tag moves on; the lock holds what it was.
    site.git('web', 'tag', '--force', 'v1', 'v2');
    const { code, stderr } = await site.galaxy('install', '-r', 'requirements.yml', '-p', 'other');
    assert.is(code, 0);
    assert.match(stderr, 'The collections of the file are left out, as -p names a folder of roles');
    assert.match(site.read('other/web/tasks/main.yml'), 'msg: one');
    site.git('web', 'tag', '--force', 'v1', commit);
  });

  test('refuses what is not as the lock says, and takes it by --update', async () => {
    writeFileSync(site.at('db.tar.gz'), tarGzOf(inFolder('db-1.0', roleFiles('other'))));
    site.write({ 'near/tasks/main.yml': '[]\n' });
    const before = site.tree('roles');
    const changed = await site.galaxy('install', '-r', 'requirements.yml', '--force');
    assert.is(changed.code, 1);
    assert.match(
      changed.stderr,
      /error\[lock\]: The archive is not the one that the lock names\n {2}--> requirements\.yml:3:12\n/,
    );
    assert.match(
      changed.stderr,
      /error\[lock\]: The files of role near are not those that the lock names\n {2}--> requirements\.lock\.yml:\d+:5\n/,
    );
    assert.equal(site.tree('roles'), before);
    const tried = await site.galaxy('install', '-r', 'requirements.yml', '--update', '--check');
    assert.match(
      tried.stdout,
      `role db: would be installed in ${site.at('roles/db')}, in the place of what was there\n`,
    );
    assert.equal(site.tree('roles'), before);
    const renewed = await site.galaxy('install', '-r', 'requirements.yml', '--update');
    assert.equal([renewed.code, renewed.stderr], [0, '']);
    assert.match(renewed.stdout, 'role web: is installed already');
    assert.match(site.read('roles/db/tasks/main.yml'), 'msg: other');
    assert.match((await site.galaxy('install', '-r', 'requirements.yml')).stdout, 'Nothing to do: 7 ');
  });

  test('tells where requirements and lock differ, before anything is fetched', async () => {
    const text = everything().replace('version: v1', 'version: v2').replace('  - src: ./near\n', '');
    site.write({ 'requirements.yml': text });
    const { code, stderr } = await site.galaxy('install', '-r', 'requirements.yml');
    assert.is(code, 1);
    assert.match(
      stderr,
      `error[lock]: The lock does not hold role web, v2 from git+${site.address('web')}\n  --> requirements.yml:2:12\n`,
    );
    assert.match(stderr, /The lock has role web from \S+, v1:\n {2}--> requirements\.lock\.yml:\d+:5/);
    assert.match(
      stderr,
      /error\[lock\]: Nobody asks for role near from \.\/near any more\n {2}--> requirements\.lock\.yml:\d+:5/,
    );
    assert.match(stderr, '2 errors');
    assert.is((await site.galaxy('install', '-r', 'requirements.yml', '--no-lock')).code, 0);
    assert.match(site.read('roles/web/tasks/main.yml'), 'msg: two');
    site.write({ 'requirements.yml': everything() });
    assert.is((await site.galaxy('install', '-r', 'requirements.yml')).code, 0);
    assert.match(site.read('roles/web/tasks/main.yml'), 'msg: one');
  });

  test('replaces nothing that was changed by hand, unless by force', async () => {
    site.write({
      'roles/web/tasks/main.yml': 'mine\n',
      'collections/ansible_collections/my/one/README.md': 'mine\n',
    });
    const { code, stderr } = await site.galaxy('install', '-r', 'requirements.yml');
    assert.is(code, 1);
    assert.match(
      stderr,
      `error[in-the-way]: role web cannot be installed: ${site.at('roles/web')} holds something else, or was changed since it was installed`,
    );
    assert.match(stderr, 'error[in-the-way]: collection my.one cannot be installed');
    assert.is(site.read('roles/web/tasks/main.yml'), 'mine\n');
    const forced = await site.galaxy('install', '-r', 'requirements.yml', '-f');
    assert.equal([forced.code, forced.stderr], [0, '']);
    assert.match(site.read('roles/web/tasks/main.yml'), 'msg: one');
    assert.is(site.read('collections/ansible_collections/my/one/README.md'), 'one\n');
    mkdirSync(site.at('linked'));
    symlinkSync(site.at('near'), site.at('linked/web'));
    const linked = await site.galaxy('role', 'install', `git+${site.address('web')}`, '-p', 'linked', '-f');
    assert.equal([linked.code, linked.stderr.includes('is no folder')], [1, true]);
  });

  test('takes part of the kinds, and leaves the other its part of the lock', async () => {
    const file = 'part/requirements.yml';
    site.write({ [file]: everything() });
    assert.is((await site.galaxy('role', 'install', '-r', file, '-p', 'part/roles')).code, 0);
    assert.not.match(site.read('part/requirements.lock.yml'), 'collections:');
    const roles = site.read('part/requirements.lock.yml');
    const { code, stderr } = await site.galaxy('collection', 'install', '-r', file, '-p', 'part/c');
    assert.is(code, 0);
    assert.match(stderr, `warning[unsupported]: ${site.at('part/c')} is not one of collections_path`);
    assert.ok(site.read('part/requirements.lock.yml').startsWith(roles));
    assert.ok(existsSync(site.at('part/c/ansible_collections/my/arch/README.md')));
  });

  test('takes words', async () => {
    const done = await site.galaxy(
      'role',
      'install',
      `git+${site.address('web')},v2,www`,
      './near',
      'db.tar.gz,,base',
      '-p',
      'words',
    );
    assert.equal([done.code, done.stderr], [0, '']);
    assert.equal(readdirSync(site.at('words')), ['base', 'near', 'www']);
    const one = await site.galaxy(
      'collection',
      'install',
      './several/ns/a',
      `git+${site.address('one')},main`,
      '--collections-path',
      'words',
    );
    assert.is(one.code, 0);
    assert.equal(readdirSync(site.at('words/ansible_collections/my')), ['a', 'one']);
    assert.not.ok(existsSync(site.at('requirements.lock.yml.lock')));
  });

  test('refuses what a collection’s sums do not say', async () => {
    const files = { 'README.md': 'x\n', 'a/b': 'y' };
    const archives: Readonly<Record<string, readonly [Buffer, string]>> = {
      file: [
        collectionArchive(files, 'bad', '1.0.0', { 'a/b': 'z' }),
        'a/b has not the sum that FILES.json tells',
      ],
      list: [
        collectionArchive(files, 'bad', '1.0.0', { 'FILES.json': '{"files": []}' }),
        'FILES.json has not the sum that MANIFEST.json tells',
      ],
      none: [tarGzOf([{ name: 'README.md' }]), 'The collection has no MANIFEST.json'],
      name: [collectionArchive(files, '../bad', '1.0.0'), 'MANIFEST.json names no collection'],
    };
    for (const [name, [bytes, told]] of Object.entries(archives)) {
      writeFileSync(site.at(`${name}.tar.gz`), bytes);
      const { code, stderr } = await site.galaxy('collection', 'install', `./${name}.tar.gz`);
      assert.equal([code, stderr.includes(`error[fetch-failed]: ${told}`)], [1, true], stderr);
    }
    assert.not.ok(existsSync(site.at('collections/ansible_collections/my/bad')));
  });

  test('takes nothing of a repository from outside of it', async () => {
    site.write(collectionFiles('out', '1.0.0'), 'outside/out');
    const places: Readonly<Record<string, readonly [string, string, string]>> = {
      folder: ['sub', site.at('outside/out'), '#/sub'],
      inner: ['sub/out', site.at('outside/out'), '#/sub'],
      source: ['galaxy.yml', site.at('outside/out/galaxy.yml'), ''],
      file: ['files/passwd', '/etc/passwd', ''],
    };
    for (const [name, [link, target, fragment]] of Object.entries(places)) {
      const repository = `from-${name}`;
      site.write(name === 'file' ? collectionFiles('x', '1.0.0') : { x: '' }, repository);
      mkdirSync(site.at(repository, link, '..'), { recursive: true });
      symlinkSync(target, site.at(repository, link));
      site.commit(repository, {});
      const { code, stderr } = await site.galaxy(
        'collection',
        'install',
        `git+${site.address(repository)}${fragment}`,
      );
      assert.equal([name, code, stderr.includes('error[unsafe-content]: ')], [name, 1, true], stderr);
    }
    site.write(roleFiles('x'), 'from-role');
    symlinkSync('/etc/passwd', site.at('from-role/tasks/passwd'));
    site.commit('from-role', {});
    for (const source of [`git+${site.address('from-role')}`, './from-role']) {
      const { code, stderr } = await site.galaxy('role', 'install', source);
      assert.equal([code, stderr.includes('The link tasks/passwd leads to /etc/passwd')], [1, true], stderr);
    }
    assert.not.ok(existsSync(site.at('roles/from-role')));
  });

  test('tells what the file system refuses, and collections that went', async () => {
    site.write({ 'all.yml': 'collections: [several/ns]\n', 'collections-file': '' });
    const blocked = await site.galaxy(
      { ANSIBLE_COLLECTIONS_PATH: site.at('collections-file/x') },
      'install',
      '-r',
      'all.yml',
      '--no-lock',
    );
    assert.equal([blocked.code, blocked.stderr.includes('ENOTDIR')], [1, true], blocked.stderr);
    assert.is((await site.galaxy('install', '-r', 'all.yml')).code, 0);
    rmSync(site.at('several/ns/b'), { recursive: true });
    const gone = await site.galaxy('install', '-r', 'all.yml', '-f');
    assert.is(gone.code, 1);
    assert.match(
      gone.stderr,
      /error\[lock\]: several\/ns holds no my\.b any more, which the lock names\n {2}--> all\.lock\.yml:\d+:5/,
    );
  });

  test('says so when what is installed cannot be locked', async () => {
    site.write({ 'unlocked.yml': '- src: ./near\n' });
    mkdirSync(site.at('unlocked.lock.yml'));
    const { code, stdout, stderr } = await site.galaxy(
      'install',
      '-r',
      'unlocked.yml',
      '-p',
      'unlocked',
      '--update',
    );
    assert.equal([code, stdout.includes('role near: installed in')], [1, true]);
    assert.match(stderr, 'unlocked.lock.yml cannot be written');
    assert.match(stderr, '1 error; what was asked for is installed, and not locked');
  });

  test('installs all or nothing, or by --ignore-errors what can be had', async () => {
    const words = [`git+${site.address('web')},v9`, './near', `git+${site.address('nowhere')}`];
    const none = await site.galaxy('role', 'install', ...words, '-p', 'all');
    assert.is(none.code, 1);
    assert.match(
      none.stderr,
      `error[fetch-failed]: ${site.address('web')} has no version v9\n  It has the tags v2, v1\n`,
    );
    assert.match(none.stderr, `git cannot clone ${site.address('nowhere')}`);
    assert.not.ok(existsSync(site.at('all')));
    const some = await site.galaxy('role', 'install', ...words, '-p', 'all', '-i');
    assert.equal([some.code, readdirSync(site.at('all'))], [0, ['near']]);
    assert.match(some.stderr, 'warning[fetch-failed]');
  });

  test('tells two versions of one name, and names that only a server knows, with what to write', async () => {
    site.write({
      'two.yml': `roles:\n  - { src: "git+${site.address('web')}", version: v1 }\n  - { src: "git+${site.address('web')}", version: v2 }\n  - far.away\ncollections:\n  - my.far\n  - my.one\n`,
    });
    const { code, stderr } = await site.galaxy('install', '-r', 'two.yml');
    assert.is(code, 1);
    assert.match(
      stderr,
      /error\[requirement\]: role web is asked for twice, and not alike\n {2}--> two\.yml:3:12\n[^]*First here:\n {2}--> two\.yml:2:12/,
    );
    assert.match(stderr, /Role far\.away is named, and not where it is to be had\n {2}--> two\.yml:4:5/);
    assert.match(stderr, /Collection my\.far is named[^]*give source a repository \(type: git\)/);
    assert.match(stderr, '3 errors');
  });

  test('tells settings that ask for what is not done', async () => {
    site.write({
      'own.cfg':
        '[galaxy]\nserver_list = ours\nignore_certs = false\ncache_dir = x\n[galaxy_server.ours]\nurl = https://host\n',
    });
    const settings = { ANSIBLE_CONFIG: site.at('own.cfg'), ANSIBLE_GALAXY_GPG_KEYRING: 'x' };
    const { code, stderr } = await site.galaxy(settings, 'role', 'install', './near', '-p', 'told');
    assert.is(code, 0);
    assert.match(
      stderr,
      `warning[unsupported]: The setting server_list of [galaxy] in ${site.at('own.cfg')} is not heeded`,
    );
    assert.match(stderr, 'warning[unsupported]: The variable ANSIBLE_GALAXY_GPG_KEYRING is not heeded');
    assert.is(stderr.match(/warning/g)?.length, 2);
  });

  test('tells mistakes of words', async () => {
    const codes = async (...argv: readonly string[]): Promise<readonly [number, string]> => {
      const { code, stderr } = await site.galaxy(...argv);
      return [code, stderr.split('\n')[0] ?? ''];
    };
    assert.equal(await codes('role', 'install'), [
      5,
      'hardway galaxy: say what to install: words, or -r FILE',
    ]);
    assert.equal(await codes('collection', 'install'), [
      1,
      'hardway galaxy: say what to install: words, or -r FILE',
    ]);
    assert.equal(await codes('instal'), [
      2,
      'hardway galaxy: there is no role instal; did you mean install?',
    ]);
    assert.equal(await codes('role', 'init', 'x'), [
      2,
      'hardway galaxy: role init is not built: a role is a folder with tasks/main.yml and meta/main.yml',
    ]);
    assert.equal(await codes('role', 'list', '--force'), [2, 'hardway galaxy: --force is not for role list']);
    assert.match((await codes('install', '-s', 'x'))[1], '-s is not built: no Galaxy server is asked');
    assert.match(
      (await codes('install', '-r', 'none.yml'))[1],
      `error[file-not-found]: Cannot read ${site.at('none.yml')}`,
    );
  });
});
