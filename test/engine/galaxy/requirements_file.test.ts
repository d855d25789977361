import * as assert from 'uvu/assert';
import { Sources } from '../../../engine/document/source.ts';
import { readRequirements } from '../../../engine/galaxy/requirements_file.ts';
import { describe } from '../../support/suite.ts';
import { collectionFiles, GalaxySite, roleFiles } from '../../support/galaxy_site.ts';

describe('requirements files', ({ test, setup, teardown }) => {
  let site: GalaxySite;
  setup(() => {
    site = new GalaxySite();
    site.write({ 'web.tar.gz': '', 'my-one-1.0.0.tar.gz': '' });
    site.write(roleFiles('x'), 'apart/web');
    site.write(collectionFiles('one', '1.0.0'), 'ns/one');
  });
  teardown(() => site.remove());

  function read(text: string): { requests: string[]; problems: string[] } {
    site.write({ 'requirements.yml': text });
    const file = site.at('requirements.yml');
    const { requests, problems } = readRequirements(file, new Sources(), site.folder);
    return {
      requests: requests.map(({ kind, name, source, version }) => {
        const { type, ...more } = source;
        const places = Object.values(more).filter((one) => one !== '');
        return [kind, name ?? '?', type, ...places, version ?? '-']
          .join(' ')
          .replaceAll(`${site.folder}/`, '');
      }),
      problems: problems.map(({ code, position, summary, detail = '' }) =>
        `${position?.line ?? 0}:${position?.column ?? 0} ${code} ${summary}. ${detail}`.replaceAll(
          `${site.folder}/`,
          '',
        ),
      ),
    };
  }

  const roles: Readonly<Record<string, string>> = {
    '- git+https://host/a/web.git': 'role web git https://host/a/web.git -',
    '- git+https://host/a/web.git,v1': 'role web git https://host/a/web.git v1',
    '- git+https://host/a/web.git,v1,www': 'role www git https://host/a/web.git v1',
    '- git+file:///srv/web.git#/roles/one': 'role web git file:///srv/web.git roles/one -',
    '- { src: git+ssh://git@host/web.git, version: v1 }': 'role web git ssh://git@host/web.git v1',
    '- { src: "git@host:a/web.git", scm: git, name: www }': 'role www git git@host:a/web.git -',
    '- { src: ./repositories/web, scm: git }': 'role web git repositories/web -',
    '- { src: https://github.com/a/web, version: v1 }': 'role web git https://github.com/a/web v1',
    '- { src: https://host/web-1.0.tar.gz, name: web }': 'role web download https://host/web-1.0.tar.gz -',
    '- https://host/web.tar.gz': 'role web download https://host/web.tar.gz -',
    '- { src: web.tar.gz, name: web }': 'role web file web.tar.gz -',
    '- web.tar.gz,,web': 'role web file web.tar.gz -',
    '- { src: apart/web }': 'role web folder apart/web -',
    '- a.web': 'role a.web server -',
    '- { name: a.web, version: 1.2.0 }': 'role a.web server 1.2.0',
    '- { role: a.web, version: 7 }': 'role a.web server 7',
  };
  test('hold roles, by themselves or below roles:', () => {
    for (const [text, wanted] of Object.entries(roles)) {
      assert.equal(read(`${text}\n`), { requests: [wanted], problems: [] }, text);
      assert.equal(read(`roles:\n  ${text}\n`), { requests: [wanted], problems: [] }, text);
    }
  });

  const collections: Readonly<Record<string, string>> = {
    '- my.one': 'collection my.one server -',
    '- { name: my.one, version: ">=1.0.0,<2.0.0" }': 'collection my.one server >=1.0.0,<2.0.0',
    '- { name: my.one, source: https://galaxy.host }': 'collection my.one server -',
    '- { name: my.one, source: https://host/my-one-1.0.0.tar.gz }':
      'collection my.one download https://host/my-one-1.0.0.tar.gz -',
    '- git+https://host/one.git': 'collection ? git https://host/one.git -',
    '- git+https://host/one.git#/ns/one,1.0.0': 'collection ? git https://host/one.git ns/one 1.0.0',
    '- { name: "git@host:one.git", version: main }': 'collection ? git git@host:one.git main',
    '- { name: https://host/one.git, type: git }': 'collection ? git https://host/one.git -',
    '- { name: my.one, source: https://host/one.git, type: git, version: "*" }':
      'collection my.one git https://host/one.git -',
    '- https://host/my-one-1.0.0.tar.gz': 'collection ? download https://host/my-one-1.0.0.tar.gz -',
    '- my-one-1.0.0.tar.gz': 'collection ? file my-one-1.0.0.tar.gz -',
    '- { source: ./my-one-1.0.0.tar.gz, type: file }': 'collection ? file my-one-1.0.0.tar.gz -',
    '- ns/one': 'collection ? folder ns/one -',
    '- { source: ns/one/, type: dir }': 'collection ? folder ns/one -',
    '- ./ns': 'collection ? folders ns -',
    '- { name: ns, type: subdirs }': 'collection ? folders ns -',
  };
  test('hold collections in every form', () => {
    for (const [text, wanted] of Object.entries(collections))
      assert.equal(read(`collections:\n  ${text}\n`), { requests: [wanted], problems: [] }, text);
  });

  test('include other files of roles, once', () => {
    site.write({
      'more/roles.yml': '- { src: inner.tar.gz, name: inner }\n- include: other.yml\n',
      'more/inner.tar.gz': '',
    });
    assert.equal(read('- include: more/roles.yml\n- include: none.yml\n'), {
      requests: ['role inner file more/inner.tar.gz -'],
      problems: [
        '2:12 file-not-found An included file includes other.yml. Include it in the first file',
        `2:12 file-not-found none.yml is not there. Sought in ${site.folder}`,
      ],
    });
  });

  test('tell all that is wrong with them at once, each at its place', () => {
    const { requests, problems } = read(
      [
        'roles:',
        '  - src: git+https://host/web.git',
        '    verison: v1',
        '    path: x',
        '  - version: v1',
        '  - { src: hg+https://host/web, name: a }',
        '  - { src: "git+ext::sh -c id", name: b }',
        '  - { src: git+https://host/c.git, version: --upload-pack=id }',
        '  - { src: git+-oProxy, name: d }',
        '  - { src: git+https://host/e.git, name: ../e }',
        '  - { src: web.tar.gz }',
        '  - { src: ./nowhere/role }',
        '  - { src: git+https://host/f.git, version: 1.10 }',
        '  - 7',
        'collections:',
        '  - { name: my.one, type: gti, source: x }',
        '  - { name: my.one, signatures: [x] }',
        '  - version: 1.0.0',
        '  - none/such',
        '  - { source: none.tar.gz, type: file }',
        '  - git+https://host/x.git#/../..',
        'colections: []',
      ].join('\n'),
    );
    assert.equal(requests, [
      'role web git https://host/web.git -',
      'role f git https://host/f.git 1.1',
      'collection my.one server -',
    ]);
    assert.equal(problems, [
      '22:1 unknown-keyword Unknown key colections. Did you mean collections?',
      '3:5 unknown-keyword Unknown key verison. Did you mean version?',
      '4:5 unknown-keyword Unknown key path. Known are name, src, version, scm, role, include',
      '5:5 missing-keyword A role needs src or name. src says where it is to be had',
      '6:12 requirement scm: hg is not taken. Roles come from git, an archive or a folder',
      '7:12 requirement ext::sh -c id is not asked of git. Transports that run programs (ext::, fd::) are not taken',
      '8:12 requirement --upload-pack=id is no version. A version is a tag, a branch, a commit or a number',
      '9:12 requirement -oProxy is not asked of git. It is no address of a repository',
      '10:12 requirement ../e cannot be the name of a role. It is the name of one folder, of letters, digits and _',
      '11:12 requirement The role of web.tar.gz has no name. Say name: in the file, or ARCHIVE,,NAME on the command line: the name of its folder',
      '12:12 requirement ./nowhere/role is not there. Sought as nowhere/role',
      '13:45 wrong-type version is a number here: 1.1. Put quotes around it: 1.10 is 1.1 as a number',
      '14:5 wrong-type A role must be text or a dict, not a number. ',
      '16:27 requirement type cannot be gti. Did you mean git?',
      '17:21 unsupported Signatures are not verified here. The lock file holds the sums of what was once taken: take the key out',
      '18:5 missing-keyword A collection needs name or source. ',
      '19:5 requirement none/such is no collection. It is NAMESPACE.NAME[:VERSION], git+ADDRESS[#/FOLDER][,VERSION], the address or path of an archive, or a folder',
      '20:15 requirement none.tar.gz is not there. Sought as none.tar.gz',
      '21:5 requirement https://host/x.git#/../.. leads out of the repository. The part behind # is a folder of the repository',
    ]);
  });

  test('are a list or a dict', () => {
    assert.equal(read('text\n').problems, [
      '1:1 wrong-type The requirements must be a list or a dict, not text. Write roles: and collections:, each with a list below it',
    ]);
    assert.match(read('roles: {}\n').problems[0] ?? '', 'roles must be a list, not a dict');
    assert.equal(read('roles:\ncollections: []\n'), { requests: [], problems: [] });
  });
});
