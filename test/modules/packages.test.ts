import { checkModule, checkParser } from '../../engine/module/testing.ts';
import { packagesKind } from '../../engine/module/vocabulary/packages.ts';
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
});
