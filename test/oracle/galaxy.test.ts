// The same requirements, archives and repositories given to ansible-galaxy and to hardway galaxy: which files stand where
// afterwards, with which permissions and contents, and the exit codes. Nothing is asked of a network.
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { collectionFiles, gitEnvironment, GalaxySite, roleFiles } from '../support/galaxy_site.ts';
import { describe } from '../support/suite.ts';
import { tarGzOf } from '../support/tar_text.ts';
import { oracleCommand, oracleMissing } from './venv.ts';

type Tree = Readonly<Record<string, string>>;
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly tree: Tree;
}

/** The order of FILES.json, and with it its sum, is that of the disk in Ansible; the note has the date. */
function comparable(tree: Tree): Tree {
  const entries = Object.entries(tree).map(([name, text]): [string, string] => {
    if (name.endsWith('.galaxy_install_info')) {
      const version = /version: *['"]?([^'"\n]*)/.exec(text)?.[1] ?? '';
      return [name, version === 'null' ? '' : version];
    }
    if (name.endsWith('FILES.json')) {
      const { files } = JSON.parse(text.slice(4)) as { files: { name: string }[] };
      return [name, JSON.stringify(files.toSorted((a, b) => (a.name < b.name ? -1 : 1)))];
    }
    return [name, name.endsWith('MANIFEST.json') ? text.replace(/"chksum_sha256": "\w+"/, '') : text];
  });
  return Object.fromEntries(entries);
}

describe(
  'oracle: galaxy',
  ({ test, setup, teardown }) => {
    let site: GalaxySite;
    setup(() => {
      site = new GalaxySite();
      site.write({ 'ansible.cfg': '[defaults]\n' });
      makeRoles();
      makeCollections();
    });
    teardown(() => site.remove());

    function makeRoles(): void {
      site.commit('base', roleFiles('base', 'galaxy_info: {}\n'), 'v1');
      site.write({
        'web/files/run.sh': 'x\n',
        'web/files/secret': 's\n',
        'web/.gitattributes': 'docs export-ignore\n',
      });
      site.write({
        'web/docs/x': 'x\n',
        'web/templates/sub/a.j2': '{{ a }}\n',
        'web/molecule/roles/x/meta/main.yml': '{}\n',
      });
      chmodSync(site.at('web/files/run.sh'), 0o775);
      symlinkSync('run.sh', site.at('web/files/link'));
      const meta = `dependencies:\n  - { src: "git+${site.address('base')}", version: v1 }\n  - common\n`;
      site.commit('web', roleFiles('one', meta), 'v1.0');
      site.commit('web', roleFiles('two', meta));
      const files = Object.entries(roleFiles('db', 'galaxy_info: {}\n')).map(([name, content]) => ({
        name: `db-1.0/${name}`,
        content,
      }));
      const more = [
        { name: 'db-1.0/', type: '5', mode: 0o755 },
        { name: 'db-1.0/empty/', type: '5', mode: 0o755 },
        { name: 'db-1.0/files/secret', content: 's', mode: 0o600 },
        { name: 'db-1.0/files/all', content: 'a', mode: 0o777 },
        { name: 'db-1.0/files/odd', content: 'o', mode: 0o645 },
        { name: 'db-1.0/files/up', type: '2', target: '../tasks/main.yml' },
      ];
      writeFileSync(site.at('db.tar.gz'), tarGzOf([...more, ...files]));
      writeFileSync(site.at('none.tar.gz'), tarGzOf([{ name: 'x/tasks/main.yml', content: '[]\n' }]));
    }

    function makeCollections(): void {
      const more =
        'description: "Größe"\nlicense: [MIT]\ntags: one\nbuild_ignore: ["*.bak", docs]\ndependencies: {}\n';
      const files = {
        'plugins/modules/x.py': '',
        'a.bak': '',
        'sub/b.bak': '',
        'docs/x': '',
        'x.pyc': '',
        'y.retry': '',
      };
      const never = {
        'tests/output/x': '',
        'tests/unit/x': '',
        '__pycache__/x': '',
        'my-one-0.1.0.tar.gz': '',
        'bin/run': '',
      };
      site.write({ ...files, ...never }, 'one');
      chmodSync(site.at('one/bin/run'), 0o700);
      symlinkSync('README.md', site.at('one/LINK.md'));
      site.commit('one', collectionFiles('one', '1.2.0', more), '1.2.0');
      symlinkSync('roles/greet', site.at('one/hello'));
      site.commit('one', {}, 'linked');
      site.write(collectionFiles('a', '1.0.0'), 'several/ns/a');
      site.commit(
        'several',
        Object.fromEntries(
          Object.entries(collectionFiles('b', '2.0.0')).map(([name, text]) => [`ns/b/${name}`, text]),
        ),
      );
      spawnSync(
        ...command('collection', 'build', site.at('one'), '--output-path', site.folder),
        options('built'),
      );
    }

    function command(...words: readonly string[]): [string, string[]] {
      const [program, ...before] = oracleCommand('galaxy');
      return [program, [...before, ...words]];
    }

    /** Where each of them installs. */
    function paths(name: string): Readonly<Record<string, string>> {
      return {
        ANSIBLE_ROLES_PATH: site.at(name, 'roles'),
        ANSIBLE_COLLECTIONS_PATH: site.at(name, 'collections'),
      };
    }

    function options(name: string) {
      const home = {
        ANSIBLE_HOME: site.at('home'),
        ANSIBLE_CONFIG: site.at('ansible.cfg'),
        LC_ALL: 'C.UTF-8',
      };
      const env = { ...process.env, ...gitEnvironment, ...home, ...paths(name) };
      return { cwd: site.folder, encoding: 'utf8' as const, env };
    }

    function theirs(...words: readonly string[]): Ended {
      const { status, stdout } = spawnSync(...command(...words), options('theirs'));
      return { code: status, stdout, tree: comparable(site.tree('theirs')) };
    }

    async function ours(...words: readonly string[]): Promise<Ended> {
      const { code, stdout } = await site.galaxy(paths('ours'), ...words);
      return { code, stdout, tree: comparable(site.tree('ours')) };
    }

    function clear(): void {
      for (const name of ['theirs', 'ours']) rmSync(site.at(name), { recursive: true, force: true });
    }

    const forms: Readonly<Record<string, () => string>> = {
      'roles by git, with what they depend on': () =>
        `- { src: "git+${site.address('web')}", version: v1.0 }\n- { src: ${site.address('web')}, scm: git, name: www, version: main }\n`,
      'a role by an archive': () => '- { src: db.tar.gz, name: db, version: "1.0" }\n',
      'roles by short words and an include': () => {
        site.write({ 'more.yml': `- git+${site.address('base')},v1,first\n` });
        return `roles:\n  - include: more.yml\n  - git+${site.address('base')}\n`;
      },
      'a collection by git': () =>
        `collections:\n  - { name: "git+${site.address('one')}", version: 1.2.0 }\n`,
      'a collection with a link to a folder': () => `collections:\n  - git+${site.address('one')},linked\n`,
      'collections of a folder in a repository': () =>
        `collections:\n  - git+${site.address('several')}#/ns/b\n`,
      'a collection by an archive': () => 'collections:\n  - { name: my-one-1.2.0.tar.gz, type: file }\n',
      'a collection by a folder': () => `collections:\n  - { source: ${site.at('one')}, type: dir }\n`,
      'several collections by a folder': () => 'collections:\n  - { source: several/ns, type: subdirs }\n',
      'both kinds': () => `roles:\n  - git+${site.address('base')}\ncollections:\n  - several/ns/a\n`,
      nothing: () => 'roles: []\n',
    };
    for (const [what, text] of Object.entries(forms))
      test(`requirements with ${what} leave the same files`, async () => {
        clear();
        site.write({ 'requirements.yml': text() });
        const wanted = theirs('install', '-r', 'requirements.yml');
        const got = await ours('install', '-r', 'requirements.yml', '--no-lock');
        assert.equal([got.code, got.tree], [wanted.code, wanted.tree]);
        assert.is(Object.keys(got.tree).length > 3, what !== 'nothing');
        // What ansible-galaxy installed is known to be there, and so the other way round.
        const again = theirs('install', '-r', 'requirements.yml');
        assert.equal([again.code, again.tree], [0, wanted.tree]);
        assert.equal((await ours('install', '-r', 'requirements.yml', '--no-lock')).tree, wanted.tree);
      });

    test('one of them lists and removes what the other installed', async () => {
      clear();
      site.write({
        'requirements.yml': `roles:\n  - { src: "git+${site.address('base')}", version: v1 }\ncollections: [several/ns/a]\n`,
      });
      await ours('install', '-r', 'requirements.yml', '--no-lock');
      theirs('install', '-r', 'requirements.yml');
      const told = (text: string): string => text.replaceAll('/theirs/', '/ours/');
      for (const words of [
        ['role', 'list'],
        ['list', 'base'],
        ['collection', 'list'],
        ['collection', 'list', 'my.a'],
        ['collection', 'list', '--format', 'json'],
        ['collection', 'list', '--format', 'yaml'],
        ['role', 'remove', 'base', 'none'],
      ]) {
        const wanted = theirs(...words);
        const got = await ours(...words);
        assert.equal(
          [got.code, got.stdout, got.tree],
          [wanted.code, told(wanted.stdout), wanted.tree],
          words.join(' '),
        );
      }
    });

    test('what is refused ends with the same code, and leaves nothing', async () => {
      const texts: Readonly<Record<string, string>> = {
        key: 'roless: []\n',
        text: 'text\n',
        empty: '',
        nameless: '- version: 1\n',
        scm: '- { src: "svn+https://x/y" }\n',
        type: 'collections: [{ name: my.one, type: gti }]\n',
        nowhere: 'collections: [none/such]\n',
        version: `- git+${site.address('base')},v9\n`,
        range: 'collections: [{ source: my-one-1.2.0.tar.gz, type: file, version: ">=2.0.0" }]\n',
        meta: '- { src: none.tar.gz, name: none }\n',
      };
      clear();
      for (const [name, text] of Object.entries(texts)) {
        site.write({ [`${name}.yml`]: text });
        const wanted = theirs('install', '-r', `${name}.yml`);
        const got = await ours('install', '-r', `${name}.yml`);
        assert.equal([name, got.code, got.tree], [name, wanted.code, {}]);
        assert.is(wanted.code, 1);
      }
      const words = [
        ['role', 'install'],
        ['collection', 'install'],
        ['role', 'remove'],
        ['role', 'list', '-p', 'nowhere'],
        ['collection', 'install', 'x', '-r', 'key.yml'],
        ['role', 'install', '-r', 'none.yml'],
        ['role', 'install', '--strange'],
        ['role', 'install', '-n', '--force-with-deps', 'x'],
      ];
      for (const each of words)
        assert.equal([each, (await ours(...each)).code], [each, theirs(...each).code]);
    });
  },
  { unless: oracleMissing() },
);
