import * as assert from 'uvu/assert';
import type { Step } from '../../engine/module/contract.ts';
import { isUncertain, overlay } from '../../engine/module/picture.ts';
import { probe } from '../../engine/module/probe_identity.ts';
import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { foreseenKind, nothingForeseen } from '../../engine/module/vocabulary/apt_command.ts';
import { packageAct } from '../../engine/module/vocabulary/package_acts.ts';
import {
  packageForesightKind,
  type ForesightQuestion,
  type PackageForesight,
} from '../../engine/module/vocabulary/package_foresight.ts';
import { packages, packagesKind, type Packages } from '../../engine/module/vocabulary/packages.ts';
import { apt } from '../../modules/apt.ts';
import { packageModule } from '../../modules/package.ts';
import { describe } from '../support/suite.ts';

const installed = { installed: { nginx: '1.22-1' }, candidates: { nginx: '1.24-1' } };

describe('modules/apt and package', ({ test }) => {
  checkModule(
    apt,
    [
      {
        name: 'apt installs what is missing',
        params: { name: 'nginx,curl' },
        seen: { packages: installed },
        steps: ['install curl'],
        result: { changed: true },
      },
      {
        name: 'apt leaves what is there',
        params: { pkg: ['nginx'] },
        seen: { packages: installed },
        result: { changed: false },
      },
      {
        name: 'apt brings a package to its newest version',
        params: { name: 'nginx', state: 'latest' },
        seen: { packages: installed },
        steps: ['install nginx'],
      },
      {
        name: 'apt brings a package to the version named, wildcards allowed',
        params: { name: ['nginx=1.22*', 'nginx=1.20-1'] },
        seen: { packages: installed },
        steps: ['install nginx=1.20-1'],
        repeats: 'one package cannot have two versions',
      },
      {
        name: 'apt removes a package',
        params: { name: ['nginx', 'curl'], state: 'absent', purge: true },
        seen: { packages: installed },
        steps: ['remove nginx'],
      },
      {
        name: 'apt fetches its lists only when they are old, which alone is a change',
        params: { update_cache: true, cache_valid_time: 3600 },
        seen: { age: { seconds: 7200 } },
        steps: ['fetch the lists of apt'],
        result: { changed: true, cache_updated: true },
      },
      {
        name: 'apt upgrades all when apt foresees something, by any of the words for it',
        params: { name: '*', state: 'latest' },
        seen: { foreseen: { installs: { nginx: '1.24-1' }, removes: [], deletes: [] } },
        steps: ['apt-get upgrade --with-new-pkgs'],
        result: { changed: true },
      },
      {
        name: 'apt leaves a host that is up to date',
        params: { upgrade: 'dist' },
        seen: { foreseen: nothingForeseen },
        result: { changed: false },
      },
      {
        name: 'apt upgrades after fetched lists, whatever the old ones said, and apt tells whether that changed',
        params: { upgrade: true, update_cache: true },
        seen: { foreseen: nothingForeseen, age: { seconds: 7200 } },
        steps: ['fetch the lists of apt', 'apt-get upgrade --with-new-pkgs'],
        outcomes: [undefined, { changed: false, stdout: '' }],
        result: { changed: false, cache_updated: true },
        repeats: 'lists are fetched each time without cache_valid_time',
      },
      {
        name: 'apt installs a package file when apt would, with what it needs',
        params: { deb: '/srv/x.deb' },
        seen: { foreseen: { installs: { x: '1' }, removes: [], deletes: [] } },
        steps: ['apt-get install /srv/x.deb'],
      },
      {
        name: 'apt fetches a package file by its URL on the host',
        params: { deb: 'http://h/x.deb' },
        steps: ['apt-get install http://h/x.deb'],
        outcomes: [{ changed: false, stdout: '' }],
        result: { changed: false },
        repeats: 'only the fetched file tells',
      },
      {
        name: 'apt takes patterns of names',
        params: { name: ['ngin*'], state: 'absent' },
        seen: { names: ['nginx', 'ngin-x'], packages: installed },
        steps: ['remove nginx'],
      },
      {
        name: 'apt brings what a source package is built with',
        params: { name: 'nginx', state: 'build-dep' },
        seen: { foreseen: { installs: { make: '4' }, removes: [], deletes: [] } },
        steps: ['apt-get build-dep nginx'],
      },
      {
        name: 'apt cleans up',
        params: { autoremove: true, purge: true, clean: true },
        seen: { foreseen: { installs: {}, removes: ['old'], deletes: [] } },
        steps: ['apt-get clean', 'apt-get autoremove'],
        repeats: 'the files fetched are removed each time',
      },
      {
        name: 'apt does not call fetched lists a change when the package is there',
        params: { name: 'nginx', update_cache: true },
        seen: { packages: installed, age: { seconds: undefined } },
        steps: ['fetch the lists of apt'],
        result: { changed: false, cache_updated: true },
      },
    ],
    test,
  );
  checkModule(
    packageModule,
    [
      {
        name: 'package without a name may fetch the lists alone',
        params: { update_cache: true },
        seen: { manager: 'apt', age: { seconds: undefined } },
        steps: ['fetch the lists of apt'],
        repeats: 'lists are fetched each time without cache_valid_time',
      },
      {
        name: 'package works by apt',
        params: { name: 'curl' },
        seen: { manager: 'apt', packages: installed },
        steps: ['install curl'],
      },
      {
        name: 'package says what it does not work with',
        params: { name: 'curl' },
        seen: { manager: 'apk', packages: installed },
        fail: 'package works with apt only; this host has apk',
      },
      {
        name: 'package gives what apt takes on to it',
        params: { name: 'curl', update_cache: true, install_recommends: false },
        seen: { manager: 'apt', packages: installed, age: { seconds: undefined } },
        steps: ['fetch the lists of apt', 'install curl'],
        result: { cache_updated: true },
      },
      {
        name: 'package refuses on a host with apt what only dnf takes',
        params: { name: 'curl', disablerepo: 'epel' },
        seen: { manager: 'apt', packages: installed },
        fail: 'Unsupported parameters for apt: disablerepo',
      },
    ],
    test,
  );
  checkParser(
    foreseenKind,
    { words: ['dist-upgrade'], flags: [] },
    [
      {
        name: 'what apt-get -s prints is read',
        output:
          'Inst lab-hello [1.0] (1.1 localhost [all])\nInst new (2:1 Debian:12/stable [amd64])\nRemv old [3]\nConf lab-hello (1.1 localhost [all])\nDel gone 1 [3 B]\n',
        seen: { installs: { 'lab-hello': '1.1', new: '2:1' }, removes: ['old'], deletes: ['gone'] },
      },
    ],
    test,
  );
  checkParser(
    packageForesightKind,
    { act: 'install', packages: ['web'], flags: [] },
    [
      {
        name: 'what comes and goes along with packages is read, and what those speak of',
        output:
          'Inst web-data (2:1 Debian:12/stable [all])\nInst web [1.0] (1.1 localhost [amd64]) []\nRemv old [3]\nPackage: web\nDepends: web-data (>= 1), libc6 (>= 2.36) | libc:any\nProvides: httpd, httpd-cgi (= 1)\nPackage: web-data\nBreaks: old (<< 4)\nPackage: old\nRecommends: web\n',
        seen: {
          installs: { 'web-data': '2:1', web: '1.1' },
          removes: ['old'],
          related: {
            web: { provides: ['httpd', 'httpd-cgi'], mentions: ['web-data', 'libc6', 'libc'] },
            'web-data': { provides: [], mentions: ['old'] },
            old: { provides: [], mentions: ['web'] },
          },
        },
      },
      {
        name: 'what apt does not know is missing, whatever else is done',
        output: '',
        rc: 100,
        stderr: 'E: Unable to locate package web\n',
        seen: {
          ...{ installs: {}, removes: [], related: {} },
          ...{ refused: 'E: Unable to locate package web', isMissing: true },
        },
      },
      {
        name: 'other refusals may hang on what is installed',
        output: '',
        rc: 100,
        stderr: 'E: Unable to correct problems, you have held broken packages.\n',
        seen: {
          ...{ installs: {}, removes: [], related: {} },
          ...{ refused: 'E: Unable to correct problems, you have held broken packages.', isMissing: false },
        },
      },
    ],
    test,
  );
  checkParser(
    packagesKind,
    { names: ['awk', 'mawk', 'libc6:amd64', 'nothing'], candidates: true },
    [
      {
        name: 'installed packages, what they provide, and candidates are read',
        output:
          'installed|mawk|1.3.4|awk|amd64\ninstalled|libc6|2.36-9||amd64\nmawk:\n  Installed: 1.3.4\n  Candidate: 1.3.5\nnothing:\n  Installed: (none)\n  Candidate: (none)\n',
        seen: {
          installed: { awk: '1.3.4', mawk: '1.3.4', 'libc6:amd64': '2.36-9' },
          candidates: { mawk: '1.3.5' },
        },
      },
    ],
    test,
  );

  test('which version was installed without one being named is in doubt for whoever asks for a version', () => {
    const before: Packages = { installed: {}, candidates: {} };
    const after = (
      wanted: string,
      more: { readonly versions?: true; readonly candidates?: true },
    ): unknown => {
      const act = packageAct({ act: 'install', packages: [wanted], flags: [], versions: {} });
      const question = packages({ names: ['nginx'], ...more });
      return overlay(question, more.candidates ? installed : before, [act]);
    };
    const told = (version: string): object => ({ ...before, installed: { nginx: version } });
    assert.equal(after('nginx', {}), told(''));
    assert.ok(isUncertain(after('nginx', { versions: true })));
    assert.equal(after('nginx=1.22-1', { versions: true }), told('1.22-1'));
    assert.equal(after('nginx', { versions: true, candidates: true }), {
      ...installed,
      installed: { nginx: '1.24-1' },
    });
  });

  const related = (...mentions: string[]): PackageForesight['related'][string] => ({
    provides: [],
    mentions,
  });
  const web: PackageForesight = {
    ...{ installs: { web: '1', 'web-data': '1' }, removes: [] },
    related: { web: { provides: ['httpd'], mentions: ['web-data', 'libc6'] }, 'web-data': related() },
  };
  const act = (packages: readonly string[], foreseen?: PackageForesight): Step => {
    const made = packageAct({ act: 'install', packages, flags: [], versions: {} });
    return foreseen ? { ...made, outcome: { changed: true, stdout: '', foreseen } } : made;
  };

  test('what apt foretells leaves no other package in doubt', () => {
    const before: Packages = { installed: { other: '3' }, candidates: {} };
    const question = packages({ names: ['web', 'web-data', 'httpd', 'other', 'more'], versions: true });
    const after = overlay(question, before, [act(['web'], web)]);
    const told = { installed: { other: '3', web: '1', 'web-data': '1', httpd: '1' }, candidates: {} };
    assert.equal(after, told);
    assert.ok(isUncertain(overlay(question, before, [act(['web'])])));
    const gone = { ...web, installs: {}, removes: ['web', 'web-data'] };
    const askedAlone = packages({ names: ['web', 'other'] });
    assert.equal(overlay(askedAlone, told, [act(['web'], gone)]), {
      installed: { other: '3', 'web-data': '1', httpd: '1' },
      candidates: {},
    });
    // What stood for the name may be there in another package.
    assert.ok(isUncertain(overlay(packages({ names: ['httpd', 'other', 'x'] }), told, [act(['web'], gone)])));
  });

  test('what apt foretells of packages holds after an act that has nothing to do with them', () => {
    const asked = (name: string): ForesightQuestion => ({ act: 'install', packages: [name], flags: [] });
    const after = (name: string, before: PackageForesight, done = act(['web'], web)): unknown =>
      overlay(probe(packageForesightKind, asked(name)), before, [done]);
    const mail = { installs: { mail: '2' }, removes: [], related: { mail: related('libc6') } };
    assert.equal(after('mail', mail), mail);
    assert.ok(isUncertain(after('mail', mail, act(['web']))), 'an act of which nothing is told');
    // What came along already does not come again.
    const page = {
      ...{ installs: { page: '2', 'web-data': '1' }, removes: [] },
      related: { page: related('web-data'), 'web-data': related() },
    };
    assert.equal(after('page', page), { ...page, installs: { page: '2' } });
    const inDoubt: readonly [string, PackageForesight][] = [
      ['mail', { ...mail, related: {} }],
      ['mail', { ...mail, related: { mail: related('httpd') } }],
      [
        'mail',
        { ...mail, installs: { mail: '2', web: '0.9' }, related: { ...mail.related, web: related() } },
      ],
      ['web', { installs: {}, removes: [], related: {} }],
      ['mail', { ...mail, refused: 'E: held', isMissing: false }],
    ];
    for (const [name, before] of inDoubt) assert.ok(isUncertain(after(name, before)), JSON.stringify(before));
    const missing = { installs: {}, removes: [], related: {}, refused: 'E: no', isMissing: true };
    assert.equal(after('mail', missing), missing);
  });
});
